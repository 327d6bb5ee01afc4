# ruff: noqa: ANN401 -- the test client's own kind of response; values go through to the deeds
"""What the tests of this room stand on: an address that asked, the message that left, and the way behind its link."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpResponse
from django.test import Client
from tests import make

from seloste.consents.choices import Channel
from seloste.kernel.clock import now
from seloste.kernel.marks import mark_of
from seloste.mail.models import Message
from seloste.outreach.forms import AskForm
from seloste.outreach.queries import links

ADDRESS = "maija@example.com"
START = "/suostumukset/"
CODE = "/suostumukset/koodi/"
CONSENT = "marketing_email"


def token(*, age: timedelta = timedelta(minutes=1)) -> str:
    """Return the mark of a form that was opened a minute ago."""
    return AskForm(language="fi", at=now() - age).fresh_token()


def ask(
    address: str = ADDRESS, *, wanted: Sequence[str] = (), client: Client | None = None, **rest: Any
) -> HttpResponse:
    """Ask for a link to the address, as the page would."""
    boxes = {f"consent_{key}": "on" for key in wanted}
    sent: Any = {"email": address, "website": "", "token": token(), **boxes, **rest}
    return (client or Client()).post(START, sent)  # type: ignore[return-value]


def messages(address: str = ADDRESS) -> list[Message]:
    """Return what was queued for the address, the oldest first."""
    return list(Message.objects.filter(address=address).order_by("queued_at", "id"))


def link_in(message: Message) -> str:
    """Return the path of the link in a message."""
    found = re.search(r"https?://\S*/suostumukset/[\w-]{60,}/", message.text)
    assert found, message.text
    return urlsplit(found[0]).path


def code_in(message: Message) -> str:
    """Return the code in a message, as it is written there."""
    found = re.search(r"\b\d{3} \d{3}\b", message.text)
    assert found, message.text
    return found[0]


def asked(address: str = ADDRESS, *, wanted: Sequence[str] = (), **rest: Any) -> str:
    """Ask, and return the path of the link that came."""
    ask(address, wanted=wanted, **rest)
    return link_in(messages(address)[-1])


def subscriber(address: str = ADDRESS) -> UUID:
    """Return somebody who asked for the newsletter and confirmed it."""
    from seloste.consents.queries import persons_with

    Client().post(asked(address, wanted=[CONSENT]), {"do": "confirm"})
    return persons_with(address)[0]


def person(address: str = ADDRESS, **rest: Any) -> UUID:
    """Return a customer with the address who has said nothing about marketing."""
    return make.person(at=now(), email=address, **rest)


def letter_link(person_id: UUID, address: str = ADDRESS, *, at: datetime | None = None) -> str:
    """Return the path of the link to her page that stands at the foot of a letter."""
    mark = mark_of(address)
    return urlsplit(links.preferences_url(person_id=person_id, mark=mark, language="fi", at=at or now())).path


def one_click(person_id: UUID, address: str = ADDRESS, *, at: datetime | None = None) -> str:
    """Return the path of the one-click link of a letter."""
    told: Any = {"person_id": person_id, "mark": mark_of(address), "language": "fi", "at": at or now()}
    return urlsplit(links.one_click_url(channel=Channel.EMAIL, **told)).path
