"""Addresses that open a page for whoever holds them, made and read with the installation's key."""

from datetime import datetime
from uuid import UUID

from seloste.consents.choices import Channel
from seloste.kernel.links import Letters, page_address
from seloste.outreach.rules import links
from seloste.outreach.rules.links import Kind, Link

#: Half a mark (128 bits; RFC 2104 §5): these links stand in every letter.
_LETTERS = Letters("outreach.links", says=links.SAYS, mark=16)


def opened(letters: str, *, kinds: frozenset[Kind], at: datetime) -> Link | None:
    """Return what the letters of a link say, or None where they open nothing."""
    said = _LETTERS.read(letters)
    return links.read(said, kinds=kinds, at=at) if said is not None else None


def letters_of(link: Link) -> str:
    """Return the letters of a link."""
    return _LETTERS.write(links.said(link))


def preferences_url(*, person_id: UUID, mark: bytes, language: str, at: datetime) -> str:
    """Return the absolute address of a person's preference page, good for 90 days."""
    link = Link(kind=Kind.PREFERENCES, subject=person_id, mark=mark, made_at=at)
    return page_address("outreach:preferences", letters_of(link), language=language)


def asked_url(*, request_id: UUID, mark: bytes, language: str, asked_at: datetime) -> str:
    """Return the absolute address that was asked for, good for as long as the request waits."""
    return page_address(
        "outreach:preferences", asked_letters(request_id, mark=mark, asked_at=asked_at), language=language
    )


def asked_letters(request_id: UUID, *, mark: bytes, asked_at: datetime) -> str:
    """Return the letters of the link to a request."""
    return letters_of(Link(kind=Kind.ASKED, subject=request_id, mark=mark, made_at=asked_at))


def mydata_letters(request_id: UUID, *, mark: bytes, asked_at: datetime) -> str:
    """Return the letters of the link that opens one's own data, once and within the hour."""
    return letters_of(Link(kind=Kind.MYDATA, subject=request_id, mark=mark, made_at=asked_at))


def one_click_url(*, person_id: UUID, mark: bytes, channel: Channel, language: str, at: datetime) -> str:
    """Return the absolute address at which one click ends marketing by the channel, for ever good (RFC 8058)."""
    link = Link(kind=Kind.ONE_CLICK, subject=person_id, mark=mark, made_at=at, channel=channel)
    return page_address("outreach:one_click", letters_of(link), language=language)
