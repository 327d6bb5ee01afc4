"""A request to be erased, from the plan to the certificate in the person's hands; and how it is stopped."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from django.utils.translation import override
from tests import make
from tests.accounts.make import client_of
from tests.disclosures.make import naming_recipients
from tests.erasure import make as erasure
from tests.erasure.make import is_there
from tests.rights import make as rights
from tests.rights.make import ADDRESS, AT, PRIVACY

from seloste.disclosures import actions as disclosures
from seloste.disclosures.choices import How, Impossible
from seloste.disclosures.models import RecipientNotice
from seloste.erasure import queries as erasures
from seloste.erasure.choices import JobState
from seloste.erasure.jobs import finish
from seloste.erasure.models import ErasureJob, Hold
from seloste.erasure.queries import due
from seloste.kernel.clock import local_date, now
from seloste.kernel.refusals import Missing
from seloste.mail.models import Message
from seloste.register.models import ContactPoint, Ground
from seloste.rights import actions, jobs
from seloste.rights.actions import erasing
from seloste.rights.choices import Method, Outcome, Reason, Right, State, Way
from seloste.rights.models import Correspondence

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = AT + timedelta(hours=80)


def asked(person_id: UUID | None = None, *, strong: bool = False) -> UUID:
    """Return a request to be erased of a known person who is proved to ask, decided as the plan says."""
    request_id = rights.received(Right.ERASURE)
    person_id = person_id or rights.known()
    if strong:
        actions.assign(by=PRIVACY, at=AT, request_id=request_id, person_id=person_id)
        rights.check(request_id, method=Method.MANUAL)
    else:
        actions.confirm_address(by=rights.HERSELF, at=AT + HOUR, request_id=request_id)
    ruling = erasing.propose(by=PRIVACY, at=AT + 2 * HOUR, item_id=rights.item(request_id).id)
    actions.decide(by=PRIVACY, at=AT + 2 * HOUR, item_id=rights.item(request_id).id, ruling=ruling)
    return request_id


def begun(request_id: UUID) -> ErasureJob:
    actions.carry_out(by=PRIVACY, at=AT + 3 * HOUR, item_id=rights.item(request_id).id)
    return ErasureJob.objects.get(matter=rights.request(request_id).reference)


def test_an_erasure_is_told_as_granted_only_when_it_is_verified() -> None:
    person_id = rights.known()
    request_id = asked(person_id)
    begun(request_id)
    with pytest.raises(actions.NotYet):
        actions.answer(by=PRIVACY, at=AT + 4 * HOUR, request_id=request_id, way=Way.EMAIL)
    assert is_there(person_id)
    finish(LATER)
    assert not is_there(person_id)
    assert rights.item(request_id).carried_out_at is None
    assert jobs.settle_erasures(LATER) == 1
    assert rights.item(request_id).carried_out_at == LATER
    actions.answer(by=PRIVACY, at=LATER + HOUR, request_id=request_id, way=Way.EMAIL)
    sent = Correspondence.objects.get(request=request_id, letter="answer")
    assert sent.address == ADDRESS  # it was on file long before, and was kept to tell her
    job = ErasureJob.objects.get()
    with override("fi"):
        assert all(words in sent.text for words in erasures.paragraphs(erasures.certificate(job.id)))
    assert "Mallikas" not in sent.text


def test_a_code_alone_gives_every_old_address_three_days_to_stop_it() -> None:
    person_id = rights.known()
    request_id = asked(person_id)
    job = begun(request_id)
    assert job.not_before_at == AT + 3 * HOUR + timedelta(hours=72)
    assert finish(job.not_before_at - timedelta(seconds=1)) == 0
    letters = stop_letters()
    page = Client().get(f"/oikeudet/{letters}/poisto/")
    assert page.status_code == 200
    assert ErasureJob.objects.get().state == JobState.PLANNED  # looking changes nothing
    Client().post(f"/oikeudet/{letters}/poisto/")
    assert ErasureJob.objects.get().state == JobState.STOPPED
    finish(LATER)
    assert is_there(person_id)
    with pytest.raises(actions.NotYet):  # a code alone is not enough any more
        actions.carry_out(by=PRIVACY, at=LATER, item_id=rights.item(request_id).id)


def stop_letters() -> str:
    found = [re.search(r"/oikeudet/([\w-]+)/poisto/", text) for text in Message.objects.values_list("text", flat=True)]
    return next(match[1] for match in found if match)


def test_colleagues_never_see_the_link_that_stops_it() -> None:
    begun(asked())
    link = stop_letters()
    assert not any(link in text for text in Correspondence.objects.values_list("text", flat=True))


def test_a_check_by_an_employee_lets_it_begin_at_once() -> None:
    person_id = rights.known()
    job = begun(asked(person_id, strong=True))
    finish(job.not_before_at)
    assert job.not_before_at == AT + 3 * HOUR
    assert not is_there(person_id)


def test_what_the_law_keeps_makes_it_granted_in_part_with_the_ground_and_the_day() -> None:
    person_id = erasure.invoiced()
    request_id = asked(person_id)
    item = rights.item(request_id)
    assert (item.outcome, item.reason_code) == (Outcome.PARTLY, Reason.LEGAL_DUTY)
    assert "Kirjanpitolaki" in item.reasons
    assert str(Ground.objects.get(person=person_id, purpose="accounting").keep_until.year) in item.reasons


def test_what_must_stay_cannot_be_called_granted() -> None:
    request_id = rights.received(Right.ERASURE)
    erasure.invoiced()
    actions.confirm_address(by=rights.HERSELF, at=AT + HOUR, request_id=request_id)
    rights.ruled(request_id, Outcome.GRANTED)
    with pytest.raises(erasing.NotWhole):
        begun(request_id)


def test_recipients_are_told_before_the_data_go_and_the_answer_waits_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with naming_recipients(tmp_path, monkeypatch):
        person_id = rights.known()
        disclosures.note_disclosure(
            by=make.duty(),
            at=AT,
            person_id=person_id,
            recipient="carrier",
            categories=["identity"],
            purpose="customer_care",
            how=How.PHONE,
        )
        request_id = asked(person_id)
        begun(request_id)
        finish(LATER)
        standing = erasures.newest_for(rights.item(request_id).id)
        assert standing is not None
        assert (standing.state, standing.unsettled, standing.is_done) == (JobState.VERIFIED, 1, False)
        assert jobs.settle_erasures(LATER) == 0
        assert rights.item(request_id).carried_out_at is None
        notice = RecipientNotice.objects.get(person=person_id)
        disclosures.note_impossible(by=PRIVACY, at=LATER, notice_id=notice.id, reason=Impossible.GONE)
        assert jobs.settle_erasures(LATER) == 1


def test_taking_the_request_back_stops_what_has_not_begun() -> None:
    person_id = rights.known()
    request_id = asked(person_id)
    begun(request_id)
    actions.withdraw(by=PRIVACY, at=AT + 5 * HOUR, request_id=request_id)
    finish(LATER)
    assert is_there(person_id)


def test_the_address_kept_for_the_answer_goes_when_the_matter_is_closed() -> None:
    request_id = asked()
    begun(request_id)
    finish(LATER)
    jobs.settle_erasures(LATER)
    actions.answer(by=PRIVACY, at=LATER, request_id=request_id, way=Way.EMAIL)
    assert ErasureJob.objects.get().answer_to == [{"kind": "email", "value": ADDRESS}]
    rights.arrived(LATER + HOUR)
    actions.close(by=PRIVACY, at=LATER + 2 * HOUR, request_id=request_id)
    assert ErasureJob.objects.get().answer_to == []
    assert not ContactPoint.objects.filter(value=ADDRESS).exists()


def test_an_objection_upheld_erases_what_rested_on_it_alone() -> None:
    person_id = rights.known(purposes=("customer_care", "feedback"))
    request_id = rights.received(actions.Wanted(right=Right.OBJECTION, scope="feedback"))
    actions.confirm_address(by=rights.HERSELF, at=AT + HOUR, request_id=request_id)
    rights.ruled(request_id, Outcome.GRANTED)
    rights.carried_out(request_id)
    finish(LATER)
    assert ErasureJob.objects.get().state == JobState.VERIFIED
    assert set(Ground.objects.filter(person=person_id).values_list("purpose", flat=True)) == {"customer_care"}


def test_a_request_under_way_keeps_the_end_of_a_period_waiting() -> None:
    person_id = rights.known()
    rights.proved(Right.ACCESS)
    day = Ground.objects.get(person=person_id).keep_until
    assert due.people("customer_care", today=day + timedelta(days=1), limit=10) == []


def test_who_does_not_answer_requests_sees_no_plan() -> None:
    request_id = asked()
    item_id = rights.item(request_id).id
    with pytest.raises(Missing):
        erasing.stop_at_desk(by=make.duty("marketing"), at=AT, item_id=item_id)
    assert rights.request(request_id).state == State.FULFILLING


def test_a_hold_is_placed_looked_at_and_ended_at_the_desk() -> None:
    person_id = rights.known(at=now() - timedelta(days=90))
    browser = client_of("privacy")
    place = f"/tyopoyta/oikeudet/sailytys/{person_id}/"
    assert browser.get(place).status_code == 200
    assert browser.post(place, {"kind": "claim", "reason": "", "review_on": ""}).status_code == 422
    day = local_date(now()) + timedelta(days=60)
    browser.post(place, {"kind": "claim", "reason": "Riita tilauksesta 17.", "review_on": day.isoformat()})
    hold = Hold.objects.get(person=person_id)
    again = {"reason": "Käräjillä.", "review_on": (day + timedelta(days=60)).isoformat()}
    browser.post(f"{place}{hold.id}/", again)
    assert Hold.objects.get().reason == "Käräjillä."
    assert browser.post(f"{place}{hold.id}/", {"reason": "", "review_on": ""}).status_code == 422
    browser.post(f"{place}{hold.id}/", {"do": "release"})
    assert Hold.objects.get().released_at is not None
    charlie = client_of()
    assert charlie.get(place).status_code == 404
