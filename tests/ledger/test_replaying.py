"""What happened since a backup is done again, once, in a database that was put back."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction
from tests import make

from seloste.consents import actions as consents
from seloste.consents.choices import Channel, ConsentState
from seloste.consents.models import ConsentEvent
from seloste.consents.queries import consent_of, decide, is_suppressed, mark_of, objects
from seloste.kernel.duty import Duty, system
from seloste.ledger import book
from seloste.ledger.actions import BehindError, enter, flush, replay, replay_with
from seloste.ledger.actions import replaying as engine
from seloste.ledger.choices import Kind, Standing
from seloste.ledger.models import LedgerEntry, Link
from seloste.ledger.queries import standing, verify
from seloste.ledger.rules import Entry
from seloste.register import actions as register
from seloste.register.models import Person, Restriction

pytestmark = pytest.mark.django_db

MAIL = {"consent": "marketing_email", "source": "phone"}


@pytest.fixture(autouse=True)
def nothing_is_missing() -> Iterator[None]:
    """Whatever must be done again, some room does."""
    yield
    assert "erase" in engine.cannot_repeat() or engine.cannot_repeat() == []


@pytest.fixture
def put_back() -> "PutBack":
    """Take the database back to how it was when the fixture was told to remember, as a restore does."""
    return PutBack()


class PutBack:
    """A savepoint stands for the backup: what came after it is gone, and the file outside knows it."""

    def remember(self) -> None:
        """Make the backup."""
        self._at = transaction.savepoint()

    def restore(self) -> None:
        """Go back to it."""
        flush()
        transaction.savepoint_rollback(self._at)


def person() -> UUID:
    return make.person(by=make.duty("marketing"), email="maija@example.com", purposes=("direct_marketing",))


def test_refusals_since_the_backup_are_said_again(put_back: PutBack) -> None:
    her, clerk = person(), make.duty("marketing")
    flush()
    put_back.remember()
    consents.withdraw(by=clerk, at=make.AT, person_id=her, **MAIL)
    consents.object_to(by=clerk, at=make.AT, person_id=her, purpose="direct_marketing", source="phone")
    consents.suppress(by=clerk, at=make.AT, channel="phone", address="+358401234567")
    register.restrict(by=clerk, at=make.AT, person_id=her, reason="accuracy", source="phone")
    put_back.restore()
    assert standing().state is Standing.BEHIND
    assert not objects(her, "direct_marketing")

    done = replay(at=make.AT)

    told = consent_of(her, "direct_marketing", "email")
    assert told is not None
    assert told.state is ConsentState.WITHDRAWN
    assert objects(her, "direct_marketing")
    assert is_suppressed("phone", "+358401234567")
    assert is_suppressed("email", "maija@example.com")
    assert Restriction.objects.filter(person_id=her, ended_at=None, reason="accuracy").exists()
    assert not decide(
        person_id=her, channel=Channel.EMAIL, address="maija@example.com", is_marketing=True, at=make.AT
    ).allow
    assert done.repeated == done.taken_in == 5
    assert (standing().state, verify(), replay(at=make.AT).taken_in) == (Standing.WHOLE, [], 0)


def test_what_was_lifted_since_is_not_said_again(put_back: PutBack) -> None:
    her, clerk = person(), make.duty("privacy")
    flush()
    put_back.remember()
    begun = register.restrict(by=clerk, at=make.AT, person_id=her, reason="accuracy", source="phone")
    register.lift_restriction(by=clerk, at=make.AT, restriction_id=begun, told_at=make.AT)
    put_back.restore()

    done = replay(at=make.AT)

    assert (done.taken_in, done.repeated) == (2, 0)
    assert not Restriction.objects.filter(person_id=her).exists()


def test_replay_is_right_for_somebody_who_is_not_there(put_back: PutBack) -> None:
    flush()
    put_back.remember()
    her = person()
    clerk = make.duty("marketing")
    consents.withdraw(by=clerk, at=make.AT, person_id=her, **MAIL)
    consents.object_to(by=clerk, at=make.AT, person_id=her, purpose="direct_marketing", source="phone")
    register.restrict(by=clerk, at=make.AT, person_id=her, reason="accuracy", source="phone")
    put_back.restore()
    make.version_id()

    replay(at=make.AT)

    assert not Person.objects.filter(id=her).exists()
    assert not ConsentEvent.objects.filter(subject=her).exists()
    assert is_suppressed("email", "maija@example.com")


def test_entry_that_waited_when_the_backup_was_made_is_not_repeated(put_back: PutBack) -> None:
    her, clerk = person(), make.duty("marketing")
    flush()
    consents.withdraw(by=clerk, at=make.AT, person_id=her, **MAIL)
    put_back.remember()
    put_back.restore()

    replay(at=make.AT)

    assert ConsentEvent.objects.filter(subject=her).count() == 1
    assert (LedgerEntry.objects.count(), Link.objects.count(), verify()) == (1, 1, [])


def test_replay_that_broke_off_goes_on(put_back: PutBack) -> None:
    clerk = make.duty("marketing")
    make.version_id()
    flush()
    put_back.remember()
    for number in range(3):
        consents.suppress(by=clerk, at=make.AT, channel="email", address=f"{number}@example.com")
    put_back.restore()
    whole = consents.suppress_again

    def breaks(by: Duty, at: datetime, entry: Entry) -> None:
        if entry.mark == mark_of("1@example.com"):
            raise KeyboardInterrupt
        whole(by, at, entry)

    replay_with(Kind.SUPPRESSED, breaks)
    with pytest.raises(KeyboardInterrupt):
        replay(at=make.AT)
    assert (standing().state, standing().database) == (Standing.BEHIND, 1)
    replay_with(Kind.SUPPRESSED, whole)

    assert replay(at=make.AT).taken_in == 2
    assert all(is_suppressed("email", f"{number}@example.com") for number in range(3))


def test_nothing_is_entered_while_behind(put_back: PutBack) -> None:
    clerk = make.duty("marketing")
    flush()
    put_back.remember()
    consents.suppress(by=clerk, at=make.AT, channel="email", address="a@example.com")
    put_back.restore()
    enter(at=make.AT, kind=Kind.ERASE, subject=uuid4())

    with pytest.raises(BehindError, match="ledger replay"):
        flush()


def spoiled(path: Path, how: str) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    if how == "tampered":
        path.write_bytes(lines[0] + lines[1].replace(b"suppressed", b"objected") + b"".join(lines[2:]))
    elif how == "shortened":
        path.write_bytes(b"".join(lines[:2]))
    elif how == "emptied":
        path.write_bytes(b"")
    else:
        path.unlink()


@pytest.mark.parametrize("how", ["tampered", "shortened", "emptied", "removed"])
def test_spoiled_file_is_refused(put_back: PutBack, how: str) -> None:
    clerk = make.duty("marketing")
    consents.suppress(by=clerk, at=make.AT, channel="email", address="0@example.com")
    flush()
    put_back.remember()
    for number in range(1, 4):
        consents.suppress(by=clerk, at=make.AT, channel="email", address=f"{number}@example.com")
        flush()
    put_back.restore()
    spoiled(settings.LEDGER_FILES[0], how)

    with pytest.raises((BehindError, book.DamagedBookError)):
        replay(at=make.AT)
    assert standing().state is not Standing.WHOLE
    assert not is_suppressed("email", "1@example.com")


@pytest.mark.django_db(transaction=True)
def test_many_who_unsubscribe_at_once_do_not_wait_in_a_circle() -> None:
    """Each withdraws and objects, in another order than her neighbour; the worker places entries meanwhile."""
    clerk = make.duty("marketing")
    people = [
        make.person(by=clerk, email=f"p{number}@example.com", purposes=("direct_marketing",)) for number in range(4)
    ]
    barrier = Barrier(5)
    wrong: list[Exception] = []

    def deeds(her: UUID, *, other_way: bool) -> None:
        steps: list[Callable[[], object]] = [
            lambda: consents.withdraw(by=system("direct_marketing"), at=make.AT, person_id=her, **MAIL),
            lambda: consents.object_to(
                by=system("direct_marketing"), at=make.AT, person_id=her, purpose="direct_marketing", source="phone"
            ),
        ]
        try:
            barrier.wait()
            with transaction.atomic():
                for step in reversed(steps) if other_way else steps:
                    step()
        except Exception as error:  # noqa: BLE001 -- told by the test
            wrong.append(error)
        finally:
            connection.close()

    def places() -> None:
        barrier.wait()
        try:
            for _ in range(20):
                flush()
        except Exception as error:  # noqa: BLE001 -- told by the test
            wrong.append(error)
        finally:
            connection.close()

    threads = [Thread(target=deeds, args=[her], kwargs={"other_way": bool(n % 2)}) for n, her in enumerate(people)]
    for thread in (workers := [*threads, Thread(target=places)]):
        thread.start()
    for thread in workers:
        thread.join()
    flush()

    assert wrong == []
    assert Link.objects.count() == len(list(book.read(settings.LEDGER_FILES[0]))) == 12
    assert verify() == []
