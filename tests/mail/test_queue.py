"""What enters the outbox: one message a key, one recipient, and nothing that must not be said or carried."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, transaction
from tests import make
from tests.consents.make import reachable
from tests.mail import make as mail

from seloste.audit.models import AuditEvent
from seloste.kernel.refusals import Refusal
from seloste.kernel.timeline import entries
from seloste.mail import actions, queries
from seloste.mail.actions import MayNotContact
from seloste.mail.choices import MessageKind
from seloste.mail.models import Message, MessageEvent
from seloste.mail.rules import Attachment, NotSendable, OptOut

pytestmark = pytest.mark.django_db
OWN = settings.PUBLIC_ORIGIN


def test_message_is_queued_with_its_mark_and_its_decision() -> None:
    message_id = mail.service()

    message = Message.objects.get(id=message_id)
    assert (message.state, message.queued_rule, message.is_automatic) == ("queued", "S1.service", True)
    assert message.message_id == f"<{message_id.hex}@husgrove.com>"
    assert [event.state for event in MessageEvent.objects.filter(message=message_id)] == ["queued"]
    assert AuditEvent.objects.filter(deed="message.queued", item=message_id).count() == 1
    assert queries.fate(message_id).state == "queued"


def test_the_same_key_is_one_message() -> None:
    first, second = mail.service(key="test:1"), mail.service(key="test:1", text="Toinen")

    assert (first, Message.objects.count(), MessageEvent.objects.count()) == (second, 1, 1)


def test_marketing_is_queued_for_somebody_who_consented() -> None:
    message = Message.objects.get(id=mail.marketing())

    assert (message.queued_rule, message.queued_evidence != "") == ("M2.consent", True)


def test_marketing_to_somebody_who_has_not_consented_is_refused_with_its_rule() -> None:
    with pytest.raises(MayNotContact) as refused:
        mail.marketing(reachable())

    assert refused.value.decision.rule == "M7.no_ground"
    assert Message.objects.count() == 0


def test_marketing_to_an_address_alone_is_refused() -> None:
    mail.consenting()

    with pytest.raises(MayNotContact):
        actions.queue(**mail.told(kind="marketing", purpose="direct_marketing", person_id=None, opt_out=mail.opt_out()))


@pytest.mark.parametrize(
    "changes",
    [
        {"address": "maija@example.com, toinen@example.com"},
        {"address": "maija@example.com;toinen@example.com"},
        {"address": "Maija <maija@example.com>"},
        {"address": "maija@example.com\r\nBcc: kaikki@example.com"},
        {"address": "maija@example.com\nBcc: kaikki@example.com"},
        {"address": " maija@example.com"},
        {"address": "maija@example.com "},
        {"address": "maija@example.com\x00"},
        {"address": "määijä@example.com"},
        {"address": "maija\u200b@example.com"},
        {"address": '"maija, toinen@example.com"@example.com'},
        {"address": "maija(kommentti)@example.com"},
        {"address": "maija@example.com>, <toinen@example.com"},
        {"address": "maija@[127.0.0.1]"},
        {"address": "maija"},
        {"address": ""},
        {"address": "m" * 65 + "@example.com"},
        {"address": "maija@" + "e" * 300 + ".com"},
        {"subject": "Hei\r\nBcc: kaikki@example.com"},
        {"subject": "Hei\nX-Oma: 1"},
        {"subject": "Hei\x00"},
        {"subject": "Hei\u2028toinen rivi"},
        {"subject": "Hei\u202eieh"},
        {"subject": "Hei\x1b[31m"},
        {"subject": "   "},
        {"subject": ""},
        {"subject": "x" * 201},
        {"text": ""},
        {"text": "\x00"},
        {"text": "yksi\rkaksi"},
        {"text": "x" * 100_001},
        {"text": "Tunnuksesi on 131052-308T."},
        {"html": "<p>" + "x" * 100_001 + "</p>"},
        {"html": '<img src="https://example.com/pixel.gif">'},
        {"html": "<p style='background:url(https://example.com/p)'>x</p>"},
        {"html": "<script>alert(1)</script>"},
        {"html": '<a href="https://example.com/r?to=1">x</a>'},
        {"html": f'<a href="{OWN}.example.com/">x</a>'},
        {"html": f'<a href="{OWN}@example.com/">x</a>'},
        {"html": '<a href="javascript:alert(1)">x</a>'},
        {"html": '<a href="//example.com/">x</a>'},
        {"html": '<a href="/tietosuoja/">x</a>'},
        {"html": f'<a href="{OWN}/x" ping="https://example.com">x</a>'},
        {"html": "<p>x"},
        {"html": "x</p>"},
        {"html": "<!-- [if mso]><img src=x><![endif]-->"},
        {"html": "<svg><p>x</p></svg>"},
        {"html": '<form action="https://example.com"><p>x</p></form>'},
        {"html": '<link rel="stylesheet" href="https://example.com/x.css">'},
        {"html": '<meta http-equiv="refresh" content="0;url=https://example.com">'},
        {"html": '<a href="mailto:a@example.com\r\nBcc: x@example.com">x</a>'},
        {"language": "de"},
        {"purpose": "cat_pictures"},
        {"key": ""},
        {"key": "maija mallikas"},
        {"key": "x" * 201},
        {"opt_out": OptOut(one_click_url=f"{OWN}/a/", preferences_url=f"{OWN}/b/")},
        {"kind": MessageKind.MARKETING, "purpose": "direct_marketing"},
        {"kind": MessageKind.MARKETING, "purpose": "customer_care", "opt_out": mail.opt_out()},
        {"attachments": [Attachment(name="a.exe", content_type="application/x-msdownload", content=b"MZ")]},
        {"attachments": [Attachment(name="../a.pdf", content_type="application/pdf", content=b"x")]},
        {"attachments": [Attachment(name='a"\r\nX: y.pdf', content_type="application/pdf", content=b"x")]},
        {"attachments": [Attachment(name="a.pdf", content_type="application/pdf", content=b"x" * 6_000_000)]},
        {
            "kind": MessageKind.LEGAL,
            "purpose": "rights",
            "attachments": [Attachment(name="a.pdf", content_type="application/pdf", content=b"x")],
        },
    ],
    ids=lambda changes: " ".join(f"{name}={str(value)[:40]!r}" for name, value in changes.items()),
)
def test_what_cannot_be_sent_safely_is_refused_and_leaves_nothing(changes: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        mail.service(**changes)

    assert (Message.objects.count(), MessageEvent.objects.count()) == (0, 0)


def test_opt_out_leads_nowhere_but_home() -> None:
    person_id = mail.consenting()

    for wrong in ("https://evil.example.com/x", f"{OWN}.evil.example.com/", f"{OWN}@evil.example.com/", f"{OWN}/a b"):
        with pytest.raises(NotSendable):
            mail.marketing(person_id, opt_out=OptOut(one_click_url=wrong, preferences_url=f"{OWN}/x/"))


def test_international_domain_is_written_as_smtp_takes_it() -> None:
    from seloste.mail.rules.envelope import on_the_wire

    message = Message.objects.get(id=mail.service(address="maija@päivä.example.fi"))

    assert (message.address, on_the_wire(message.address)) == (
        "maija@päivä.example.fi",
        "maija@xn--piv-qlac.example.fi",
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "accepted"},
        {"state": "handed_over"},
        {"state": "claimed"},
        {"state": "unknown"},
        {"state": "failed"},
        {"state": "cancelled"},
        {"state": "sent"},
        {"next_try_at": None},
        {"lease_until": make.AT},
        {"address": "a@example.com, b@example.com"},
        {"address": "a@example.com\nb@example.com"},
        {"subject": "a\nb"},
        {"text": ""},
        {"one_click_url": "https://example.com/"},
        {"message_id": "<1@x>\r\nX: y"},
        {"kind": "spam"},
    ],
    ids=str,
)
def test_database_refuses_a_row_that_cannot_be_true(changed: dict[str, Any]) -> None:
    message_id = mail.service()

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(id=message_id).update(**changed)


def test_marketing_cannot_lose_its_way_out() -> None:
    message_id = mail.marketing()

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(id=message_id).update(one_click_url="")


def test_fates_are_only_added_to() -> None:
    message_id = mail.service()

    for deed in (
        lambda: MessageEvent.objects.filter(message=message_id).update(state="accepted"),
        lambda: MessageEvent.objects.filter(message=message_id).delete(),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            deed()


def test_cancelled_message_never_leaves_and_says_why() -> None:
    message_id = mail.service()

    actions.cancel(by=make.duty(), at=make.AT, message_id=message_id)

    assert actions.claim(by=mail.BY, at=make.AT + timedelta(hours=1)) == []
    assert (queries.fate(message_id).state, queries.fate(message_id).why) == ("cancelled", "staff")
    with pytest.raises(actions.TooLate):
        actions.cancel(by=make.duty(), at=make.AT, message_id=message_id)


def test_messages_stand_on_the_persons_timeline_for_those_whose_job_it_is() -> None:
    person_id = reachable()
    mail.service(person_id=person_id)

    shown = [one.text for one in entries(make.duty(), person_id) if one.kind == "message_out"]
    assert shown == ["Vastaus kysymykseesi"]
    assert [one for one in entries(make.duty("accounting"), person_id) if one.kind == "message_out"] == []


def test_key_asked_for_at_the_same_moment_is_one_message() -> None:
    key = f"test:{uuid4()}"

    assert len({mail.service(key=key, at=make.AT + timedelta(seconds=number)) for number in range(3)}) == 1
