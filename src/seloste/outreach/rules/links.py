"""Links that say who may do what, by themselves: signed, opaque, with neither a name nor an address in them.

A link is bytes of a fixed shape and a mark over them (HMAC-SHA-256, 128 bits of it; RFC 2104 §5), in base64url. It is
read in one spelling alone, and whatever is wrong with it, the answer and the work are the same.
"""

import base64
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from hashlib import sha256
from uuid import UUID

from seloste.consents.choices import Channel
from seloste.outreach.choices import Opens
from seloste.outreach.rules.asking import WAITS


class Kind(IntEnum):
    """What a link opens. A link of one kind opens nothing of another."""

    PREFERENCES = 1
    ASKED = 2
    ONE_CLICK = 3
    MYDATA = 4


#: How long a link opens its page. One that only forbids has no end: a message from years ago still works.
LASTS: dict[Kind, timedelta | None] = {
    Kind.PREFERENCES: timedelta(days=90),
    Kind.ASKED: WAITS[Opens.PREFERENCES],
    Kind.ONE_CLICK: None,
    Kind.MYDATA: WAITS[Opens.MYDATA],
}
#: Whose link it is where the register knows nobody: the mark of the address is then all there is.
NOBODY = UUID(int=0)
#: The shape: version, kind, channel, moment in seconds, person (or request), mark of the address.
_SHAPE = struct.Struct(">BBBQ16s32s")
_VERSION = 1
_MARK = 16
_CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.SOCIAL, Channel.PHONE, Channel.POST)
_LENGTH = _SHAPE.size + _MARK
#: The length of every link, in characters.
LETTERS = -(-_LENGTH * 4 // 3)


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """What a link says: for whom (a person, or the request to be confirmed), for which address and channel, since when.

    ``mark`` is the keyed mark of the address, 32 bytes (``kernel.marks``).
    """

    kind: Kind
    subject: UUID
    mark: bytes
    made_at: datetime
    channel: Channel = Channel.EMAIL

    def is_over(self, at: datetime) -> bool:
        """Tell whether the link's time is up; one from the future (a clock that jumped) is not taken either."""
        lasts = LASTS[self.kind]
        return lasts is not None and not (self.made_at - timedelta(minutes=5) <= at <= self.made_at + lasts)


def signing_key(secret: str) -> bytes:
    """Return the key of links, derived from the installation's secret and good for nothing else."""
    return hmac.digest(secret.encode(), b"seloste.outreach.links", "sha256")


def write(link: Link, key: bytes) -> str:
    """Return the link's letters, for an address."""
    said = _SHAPE.pack(
        _VERSION,
        link.kind,
        _CHANNELS.index(link.channel),
        int(link.made_at.timestamp()),
        link.subject.bytes,
        link.mark,
    )
    return base64.urlsafe_b64encode(said + _mark(said, key)).rstrip(b"=").decode()


def read(letters: str, key: bytes, *, kinds: frozenset[Kind], at: datetime) -> Link | None:
    """Return what a link of one of the kinds says; None where it is forged, cut, over, of another kind or not ours."""
    said, mark = _parts(letters)
    is_ours = hmac.compare_digest(_mark(said, key), mark)
    link = _link(said)
    if not is_ours or link is None or link.kind not in kinds or link.is_over(at):
        return None
    return link


def _mark(said: bytes, key: bytes) -> bytes:
    return hmac.digest(key, said, sha256)[:_MARK]


def _parts(letters: str) -> tuple[bytes, bytes]:
    """Return the bytes and their mark; for what is no link, bytes of the same length whose mark cannot be right."""
    try:
        found = base64.urlsafe_b64decode(letters[:LETTERS] + "=" * (-LETTERS % 4))
    except ValueError:
        found = b""
    is_whole = len(found) == _LENGTH and base64.urlsafe_b64encode(found).rstrip(b"=") == letters.encode()
    return (found[:-_MARK], found[-_MARK:]) if is_whole else (bytes(_SHAPE.size), b"")


def _link(said: bytes) -> Link | None:
    version, kind, channel, made, subject, mark = _SHAPE.unpack(said)
    try:
        return (
            Link(
                kind=Kind(kind),
                subject=UUID(bytes=subject),
                mark=mark,
                made_at=datetime.fromtimestamp(made, tz=UTC),
                channel=_CHANNELS[channel],
            )
            if version == _VERSION
            else None
        )
    except (ValueError, IndexError, OverflowError, OSError):
        return None
