"""Links to a subscription or a file: signed and opaque, with nothing of the customer in them.

A link is a kind, a random id and a mark over both (HMAC-SHA-256, whole), in base64url, read in one spelling alone. It
is so long that the outbox knows it for a secret and veils it (``mail.rules.envelope.veiled``).
"""

import base64
import hmac
from enum import IntEnum
from uuid import UUID


class Kind(IntEnum):
    """What a link opens."""

    SUBSCRIPTION = 1  # the page of a subscription, where it can be changed and cancelled
    DOWNLOAD = 2  # a file, a few times within a few days


_MARK = 32
_LENGTH = 1 + 16 + _MARK


def signing_key(secret: str) -> bytes:
    """Return the key of these links, derived from the installation's secret and good for nothing else."""
    return hmac.digest(secret.encode(), b"seloste.services.links", "sha256")


def write(kind: Kind, row: UUID, key: bytes) -> str:
    """Return the link's letters, for an address."""
    said = bytes([kind]) + row.bytes
    return base64.urlsafe_b64encode(said + _mark(said, key)).rstrip(b"=").decode()


def read(kind: Kind, letters: str, key: bytes) -> UUID | None:
    """Return what the letters open; None where they are forged, cut, of another kind or spelling, or not ours."""
    try:
        found = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    except ValueError:
        return None
    said, mark = found[:-_MARK], found[-_MARK:]
    is_one_spelling = base64.urlsafe_b64encode(found).rstrip(b"=") == letters.encode()
    is_whole = len(found) == _LENGTH and said[0] == kind
    if not is_whole or not is_one_spelling or not hmac.compare_digest(_mark(said, key), mark):
        return None
    return UUID(bytes=said[1:])


def _mark(said: bytes, key: bytes) -> bytes:
    return hmac.digest(key, said, "sha256")
