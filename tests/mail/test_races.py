# ruff: noqa: D102 -- the deeds of the world are named after what they do
"""What happens at the same moment: a withdrawal and a release, two senders, a sender that slept; and any order."""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import make
from tests.consents.make import HERSELF, told
from tests.mail import make as mail
from tests.mail import relay as relays

from seloste.consents import actions as consents
from seloste.consents.queries import hold_still
from seloste.mail import actions
from seloste.mail.actions import Claim, Done
from seloste.mail.jobs import Sender
from seloste.mail.models import Message, MessageEvent
from seloste.mail.rules.course import Outcome, Result
from seloste.mail.transport import Smtp

BEFORE = ["claim", "claimed", "release"]
AFTER = ["released", "MAIL", "RCPT", "DATA", "content", "sent", "answered", "conclude", "concluded"]


def in_a_thread(deed: Callable[[], object]) -> None:
    """Do it on a connection of its own, as another process would, and wait for it."""
    wrong: list[BaseException] = []

    def run() -> None:
        try:
            deed()
        except BaseException as error:  # noqa: BLE001 -- told to the test
            wrong.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert wrong == []


def withdraw(person_id: UUID) -> None:
    consents.withdraw(**{**told(person_id), "by": HERSELF})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", BEFORE + AFTER)
def test_withdrawal_committed_before_the_release_is_honoured_at_every_step(moment: str, tmp_path: Path) -> None:
    person_id = mail.consenting()
    message_id = mail.marketing(person_id)

    def step(name: str) -> None:
        if name == moment:
            in_a_thread(lambda: withdraw(person_id))

    with relays.running(tmp_path / "ledger") as relay:
        Sender(Smtp(relay.url), step=step).run(make.AT)
        took = len(relay.took())

    message = Message.objects.get(id=message_id)
    if moment in BEFORE:
        assert (took, message.state, message.why) == (0, "cancelled", "not_allowed")
        assert message.released_rule == "M0.opted_out"
    else:
        assert (took, message.state) == (1, "accepted")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deed", ["withdraw", "object", "suppress"])
def test_whatever_forbids_while_it_waits_is_honoured(deed: str, tmp_path: Path) -> None:
    person_id = mail.consenting()
    message_id = mail.marketing(person_id)
    by: dict[str, Any] = {"by": make.duty("marketing"), "at": make.AT}
    deeds: dict[str, Callable[[], object]] = {
        "withdraw": lambda: withdraw(person_id),
        "object": lambda: consents.object_to(**by, person_id=person_id, purpose="direct_marketing", source="phone"),
        "suppress": lambda: consents.suppress(**by, channel="email", address="maija@example.com"),
    }
    deeds[deed]()

    with relays.running(tmp_path / "ledger") as relay:
        Sender(Smtp(relay.url)).run(make.AT)
        assert relay.took() == []

    assert Message.objects.get(id=message_id).state == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_release_waits_for_a_withdrawal_that_is_being_made(tmp_path: Path) -> None:
    person_id = mail.consenting()
    message_id = mail.marketing(person_id)
    begun, over = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            hold_still(person_id)
            begun.set()
            over.wait(timeout=10)
            withdraw(person_id)
        connection.close()

    thread = threading.Thread(target=slowly)
    thread.start()
    assert begun.wait(timeout=10)
    threading.Timer(0.3, over.set).start()
    with relays.running(tmp_path / "ledger") as relay:
        Sender(Smtp(relay.url)).run(make.AT)
        assert relay.took() == []
    thread.join(timeout=10)

    assert Message.objects.get(id=message_id).state == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_message_once(tmp_path: Path) -> None:
    for _ in range(20):
        mail.service()

    with relays.running(tmp_path / "ledger") as relay:
        threads = [threading.Thread(target=_send_and_close, args=(relay.url,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        took = Counter(relay.took())

    assert took == Counter(Message.objects.values_list("message_id", flat=True))
    assert set(Message.objects.values_list("state", flat=True)) == {"accepted"}


def _send_and_close(url: str) -> None:
    try:
        Sender(Smtp(url), batch=3).run(make.AT)
    finally:
        connection.close()


@pytest.mark.django_db
def test_sender_that_slept_past_its_lease_releases_nothing() -> None:
    message_id = mail.service()
    claim = actions.claim(by=mail.BY, at=make.AT)[0]

    later = make.AT + timedelta(minutes=2)
    actions.expire(by=mail.BY, at=later)
    again = actions.claim(by=mail.BY, at=later)[0]

    assert actions.step(by=mail.BY, at=later, release=claim) is None
    assert again.fence == claim.fence + 1
    assert actions.step(by=mail.BY, at=later, release=again) is not None
    assert actions.step(by=mail.BY, at=later, done=Done(claim=claim, result=_accepted())) is None
    assert Message.objects.get(id=message_id).state == "handed_over"


@pytest.mark.django_db
def test_late_knowledge_settles_what_was_thought_unknown() -> None:
    message_id = mail.marketing()
    claim = actions.claim(by=mail.BY, at=make.AT)[0]
    actions.step(by=mail.BY, at=make.AT, release=claim)
    later = make.AT + timedelta(minutes=2)
    actions.expire(by=mail.BY, at=later)
    assert Message.objects.get(id=message_id).state == "unknown"

    actions.step(by=mail.BY, at=later, done=Done(claim=claim, result=_accepted()))

    assert Message.objects.get(id=message_id).state == "accepted"


def _accepted() -> Result:
    return Result(outcome=Outcome.ACCEPTED, verb="end", reply="250 ok")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", BEFORE + AFTER)
def test_database_that_goes_away_at_any_step_loses_nothing_and_doubles_nothing(moment: str, tmp_path: Path) -> None:
    for _ in range(3):
        mail.service()
    cut: list[str] = []

    def step(name: str) -> None:
        if name == moment and not cut:
            cut.append(name)
            in_a_thread(_cut_all_others)

    with relays.running(tmp_path / "ledger") as relay:
        with suppress(OperationalError, InterfaceError):
            Sender(Smtp(relay.url), step=step).run(make.AT)
        connection.close()
        for minutes in (2, 4, 6):
            at = make.AT + timedelta(minutes=minutes)
            actions.expire(by=mail.BY, at=at)
            Sender(Smtp(relay.url)).run(at)
        took = Counter(relay.took())

    assert cut == [moment]
    assert took == Counter(Message.objects.values_list("message_id", flat=True))
    assert set(Message.objects.values_list("state", flat=True)) == {"accepted"}


def _cut_all_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


# --- Any order --------------------------------------------------------------------------------------------------------


@dataclass
class Worker:
    """What a sender has in its memory, which dies with it."""

    claims: list[Claim] = field(default_factory=list)
    released: Claim | None = None
    done: Done | None = None


@dataclass
class World:
    """Two senders, a mail server that remembers, and a clock."""

    can_be_asked: bool
    at: datetime = make.AT
    workers: list[Worker] = field(default_factory=lambda: [Worker(), Worker()])
    took: Counter[str] = field(default_factory=Counter)
    withdrawn: bool = False
    person: UUID = field(default_factory=mail.consenting)

    def do(self, what: str, who: int) -> None:
        """Do one thing, as one of the two."""
        getattr(self, what)(self.workers[who])
        self.holds()

    def queue(self, _worker: Worker) -> None:
        try:
            mail.marketing(self.person, at=self.at)
        except actions.MayNotContact:
            assert self.withdrawn
        mail.service(at=self.at)

    def claim(self, worker: Worker) -> None:
        worker.claims += actions.claim(by=mail.BY, at=self.at, limit=2)

    def release(self, worker: Worker) -> None:
        if not worker.claims or worker.released:
            return
        claim = worker.claims.pop(0)
        letter = actions.step(by=mail.BY, at=self.at, done=worker.done, release=claim)
        worker.done, worker.released = None, claim if letter else None
        assert not (letter and self.withdrawn and self._kind(claim) == "marketing")

    def take(self, worker: Worker) -> None:
        self._answer(worker, Outcome.ACCEPTED, takes=True)

    def take_and_fall_silent(self, worker: Worker) -> None:
        self._answer(worker, Outcome.UNKNOWN, takes=True)

    def fall_silent(self, worker: Worker) -> None:
        self._answer(worker, Outcome.UNKNOWN, takes=False)

    def defer(self, worker: Worker) -> None:
        self._answer(worker, Outcome.DEFERRED, takes=False)

    def refuse(self, worker: Worker) -> None:
        self._answer(worker, Outcome.REFUSED, takes=False)

    def _answer(self, worker: Worker, outcome: Outcome, *, takes: bool) -> None:
        claim = worker.released
        if claim is None:
            return
        worker.released = None
        if Message.objects.get(id=claim.message).fence != claim.fence or self._expired(claim):
            return  # a process that slept so long sends nothing: its time for the exchange is over
        if takes:
            self.took[Message.objects.get(id=claim.message).message_id] += 1
        worker.done = Done(claim=claim, result=Result(outcome=outcome, verb="end"))

    def _expired(self, claim: Claim) -> bool:
        return Message.objects.get(id=claim.message).state != "handed_over"

    def conclude(self, worker: Worker) -> None:
        if worker.done:
            actions.step(by=mail.BY, at=self.at, done=worker.done)
            worker.done = None

    def die(self, worker: Worker) -> None:
        worker.claims, worker.released, worker.done = [], None, None

    def expire(self, _worker: Worker) -> None:
        actions.expire(by=mail.BY, at=self.at)

    def wait(self, _worker: Worker) -> None:
        self.at += timedelta(seconds=61)

    def wait_long(self, _worker: Worker) -> None:
        self.at += timedelta(minutes=61)

    def withdraw(self, _worker: Worker) -> None:
        if not self.withdrawn:
            consents.withdraw(**{**told(self.person), "by": HERSELF, "at": self.at})
            self.withdrawn = True

    def settle(self, _worker: Worker) -> None:
        rows = Message.objects.filter(state="unknown", next_try_at__lte=self.at)
        for message in rows:
            known = bool(self.took[message.message_id]) if self.can_be_asked else None
            actions.reconcile(by=mail.BY, at=self.at, message_id=message.id, was_accepted=known)

    def cancel(self, _worker: Worker) -> None:
        first = Message.objects.filter(state="queued").order_by("id").first()
        if first:
            actions.cancel(by=mail.BY, at=self.at, message_id=first.id)

    def _kind(self, claim: Claim) -> str:
        return Message.objects.get(id=claim.message).kind

    def holds(self) -> None:
        """What must hold after every step."""
        for message in Message.objects.all():
            took = self.took[message.message_id]
            assert took <= (1 if message.kind == "marketing" or self.can_be_asked else 1 + message.resent)
            assert message.state != "accepted" or took
            last = MessageEvent.objects.filter(message=message.id).order_by("-id").first()
            assert last
            assert last.state == message.state

    def drain(self) -> None:
        """Let one honest sender live long enough; then everything has met its fate."""
        self.workers = [Worker(), Worker()]
        for _ in range(12):
            self.at += timedelta(hours=2)
            self.expire(self.workers[0])
            self.settle(self.workers[0])
            self.claim(self.workers[0])
            while self.workers[0].claims:
                self.do("release", 0)
                self.do("take", 0)
                self.do("conclude", 0)
        for message in Message.objects.all():
            assert message.ended_at is not None
            assert message.state != "unknown" or not self.can_be_asked


_DEEDS = sorted(name for name in vars(World) if not name.startswith("_") and name not in {"do", "holds", "drain"})
_CALLABLE = [name for name in _DEEDS if callable(getattr(World, name))]


@contextmanager
def undone() -> Any:  # noqa: ANN401 -- a context manager
    """Do in a transaction what leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deeds=st.lists(st.tuples(st.sampled_from(_CALLABLE), st.integers(0, 1)), min_size=5, max_size=40),
    can_be_asked=st.booleans(),
)
def test_in_any_order_nothing_leaves_twice_and_everything_meets_its_fate(
    deeds: list[tuple[str, int]], *, can_be_asked: bool
) -> None:
    with undone():
        world = World(can_be_asked=can_be_asked)
        for what, who in [("queue", 0), *deeds]:
            world.do(what, who)
        world.drain()
