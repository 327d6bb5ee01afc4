"""The finished bytes of messages: what must stand in them, and what must not."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from tests import make
from tests.consents.make import ADDRESS
from tests.mail import make as mail
from tests.mail import relay as relays

from seloste.declaration.load import current
from seloste.kernel.duty import system
from seloste.mail.jobs import Sender
from seloste.mail.models import Message
from seloste.mail.rules import Attachment, markup
from seloste.mail.transport import Smtp
from seloste.register import actions as register
from seloste.register.models import NoticeDelivery

pytestmark = pytest.mark.django_db
LANGUAGES = ["fi", "sv", "en"]


@dataclass
class Leave:
    """Sends what waits and returns the message as it came over the wire."""

    ledger: Path
    raw: bytes = b""

    def __call__(self, _message_id: UUID) -> EmailMessage:
        """Send it."""
        with relays.running(self.ledger) as relay:
            assert Sender(Smtp(relay.url)).run(make.AT) == 1
            self.raw = relay.mail[-1]
            return relay.messages()[-1]


@pytest.fixture
def leave(tmp_path: Path) -> Leave:
    return Leave(tmp_path / "ledger")


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body(preferencelist=(kind,))
    assert found
    return str(found.get_content())


class Seen(HTMLParser):
    """What a mail program would find in the HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.targets: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.targets += [value or "" for name, value in attrs if name in {"href", "src", "action", "background"}]


def seen(html: str) -> Seen:
    found = Seen()
    found.feed(html)
    return found


# --- Marketing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_marketing_says_everything_the_law_wants_in_both_forms(language: str, leave: Leave) -> None:
    message = leave(mail.marketing(language=language))
    controller = current().controller
    objection = current().right["marketing_objection"].text.in_language(language)

    for kind in ("plain", "html"):
        text = part(message, kind)
        for wanted in (
            controller.name,
            controller.street,
            controller.email,
            mail.opt_out().one_click_url,
            mail.opt_out().preferences_url,
            "Uusi versio on ilmestynyt.",
        ):
            assert wanted in text
        assert objection in " ".join(text.split())


def test_marketing_offers_one_click_exactly_as_rfc_8058_says(leave: Leave) -> None:
    message_id = mail.marketing()
    message = leave(message_id)

    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"] == (
        f"<{mail.opt_out().one_click_url}>, <mailto:support@husgrove.com?subject=unsubscribe%20{message_id.hex}>"
    )
    assert message["List-Id"] == "<direct-marketing.husgrove.com>"
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in leave.raw


def test_reason_follows_the_rule_that_allows(leave: Leave) -> None:
    message = leave(mail.marketing(language="en"))

    assert "Why did I get this? You have consented to marketing by e-mail." in part(message, "plain")


def test_first_message_about_data_from_elsewhere_carries_article_14(leave: Leave) -> None:
    person_id = at_work()
    message = leave(mail.marketing(person_id, language="en", address="maija@mallila.example"))
    text = part(message, "plain")

    assert "This is your address at work, and the matter belongs to your duties." in text
    assert "From where: Public web page" in text
    for wanted in ("What data:", "Why and for how long:", "Who receives the data:", "Your rights:", "tietosuoja@om.fi"):
        assert wanted in text


def test_person_counts_as_informed_once_the_message_that_said_it_was_taken(leave: Leave) -> None:
    person_id = at_work()
    owed = NoticeDelivery.objects.filter(person_id=person_id, delivered_at=None)
    message_id = mail.marketing(person_id, address="maija@mallila.example")
    assert owed.count() == 1

    leave(message_id)

    assert owed.count() == 0
    assert NoticeDelivery.objects.get(person_id=person_id).channel == "email"
    second = leave(mail.marketing(person_id, address="maija@mallila.example", language="en"))
    assert "This is what we know of you" not in part(second, "plain")


def at_work(address: str = "maija@mallila.example") -> UUID:
    """Return somebody found on a company's page, whose duties our matter belongs to, and who has not been told yet."""
    by = make.duty("marketing")
    origin = make.origin("web_page", purposes=("b2b_contact", "direct_marketing"), detail="www.mallila.example")
    person_id = register.add_person(by=by, at=make.AT, origin=origin, given_name="Maija", family_name="Mallikas")
    told: dict[str, Any] = {"by": by, "at": make.AT, "origin": origin}
    register.add_contact_point(**told, person_id=person_id, kind="email", value=address)
    employer = register.add_organisation(**told, name="Mallila Oy", website="https://www.mallila.example")
    position = register.add_position(**told, person_id=person_id, organisation_id=employer, title="ostaja")
    register.note_relevance(by=by, at=make.AT, person_id=person_id, item_id=position, relevance="ohjelmistot")
    register.verify_contact_point(by=system("direct_marketing"), at=make.AT, person_id=person_id, address=address)
    return person_id


# --- Service ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_service_message_carries_no_way_out_of_marketing_and_no_promotion(language: str, leave: Leave) -> None:
    message = leave(mail.service(language=language))

    assert [name for name in message if name.lower().startswith("list-")] == []
    for kind in ("plain", "html"):
        text = part(message, kind)
        assert "suostumukset" not in text
        assert current().controller.name in text


def test_automatic_messages_say_so_and_those_of_staff_do_not(leave: Leave) -> None:
    assert leave(mail.service())["Auto-Submitted"] == "auto-generated"
    assert leave(mail.service(by=make.duty()))["Auto-Submitted"] is None


# --- All --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make_one", [mail.marketing, mail.service])
def test_nothing_in_the_bytes_tells_anybody_that_they_were_read(make_one: Callable[..., UUID], leave: Leave) -> None:
    message = leave(
        make_one(html=f'<h2>Hei</h2><p>Lue <a href="{settings.PUBLIC_ORIGIN}/tietosuoja/">seloste</a>.</p>')
    )
    found = seen(part(message, "html"))

    assert found.tags <= markup.ELEMENTS | {"html", "head", "meta", "title", "style", "body", "main", "footer", "h1"}
    assert [one for one in found.targets if not one.startswith((f"{settings.PUBLIC_ORIGIN}/", "mailto:"))] == []
    assert found.attributes <= {"lang", "charset", "name", "content", "class", "href"}
    assert re.findall(r"url\(|@import|expression", part(message, "html")) == []
    assert markup.faults(part(message, "html"), settings.PUBLIC_ORIGIN) == []


def test_message_is_one_envelope_with_one_recipient_and_stable_mark(leave: Leave) -> None:
    message_id = mail.service(subject="Tilauksesi: hyvää päivää – ääkköset ja 日本語 säilyvät")
    message = leave(message_id)
    raw = leave.raw

    assert message["Message-ID"] == Message.objects.get(id=message_id).message_id
    assert (parseaddr(str(message["To"]))[1], message["Cc"], message["Bcc"]) == (ADDRESS, None, None)
    assert message["Subject"] == "Tilauksesi: hyvää päivää – ääkköset ja 日本語 säilyvät"
    assert re.search(rb"\r\nSubject: \S", raw)
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_html_speaks_the_messages_language_and_follows_the_readers_light(leave: Leave) -> None:
    html = part(leave(mail.service(language="sv", subject="Svar")), "html")

    assert '<html lang="sv">' in html
    assert "prefers-color-scheme:dark" in html
    assert " style=" not in html
    assert "<h1>Svar</h1>" in html


def test_lines_that_begin_with_dots_arrive_as_they_were(leave: Leave) -> None:
    text = "Alku\n.\n..kaksi\n.yksi\nloppu"
    assert text in part(leave(mail.service(text=text)), "plain").replace("\r\n", "\n")


def test_file_goes_along(leave: Leave) -> None:
    file = Attachment(name="kuitti.pdf", content_type="application/pdf", content=b"%PDF-1.7 \x00\xff")
    message = leave(mail.service(attachments=[file]))

    found = [(one.get_filename(), one.get_content_type(), one.get_content()) for one in message.iter_attachments()]
    assert found == [("kuitti.pdf", "application/pdf", b"%PDF-1.7 \x00\xff")]


def test_content_is_known_by_its_hash(leave: Leave) -> None:
    message_id = mail.marketing()
    leave(message_id)
    message = Message.objects.get(id=message_id)

    assert re.fullmatch(r"[0-9a-f]{64}", message.content_hash)
    assert {"label", "sender", "reason", "opt_out"} <= set(message.carries)
