"""Rules of giving data to others. Plain Python; no table, no clock."""

import re
from collections.abc import Iterable
from datetime import date

from seloste.declaration.checks import EEA
from seloste.declaration.schema import Declaration, Recipient

#: A number under which something is filed: no words, so nobody's name.
FILED = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{0,39}")


def serves(declaration: Declaration, recipient: str) -> list[str]:
    """Return the purposes for which the notice names the recipient."""
    return [key for key, purpose in declaration.purpose.items() if recipient in purpose.recipients]


def is_declared(declaration: Declaration, recipient: str, *, purpose: str, categories: Iterable[str]) -> bool:
    """Tell whether the notice names the recipient for the purpose, and the categories with it."""
    named = declaration.purpose.get(purpose)
    return (
        recipient in declaration.recipient
        and named is not None
        and recipient in named.recipients
        and set(categories) <= set(named.categories)
    )


def mechanism(recipient: Recipient, *, on: date) -> str | None:
    """Return what lets data go to the recipient's country on the day: nothing is needed in the EEA; None: nothing does.

    A mechanism counts from the day on which it was looked at (arts 44–49).
    """
    if recipient.country in EEA:
        return ""
    if recipient.transfer is None or recipient.transfer.reviewed_on > on:
        return None
    return recipient.transfer.mechanism
