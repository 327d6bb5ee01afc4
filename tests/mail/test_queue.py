"""What enters the outbox: one message a key, one recipient, and nothing that must not be said or carried."""

import pytest
from tests.mail import make as mail

from seloste.mail.models import Message, MessageEvent

pytestmark = pytest.mark.django_db


def test_message_is_queued_with_its_mark_and_its_decision() -> None:
    message_id = mail.service()

    message = Message.objects.get(id=message_id)
    assert (message.state, message.queued_rule, message.is_automatic) == ("queued", "S1.service", True)
    assert message.message_id == f"<{message_id.hex}@husgrove.com>"
    assert [event.state for event in MessageEvent.objects.filter(message=message_id)] == ["queued"]


def test_the_same_key_is_one_message() -> None:
    first, second = mail.service(key="test:1"), mail.service(key="test:1", text="Toinen")

    assert (first, Message.objects.count()) == (second, 1)


def test_marketing_is_queued_for_somebody_who_consented() -> None:
    message = Message.objects.get(id=mail.marketing())

    assert (message.queued_rule, message.queued_evidence != "") == ("M2.consent", True)
