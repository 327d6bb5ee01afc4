"""What every deed of the register asks first: is it the employee's job, does the notice allow it."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import NotAllowed, Refusal
from seloste.register import rules
from seloste.register.rules import Origin


class HeldAlready(Refusal):
    """The same value is already there."""


class OutsideTheNotice(Refusal):
    """The notice does not let this be held for this purpose or from this source (S5.3, S6)."""


class NotCurrent(Refusal):
    """The item has been corrected or removed in the meantime."""


def check_duty(by: Duty, *, category: str, purposes: Iterable[str]) -> None:
    """S8.3: an employee writes what her job includes; a visitor and the system write what their deed says."""
    if by.role in {"visitor", "system"}:
        return
    if "write" not in by.may or not by.sees(category, tuple(purposes)):
        raise NotAllowed(_("Your job role does not include this."))


def check_notice(origin: Origin, *, category: str) -> None:
    """Refuse what the notice does not let us hold: this category, for this purpose, from this source."""
    try:
        rules.check_declared(current(), purposes=origin.purposes, category=category, source=origin.source)
    except rules.PurposeForbidsError:
        raise OutsideTheNotice(_("The notice does not let us hold this for this purpose from this source.")) from None
