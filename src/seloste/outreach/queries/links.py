"""Addresses that open a page for whoever holds them, made and read with the installation's key."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from seloste.consents.choices import Channel
from seloste.outreach.rules import links
from seloste.outreach.rules.links import Kind, Link


def opened(letters: str, *, kinds: frozenset[Kind], at: datetime) -> Link | None:
    """Return what the letters of a link say, or None where they open nothing."""
    return links.read(letters, _key(), kinds=kinds, at=at)


def letters_of(link: Link) -> str:
    """Return the letters of a link."""
    return links.write(link, _key())


def preferences_url(*, person_id: UUID, mark: bytes, language: str, at: datetime) -> str:
    """Return the absolute address of a person's preference page, good for 90 days."""
    link = Link(kind=Kind.PREFERENCES, subject=person_id, mark=mark, made_at=at)
    return address("outreach:preferences", letters_of(link), language=language)


def asked_url(*, request_id: UUID, mark: bytes, language: str, asked_at: datetime) -> str:
    """Return the absolute address that was asked for, good for as long as the request waits."""
    return address("outreach:preferences", asked_letters(request_id, mark=mark, asked_at=asked_at), language=language)


def asked_letters(request_id: UUID, *, mark: bytes, asked_at: datetime) -> str:
    """Return the letters of the link to a request."""
    return letters_of(Link(kind=Kind.ASKED, subject=request_id, mark=mark, made_at=asked_at))


def mydata_letters(request_id: UUID, *, mark: bytes, asked_at: datetime) -> str:
    """Return the letters of the link that opens one's own data, once and within the hour."""
    return letters_of(Link(kind=Kind.MYDATA, subject=request_id, mark=mark, made_at=asked_at))


def one_click_url(*, person_id: UUID, mark: bytes, channel: Channel, language: str, at: datetime) -> str:
    """Return the absolute address at which one click ends marketing by the channel, for ever good (RFC 8058)."""
    link = Link(kind=Kind.ONE_CLICK, subject=person_id, mark=mark, made_at=at, channel=channel)
    return address("outreach:one_click", letters_of(link), language=language)


def address(name: str, *args: object, language: str) -> str:
    """Return the absolute address of a page in the language."""
    with override(language):
        return f"{settings.PUBLIC_ORIGIN}{reverse(name, args=args)}"


def _key() -> bytes:
    return links.signing_key(settings.SEAL_KEY)
