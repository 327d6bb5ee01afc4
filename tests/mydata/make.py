# ruff: noqa: ANN401 -- the test client's own kind of response; values go through to the deeds
"""What the tests of this room stand on: somebody known for half a year, the letter to her, and her open page."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.test import Client
from tests import make

from seloste.kernel.clock import now
from seloste.mail.models import Message
from seloste.mydata import jobs
from seloste.mydata.forms import AskForm
from seloste.mydata.models import Session

ADDRESS = "maija@example.com"
PAGE, CODE = "/omat-tiedot/", "/omat-tiedot/koodi/"
LONG_AGO = timedelta(days=180)


def known(email: str = ADDRESS, *, ago: timedelta = LONG_AGO, **rest: Any) -> UUID:
    """Return a person who has been in the register for half a year."""
    make.version_id(now() - ago)
    return make.person(at=now() - ago, email=email, **rest)


def ask(email: str = ADDRESS, *, path: str = PAGE, **rest: Any) -> Any:
    """Ask for a letter to the address, as the page would."""
    token = AskForm(language="fi", at=now() - timedelta(minutes=1)).fresh_token()
    return Client().post(path, {"email": email, "website": "", "token": token, **rest})


def letters(address: str = ADDRESS) -> list[Message]:
    """Return what was queued for the address, the oldest first."""
    return list(Message.objects.filter(address=address).order_by("queued_at", "id"))


def asked(email: str = ADDRESS, *, to: str = "", **rest: Any) -> Message:
    """Ask, let the worker write, and return the letter that left."""
    ask(email, **rest)
    jobs.write_letters(now())
    return letters(to or email)[-1]


def code_in(letter: Message) -> str:
    """Return the code in a letter."""
    found = re.search(r"\b\d{3} \d{3}\b", letter.text)
    assert found, letter.text
    return found[0]


def link_in(letter: Message) -> str:
    """Return the path of the link in a letter."""
    found = re.search(r"https?://\S*/(?:avaa|oppna|open)/[\w-]{60,}/", letter.text)
    assert found, letter.text
    return urlsplit(found[0]).path


def enter(code: str, email: str = ADDRESS, *, browser: Client | None = None) -> Any:
    """Type a code."""
    return (browser or Client()).post(CODE, {"email": email, "code": code})


def browser_of(email: str = ADDRESS) -> Client:
    """Return a browser in which the person's page is open."""
    browser = Client()
    answer = enter(code_in(asked(email)), email, browser=browser)
    assert answer.status_code == 302, answer.content.decode()
    return browser


def token_of(browser: Client) -> str:
    """Return the token that a browser has."""
    return browser.cookies[settings.MYDATA_COOKIE_NAME].value


def session_of(browser: Client) -> Session:
    """Return the open page of a browser."""
    from seloste.mydata.rules import sealed

    return Session.objects.get(seal=sealed(token_of(browser)))


def say(browser: Client, path: str, **told: Any) -> Any:
    """Send a form of the open page."""
    return browser.post(path, {"session": str(session_of(browser).id), **told})


def grow_old(browser: Client, *, by: timedelta = timedelta(minutes=11)) -> None:
    """Let time pass since the page was opened."""
    row = session_of(browser)
    Session.objects.filter(id=row.id).update(
        begun_at=row.begun_at - by, proved_at=row.proved_at - by, until_at=row.until_at - by
    )
