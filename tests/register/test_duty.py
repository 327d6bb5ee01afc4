"""S8.3: only the employees whose job it is. What is outside a duty does not exist for it."""

from dataclasses import replace
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries
from tests import make

from seloste.audit.models import AuditEvent
from seloste.kernel.refusals import Missing, NotAllowed
from seloste.register import actions, queries

pytestmark = pytest.mark.django_db


def test_person_is_missing_when_outside_the_duty() -> None:
    person_id = make.person()

    for role in ("accounting", "marketing", "technical", "owner"):
        with pytest.raises(Missing):
            queries.person_page(by=make.duty(role), at=make.AT, person_id=person_id)
    assert queries.person_page(by=make.duty("privacy"), at=make.AT, person_id=person_id).name == "Maija Mallikas"


def test_person_who_is_not_there_looks_the_same() -> None:
    with pytest.raises(Missing):
        queries.person_page(by=make.duty(), at=make.AT, person_id=uuid4())


def test_duty_sees_only_its_own_values_of_a_shared_person() -> None:
    person_id = make.person(email="maija@example.com")
    marketer = make.duty("marketing")
    actions.add_contact_point(
        by=marketer,
        at=make.AT,
        person_id=person_id,
        origin=make.origin("web_page", purposes=("b2b_contact",)),
        kind="web",
        value="https://example.com",
    )

    seen = queries.person_page(by=marketer, at=make.AT, person_id=person_id)

    assert [value.text for value in seen.values] == ["https://example.com"]
    assert [reason.purpose for reason in seen.reasons] == ["b2b_contact"]


def test_read_is_recorded_with_who_why_and_what() -> None:
    clerk, person_id = make.duty(), make.person(email="maija@example.com")

    queries.person_page(by=clerk, at=make.AT, person_id=person_id)

    event = AuditEvent.objects.order_by("-id")[0]
    assert (event.deed, event.actor, event.role, event.purpose) == (
        "person.read",
        clerk.actor,
        "customer_service",
        clerk.purpose,
    )
    assert (event.subjects, event.categories, event.at) == ([person_id], ["contact", "identity"], make.AT)


def test_denied_look_is_recorded() -> None:
    person_id, curious = make.person(), make.duty("accounting")

    queries.note_denied(by=curious, at=make.AT, person_id=person_id)
    queries.note_denied(by=curious, at=make.AT, person_id=uuid4())

    assert [(e.actor, e.subjects) for e in AuditEvent.objects.filter(denied=True)] == [(curious.actor, [person_id])]


@pytest.mark.parametrize("role", ["accounting", "technical", "owner", "marketing"])
def test_write_outside_the_duty_is_refused(role: str) -> None:
    person_id = make.person()

    with pytest.raises((NotAllowed, Missing)):
        actions.add_note(by=make.duty(role), at=make.AT, person_id=person_id, origin=make.origin(), text="Utelias.")


def test_every_write_is_recorded_in_its_transaction() -> None:
    clerk = make.duty()
    person_id = make.person(email="maija@example.com", by=clerk)

    deeds = list(
        AuditEvent.objects.filter(subjects__contains=[person_id]).order_by("id").values_list("deed", flat=True)
    )

    assert deeds == ["person.added", "ground.began", "name.added", "contactpoint.added"]


def test_list_of_owed_information_costs_the_same_for_one_and_three(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    privacy = make.duty("privacy")
    make.person()
    with django_assert_num_queries(5) as one:
        assert len(queries.information_owed(by=privacy, at=make.AT)) == 1
    for name in ("Matti", "Minna"):
        make.person(name)

    with django_assert_num_queries(len(one)):
        assert len(queries.information_owed(by=privacy, at=make.AT)) == 3


def test_a_list_records_everybody_on_it_with_or_without_a_name() -> None:
    person_id, nameless = make.person(), replace(make.duty("privacy"), categories=frozenset({"provenance"}))

    listed = queries.information_owed(by=nameless, at=make.AT)

    assert [(one.person_id, one.name) for one in listed] == [(person_id, "")]
    assert AuditEvent.objects.filter(deed="person.listed", subjects=[person_id]).count() == 1
