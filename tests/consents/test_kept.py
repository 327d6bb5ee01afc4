"""Proof of consents outlives its person for three years, and then goes: it has an end, and the database keeps it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import InternalError, ProgrammingError, transaction
from django.db.models import Model
from tests import make

from seloste.consents import actions
from seloste.consents.choices import EvidenceKind
from seloste.consents.kept import STORES
from seloste.consents.models import ConsentEvent, ObjectionEvent, Suppression
from seloste.consents.models.acknowledgements import Acknowledgement
from seloste.consents.retention import OF_THE_GONE
from seloste.consents.rules.evidence import Evidence
from seloste.kernel.clock import local_date
from seloste.kernel.duty import system, visitor
from seloste.kernel.kept import Surviving
from seloste.ledger import actions as ledger
from seloste.ledger.choices import Kind
from seloste.register.models import Ground, Name, NoticeDelivery, Person
from seloste.register.queries import whose

pytestmark = pytest.mark.django_db
#: So long ago that the database's own clock lets what ended then go.
THEN = datetime(2020, 2, 28, 10, 0, tzinfo=UTC)
PROOF: tuple[type[Model], ...] = (ConsentEvent, ObjectionEvent, Acknowledgement)


def said(at: datetime = THEN) -> UUID:
    """Return a person who said yes, acknowledged, and said no on the same day."""
    person_id = make.person(at=at - timedelta(days=9))
    told: dict[str, Any] = {"by": make.duty("marketing"), "at": at, "person_id": person_id}
    proof = Evidence(kind=EvidenceKind.SIGNED_PAPER, kept="Mappi 3", on=local_date(at))
    actions.give(**told, consent="marketing_email", language="fi", source="meeting", evidence=proof)
    actions.acknowledge(by=visitor("order"), at=at, person_id=person_id, kind="order", language="fi", form="order")
    actions.object_to(**told, purpose="direct_marketing", source="phone")
    return person_id


def go(person_id: UUID, at: datetime | None = None) -> None:
    """Take the person out of the register, and enter it in the ledger where the moment is told."""
    for model in (Name, Ground, NoticeDelivery):
        model.objects.filter(person_id=person_id).delete()
    Person.objects.filter(id=person_id).delete()
    if at:
        ledger.enter(at=at, kind=Kind.ERASED, subject=person_id, mark=b"\0" * 32, counts={"register.person": 1})


def counts() -> list[int]:
    return [model._default_manager.count() for model in PROOF]  # noqa: SLF001 -- Django's own door


def clear(day: date) -> int:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return sum(store.clear(system("rights"), at, 100) for store in OF_THE_GONE)


def test_proof_stays_while_its_person_is_in_the_register() -> None:
    said()

    assert clear(date(2026, 1, 1)) == 0
    assert min(counts()) > 0


def test_proof_of_a_person_who_is_gone_goes_three_years_after_the_last_word() -> None:
    go(said())

    assert clear(date(2023, 2, 28)) == 0
    assert sum(due.count for store in OF_THE_GONE for due in store.due(date(2023, 2, 28))) == sum(counts())
    assert clear(date(2023, 3, 1)) == 3
    assert counts() == [0, 0, 0]


def test_proof_of_a_person_who_was_erased_later_goes_three_years_after_the_erasure() -> None:
    go(said(), at=THEN + timedelta(days=100))

    assert clear(date(2023, 3, 1)) == 0
    assert clear(date(2023, 6, 7)) == 0
    assert clear(date(2023, 6, 8)) > 0
    assert counts() == [0, 0, 0]


def test_proof_of_one_who_is_gone_takes_nobody_elses_along() -> None:
    go(said())
    stays = said()

    clear(date(2026, 1, 1))

    assert {event.subject for event in ConsentEvent.objects.all()} == {stays}


@pytest.mark.parametrize("model", PROOF)
def test_database_lets_no_proof_go_before_its_time(model: type[Model]) -> None:
    from seloste.kernel.clock import now

    go(said(now() - timedelta(days=400)))

    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        model._default_manager.all().delete()  # noqa: SLF001 -- Django's own door


def test_what_stays_is_told_with_its_last_day() -> None:
    person_id = said()

    for store in STORES[:3]:
        for record in store.records(whose([person_id])):
            stay = store.stays(record, Surviving(today=date(2020, 3, 31)))
            assert stay is not None
            assert stay.until == date(2023, 3, 31)


def test_a_closed_address_is_found_by_its_mark_and_stays_as_a_mark() -> None:
    person_id = make.person(email="maija@example.com")
    actions.suppress(by=make.duty(), at=make.AT, channel="email", address="maija@example.com")
    hers = whose([person_id])
    store = STORES[3]

    records = list(store.records(hers))

    assert [record.values["reason"] for record in records] == ["objected"]
    assert "maija" not in repr(records)
    assert store.stays(records[0], Surviving(today=make.AT.date())) is not None
    make.person("Kaisa", email="Maija@example.com")
    assert list(store.records(whose([person_id]))) == []
    assert Suppression.objects.count() == 1
