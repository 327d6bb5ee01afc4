"""Links that say by themselves what they open: signed and opaque, for pages that a person opens without signing in.

A link is bytes and a mark over them (HMAC, RFC 2104), in base64url without padding (RFC 4648 §5), and is read in one
spelling alone. Every use has a key of its own, so a link never opens the page of another. Whatever is wrong with one,
the answer and the work are the same. It is so long that the outbox knows it for a secret and veils it
(``mail.rules.envelope.veiled``).
"""

import base64
import hmac
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from seloste.kernel.keys import key_of

K = TypeVar("K", bound=IntEnum)


def page_address(page: str, *args: object, language: str) -> str:
    """Return the whole address of a page in the language, as letters carry it."""
    with override(language):
        return f"{settings.PUBLIC_ORIGIN}{reverse(page, args=args)}"


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of one use: so many bytes that say something, and so many of the mark."""

    use: str
    says: int
    mark: int = 32

    @property
    def length(self) -> int:
        """How many characters every link of this use has."""
        return -(-(self.says + self.mark) * 4 // 3)

    def write(self, said: bytes) -> str:
        """Return the letters that say this."""
        return _letters(said + self._mark(said))

    def read(self, letters: str) -> bytes | None:
        """Return what the letters say; None where they are forged, cut, spelled in another way, or of another use."""
        said, mark = self._parts(letters)
        return said if hmac.compare_digest(self._mark(said), mark) else None

    def _parts(self, letters: str) -> tuple[bytes, bytes]:
        """Return the bytes and their mark; of what is no link, as many bytes, and a mark that cannot be right."""
        try:
            found = base64.urlsafe_b64decode(letters[: self.length] + "=" * (-self.length % 4))
        except ValueError:
            found = b""
        is_whole = len(found) == self.says + self.mark and _letters(found) == letters
        return (found[: self.says], found[self.says :]) if is_whole else (bytes(self.says), b"")

    def _mark(self, said: bytes) -> bytes:
        return hmac.digest(key_of(self.use), said, "sha256")[: self.mark]


class Link(NamedTuple, Generic[K]):
    """What a link to a row says: what it opens, and of which row."""

    kind: K
    row: UUID


class RowLinks(Generic[K]):
    """Links to rows of a table, of several kinds: a kind and the random id of the row, with nothing of a person."""

    def __init__(self, use: str, kinds: type[K]) -> None:
        self._letters = Letters(use, says=1 + 16)
        self._kinds = kinds

    def write(self, kind: K, row: UUID) -> str:
        """Return the letters of a link to the row."""
        return self._letters.write(bytes([kind]) + row.bytes)

    def read(self, letters: str) -> Link[K] | None:
        """Return what the letters say; None where they open nothing, for whatever reason."""
        said = self._letters.read(letters)
        return Link(self._kinds(said[0]), UUID(bytes=said[1:])) if said else None


def _letters(whole: bytes) -> str:
    return base64.urlsafe_b64encode(whole).rstrip(b"=").decode()
