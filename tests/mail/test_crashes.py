"""A sender that is killed at any step, really: nothing leaves twice, nothing is lost, nothing is forgotten."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests import make
from tests.mail import make as mail
from tests.mail import relay as relays
from tests.mail.relay import Relay

from seloste.mail.models import Message, MessageEvent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOT = Path(__file__).parents[2]
#: The steps of two messages, one after the other, as `Sender` names them.
STEPS = (
    *("claim", "claimed"),
    *("release", "released", "MAIL", "RCPT", "DATA", "content", "sent", "answered") * 2,
    *("conclude", "concluded"),
)


class Nursery:
    """The parent of the senders, and the time of their lives: each is born two minutes after the one before."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._at = make.AT

    def life(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 -- what a life is told
        """Let one sender live, and return how it ended."""
        self._at += timedelta(minutes=2)
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"at": self._at.timestamp(), **asked}) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told

    def live_on(self) -> None:
        """Let senders live until everything is settled."""
        for _ in range(3):
            assert self.life()["signal"] == 0


@contextmanager
def nursery(relay: Relay, *, can_be_asked: bool = True) -> Iterator[Nursery]:
    """Have a warmed parent of senders on the test's own database."""
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}"
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.nursery", relay.url, *([str(relay.ledger)] if can_be_asked else [])],
        env={**os.environ, "DATABASE_URL": url},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Nursery(process)
    finally:
        process.communicate()


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


def marks() -> Counter[str]:
    return Counter(Message.objects.values_list("message_id", flat=True))


def start_anew(relay: Relay) -> None:
    relay.ledger.write_text("")
    with connection.cursor() as cursor:  # the owner's way of emptying tables between cases
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE mail_message, mail_messageevent, mail_enclosure")
        cursor.execute("RESET session_replication_role")


def test_killed_at_each_step_sends_nothing_twice_and_loses_nothing(tmp_path: Path) -> None:
    with relays.running(tmp_path / "ledger") as relay, nursery(relay) as born:
        for step in range(1, len(STEPS) + 1):
            start_anew(relay)
            mail.marketing()
            mail.service()

            died = born.life(die_at=step)
            assert (died["signal"], died["last"]) == (9, STEPS[step - 1])
            born.live_on()

            assert (STEPS[step - 1], Counter(relay.took())) == (STEPS[step - 1], marks())
            assert states() == {"accepted": 2}


def test_killed_at_each_step_with_a_server_that_cannot_be_asked_never_sends_marketing_twice(tmp_path: Path) -> None:
    with relays.running(tmp_path / "ledger") as relay, nursery(relay, can_be_asked=False) as born:
        for step in range(1, len(STEPS) + 1):
            start_anew(relay)
            person_id = mail.consenting()
            mail.marketing(person_id)
            mail.marketing(person_id)

            assert born.life(die_at=step)["signal"] == 9
            born.live_on()

            took, found = Counter(relay.took()), states()
            assert max(took.values(), default=1) == 1
            assert set(found) <= {"accepted", "unknown"}
            assert found["unknown"] <= 1
            known = Message.objects.filter(state="accepted").values_list("message_id", flat=True)
            assert set(known) <= set(took)


def test_killed_at_forty_random_moments_sends_each_message_once(tmp_path: Path) -> None:
    dice = random.Random(8058)  # noqa: S311 -- the same moments each time
    for _ in range(60):
        mail.service()

    with relays.running(tmp_path / "ledger") as relay, nursery(relay) as born:
        kills = 0
        while kills < 40:
            ended = born.life(kill_after=dice.uniform(0.0, 0.06))["signal"]
            kills += ended == 9
            for _ in range(20 - states()["queued"]):
                mail.service()
        born.live_on()

        assert kills >= 40
        assert Counter(relay.took()) == marks()
        assert set(states()) == {"accepted"}
        assert MessageEvent.objects.filter(state="unknown").exists()  # some died with a message in their hands


def test_oracle_sees_a_sender_that_sends_again_what_hung(tmp_path: Path) -> None:
    with relays.running(tmp_path / "ledger") as relay, nursery(relay) as born:
        message_id = mail.marketing()
        mark = Message.objects.get(id=message_id).message_id

        assert born.life(die_at=STEPS.index("answered") + 1)["last"] == "answered"
        assert born.life(blind=True)["signal"] == 0

        assert relay.took() == [mark, mark]
