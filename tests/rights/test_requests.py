"""A request from arrival to the end: every guard of the law, each effect, the clock in the database."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from tests import make as house
from tests.rights import make

from seloste.audit.models import AuditEvent
from seloste.consents.models import ObjectionEvent, Suppression
from seloste.consents.queries import is_suppressed, objects
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.register.models import Ground, Restriction
from seloste.rights import actions
from seloste.rights.choices import Channel, Happened, Identity, Letter, Outcome, Reason, Right, State, Way
from seloste.rights.models import ClockEvent, Correspondence, IdentityCheck, Request, RequestItem

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def happened(request_id: UUID) -> list[str]:
    return list(ClockEvent.objects.filter(request=request_id).order_by("id").values_list("what", flat=True))


# --- Arriving ---------------------------------------------------------------------------------------------------------


def test_request_is_confirmed_and_its_month_runs_from_arrival() -> None:
    request_id = make.received(Right.ACCESS)

    request = make.request(request_id)
    assert (request.state, request.identity) == (State.ACKNOWLEDGED, Identity.OPEN)
    assert (request.first_due_on, request.strict_due_on, request.legal_due_on) == (date(2026, 12, 28),) * 3
    assert happened(request_id) == ["received", "acknowledged"]
    [text] = make.mailed()
    assert request.reference in text


def test_request_that_reached_us_earlier_runs_from_then_whoever_read_it_when() -> None:
    arrived = make.AT - 9 * DAY
    request_id = make.received(
        Right.ERASURE, by=house.duty("customer_service"), channel=Channel.LETTER, received_at=arrived, email=""
    )

    request = make.request(request_id)
    assert (request.state, request.strict_due_on) == (State.RECEIVED, date(2026, 12, 16))
    assert ClockEvent.objects.get(request=request_id).at == arrived


@pytest.mark.parametrize("right", Right)
def test_every_right_can_be_asked_through_every_channel(right: Right) -> None:
    for channel in Channel:
        request_id = make.received(right, by=house.duty("customer_service"), channel=channel)
        assert make.item(request_id).right == right


def test_request_may_hold_several_things_each_with_its_own_decision() -> None:
    request_id = make.proved(Right.ACCESS, Right.RESTRICTION, Right.QUESTION)
    by_right = {item.right: item.id for item in RequestItem.objects.filter(request=request_id)}

    for right, ruling in {
        Right.ACCESS: actions.Ruling(outcome=Outcome.REFUSED, reason=Reason.OTHERS_RIGHTS, reasons="Toisen tietoja."),
        Right.RESTRICTION: actions.Ruling(outcome=Outcome.GRANTED),
        Right.QUESTION: actions.Ruling(outcome=Outcome.GRANTED, reasons="Kyllä, näin on."),
    }.items():
        assert make.request(request_id).state == State.ASSESSING
        actions.decide(by=make.PRIVACY, at=make.AT + 2 * HOUR, item_id=by_right[right], ruling=ruling)

    assert make.request(request_id).state == State.FULFILLING


def test_same_form_sent_twice_is_one_request() -> None:
    twice = make.arrival(Right.ACCESS)
    first = actions.receive(by=make.HERSELF, at=make.AT, arrival=twice)

    assert actions.receive(by=make.HERSELF, at=make.AT + HOUR, arrival=twice) == first
    assert len(make.mailed()) == 1
    with pytest.raises(actions.SentAlready):
        make.received(Right.ERASURE, token=twice.token)


def test_request_without_name_or_in_no_form_is_a_request() -> None:
    request_id = make.received(Right.QUESTION, name="", message="missä ne tiedot on")

    assert make.request(request_id).state == State.ASSESSING


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"wanted": []}, "rights"),
        ({"received_at": make.AT + HOUR}, "received_at"),
        ({"language": "ru"}, "language"),
        ({"email": "maija"}, "email"),
        ({"message": "Hetuni on 131052-308T"}, "message"),
    ],
)
def test_request_that_cannot_be_kept_is_refused_at_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        make.received(Right.ACCESS, **changes)

    assert refused.value.field == field


def test_role_that_meets_nobody_enters_nothing() -> None:
    make.arrival(Right.ACCESS)
    with pytest.raises(NotAllowed):
        make.received(Right.ACCESS, by=house.duty("owner"))


def test_confirmations_to_one_address_end_after_three_in_an_hour() -> None:
    ids = [make.received(Right.ACCESS, at=make.AT + n * timedelta(minutes=1)) for n in range(5)]

    assert len(make.mailed()) == 3
    assert [make.request(one).state for one in ids[3:]] == [State.RECEIVED] * 2


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["customer_service", "marketing", "accounting", "technical", "owner"])
def test_for_other_roles_requests_do_not_exist(role: str) -> None:
    request_id = make.proved(Right.ACCESS)
    by, at = house.duty(role), make.AT + 2 * HOUR
    granted = actions.Ruling(outcome=Outcome.GRANTED)

    deeds: list[Callable[[], object]] = [
        lambda: actions.decide(by=by, at=at, item_id=make.item(request_id).id, ruling=granted),
        lambda: actions.extend(by=by, at=at, request_id=request_id, reasons="Paljon"),
        lambda: actions.close(by=by, at=at, request_id=request_id),
        lambda: actions.assign(by=by, at=at, request_id=request_id, person_id=uuid4()),
        lambda: actions.withdraw(by=by, at=at, request_id=request_id),
    ]
    for deed in deeds:
        with pytest.raises(Missing):
            deed()


# --- More time --------------------------------------------------------------------------------------------------------


def test_extension_is_sent_with_its_reasons_and_runs_from_receipt() -> None:
    request_id = make.proved(Right.ACCESS)

    actions.extend(by=make.PRIVACY, at=make.AT + DAY, request_id=request_id, reasons="Tietoja on hyvin paljon.")

    request = make.request(request_id)
    assert (request.first_due_on, request.strict_due_on) == (date(2026, 12, 28), date(2027, 2, 25))
    text = make.mailed()[-1]
    assert "Tietoja on hyvin paljon." in text
    assert "tietosuoja@om.fi" in text


def test_extension_after_the_first_month_or_without_reasons_or_twice_is_refused() -> None:
    request_id = make.proved(Right.ACCESS)
    on_time = datetime(2026, 12, 28, 21, 59, tzinfo=UTC)  # a minute before midnight in Helsinki

    for at, reasons in ((on_time + timedelta(minutes=2), "Paljon"), (on_time, "  ")):
        with pytest.raises(actions.NotYet), transaction.atomic():
            actions.extend(by=make.PRIVACY, at=at, request_id=request_id, reasons=reasons)
    actions.extend(by=make.PRIVACY, at=on_time, request_id=request_id, reasons="Paljon")
    with pytest.raises(actions.TooLate):
        actions.extend(by=make.PRIVACY, at=on_time, request_id=request_id, reasons="Paljon")


def test_extension_that_has_nowhere_to_go_is_not_made() -> None:
    request_id = make.received(Right.QUESTION, email="", by=house.duty("customer_service"), channel=Channel.PHONE)

    with pytest.raises(actions.NoWay), transaction.atomic():
        actions.extend(by=make.PRIVACY, at=make.AT + DAY, request_id=request_id, reasons="Paljon")

    assert make.request(request_id).extended_at is None


def test_question_stops_the_clock_only_until_it_is_answered() -> None:
    request_id = make.proved(Right.ACCESS)
    actions.clarify(by=make.PRIVACY, at=make.AT + DAY, request_id=request_id, question="Mitä vuotta tarkoitatte?")
    actions.note_answer(by=make.HERSELF, at=make.AT + 11 * DAY, request_id=request_id, text="Vuotta 2025.")
    actions.note_answer(by=make.HERSELF, at=make.AT + 20 * DAY, request_id=request_id, text="Ja vielä 2024.")

    request = make.request(request_id)
    assert (request.strict_due_on, request.legal_due_on) == (date(2026, 12, 28), date(2027, 1, 4))
    assert happened(request_id).count("answered") == 1


def test_question_asked_late_stops_nothing() -> None:
    request_id = make.proved(Right.ACCESS)
    actions.clarify(by=make.PRIVACY, at=make.AT + 6 * DAY, request_id=request_id, question="Mitä tarkoitatte?")
    actions.note_answer(by=make.HERSELF, at=make.AT + 16 * DAY, request_id=request_id, text="Kaikkea.")

    assert make.request(request_id).legal_due_on == date(2026, 12, 28)


# --- Decisions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("right", Right)
def test_refusal_needs_a_ground_of_the_law_and_reasons(right: Right) -> None:
    request_id = make.proved(right)
    item_id = make.item(request_id).id

    for ruling in (
        actions.Ruling(outcome=Outcome.REFUSED, reasons="Emme halua."),
        actions.Ruling(outcome=Outcome.REFUSED, reason=Reason.OTHERS_RIGHTS, reasons=""),
        actions.Ruling(outcome=Outcome.PARTLY, reason=Reason.EXCESSIVE, reasons="Liikaa.", evidence=""),
        actions.Ruling(outcome=Outcome.GRANTED, reason=Reason.LEGAL_DUTY, reasons="Laki."),
    ):
        with pytest.raises(actions.NotLawful), transaction.atomic():
            actions.decide(by=make.PRIVACY, at=make.AT + 2 * HOUR, item_id=item_id, ruling=ruling)


def test_refusal_for_a_ground_of_another_right_is_refused() -> None:
    request_id = make.proved(Right.ACCESS)

    with pytest.raises(actions.NotLawful):
        make.ruled(request_id, Outcome.REFUSED, Reason.LEGAL_DUTY)


@pytest.mark.parametrize("right", [Right.MARKETING_OBJECTION, Right.WITHDRAWAL])
def test_marketing_objection_and_withdrawal_can_be_refused_by_nobody(right: Right) -> None:
    make.known()
    request_id = make.received(right)

    for reason in Reason:
        with pytest.raises(actions.NotLawful), transaction.atomic():
            make.ruled(request_id, Outcome.REFUSED, reason, evidence="Näin")
    with pytest.raises(IntegrityError), transaction.atomic():
        RequestItem.objects.filter(request=request_id).update(
            outcome=Outcome.REFUSED,
            reason_code=Reason.EXCESSIVE,
            law="-",
            reasons="-",
            evidence="-",
            decided_at=make.AT,
            decided_by=uuid4(),
        )


def test_refusal_as_excessive_needs_proof_and_a_second_employee() -> None:
    request_id = make.proved(Right.ACCESS)
    make.ruled(request_id, Outcome.REFUSED, Reason.EXCESSIVE, evidence="Sama pyyntö 40 kertaa kiusaamistarkoituksessa.")
    item_id = make.item(request_id).id

    with pytest.raises(actions.NotYet), transaction.atomic():
        make.answered(request_id)
    with pytest.raises(actions.NotLawful), transaction.atomic():
        actions.second(by=make.PRIVACY, at=make.AT + 3 * HOUR, item_id=item_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        RequestItem.objects.filter(id=item_id).update(seconded_at=make.AT, seconded_by=make.PRIVACY.actor)
    actions.second(by=make.OTHER, at=make.AT + 3 * HOUR, item_id=item_id)
    make.answered(request_id)

    assert make.request(request_id).state == State.ANSWERED


@pytest.mark.parametrize(
    "right", [Right.ACCESS, Right.PORTABILITY, Right.RECTIFICATION, Right.COMPLETION, Right.ERASURE]
)
def test_right_that_nothing_carries_out_cannot_be_answered_as_granted(
    right: Right, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seloste.rights.actions import effects

    monkeypatch.setattr(effects, "_effects", dict(effects.OWN))
    request_id = make.proved(right)
    make.ruled(request_id, Outcome.GRANTED)

    with pytest.raises(actions.NothingCarriesItOut), transaction.atomic():
        make.carried_out(request_id)
    with pytest.raises(actions.NotYet), transaction.atomic():
        make.answered(request_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        RequestItem.objects.filter(request=request_id).update(told_at=make.AT)

    assert make.request(request_id).state == State.FULFILLING


def test_room_that_registers_an_effect_has_it_carried_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from seloste.rights.actions import effects

    done: list[actions.Task] = []
    monkeypatch.setattr(effects, "_effects", dict(effects.OWN))

    def erase(_by: Duty, _at: datetime, task: actions.Task) -> bool:
        done.append(task)
        return True

    actions.carry_out_with(Right.ERASURE, erase)
    request_id = make.proved(Right.ERASURE)
    make.ruled(request_id, Outcome.GRANTED)
    make.carried_out(request_id)
    make.carried_out(request_id)
    make.answered(request_id)

    assert [(task.right, task.person_id) for task in done] == [(Right.ERASURE, make.request(request_id).person)]
    assert make.request(request_id).state == State.ANSWERED


# --- At once ----------------------------------------------------------------------------------------------------------


def test_marketing_objection_acts_by_itself_and_is_answered() -> None:
    person_id = make.known()
    request_id = make.received(Right.MARKETING_OBJECTION)
    make.swept()

    assert objects(person_id, "direct_marketing")
    assert is_suppressed("email", make.ADDRESS)
    assert (make.request(request_id).state, make.item(request_id).outcome) == (State.ANSWERED, Outcome.GRANTED)


def test_marketing_objection_of_nobody_we_know_closes_the_address_for_good() -> None:
    make.received(Right.MARKETING_OBJECTION, email="vieras@example.com")
    make.swept()

    assert is_suppressed("email", "vieras@example.com")
    assert ObjectionEvent.objects.count() == 0


def test_withdrawal_acts_by_itself_on_every_consent_in_force() -> None:
    from tests.outreach import make as outreach

    from seloste.consents.queries import consent_of
    from seloste.kernel.clock import now

    at = now()
    house.version_id(at)
    person_id = outreach.subscriber()
    request_id = make.received(Right.WITHDRAWAL, at=at + HOUR)
    make.swept(at + HOUR)

    found = consent_of(person_id, "direct_marketing", "email")
    assert found is not None
    assert found.state == "withdrawn"
    assert make.item(request_id).outcome == Outcome.GRANTED


def test_withdrawal_where_no_consent_is_in_force_is_answered_so() -> None:
    request_id = make.received(Right.WITHDRAWAL)
    make.swept()

    assert (make.item(request_id).outcome, make.request(request_id).state) == (Outcome.NO_DATA, State.ANSWERED)


def test_objection_by_telephone_waits_until_it_is_known_whose_it_is_and_then_acts() -> None:
    person_id = make.known()
    request_id = make.received(
        Right.MARKETING_OBJECTION, by=house.duty("customer_service"), channel=Channel.PHONE, email=""
    )
    make.swept()
    assert make.item(request_id).outcome == ""

    actions.assign(by=make.PRIVACY, at=make.AT + HOUR, request_id=request_id, person_id=person_id)
    make.swept(make.AT + 2 * HOUR)

    assert objects(person_id, "direct_marketing")
    assert Suppression.objects.exists()


# --- Restriction and objection ----------------------------------------------------------------------------------------


def test_processing_is_restricted_from_proof_of_identity_until_the_refusal_was_told() -> None:
    request_id = make.proved(Right.OBJECTION)
    assert Restriction.objects.get(ended_at=None).reason == "objection"

    make.ruled(request_id, Outcome.REFUSED, Reason.COMPELLING)
    make.answered(request_id)
    assert Restriction.objects.filter(ended_at=None).count() == 1
    with pytest.raises(actions.NotYet), transaction.atomic():
        actions.close(by=make.PRIVACY, at=make.AT + 5 * HOUR, request_id=request_id)
    make.arrived(make.AT + 5 * HOUR)
    actions.close(by=make.PRIVACY, at=make.AT + 6 * HOUR, request_id=request_id)

    restriction = Restriction.objects.get()
    assert (restriction.told_at, restriction.ended_at) == (make.AT + 5 * HOUR, make.AT + 6 * HOUR)


def test_upheld_objection_ends_what_rests_on_our_interest_and_nothing_else() -> None:
    person_id = make.known(by=house.duty("privacy"), purposes=("order", "b2b_contact"))
    request_id = make.proved(Right.OBJECTION)
    make.ruled(request_id, Outcome.GRANTED)
    make.carried_out(request_id)

    assert objects(person_id, "b2b_contact")
    assert set(Ground.objects.filter(ended_at=None).values_list("purpose", flat=True)) == {"order"}


def test_granted_restriction_stays_when_the_matter_is_closed() -> None:
    request_id = make.proved(actions.Wanted(right=Right.RESTRICTION, scope="claim"))
    make.ruled(request_id, Outcome.GRANTED)
    make.carried_out(request_id)
    make.answered(request_id)
    make.arrived(make.AT + 5 * HOUR)
    actions.close(by=make.PRIVACY, at=make.AT + 6 * HOUR, request_id=request_id)

    assert [one.reason for one in Restriction.objects.filter(ended_at=None)] == ["claim"]


# --- The answer -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_refusal_names_ground_article_authority_and_court_in_the_persons_language(language: str) -> None:
    request_id = make.proved(Right.ERASURE, language=language)
    make.ruled(request_id, Outcome.REFUSED, Reason.LEGAL_DUTY, reasons="Kirjanpitolaki 2:10.")
    make.answered(request_id)

    answer = Correspondence.objects.get(request=request_id, letter=Letter.ANSWER)
    for said in ("GDPR 17(3)(b)", "Kirjanpitolaki 2:10.", "tietosuoja@om.fi", "77", "79"):
        assert said in answer.text
    assert (answer.tells_remedies, answer.language) == (True, language)


def test_answer_itself_never_leaves_by_mail() -> None:
    request_id = make.proved(Right.ERASURE)
    make.ruled(request_id, Outcome.REFUSED, Reason.LEGAL_DUTY, reasons="Laskunne on kirjanpidossa.")
    make.answered(request_id)

    text = make.mailed()[-1]
    assert "/oikeudet/" in text
    assert "Laskunne" not in text


def test_matter_has_exactly_one_outcome_for_each_thing_when_it_is_closed() -> None:
    request_id = make.proved(Right.ACCESS, Right.ERASURE)
    make.ruled(request_id, Outcome.NO_DATA)
    make.answered(request_id, way=Way.EMAIL)
    make.arrived(make.AT + 5 * HOUR)
    actions.close(by=make.PRIVACY, at=make.AT + 6 * HOUR, request_id=request_id)

    assert {item.outcome for item in RequestItem.objects.filter(request=request_id)} == {Outcome.NO_DATA}
    assert happened(request_id)[-2:] == ["sent", "closed"]


def test_answered_matter_closes_by_itself_after_a_month_and_only_where_the_answer_arrived() -> None:
    request_id = make.received(Right.QUESTION)
    make.ruled(request_id, Outcome.GRANTED, reasons="Näin se on.")
    make.carried_out(request_id)
    make.answered(request_id)
    make.swept(make.AT + 40 * DAY)
    assert make.request(request_id).state == State.ANSWERED

    make.arrived(make.AT + 41 * DAY)
    make.swept(make.AT + 42 * DAY)

    assert make.request(request_id).state == State.CLOSED


def test_person_who_is_not_content_has_the_matter_opened_with_a_month_of_its_own() -> None:
    request_id = make.proved(Right.ERASURE)
    make.ruled(request_id, Outcome.REFUSED, Reason.STILL_NEEDED)
    make.answered(request_id)
    complaint = make.AT + 3 * DAY
    actions.reopen(
        by=make.PRIVACY, at=make.AT + 4 * DAY, request_id=request_id, received_at=complaint, reasons="Ei tarvita."
    )

    request = make.request(request_id)
    assert (request.state, request.strict_due_on) == (State.ASSESSING, date(2026, 12, 28))
    assert make.item(request_id).outcome == ""
    with pytest.raises(actions.TooLate):
        actions.reopen(
            by=make.PRIVACY, at=make.AT + 5 * DAY, request_id=request_id, received_at=make.AT + 5 * DAY, reasons="Taas"
        )


def test_person_can_take_the_request_back() -> None:
    request_id = make.proved(Right.OBJECTION)
    actions.withdraw(by=make.HERSELF, at=make.AT + 2 * HOUR, request_id=request_id)
    actions.withdraw(by=make.HERSELF, at=make.AT + 3 * HOUR, request_id=request_id)

    assert make.request(request_id).state == State.WITHDRAWN
    assert not Restriction.objects.filter(ended_at=None).exists()
    assert happened(request_id).count("withdrawn") == 1


def test_late_answer_is_recorded_once_as_an_incident() -> None:
    request_id = make.proved(Right.ACCESS)
    make.swept(datetime(2026, 12, 28, 21, 0, tzinfo=UTC))
    assert "late" not in happened(request_id)

    for hours in (1, 2, 3):
        make.swept(datetime(2026, 12, 28, 21, 30, tzinfo=UTC) + hours * HOUR)

    assert happened(request_id).count("late") == 1
    assert AuditEvent.objects.filter(deed="request.late").count() == 1


def test_question_that_stopped_the_clock_puts_off_the_incident_and_no_longer() -> None:
    request_id = make.proved(Right.ACCESS)
    actions.clarify(by=make.PRIVACY, at=make.AT + DAY, request_id=request_id, question="Mitä vuotta tarkoitatte?")
    actions.note_answer(by=make.HERSELF, at=make.AT + 11 * DAY, request_id=request_id, text="Vuotta 2025.")

    make.swept(datetime(2027, 1, 4, 21, 0, tzinfo=UTC))
    assert Happened.LATE not in happened(request_id)
    make.swept(datetime(2027, 1, 4, 22, 30, tzinfo=UTC))
    assert Happened.LATE in happened(request_id)


# --- The tables -------------------------------------------------------------------------------------------------------


def test_what_happened_is_only_added_to() -> None:
    make.received(Right.ACCESS)

    for sql in ("UPDATE rights_clockevent SET reasons = 'x'", "DELETE FROM rights_clockevent"):
        with pytest.raises(Exception, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.parametrize(
    "change",
    [
        {"state": State.CLOSED},
        {"identity": Identity.VERIFIED, "person": None},
        {"strict_due_on": date(2027, 2, 25), "legal_due_on": date(2027, 2, 25)},
        {"legal_due_on": date(2026, 12, 1)},
        {"runs_from_at": make.AT - DAY},
        {"entered_at": make.AT - DAY},
        {"language": "ru"},
    ],
)
def test_table_refuses_what_the_law_does_not_know(change: dict[str, Any]) -> None:
    request_id = make.received(Right.ACCESS)

    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(id=request_id).update(**change)


def test_proofs_go_when_the_matter_is_closed() -> None:
    person_id = make.known()
    request_id = make.received(Right.ERASURE, email="uusi@example.com")
    actions.assign(by=make.PRIVACY, at=make.AT + HOUR, request_id=request_id, person_id=person_id)
    make.check(request_id)
    make.ruled(request_id, Outcome.NO_DATA)
    make.answered(request_id)
    make.arrived(make.AT + 5 * HOUR)
    assert IdentityCheck.objects.get().evidence

    actions.close(by=make.PRIVACY, at=make.AT + 6 * HOUR, request_id=request_id)

    check = IdentityCheck.objects.get()
    assert (check.evidence, check.address, check.code, check.method, check.result) == (
        "",
        "",
        None,
        "manual",
        "verified",
    )
