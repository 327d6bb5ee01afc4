"""What mail servers do: refuse at each verb, hang up, answer late, ask to come back. Nothing twice, nothing lost."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from tests import make
from tests.consents.make import ADDRESS, reachable
from tests.mail import make as mail
from tests.mail import relay as relays
from tests.mail.relay import Relay, hang_up, say, say_once

from seloste.mail import actions, jobs, queries
from seloste.mail.jobs import Sender
from seloste.mail.models import Message, MessageEvent
from seloste.mail.rules import course
from seloste.mail.transport import Smtp
from seloste.register.models import ContactPoint

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def send(relay: Relay, after: timedelta = timedelta(0), exchange: timedelta = course.EXCHANGE) -> int:
    return Sender(Smtp(relay.url, ledger=relay.ledger), exchange=exchange).run(make.AT + after)


def found(message_id: UUID) -> Message:
    return Message.objects.get(id=message_id)


def told(message_id: UUID) -> tuple[str, str, int]:
    message = found(message_id)
    return message.state, message.why, message.attempts


@pytest.mark.parametrize("verb", ["connect", "EHLO"])
def test_server_that_does_not_let_us_in_leaves_messages_in_peace(verb: str, tmp_path: Path) -> None:
    message_id = mail.service()

    with relays.running(tmp_path / "ledger", {verb: say("554 5.7.1 not you")}) as relay:
        assert send(relay) == 0

    assert told(message_id) == ("queued", "", 0)
    assert found(message_id).fence == 0
    assert queries.relay_trouble().startswith(f"{verb}: 554")


def test_no_server_leaves_messages_in_peace(tmp_path: Path) -> None:
    message_id = mail.service()

    assert Sender(Smtp(f"smtp://127.0.0.1:{relays.free_port()}")).run(make.AT) == 0
    assert told(message_id) == ("queued", "", 0)
    assert queries.relay_trouble() == "connect: ConnectionRefusedError"

    with relays.running(tmp_path / "ledger") as relay:
        assert send(relay) == 1
    assert queries.relay_trouble() == ""


def test_nothing_goes_in_clear_text_where_tls_is_needed(tmp_path: Path) -> None:
    message_id = mail.service()

    with relays.running(tmp_path / "ledger") as relay:
        assert Sender(Smtp(relay.url, needs_tls=True)).run(make.AT) == 0
        assert relay.took() == []

    assert told(message_id) == ("queued", "", 0)
    assert queries.relay_trouble().startswith("STARTTLS")


def test_wrong_password_leaves_messages_in_peace(tmp_path: Path) -> None:
    message_id = mail.service()
    rules = {"auth_require_tls": False, "authenticator": lambda *_said: AuthResult(success=False, handled=False)}

    with relays.running(tmp_path / "ledger", smtp=rules) as relay:
        assert Sender(Smtp(relay.url.replace("//", "//name:wrong@"))).run(make.AT) == 0

    assert told(message_id) == ("queued", "", 0)
    assert queries.relay_trouble().startswith("AUTH: 535")


@pytest.mark.parametrize(
    ("verb", "words", "state", "why", "attempts"),
    [
        ("MAIL", "550 5.7.1 who are you", "queued", "unreachable", 0),
        ("MAIL", "451 4.3.0 later", "queued", "deferred", 1),
        ("MAIL", "552 5.3.4 too large", "failed", "refused", 1),
        ("MAIL", "421 4.3.2 closing", "queued", "unreachable", 0),
        ("RCPT", "450 4.2.0 greylisted", "queued", "deferred", 1),
        ("RCPT", "550 5.7.1 policy", "failed", "refused", 1),
        ("RCPT", "421 4.3.2 closing", "queued", "unreachable", 0),
        ("DATA", "451 4.3.0 later", "queued", "deferred", 1),
        ("DATA", "554 5.7.1 no", "failed", "refused", 1),
        ("before", "451 4.3.0 later", "queued", "deferred", 1),
        ("before", "554 5.6.0 content", "failed", "refused", 1),
        ("before", "999 what", "unknown", "no_answer", 1),
    ],
)
def test_refusal_is_written_down_for_what_it_is(  # noqa: PLR0917 -- a table of cases
    verb: str, words: str, state: str, why: str, attempts: int, tmp_path: Path
) -> None:
    message_id = mail.service()

    with relays.running(tmp_path / "ledger", {verb: say(words)}) as relay:
        send(relay)
        assert relay.took() == []

    assert told(message_id) == (state, why, attempts)


def test_greylisted_message_leaves_when_it_comes_back(tmp_path: Path) -> None:
    message_id = mail.service()

    with relays.running(tmp_path / "ledger", {"RCPT": say_once("450 4.2.0 come back")}) as relay:
        assert send(relay) == 1
        assert send(relay, after=timedelta(seconds=30)) == 0
        assert send(relay, after=2 * MINUTE) == 1
        assert len(relay.took()) == 1

    assert told(message_id) == ("accepted", "", 2)


def test_message_is_given_up_when_its_time_is_over(tmp_path: Path) -> None:
    message_id = mail.service()

    with relays.running(tmp_path / "ledger", {"RCPT": say("450 4.2.0 never")}) as relay:
        waits = []
        for hours in range(0, 80, 5):
            send(relay, after=timedelta(hours=hours))
            waits.append(found(message_id).state)

    assert told(message_id)[:2] == ("failed", "gave_up")
    assert waits.index("failed") * 5 >= 72


@pytest.mark.parametrize(
    ("words", "is_dead"),
    [
        ("550 5.1.1 <maija@example.com>: no such user", True),
        ("550 no such user", True),
        ("552 5.2.2 mailbox full", False),
        ("554 5.7.1 rejected", False),
    ],
)
def test_dead_address_is_noted_without_repeating_it(words: str, *, is_dead: bool, tmp_path: Path) -> None:
    reachable()
    message_id = mail.service()

    with relays.running(tmp_path / "ledger", {"RCPT": say(words)}) as relay:
        send(relay)

    assert (ContactPoint.objects.get(value=ADDRESS).bounced_at is not None) == is_dead
    assert [one for one in MessageEvent.objects.filter(message=message_id) if "@" in one.reply] == []
    assert "@" not in found(message_id).reply


def test_address_that_bounced_gets_nothing_more(tmp_path: Path) -> None:
    reachable()
    mail.service()
    waiting = mail.service(at=make.AT + MINUTE)

    with relays.running(tmp_path / "ledger", {"RCPT": say("550 5.1.1 gone")}) as relay:
        send(relay)
        send(relay, after=MINUTE)

    assert told(waiting) == ("cancelled", "not_allowed", 0)
    with pytest.raises(actions.MayNotContact) as refused:
        mail.service()
    assert refused.value.decision.rule == "M0.bounced"


def test_one_bad_recipient_stops_nobody_else(tmp_path: Path) -> None:
    def only_the_second(_relay: Relay, _server: SMTP, verb: str) -> str | None:
        asked.append(verb)
        return "550 5.7.1 no" if len(asked) == 2 else None

    asked: list[str] = []
    ids = [mail.service() for _ in range(3)]

    with relays.running(tmp_path / "ledger", {"RCPT": only_the_second}) as relay:
        assert send(relay) == 3

    assert sorted(found(one).state for one in ids) == ["accepted", "accepted", "failed"]


def test_server_that_wants_nothing_of_us_is_not_asked_for_each_message(tmp_path: Path) -> None:
    ids = [mail.service() for _ in range(5)]

    with relays.running(tmp_path / "ledger", {"MAIL": say("550 5.7.1 who are you")}) as relay:
        send(relay)

    assert queries.relay_trouble() == "MAIL: 550 5.7.1 who are you"
    assert sorted(told(one)[:2] for one in ids) == [("queued", "unreachable")] * 5
    assert MessageEvent.objects.filter(state="handed_over").count() == 2


def test_message_of_which_no_letter_can_be_made_stops_nobody_elses(tmp_path: Path) -> None:
    wrong, fine = mail.marketing(), mail.service()
    Message.objects.filter(id=wrong).update(purpose="gone")  # as after a change of the notice

    with relays.running(tmp_path / "ledger") as relay:
        send(relay)
        assert len(relay.took()) == 1

    assert (told(wrong)[:2], told(fine)[:2]) == (("failed", "unfit"), ("accepted", ""))


@pytest.mark.parametrize("days", [2, -2, 365, -365])
def test_clock_that_jumps_and_comes_back_sends_everything_once(days: int, tmp_path: Path) -> None:
    first, second = mail.service(), mail.marketing()
    jump = timedelta(days=days)

    with relays.running(tmp_path / "ledger", {"RCPT": say_once("450 4.2.0 later")}) as relay:
        actions.claim(by=mail.BY, at=make.AT + jump, limit=1)  # and the process dies
        for after in (jump, timedelta(minutes=3), timedelta(minutes=9)):
            actions.expire(by=mail.BY, at=make.AT + after)
            send(relay, after=after)
        took = relay.took()

    assert sorted(took) == sorted(found(one).message_id for one in (first, second))


# --- Nobody knows -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("moment", "took"), [("before", 0), ("after", 1)])
def test_server_that_hangs_up_after_the_content_leaves_it_unknown(moment: str, took: int, tmp_path: Path) -> None:
    first, second = mail.service(), mail.service()

    with relays.running(tmp_path / "ledger") as relay:
        relay.answers[moment] = hang_up
        send(relay)
        assert len(relay.took()) == 2 * took

    assert [told(one)[:2] for one in (first, second)] == [("unknown", "no_answer")] * 2


def test_answer_that_comes_too_late_leaves_it_unknown(tmp_path: Path) -> None:
    def late(_relay: Relay, _server: SMTP, _verb: str) -> str | None:
        time.sleep(1.5)
        return None

    message_id = mail.service()

    with relays.running(tmp_path / "ledger", {"after": late}) as relay:
        began = time.monotonic()
        send(relay, exchange=timedelta(seconds=0.5))
        assert time.monotonic() - began < 1.4
        time.sleep(1.5)
        assert len(relay.took()) == 1

    assert told(message_id)[:2] == ("unknown", "no_answer")


@pytest.mark.parametrize(("moment", "then"), [("before", "queued"), ("after", "accepted")])
def test_server_that_can_be_asked_settles_what_nobody_knew(moment: str, then: str, tmp_path: Path) -> None:
    message_id = mail.marketing()

    with relays.running(tmp_path / "ledger") as relay:
        (tmp_path / "ledger").touch()
        relay.answers[moment] = hang_up
        send(relay)
        out = Smtp(relay.url, ledger=relay.ledger)
        assert jobs.settle_unknown(out, make.AT) == 0  # the server may still be at it
        assert jobs.settle_unknown(out, make.AT + 2 * MINUTE) == 1
        assert found(message_id).state == then

        relay.answers.clear()
        send(relay, after=3 * MINUTE)
        assert len(relay.took()) == 1

    assert found(message_id).state == "accepted"


def unknown(message_id: UUID, tmp_path: Path) -> Smtp:
    """Have a message handed over with nothing known, to a server that cannot be asked."""
    with relays.running(tmp_path / "ledger", {"after": hang_up}) as relay:
        send(relay)
        assert found(message_id).state == "unknown"
        return Smtp(relay.url)


def test_marketing_is_never_sent_again(tmp_path: Path) -> None:
    message_id = mail.marketing()
    out = unknown(message_id, tmp_path)

    for hours in range(1, 50):
        jobs.settle_unknown(out, make.AT + timedelta(hours=hours))

    assert told(message_id)[:2] == ("unknown", "never_resent")
    assert found(message_id).ended_at is not None


def test_service_message_is_sent_again_once_after_an_hour_under_the_same_mark(tmp_path: Path) -> None:
    message_id = mail.service()
    out = unknown(message_id, tmp_path)

    jobs.settle_unknown(out, make.AT + 2 * MINUTE)
    assert found(message_id).state == "unknown"
    jobs.settle_unknown(out, make.AT + 61 * MINUTE)
    assert told(message_id)[:2] == ("queued", "resent")

    with relays.running(tmp_path / "ledger", {"after": hang_up}) as relay:
        send(relay, after=62 * MINUTE)
        assert relay.took() == [found(message_id).message_id] * 2
    for hours in range(3, 50):
        jobs.settle_unknown(out, make.AT + timedelta(hours=hours))
    assert told(message_id)[:2] == ("unknown", "left")


def test_what_the_law_demands_is_sent_again_three_times(tmp_path: Path) -> None:
    message_id = mail.service(kind="legal", purpose="rights")
    out = unknown(message_id, tmp_path)

    with relays.running(tmp_path / "ledger", {"after": hang_up}) as relay:
        for hours in range(2, 50):
            jobs.settle_unknown(out, make.AT + timedelta(hours=hours))
            send(relay, after=timedelta(hours=hours))
        assert len(relay.took()) == 4

    assert told(message_id)[:2] == ("unknown", "left")


# --- Time limits ------------------------------------------------------------------------------------------------------


@contextmanager
def dripping() -> Iterator[int]:
    """Have a server that answers one byte at a time, for ever."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        over = threading.Event()

        def drip() -> None:
            connection, _peer = listening.accept()
            with connection:
                while not over.is_set():
                    try:
                        connection.send(b"2")
                    except OSError:
                        return
                    time.sleep(0.05)

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            thread.join()


def test_server_that_drips_cannot_hold_us() -> None:
    mail.service()

    with dripping() as port:
        began = time.monotonic()
        assert Sender(Smtp(f"smtp://127.0.0.1:{port}", patience=0.5)).run(make.AT) == 0
        assert time.monotonic() - began < 3


def test_process_that_slept_past_its_time_sends_nothing_any_more(tmp_path: Path) -> None:
    message_id = mail.service()

    def sleep(name: str) -> None:
        if name == "released":
            time.sleep(0.4)

    with relays.running(tmp_path / "ledger") as relay:
        Sender(Smtp(relay.url), exchange=timedelta(seconds=0.2), step=sleep).run(make.AT)
        assert relay.took() == []

    assert told(message_id)[:2] == ("queued", "unreachable")
