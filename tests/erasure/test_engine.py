"""Erasing one person: what goes, what stays, in which order, and what is left when it fails."""

from uuid import UUID

import pytest
from django.db import IntegrityError
from tests import make
from tests.erasure import make as erasure
from tests.erasure.make import AT, erased, is_there

from seloste.erasure import actions, queries
from seloste.erasure.choices import Cause, JobState
from seloste.erasure.models import ErasureJob
from seloste.kernel.kept import kept
from seloste.kernel.refusals import Missing
from seloste.ledger.choices import Kind
from seloste.ledger.models import LedgerEntry
from seloste.register import actions as register
from seloste.register.models import ContactPoint, Ground, Name, Person, PostalAddress
from seloste.register.queries import whose

pytestmark = pytest.mark.django_db


def counts(person_id: UUID) -> dict[str, int]:
    hers = whose([person_id])
    return {store.key: len(store.records(hers)) for store in kept() if store.records(hers)}


def test_erase_leaves_nothing_in_the_register_of_a_person_whom_nothing_keeps() -> None:
    person_id = erasure.customer()
    job = erased(person_id)
    assert job.state == JobState.VERIFIED
    assert not is_there(person_id)
    assert {"register.names": 1, "register.contact_points": 2, "register.notes": 1, "register.person": 1}.items() <= (
        job.erased.items()
    )
    assert set(counts(person_id)) == {"erasure.jobs", "audit.events", "ledger.entries"}


def test_erase_enters_the_ledger_before_and_after() -> None:
    person_id = erasure.customer()
    job = erased(person_id)
    entries = list(LedgerEntry.objects.filter(subject=person_id).order_by("id"))
    assert [entry.kind for entry in entries] == [Kind.ERASE, Kind.ERASED]
    assert entries[0].codes == ["request", "all", "customer_care", "feedback"]
    assert bytes(entries[1].mark) == bytes(job.proof or b"")
    assert dict(zip(entries[1].stores, entries[1].counts, strict=True)) == job.erased


def test_erase_blocks_what_the_law_keeps_and_narrows_it() -> None:
    person_id = erasure.invoiced()
    job = erased(person_id)
    person = Person.objects.get(id=person_id)
    assert person.blocked_at == AT
    assert list(PostalAddress.objects.filter(person=person_id).values_list("purposes", flat=True)) == [["accounting"]]
    assert not ContactPoint.objects.filter(person=person_id).exists()
    assert list(Ground.objects.filter(person=person_id).values_list("purpose", flat=True)) == ["accounting"]
    stays = {one["store"]: one for one in job.stays}
    assert "Kirjanpitolaki" in stays["register.addresses"]["law"]
    assert stays["register.addresses"]["until"] is not None
    assert job.codes == ["request", "blocked", "customer_care"]


def test_erase_again_changes_nothing_and_is_verified_again() -> None:
    person_id = erasure.invoiced()
    erased(person_id)
    before = counts(person_id)
    again = erased(person_id)
    assert again.state == JobState.VERIFIED
    assert again.erased == {}
    assert counts(person_id).keys() == before.keys()


def test_erase_keeps_what_a_project_under_way_needs_and_does_not_block() -> None:
    person_id = erasure.customer()
    erasure.project(person_id)
    erased(person_id)
    assert Person.objects.get(id=person_id).blocked_at is None
    assert set(Ground.objects.filter(person=person_id).values_list("purpose", flat=True)) == {"projects"}
    assert not Name.objects.filter(person=person_id).exists()


def test_an_objection_ends_the_named_purpose_alone() -> None:
    person_id = erasure.customer()
    erased(person_id, cause=Cause.OBJECTION, named=["feedback"])
    assert "register.feedback" not in counts(person_id)
    assert Name.objects.filter(person=person_id).exists()
    assert set(Ground.objects.filter(person=person_id).values_list("purpose", flat=True)) == {"customer_care"}


def test_what_cannot_be_verified_is_rolled_back_noted_and_tried_again() -> None:
    person_id = erasure.customer()
    store = next(one for one in kept() if one.key == "register.notes")
    erase = store.erase
    object.__setattr__(store, "erase", len)
    try:
        with pytest.raises((IntegrityError, actions.NotVerifiedError)):
            erased(person_id)
    finally:
        object.__setattr__(store, "erase", erase)
    job = ErasureJob.objects.get(person=person_id)
    assert (job.state, job.ended_at, job.tries) == (JobState.FAILED, None, 1)
    assert is_there(person_id)
    with pytest.raises(Missing):
        queries.certificate(job.id)
    assert actions.finish(AT, by=erasure.SYSTEM) == 0
    later = job.not_before_at
    assert actions.finish(later, by=erasure.SYSTEM) == 1
    assert not is_there(person_id)


def test_a_plan_names_every_record_and_why_it_stays_and_changes_nothing() -> None:
    person_id = erasure.invoiced()
    before = counts(person_id)
    plan = queries.plan(by=erasure.PRIVACY, at=AT, person_id=person_id)
    assert {purpose for purpose, _stay in plan.left} == {"accounting"}
    assert (plan.is_blocked, plan.is_whole) == (True, False)
    stays = {part.key: [one.stay.law for one in part.stays if one.stay] for part in plan.parts if part.stays}
    assert "Kirjanpitolaki" in stays["register.addresses"][0]
    shown = [value for part in plan.parts for one in part.records for _name, value in one.values]
    assert {"Mallikatu 1", "maija@example.com", "Mallikas"} <= {value for value in shown if isinstance(value, str)}
    after = counts(person_id)
    assert {key: after[key] for key in before if key != "audit.events"} == {
        key: before[key] for key in before if key != "audit.events"
    }


def test_what_a_plan_says_is_what_the_erasure_does() -> None:
    person_id = erasure.invoiced()
    plan = queries.plan(by=erasure.PRIVACY, at=AT, person_id=person_id)
    job = erased(person_id)
    said = {part.key: len(part.goes) for part in plan.parts if part.goes}
    assert job.erased == said


def test_a_stranger_to_the_duty_sees_no_plan() -> None:
    person_id = erasure.customer()
    with pytest.raises(Missing):
        queries.plan(by=make.duty("technical"), at=AT, person_id=person_id)
    with pytest.raises(Missing):
        actions.schedule(by=make.duty("technical"), at=AT, person_id=person_id, cause=Cause.REQUEST)


def test_somebody_with_the_same_address_loses_nothing() -> None:
    person_id = erasure.customer()
    other = erasure.customer(family_name="Toinen")
    before = counts(other)
    erased(person_id)
    after = counts(other)
    assert {key: after[key] for key in before if key != "audit.events"} == {
        key: before[key] for key in before if key != "audit.events"
    }


def test_the_certificate_says_what_went_and_what_stays_and_no_value() -> None:
    person_id = erasure.invoiced()
    job = erased(person_id, matter="R-0000-0000")
    shown = queries.certificate(job.id)
    assert shown.matter == "R-0000-0000"
    assert shown.count == sum(job.erased.values())
    pdf = queries.certificate_pdf(job.id, language="fi")
    assert pdf.startswith(b"%PDF")
    words = "\n".join(queries.paragraphs(shown))
    for value in ("maija", "Mallikas", "Mallikatu"):
        assert value not in words


def test_a_planned_erasure_can_be_stopped_until_it_begins() -> None:
    person_id = erasure.customer()
    job_id = actions.schedule(by=erasure.SYSTEM, at=AT, person_id=person_id, cause=Cause.REQUEST)
    actions.stop(by=erasure.SYSTEM, at=AT, job_id=job_id)
    actions.stop(by=erasure.SYSTEM, at=AT, job_id=job_id)
    assert actions.finish(AT, by=erasure.SYSTEM) == 0
    assert is_there(person_id)
    done = erased(person_id)
    with pytest.raises(actions.TooLate):
        actions.stop(by=erasure.SYSTEM, at=AT, job_id=done.id)


def test_adding_to_somebody_erased_is_refused_as_missing() -> None:
    person_id = erasure.customer()
    erased(person_id)
    with pytest.raises(Missing):
        register.add_note(by=make.duty(), at=AT, person_id=person_id, origin=make.origin(), text="Myöhässä.")
