"""Rules of giving data to others. Plain Python; no table, no clock."""

import base64
import hmac
import re
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from seloste.declaration.checks import EEA
from seloste.declaration.schema import Declaration, Recipient

#: A number under which something is filed: no words, so nobody's name.
FILED = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{0,39}")
_MARK = 32


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


def letters(notice: UUID, key: bytes) -> str:
    """Return the letters of the link on which a recipient reads its notice."""
    said = notice.bytes + hmac.digest(key, notice.bytes, "sha256")
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()


def read_letters(typed: str, key: bytes) -> UUID | None:
    """Return which notice a link is of; None where it is forged, cut or written in another way."""
    try:
        said = base64.urlsafe_b64decode(typed + "=" * (-len(typed) % 4))
    except ValueError:
        return None
    if len(said) != 16 + _MARK:
        return None
    notice = UUID(bytes=said[:16])
    return notice if hmac.compare_digest(letters(notice, key), typed) else None
