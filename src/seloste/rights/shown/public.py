"""How the matter stands, in plain words for whoever asked."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from seloste.kernel.refusals import Words
from seloste.rights.choices import State
from seloste.rights.queries.status import Status

_STANDS: dict[State, Words] = {
    State.RECEIVED: _("Your request is with us."),
    State.ACKNOWLEDGED: _("Your request is with us."),
    State.IDENTITY: _("Your request is with us."),
    State.ASSESSING: _("We are looking into your request."),
    State.FULFILLING: _("We have decided and are doing what was decided."),
    State.ANSWERED: _("We have answered."),
    State.CLOSED: _("We have answered, and the matter is closed."),
    State.WITHDRAWN: _("You took the request back."),
}
_DONE: dict[str, Words] = {
    "confirm": _("Thank you. You have shown that the address is yours."),
    "code": _("Thank you. The code was right."),
    "more": _("Thank you. What you wrote is with your request."),
    "withdraw": _("The request has been taken back. You can make a new one at any time."),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What the page says on top."""

    stands: Words
    tone: str
    badge: Words
    icon: str


def page(seen: Status) -> Page:
    """Return what the page says on top."""
    if seen.state in {State.ANSWERED, State.CLOSED}:
        return Page(stands=_STANDS[seen.state], tone="good", badge=_("answered"), icon="check")
    if seen.state is State.WITHDRAWN:
        return Page(stands=_STANDS[seen.state], tone="", badge=_("taken back"), icon="undo")
    if seen.is_late:
        return Page(stands=_("We are late, and we are sorry."), tone="bad", badge=_("late"), icon="warning")
    if seen.question:
        return Page(stands=_("We need an answer from you."), tone="warn", badge=_("waits for you"), icon="info")
    return Page(stands=_STANDS[seen.state], tone="accent", badge=_("in progress"), icon="clock")


def done(what: str) -> Words:
    """Return what is said after a button was pressed; nothing for what no button does."""
    return _DONE.get(what, "")
