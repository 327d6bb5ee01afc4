"""`seloste mail`, as somebody at the server uses it: really, in a process of its own house."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pytest_django.fixtures import Settings
from tests import make
from tests.mail import make as mail
from tests.mail import relay as relays

from seloste.config import cli, preparation
from seloste.mail.models import Home, Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    """The test's own database stands for the house's."""
    monkeypatch.setattr(preparation, "house", lambda **_: nullcontext())
    settings.OUTBOX_MARK = tmp_path / "outbox"
    make.version_id()


def run(*arguments: str, said: str = "") -> Result:
    return CliRunner().invoke(cli.main, ["mail", *arguments], input=said)


def test_status_counts_and_names_the_way_out(settings: Settings) -> None:
    settings.SMTP_URL = "smtps://name:secret@mail.example.com:465"
    mail.service()

    told = run("status")

    assert told.exit_code == 0
    assert told.output.splitlines() == [
        "Messages leave from this database.",
        "Way out       smtps://mail.example.com:465",
        "queued        1",
    ]


def test_test_message_goes_through_the_outbox(settings: Settings, tmp_path: Path) -> None:
    with relays.running(tmp_path / "ledger") as relay:
        settings.SMTP_URL = relay.url
        told = run("send-test", "owner@example.com")
        assert len(relay.took()) == 1

    assert (told.exit_code, told.output) == (0, "accepted: 250 2.0.0 taken\n")


def test_test_message_with_no_way_out_says_so(settings: Settings) -> None:
    settings.SMTP_URL = ""

    told = run("send-test", "owner@example.com")

    assert told.exit_code == 3
    assert "queued" in told.output
    assert "SELOSTE_SMTP is not set" in told.output


def test_test_message_to_two_addresses_is_refused_in_one_line() -> None:
    told = run("send-test", "owner@example.com, other@example.com")

    assert (told.exit_code, len(told.output.splitlines()), Message.objects.count()) == (1, 1, 0)


def test_copy_is_told_and_taken_over_after_asking() -> None:
    mail.service()
    Home.objects.update(database="1/other")

    assert run("status").exit_code == 3
    refused = run("adopt", said="n\n")
    assert refused.exit_code == 1
    assert "Waiting       1: will be cancelled" in refused.output
    assert Message.objects.get().state == "queued"

    assert run("adopt", said="y\n").output.endswith("Messages leave from here. 1 that waited was cancelled.\n")
    assert (Message.objects.get().state, Message.objects.get().why) == ("cancelled", "copied")
    assert run("status").exit_code == 0


def test_nothing_is_taken_over_at_home() -> None:
    mail.service()

    assert "already" in run("adopt", "--yes").output
