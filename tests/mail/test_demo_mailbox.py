"""The demo's own mail server and its inbox page; outside the demo there is neither."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests import make
from tests.mail import make as mail

from seloste.config.demo_mailbox import Mailbox
from seloste.mail import mailbox
from seloste.mail.choices import MessageState
from seloste.mail.jobs import Sender
from seloste.mail.models import Message
from seloste.mail.rules import Attachment
from seloste.mail.transport import Smtp

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(tmp_path: Path, settings: Settings) -> Path:
    settings.DEMO, settings.DEMO_MAILBOX = True, tmp_path
    return tmp_path


def sent(folder: Path) -> None:
    server = Mailbox(folder)
    try:
        assert Sender(Smtp(server.start(), ledger=folder / "ledger")).run(make.AT) > 0
    finally:
        server.stop()


def page(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_what_is_sent_is_kept_and_known(demo: Path) -> None:
    message_id = mail.service()
    sent(demo)

    out = Smtp("smtp://127.0.0.1:1", ledger=demo / "ledger")
    mark = Message.objects.get(id=message_id).message_id
    assert [one.recipient for one in mailbox.received(demo)] == ["maija@example.com"]
    assert (out.was_accepted(mark), out.was_accepted("<0@husgrove.com>")) == (True, False)


def test_address_that_begins_as_nobody_does_not_exist(demo: Path) -> None:
    message_id = mail.service(address="ei-ole@example.com")
    sent(demo)

    assert Message.objects.get(id=message_id).state == MessageState.FAILED
    assert mailbox.received(demo) == []


def test_inbox_lists_and_shows_a_message(demo: Path) -> None:
    mail.marketing()
    sent(demo)

    listed = page("/demo/posti/")
    shown = page(re.findall(r'href="(/demo/posti/[\d-]+/)"', listed)[0])
    assert "Uusi versio on täällä" in listed
    assert "maija@example.com" in shown
    assert "/suostumukset/abc/" in shown
    assert "List-Unsubscribe-Post" in shown
    assert 'name="List-Unsubscribe" value="One-Click"' in shown


def test_formatted_message_is_shown_where_it_can_do_nothing(demo: Path) -> None:
    mail.service()
    sent(demo)

    name = mailbox.received(demo)[0].name
    answer = Client().get(f"/demo/posti/{name}/html/")
    policy = answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "default-src 'none'" in policy
    assert "'self'" not in policy.replace("frame-ancestors 'self'", "")
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "unsafe" not in policy
    assert re.findall(r"<(?:img|script|link|iframe)", answer.content.decode()) == []


@pytest.mark.parametrize("path", ["/demo/posti/", "/demo/posti/1-1/", "/demo/posti/1-1/html/"])
def test_inbox_does_not_exist_outside_the_demo(path: str) -> None:
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("name", ["ledger", "1", "..", "%2e%2e%2fsecrets"])
def test_only_messages_are_shown(demo: Path, name: str) -> None:
    assert Client().get(f"/demo/posti/{name}/").status_code == 404


def test_files_of_a_message_can_be_saved(demo: Path) -> None:
    mail.service(attachments=[Attachment(name="ehdot.pdf", content_type="application/pdf", content=b"%PDF-1.7 x")])
    sent(demo)
    name = mailbox.received(demo)[0].name

    saved = Client().get(f"/demo/posti/{name}/0/")

    assert f'href="/demo/posti/{name}/0/"' in page(f"/demo/posti/{name}/")
    assert (saved.content, saved["Content-Disposition"]) == (b"%PDF-1.7 x", 'attachment; filename="ehdot.pdf"')
    assert saved["Content-Type"] == "application/octet-stream"
    assert [Client().get(f"/demo/posti/{name}/{place}/").status_code for place in (1, 99)] == [404, 404]
