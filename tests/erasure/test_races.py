"""An erasure at the same moment as other deeds about the person: each sees all of the other, or nothing of it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from tests import make
from tests.erasure import make as erasure
from tests.erasure.make import AT, is_there

from seloste.consents.actions import object_to
from seloste.erasure.actions import execution
from seloste.erasure.choices import JobState
from seloste.erasure.models import ErasureJob
from seloste.kernel.kept import kept
from seloste.kernel.refusals import Missing
from seloste.register import actions as register
from seloste.register.models import ContactPoint, Note, Person
from seloste.register.queries import whose
from seloste.web.middleware import points_to_nothing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


class Beside:
    """A deed in a thread and on a connection of its own; ``wrong`` is what it raised."""

    def __init__(self, deed: Callable[[], Any]) -> None:
        self.wrong: Exception | None = None
        self._deed = deed
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._deed()
        except Exception as wrong:  # noqa: BLE001 -- the test looks at it
            self.wrong = wrong
        finally:
            connection.close()

    def ended(self) -> Exception | None:
        """Wait for its end and return what it raised."""
        self._thread.join(60)
        assert not self._thread.is_alive()
        return self.wrong


def hers(person_id: UUID) -> dict[str, int]:
    found = {store.key: len(store.records(whose([person_id]))) for store in kept()}
    return {key: count for key, count in found.items() if count and key.startswith("register.")}


@pytest.fixture
def paused(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Have the erasure wait, holding the person, before its first row goes: reached, go on."""
    reached, go_on = threading.Event(), threading.Event()
    announce = execution.announce

    def waiting(*args: Any, **told: Any) -> None:  # noqa: ANN401 -- goes through
        announce(*args, **told)
        reached.set()
        assert go_on.wait(60)

    monkeypatch.setattr("seloste.erasure.actions.erasing.announce", waiting)
    return reached, go_on


def add_note(person_id: UUID, *, reached: threading.Event | None = None, wait: threading.Event | None = None) -> None:
    """Write about the person, as an order in the shop does; with ``wait``, only then commit."""
    with transaction.atomic():
        register.add_note(by=make.duty(), at=AT, person_id=person_id, origin=make.origin(), text="Tilaus 17.")
        if reached and wait:
            reached.set()
            assert wait.wait(60)


def test_an_order_under_way_is_waited_for_and_erased_with_the_person() -> None:
    person_id = erasure.customer()
    written, commit = threading.Event(), threading.Event()
    order = Beside(lambda: add_note(person_id, reached=written, wait=commit))
    assert written.wait(60)  # the note is in its transaction and not committed
    eraser = Beside(lambda: erasure.erased(person_id))
    commit.set()
    assert (order.ended(), eraser.ended()) == (None, None)
    assert (is_there(person_id), Note.objects.count()) == (False, 0)
    assert hers(person_id) == {}


def test_an_order_that_comes_while_the_person_is_erased_finds_nobody(
    paused: tuple[threading.Event, threading.Event],
) -> None:
    person_id = erasure.customer()
    reached, go_on = paused
    eraser = Beside(lambda: erasure.erased(person_id))
    assert reached.wait(60)  # the person is held
    order = Beside(lambda: add_note(person_id))
    go_on.set()
    assert eraser.ended() is None
    assert isinstance(order.ended(), Missing)
    assert hers(person_id) == {}


def test_a_row_that_points_to_nobody_any_more_is_answered_as_missing() -> None:
    note = {**Note.objects.filter(person=erasure.customer()).values().get(), "id": uuid4(), "person_id": uuid4()}
    with pytest.raises(IntegrityError) as wrong, transaction.atomic():
        Note.objects.create(**note)
    assert points_to_nothing(wrong.value)
    with pytest.raises(IntegrityError) as fault, transaction.atomic():
        Person.objects.all()._raw_delete("default")  # noqa: SLF001
    assert not points_to_nothing(fault.value)


def test_an_order_that_is_done_before_the_erasure_is_erased_with_the_person() -> None:
    person_id = erasure.customer()
    orders = [Beside(lambda: add_note(person_id)) for _ in range(3)]
    eraser = Beside(lambda: erasure.erased(person_id))
    wrongs = [order.ended() for order in orders]
    assert eraser.ended() is None
    assert all(wrong is None or isinstance(wrong, Missing) for wrong in wrongs)
    assert hers(person_id) == {}


def test_a_word_about_marketing_waits_for_the_erasure(paused: tuple[threading.Event, threading.Event]) -> None:
    person_id = erasure.customer()
    reached, go_on = paused
    eraser = Beside(lambda: erasure.erased(person_id))
    assert reached.wait(60)
    told: dict[str, Any] = {"by": make.duty("marketing"), "at": AT, "person_id": person_id, "source": "phone"}
    objection = Beside(lambda: object_to(purpose="direct_marketing", **told))
    go_on.set()
    assert eraser.ended() is None
    objection.ended()
    assert hers(person_id) == {}


def test_data_moved_to_another_person_at_the_same_moment_are_in_one_place_only() -> None:
    """A merge moves rows from one person to another: either they are moved and stay, or they are erased."""
    person_id, other = erasure.customer(), make.person(family_name="Toinen")

    def merge() -> None:
        with transaction.atomic():
            held = list(Person.objects.select_for_update().filter(id__in=[person_id, other]).order_by("id"))
            if len(held) == 2:
                ContactPoint.objects.filter(person=person_id).update(person=other)

    eraser, merger = Beside(lambda: erasure.erased(person_id)), Beside(merge)
    assert (eraser.ended(), merger.ended()) == (None, None)
    assert hers(person_id) == {}
    assert ContactPoint.objects.filter(person=other).count() in {0, 2}


def test_two_erasures_of_one_person_are_one(paused: tuple[threading.Event, threading.Event]) -> None:
    person_id = erasure.customer()
    reached, go_on = paused
    first = Beside(lambda: erasure.erased(person_id))
    assert reached.wait(60)
    second = Beside(lambda: erasure.erased(person_id))
    go_on.set()
    assert (first.ended(), second.ended()) == (None, None)
    assert list(ErasureJob.objects.values_list("state", flat=True)) == [JobState.VERIFIED]
    assert hers(person_id) == {}


def test_something_that_is_decided_between_the_ledger_and_the_deed_is_told_to_the_ledger_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person_id = erasure.customer()
    times: list[UUID] = []

    def open_a_project() -> int:
        if not times:
            times.append(erasure.project(person_id, at=AT - timedelta(days=1)))
        return 0

    monkeypatch.setattr("seloste.erasure.actions.erasing.ledger.flush", open_a_project)
    job = erasure.erased(person_id)
    assert job.codes == ["request", "customer_care", "feedback"]
    assert is_there(person_id)
