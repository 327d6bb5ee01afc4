"""How long a person's page stays open, and who she is while it does. Plain Python; no table, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from seloste.kernel.duty import NOBODY, Duty

#: A page stays open for so long after the last proof; then a new code opens it again.
OPEN_FOR = timedelta(minutes=30)
#: What cannot be undone asks for a new code where the last proof is older than this.
FRESH_FOR = timedelta(minutes=10)
#: New codes that one opening of the page can have sent.
MOST_CODES = 5


def sealed(token: str) -> bytes:
    """Return what is kept of the random token in the cookie: whoever reads the table cannot open a page with it."""
    return sha256(token.encode()).digest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """Somebody's open page: whose it is, by which address, and since when that has been proved.

    ``id`` stands in every form, so that a form of one person's page does nothing on another's.
    """

    id: UUID
    person_id: UUID
    point_id: UUID
    address: str
    proved_at: datetime
    until_at: datetime

    def is_fresh(self, at: datetime) -> bool:
        """Tell whether the proof is new enough for what cannot be undone."""
        return at <= self.proved_at + FRESH_FOR


def herself(*, purposes: frozenset[str], categories: frozenset[str]) -> Duty:
    """Return the duty of a person at her own page: she sees all of her own, and the page shows nobody else's."""
    return Duty(
        actor=NOBODY,
        role="visitor",
        purpose="rights",
        purposes=purposes,
        categories=categories,
        may=frozenset({"read", "write"}),
    )
