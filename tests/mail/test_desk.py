"""The desk's pages of messages that leave: seen by those whose job it is, and every look recorded."""

from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from tests import make
from tests.accounts.make import client_of
from tests.desk import make as desk
from tests.mail import make as mail

from seloste.audit.models import AuditEvent
from seloste.kernel.clock import now
from seloste.mail import actions, queries
from seloste.mail.actions import Done
from seloste.mail.models import Home, Message, MessageEvent
from seloste.mail.rules.course import Outcome, Result

pytestmark = pytest.mark.django_db


def page(role: str, name: str, *args: object) -> str:
    answer = client_of(role).get(reverse(name, args=args))
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def press(role: str, name: str, message_id: UUID, **values: str) -> Any:  # noqa: ANN401 -- the test client's answer
    return client_of(role).post(reverse(name, args=[message_id]), values)


def unknown(**changes: Any) -> UUID:  # noqa: ANN401 -- as in make
    """Return a message of which nobody knows whether it left."""
    message_id = (mail.marketing if "person_id" in changes else mail.service)(at=now(), **changes)
    claim = actions.claim(by=mail.BY, at=now())[0]
    actions.step(by=mail.BY, at=now(), release=claim)
    actions.step(by=mail.BY, at=now(), done=Done(claim=claim, result=Result(outcome=Outcome.UNKNOWN, verb="end")))
    return message_id


def test_list_shows_messages_of_the_duty_and_is_recorded() -> None:
    desk.client()
    mail.service(at=now(), subject="Vastaus tilaukseesi", person_id=desk.person(email="maija@example.com"))

    shown = page("customer_service", "desk:outbox")
    assert "Vastaus tilaukseesi" in shown
    assert "maija@example.com" in shown
    assert AuditEvent.objects.filter(deed="message.listed", subjects__len=1).count() == 1


def test_message_stands_on_the_persons_page_and_leads_to_its_fates() -> None:
    desk.client()
    person_id = desk.person(email="maija@example.com")
    message_id = mail.service(at=now(), person_id=person_id, subject="Vastaus tilaukseesi")

    shown = page("customer_service", "desk:person", person_id)
    assert "Vastaus tilaukseesi" in shown
    assert reverse("desk:sent", args=[message_id]) in shown
    assert f"/interaction/{message_id}/" not in shown


def test_message_outside_the_duty_does_not_exist() -> None:
    desk.client()
    message_id = mail.service(at=now())

    assert "Vastaus kysymykseesi" not in page("marketing", "desk:outbox")
    for role in ("marketing", "accounting", "owner", "technical"):
        assert client_of(role).get(reverse("desk:sent", args=[message_id])).status_code == 404
        assert press(role, "desk:sent_cancel", message_id).status_code == 404
        assert press(role, "desk:sent_decide", message_id, answer="arrived").status_code == 404
    assert Message.objects.get(id=message_id).state == "queued"


@pytest.mark.parametrize("role", ["accounting", "owner"])
def test_roles_that_see_no_correspondence_have_no_such_page(role: str) -> None:
    desk.client()

    assert client_of(role).get(reverse("desk:outbox")).status_code == 404
    assert "lahtevat" not in page(role, "desk:home")


def test_message_shows_its_fates_its_rule_and_its_words() -> None:
    desk.client()
    message_id = unknown()

    shown = page("customer_service", "desk:sent", message_id)
    for wanted in ("Olemme auki arkisin", f"<{message_id.hex}@husgrove.com>", "maija@example.com"):
        assert wanted in shown
    assert AuditEvent.objects.filter(deed="message.opened", item=message_id).count() == 1
    assert MessageEvent.objects.filter(message=message_id).count() == shown.count('<time class="num small"')


def test_queued_message_is_cancelled_once() -> None:
    desk.client()
    message_id = mail.service(at=now())

    for _ in range(2):
        assert press("customer_service", "desk:sent_cancel", message_id).status_code == 302

    message = Message.objects.get(id=message_id)
    assert (message.state, message.why) == ("cancelled", "staff")
    assert AuditEvent.objects.filter(deed="message.cancelled").count() == 1


@pytest.mark.parametrize(
    ("answer", "then"),
    [
        ("arrived", ("accepted", "staff_arrived")),
        ("resend", ("queued", "staff_resends")),
        ("leave", ("unknown", "left")),
    ],
)
def test_unknown_message_is_decided_by_who_knows(answer: str, then: tuple[str, str]) -> None:
    desk.client()
    message_id = unknown()

    press("customer_service", "desk:sent_decide", message_id, answer=answer)

    message = Message.objects.get(id=message_id)
    assert (message.state, message.why) == then
    assert AuditEvent.objects.filter(deed="message.decided", item=message_id).count() == 1


def test_unknown_messages_are_counted_in_the_menu_until_they_are_decided() -> None:
    desk.client()
    message_id = unknown()

    assert 'lahtevat/"' in page("customer_service", "desk:home")
    assert queries.unknown_count(by=make.duty()) == 1
    press("customer_service", "desk:sent_decide", message_id, answer="arrived")
    assert queries.unknown_count(by=make.duty()) == 0


def test_marketing_is_not_sent_again_by_anybody() -> None:
    desk.client("marketing")
    message_id = unknown(person_id=mail.consenting())

    assert 'value="resend"' not in page("marketing", "desk:sent", message_id)
    press("marketing", "desk:sent_decide", message_id, answer="resend")
    assert Message.objects.get(id=message_id).state == "unknown"


def test_answer_that_was_not_offered_does_nothing() -> None:
    desk.client()
    message_id = unknown()

    assert press("customer_service", "desk:sent_decide", message_id, answer="perhaps").status_code == 404


def test_list_is_filtered_and_wrong_filters_find_nothing() -> None:
    desk.client()
    mail.service(at=now())
    browser = client_of("customer_service")

    assert "Vastaus kysymykseesi" in browser.get(reverse("desk:outbox") + "?tila=queued").content.decode()
    assert "Vastaus kysymykseesi" not in browser.get(reverse("desk:outbox") + "?tila=failed").content.decode()
    for wrong in ("?tila=sent", "?ennen=1"):
        assert browser.get(reverse("desk:outbox") + wrong).status_code == 404


def test_list_asks_as_much_for_three_as_for_one(django_assert_num_queries: Any) -> None:  # noqa: ANN401 -- a fixture
    desk.client()
    browser = client_of("customer_service")
    browser.get(reverse("desk:outbox"))
    mail.service(at=now())
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        browser.get(reverse("desk:outbox"))
    mail.service(at=now())
    mail.service(at=now())
    with django_assert_num_queries(len(one)):
        browser.get(reverse("desk:outbox"))


def test_copied_database_is_told() -> None:
    desk.client()
    mail.service(at=now())
    Home.objects.update(database="1/other")

    assert "seloste mail adopt" in page("customer_service", "desk:outbox")
