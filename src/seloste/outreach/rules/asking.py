"""How often somebody may ask, and how long an answer waits."""

import hmac
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from seloste.floods.rules import Limit
from seloste.outreach.choices import Opens

#: How long a request waits for the person at the address: two days, or an hour where it opens all her data.
WAITS = {Opens.PREFERENCES: timedelta(hours=48), Opens.MYDATA: timedelta(hours=1)}
#: A code is for typing now.
CODE_LASTS = timedelta(minutes=15)
#: Guesses at one code: five in a million.
MOST_TRIES = 5
#: Messages that strangers can have us send to one address.
TO_AN_ADDRESS = Limit(an_hour=3, a_day=6)
#: Requests, and guesses at codes, from one network.
FROM_A_NETWORK = Limit(an_hour=20)
#: Signs of a code.
CODE_LENGTH = 6


def code_of(number: int) -> str:
    """Return the number as people read it out."""
    return f"{number:0{CODE_LENGTH}d}"


def read_code(typed: str) -> str:
    """Return the code a person meant, whatever spaces and dashes stand in it; empty where it cannot be one."""
    signs = "".join(sign for sign in typed if sign.isdecimal())
    code = "".join(str(int(sign)) for sign in signs)
    return code if len(code) == CODE_LENGTH else ""


def sealed(code: str, *, request_id: UUID, key: bytes) -> bytes:
    """Return what is kept of a code: a keyed mark that is right for one request alone."""
    return hmac.digest(key, request_id.bytes + code.encode(), "sha256")


def hash_of(words: str) -> str:
    """Return the mark of the exact words of a consent (SHA-256)."""
    return sha256(words.encode()).hexdigest()


def masked(address: str) -> str:
    """Return enough of an address for its owner to know it by: ``m•••@example.com``, ``•••567``."""
    local, at, domain = address.rpartition("@")
    if at:
        return f"{local[:1]}•••@{domain}"
    return f"•••{address[-3:]}" if address else ""
