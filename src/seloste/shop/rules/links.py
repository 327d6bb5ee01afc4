"""Links to an order's page: signed and opaque, with nothing of the customer in them.

A link is a kind, the random id of the order and a mark over both (HMAC-SHA-256, whole), in base64url, read in one
spelling alone. It is so long that the outbox knows it for a secret and veils it (``mail.rules.envelope.veiled``).
"""

import base64
import hmac
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID


class Kind(IntEnum):
    """How the link came to whoever holds it. Both open the same page."""

    SHOWN = 1  # in the browser in which it was ordered: shows nothing about whose the address is
    MAILED = 2  # sent to the address of the order: whoever has it reads mail there


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """What a link says."""

    kind: Kind
    order: UUID


_MARK = 32
_LENGTH = 1 + 16 + _MARK


def signing_key(secret: str) -> bytes:
    """Return the key of these links, derived from the installation's secret and good for nothing else."""
    return hmac.digest(secret.encode(), b"seloste.shop.links", "sha256")


def write(link: Link, key: bytes) -> str:
    """Return the link's letters, for an address."""
    said = bytes([link.kind]) + link.order.bytes
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
    return Link(kind=Kind(said[0]), order=UUID(bytes=said[1:]))


def _mark(said: bytes, key: bytes) -> bytes:
    return hmac.digest(key, said, "sha256")
