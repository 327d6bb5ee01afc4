"""What a link says of who may do what: bytes of a fixed shape, with neither a name nor an address in them.

How they are signed and written: ``kernel.links``.
"""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
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
_CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.SOCIAL, Channel.PHONE, Channel.POST)
#: How many bytes a link says.
SAYS = _SHAPE.size


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


def said(link: Link) -> bytes:
    """Return the link as the bytes that are signed."""
    return _SHAPE.pack(
        _VERSION,
        link.kind,
        _CHANNELS.index(link.channel),
        int(link.made_at.timestamp()),
        link.subject.bytes,
        link.mark,
    )


def read(said: bytes, *, kinds: frozenset[Kind], at: datetime) -> Link | None:
    """Return what a link of one of the kinds says; None where it is over, of another kind, or of a later version."""
    link = _link(said)
    return link if link is not None and link.kind in kinds and not link.is_over(at) else None


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
