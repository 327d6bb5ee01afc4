"""What was said before a no goes when nobody can dispute it any more; the newest word stays."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import InternalError, ProgrammingError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import make

from seloste.consents import actions, queries
from seloste.consents.choices import EvidenceKind
from seloste.consents.models import ConsentEvent, ObjectionEvent
from seloste.consents.retention import STORES
from seloste.consents.rules.evidence import Evidence
from seloste.kernel.clock import local_date
from seloste.kernel.duty import system
from seloste.kernel.retention import Due

pytestmark = pytest.mark.django_db
EVENTS, OBJECTIONS = STORES
#: So long ago that the database's own clock lets what ended then go.
THEN = datetime(2020, 2, 28, 10, 0, tzinfo=UTC)


def told(person_id: UUID, at: datetime, **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- what the deeds are told
    return {"by": make.duty("marketing"), "at": at, "person_id": person_id, **more}


def give(person_id: UUID, at: datetime) -> None:
    proof = Evidence(kind=EvidenceKind.SIGNED_PAPER, kept="Mappi 3", on=local_date(at))
    words = {"consent": "marketing_email", "language": "fi", "source": "meeting", "evidence": proof}
    actions.give(**told(person_id, at, **words))


def withdraw(person_id: UUID, at: datetime) -> None:
    actions.withdraw(**told(person_id, at, consent="marketing_email", source="phone"))


def withdrawn(at: datetime = THEN) -> UUID:
    person_id = make.person(at=THEN - timedelta(days=99))
    give(person_id, at - timedelta(days=30))
    withdraw(person_id, at)
    return person_id


def clear(day: date, limit: int = 100) -> int:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return sum(store.clear(system("rights"), at, limit) for store in STORES)


def test_proof_of_a_consent_goes_three_years_after_the_no() -> None:
    person_id = withdrawn()

    assert (clear(date(2023, 2, 28)), clear(date(2023, 3, 1))) == (0, 1)
    assert [event.state for event in ConsentEvent.objects.all()] == ["withdrawn"]
    assert queries.consent_of(person_id, "direct_marketing", "email") is not None


def test_what_goes_is_told_by_its_day() -> None:
    withdrawn()

    assert EVENTS.due(date(2023, 2, 27)) == []
    assert EVENTS.due(date(2023, 2, 28)) == [Due(on=date(2023, 2, 28), count=1)]


def test_standing_consent_stays_however_old() -> None:
    person_id = withdrawn()
    give(person_id, THEN + timedelta(days=9))

    assert clear(date(2040, 1, 1)) == 1
    assert sorted(ConsentEvent.objects.values_list("state", flat=True)) == ["given", "withdrawn"]


def test_lifted_objection_goes_and_the_lifting_stays() -> None:
    person_id = make.person(at=THEN)
    marketing: dict[str, Any] = {"purpose": "direct_marketing", "source": "email"}
    actions.object_to(**told(person_id, THEN, **marketing))
    proof = Evidence(kind=EvidenceKind.SIGNED_PAPER, kept="Mappi 3", on=local_date(THEN) + timedelta(days=1))
    actions.lift_objection(**told(person_id, THEN + timedelta(days=1), **marketing, evidence=proof))

    assert clear(date(2024, 1, 1)) == 1
    assert [event.state for event in ObjectionEvent.objects.all()] == ["lifted"]


def test_clearing_takes_no_more_than_it_is_told() -> None:
    for _ in range(3):
        withdrawn()

    assert [clear(date(2024, 1, 1), limit=2) for _ in range(2)] == [2, 1]


def test_database_refuses_to_let_a_younger_event_go() -> None:
    withdrawn(at=make.AT)

    with pytest.raises((InternalError, ProgrammingError), match="only added to"), transaction.atomic():
        ConsentEvent.objects.all().delete()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([give, withdraw]), st.integers(1, 900)), max_size=6))
def test_clearing_never_changes_where_a_consent_stands(steps: list[tuple[Any, int]]) -> None:
    with transaction.atomic():
        person_id, at = make.person(at=THEN), THEN
        for deed, days in steps:
            at += timedelta(days=days)
            deed(person_id, at)
        before = queries.consent_of(person_id, "direct_marketing", "email")

        clear(date(2026, 11, 1))

        assert queries.consent_of(person_id, "direct_marketing", "email") == before
        transaction.set_rollback(True)
