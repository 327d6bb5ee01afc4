"""What mail servers answer is kept without the address they repeat, at whichever step and in whatever form."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from tests import make
from tests.mail import make as post
from tests.mail import relay as server

from seloste.mail import jobs
from seloste.mail.models import Home, Message, MessageEvent
from seloste.mail.rules import replies
from seloste.mail.transport import Smtp

ADDRESS = "Maija.Virtanen+uutiset@zqvirtanen.example"
#: As real servers say it (Postfix, Exim, Exchange, Gmail, qmail, a relay with VERP, one that knows names).
SAID = (
    "550 5.1.1 <Maija.Virtanen+uutiset@zqvirtanen.example>: Recipient address rejected: User unknown in virtual table",
    "550 Unrouteable address maija.virtanen+uutiset@ZQVIRTANEN.example",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient MAIJA.VIRTANEN not found by SMTP address lookup",
    "550 5.1.1 The email account that you tried to reach does not exist: maija.virtanen (zqvirtanen.example)",
    "550 no mailbox here by that name: Maija Virtanen, try bounces-maija.virtanen=zqvirtanen.example@relay.example",
    "550 5.7.1 rfc822;Maija.Virtanen+2Buutiset(at)zqvirtanen.example is over quota",
    "550 see https://relay.example/why?rcpt=Maija.Virtanen%2Buutiset%40zqvirtanen.example",
    "550 " + "x" * 190 + " Maija.Virtanen+uutiset at zqvirtanen.example",
)
STEPS = ("MAIL", "RCPT", "DATA", "before", "after")


def everything() -> str:
    """Return all that is kept of what was answered, in small letters."""
    kept = [
        *Message.objects.values_list("reply", flat=True),
        *MessageEvent.objects.values_list("reply", flat=True),
        *Home.objects.values_list("relay_trouble", flat=True),
    ]
    return " | ".join(kept).lower()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "step"), [(SAID[number % len(SAID)], STEPS[number % len(STEPS)]) for number in range(len(SAID) + 2)]
)
def test_reply_is_kept_without_the_address(tmp_path: Path, said: str, step: str) -> None:
    post.service(address=ADDRESS)
    post.service(address=ADDRESS, key="test:second")
    with server.running(tmp_path / "ledger", {step: server.say(said)}) as relay:
        jobs.Sender(Smtp(relay.url)).run(make.AT + timedelta(seconds=1))

    kept = everything()
    assert "550" in kept
    assert [piece for piece in ("maija", "virtanen", "uutiset", "@") if piece in kept] == []


@pytest.mark.parametrize("said", [*SAID, *(words.lower() for words in SAID), *(words.upper() for words in SAID)])
def test_no_piece_of_an_address_is_left_in_a_reply(said: str) -> None:
    kept = replies.kept(said, ADDRESS).lower()

    assert [piece for piece in ("maija", "virtanen", "uutiset", "@") if piece in kept] == []
    assert len(kept) <= replies.LONGEST


@pytest.mark.parametrize(
    ("said", "address", "kept"),
    [
        ("2.1.5 Ok", "ok@example.com", "2.1.5 <address>"),
        ("4.2.2 Mailbox full", "a@example.com", "4.2.2 Mailbox full"),
        ("5.1.1 <x@example.com>: unknown", "", "5.1.1 <address> unknown"),
        ("5.1.1 no such user here", "maija@example.com", "5.1.1 no such user here"),
        ("queued as 4XyZ1", "maija@example.com", "queued as 4XyZ1"),
        ("two\r\nlines\x00", "", "two lines"),
        ("", "maija@example.com", ""),
    ],
)
def test_what_is_no_address_is_kept_as_it_was_said(said: str, address: str, kept: str) -> None:
    assert replies.kept(said, address) == kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE mail_message SET reply = 'no maija@example.com here'",
        "UPDATE mail_home SET relay_trouble = 'RCPT: maija@example.com'",
    ],
)
def test_database_refuses_a_reply_with_an_address(statement: str) -> None:
    post.service()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
