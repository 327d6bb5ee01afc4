"""A message on its way: over a real connection to a real mail server, and written down whatever that says."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from tests import make
from tests.mail import make as mail
from tests.mail import relay as relays
from tests.mail.relay import Relay

from seloste.mail.jobs import Sender
from seloste.mail.models import Message, MessageEvent
from seloste.mail.transport import Smtp

pytestmark = pytest.mark.django_db


def send(relay: Relay, after: timedelta = timedelta(0)) -> int:
    return Sender(Smtp(relay.url, ledger=relay.ledger)).run(make.AT + after)


def fates(message_id: UUID) -> list[str]:
    return list(MessageEvent.objects.filter(message=message_id).order_by("id").values_list("state", flat=True))


def test_message_leaves_once_with_its_mark(tmp_path: Path) -> None:
    message_id = mail.service()

    with relays.running(tmp_path / "ledger") as relay:
        assert (send(relay), send(relay)) == (1, 0)

        assert relay.took() == [f"<{message_id.hex}@husgrove.com>"]
    assert fates(message_id) == ["queued", "claimed", "handed_over", "accepted"]
    assert Message.objects.get(id=message_id).reply == "250 2.0.0 taken"


def test_many_leave_over_one_connection(tmp_path: Path) -> None:
    for _ in range(5):
        mail.service()

    with relays.running(tmp_path / "ledger") as relay:
        assert send(relay) == 5
        assert (len(set(relay.took())), relay.connections) == (5, 1)
