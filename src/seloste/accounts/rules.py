"""What holds for every account and session, decided without tables and without a clock."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from seloste.kernel.duty import NOBODY, Duty

#: A working day, and a cup of coffee (OWASP session management; P39).
SESSION_ENDS_AFTER = timedelta(hours=8)
SESSION_IDLES_AFTER = timedelta(minutes=15)
#: How exactly the last click is kept: every click would cost a write.
SEEN_EVERY = timedelta(seconds=30)
#: A deed that changes how one signs in wants proof of identity not older than this.
PROOF_LASTS = timedelta(minutes=5)
#: An enrolment link opens an account, so it lives a day and works once.
INVITATION_LASTS = timedelta(hours=24)

#: The purpose under which people look after their own login.
OWN_LOGIN = "staff_access"
#: Invented people live in a domain that nobody can own (RFC 2606).
DEMO_DOMAIN = "@example.com"
#: The demo's own: login and name by job role.
DEMO_STAFF = {
    "customer_service": ("asiakaspalvelu@example.com", "Aino Esimerkki"),
    "marketing": ("markkinointi@example.com", "Mikael Malli"),
    "accounting": ("talous@example.com", "Taina Testinen"),
    "technical": ("tekniikka@example.com", "Teemu Kokeilija"),
    "privacy": ("tietosuoja@example.com", "Tiina Näyte"),
    "owner": ("omistaja@example.com", "Oskar Keksitty"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Life:
    """When a signed-in session began and when it was last used."""

    started_at: datetime
    seen_at: datetime

    def is_over(self, at: datetime) -> bool:
        """Tell whether the session has run its time or lain unused too long."""
        return at - self.started_at >= SESSION_ENDS_AFTER or at - self.seen_at >= SESSION_IDLES_AFTER

    def is_due(self, at: datetime) -> bool:
        """Tell whether the last click is worth writing down."""
        return at - self.seen_at >= SEEN_EVERY


def text_hash(title: str, paragraphs: Sequence[str]) -> str:
    """Return the SHA-256 of a text as it was read: its title and its paragraphs in order."""
    return hashlib.sha256("\n\n".join([title, *paragraphs]).encode()).hexdigest()


def token_hash(token: str) -> str:
    """Return what is kept of a link: with 256 random bits in the link a plain hash cannot be searched."""
    return hashlib.sha256(token.encode()).hexdigest()


def session_hash(key: str) -> str:
    """Return under which name a session is kept: who reads the table cannot take over a session (160 bits)."""
    return hashlib.blake2b(key.encode(), digest_size=20).hexdigest()


def operator() -> Duty:
    """Return the duty of the person at the machine's command line, who sets up the first account."""
    return Duty(
        actor=NOBODY,
        role="operator",
        purpose=OWN_LOGIN,
        purposes=frozenset(),
        categories=frozenset({"staff"}),
        may=frozenset({"staff"}),
    )
