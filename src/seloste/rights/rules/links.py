"""Links to a request: signed and opaque. Whoever holds one may see how the matter stands, and nothing of the person.

A link is a kind, the random id of the request and a mark over both (HMAC-SHA-256, whole), in base64url, read in one
spelling alone. It is so long that the outbox knows it for a secret and veils it (``mail.rules.envelope.veiled``). It
opens as long as the matter is open, and ninety days after.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from uuid import UUID


class Kind(IntEnum):
    """What a link opens beyond how the matter stands."""

    VIEW = 1  # shown in the browser that sent the form: nothing more
    MAIL = 2  # sent to the address that was typed: shows that the address is hers
    ANSWER = 3  # sent to where the answer may go: the answer itself
    STOP = 4  # sent to every old address: stops an erasure that is planned


#: How long after the end a link still opens its page.
OPEN_AFTER = timedelta(days=90)
_MARK = 32
_LENGTH = 1 + 16 + _MARK


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """What a link says."""

    kind: Kind
    request: UUID


def signing_key(secret: str) -> bytes:
    """Return the key of these links, derived from the installation's secret and good for nothing else."""
    return hmac.digest(secret.encode(), b"seloste.rights.links", "sha256")


def write(link: Link, key: bytes) -> str:
    """Return the link's letters, for an address."""
    said = bytes([link.kind]) + link.request.bytes
    return base64.urlsafe_b64encode(said + _mark(said, key)).rstrip(b"=").decode()


def read(letters: str, key: bytes) -> Link | None:
    """Return what the letters say; None where they are forged, cut, written in another way or not ours."""
    try:
        found = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    except ValueError:
        return None
    said, mark = found[:-_MARK], found[-_MARK:]
    is_one_spelling = base64.urlsafe_b64encode(found).rstrip(b"=") == letters.encode()
    if len(found) != _LENGTH or not is_one_spelling or not hmac.compare_digest(_mark(said, key), mark):
        return None
    return Link(kind=Kind(said[0]), request=UUID(bytes=said[1:]))


def is_over(ended_at: datetime | None, at: datetime) -> bool:
    """Tell whether the page is no longer shown."""
    return ended_at is not None and at > ended_at + OPEN_AFTER


def _mark(said: bytes, key: bytes) -> bytes:
    return hmac.digest(key, said, "sha256")
