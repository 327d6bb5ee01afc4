"""Consents and objections: added, never changed; withdrawing always works; giving needs the person and evidence."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from tests import make
from tests.consents.make import ADDRESS, HERSELF, confirmed, evidence, reachable, told, yes

from seloste.consents import actions, queries
from seloste.consents.choices import STAFF_EVIDENCE, Channel, ConsentState, EvidenceKind, Rule
from seloste.consents.models import ConsentEvent, ObjectionEvent, Suppression, Wording
from seloste.kernel import timeline
from seloste.kernel.duty import operator, system
from seloste.kernel.refusals import Missing, NotAllowed
from seloste.register.models import ContactPoint, Ground

pytestmark = pytest.mark.django_db
LATER = make.AT + timedelta(days=1)


def state(person_id: UUID) -> ConsentState | None:
    found = queries.consent_of(person_id, "direct_marketing", "email")
    return found.state if found else None


def stored(person_id: UUID) -> list[str]:
    return list(ConsentEvent.objects.filter(subject=person_id).order_by("id").values_list("state", flat=True))


def by_mail(person_id: UUID) -> Rule:
    answers = queries.may_i_contact(by=make.duty("marketing"), at=make.AT, person_id=person_id)
    return next(answer.decision.rule for answer in answers if answer.channel == Channel.EMAIL)


def objected(person_id: UUID, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- what the deed is told
    make.version_id()
    said = {"by": make.duty("marketing"), "at": make.AT, "purpose": "direct_marketing", "source": "phone"}
    return {**said, "person_id": person_id, **changes}


# --- Yes --------------------------------------------------------------------------------------------------------------


def test_consent_is_bound_to_its_words_its_form_and_its_evidence() -> None:
    person_id = make.person()

    actions.give(**yes(person_id, evidence=evidence(date(2026, 11, 20))))

    event = ConsentEvent.objects.select_related("wording", "notice_version").get()
    assert (event.state, event.wording.language, event.form, event.role) == ("given", "fi", "desk", "marketing")
    assert (event.evidence_kind, event.evidence, event.evidence_on) == (
        "signed_paper",
        "Kansio M3, lehti 12",
        date(2026, 11, 20),
    )
    assert "perua suostumuksen milloin tahansa" in event.wording.text
    assert event.valid_until == date(2028, 11, 20)  # from the day of the paper, not of the noting
    assert Ground.objects.get(purpose="direct_marketing").basis == "consent"


def test_address_given_for_another_purpose_is_held_for_marketing_too() -> None:
    person_id = reachable()

    actions.give(**yes(person_id))

    assert ContactPoint.objects.get().purposes == ["customer_care", "direct_marketing"]


def test_consent_given_again_is_renewed() -> None:
    person_id = make.person()
    actions.give(**yes(person_id))

    actions.give(**yes(person_id, at=make.AT + timedelta(days=30)))

    assert stored(person_id) == ["given", "renewed"]


def test_consent_to_other_words_replaces_the_earlier_one() -> None:
    person_id = make.person()
    actions.give(**yes(person_id, language="fi"))

    actions.give(**yes(person_id, language="sv"))

    events = ConsentEvent.objects.order_by("id").values_list("state", "wording__language", "cause")
    assert list(events) == [("given", "fi", ""), ("superseded", "fi", "replaced"), ("given", "sv", "")]


@pytest.mark.parametrize("kept", ["", "   "])
def test_consent_whose_evidence_is_nowhere_is_refused(kept: str) -> None:
    with pytest.raises(actions.NotProven):
        actions.give(**yes(make.person(), evidence=evidence(kept=kept)))

    assert ConsentEvent.objects.count() == 0


@pytest.mark.parametrize("source", ["web_page", "directory", "company"])
def test_consent_that_does_not_come_from_the_person_is_refused(source: str) -> None:
    with pytest.raises(actions.NotProven):
        actions.give(**yes(make.person(), source=source))


@pytest.mark.parametrize("kind", ["confirmed", "earlier"])
def test_employee_cannot_choose_what_only_the_person_can_do(kind: str) -> None:
    with pytest.raises(actions.NotProven) as refusal:
        actions.give(**yes(make.person(), evidence=evidence(kind=kind)))

    assert refusal.value.field == "evidence_kind"


def test_every_other_kind_is_an_employees_to_choose() -> None:
    for kind in STAFF_EVIDENCE:
        actions.give(**yes(make.person(), evidence=evidence(kind=kind)))

    assert set(STAFF_EVIDENCE) == set(EvidenceKind) - {EvidenceKind.CONFIRMED, EvidenceKind.EARLIER}


@pytest.mark.parametrize("kind", list(EvidenceKind))
def test_import_gives_no_consent_whatever_it_says(kind: str) -> None:
    for by in (system("direct_marketing"), operator("direct_marketing", may=frozenset({"write"}))):
        with pytest.raises((actions.NotProven, NotAllowed)):
            actions.give(**yes(make.person(), by=by, evidence=evidence(kind=kind)))
    with pytest.raises(NotAllowed):
        actions.give_confirmed(**confirmed(reachable(), by=system("direct_marketing")))

    assert ConsentEvent.objects.count() == 0


def test_visitor_gives_no_consent_without_confirming() -> None:
    with pytest.raises(actions.NotProven):
        actions.give(**yes(make.person(), by=HERSELF))


def test_evidence_from_the_future_is_refused() -> None:
    with pytest.raises(actions.NotProven):
        actions.give(**yes(make.person(), evidence=evidence(date(2026, 11, 26))))


def test_evidence_of_a_consent_that_has_already_run_out_is_refused() -> None:
    actions.give(**yes(make.person(), evidence=evidence(date(2024, 11, 25))))

    with pytest.raises(actions.NotProven) as refusal:
        actions.give(**yes(make.person(), evidence=evidence(date(2024, 11, 24))))

    assert refusal.value.field == "evidence_on"


@pytest.mark.parametrize("no", ["withdraw", "refuse"])
@pytest.mark.parametrize(("days", "holds"), [(-30, True), (0, True), (1, False)])
def test_paper_that_is_not_younger_than_the_no_changes_nothing(no: str, days: int, *, holds: bool) -> None:
    person_id = make.person()
    getattr(actions, no)(**told(person_id))
    later = make.AT + timedelta(days=7)
    paper = yes(person_id, at=later, evidence=evidence((make.AT + timedelta(days=days)).date()))

    if holds:
        with pytest.raises(actions.OlderThanHerNo):
            actions.give(**paper)
    else:
        actions.give(**paper)

    assert (state(person_id) == ConsentState.GIVEN) is not holds


def test_person_who_is_gone_cannot_consent_but_can_withdraw() -> None:
    gone = uuid4()

    for deed, said in ((actions.give, yes(gone)), (actions.give_confirmed, confirmed(gone))):
        with pytest.raises(actions.GonePerson):
            deed(**said)
    actions.withdraw(**told(gone))

    assert state(gone) == ConsentState.WITHDRAWN


# --- By her own hand --------------------------------------------------------------------------------------------------


def test_confirmation_from_the_address_is_the_strongest_consent() -> None:
    person_id = reachable()

    actions.give_confirmed(**confirmed(person_id))

    event = ConsentEvent.objects.get()
    assert (event.state, event.evidence_kind, event.role, event.evidence) == (
        "given",
        "confirmed",
        "visitor",
        "P-1 <1@example.com>",
    )
    assert bytes(event.mark or b"") == queries.mark_of(ADDRESS)
    assert by_mail(person_id) is Rule.CONSENT


@pytest.mark.parametrize("role", ["marketing", "privacy", "customer_service"])
def test_employee_cannot_confirm_for_the_person(role: str) -> None:
    with pytest.raises(NotAllowed):
        actions.give_confirmed(**confirmed(reachable(), by=make.duty(role)))


def test_confirmation_from_another_address_is_refused() -> None:
    with pytest.raises(actions.NotTheirAddress):
        actions.give_confirmed(**confirmed(reachable(), address="toinen@example.com"))


def test_confirmation_lifts_the_objection_and_what_closes_the_address() -> None:
    person_id = reachable()
    actions.object_to(**objected(person_id))
    actions.withdraw(**told(person_id))
    told_of: dict[str, Any] = {"by": system("rights"), "at": make.AT, "channel": "email", "address": ADDRESS}
    for reason in ("erased", "bounced"):
        actions.suppress(**told_of, reason=reason)

    actions.give_confirmed(**confirmed(person_id, at=LATER))

    assert by_mail(person_id) is Rule.CONSENT
    assert list(ObjectionEvent.objects.order_by("id").values_list("state", flat=True)) == ["objected", "lifted"]
    lifted = Suppression.objects.filter(state="lifted").order_by("reason").values_list("reason", "channel")
    assert list(lifted) == [("bounced", "email"), ("erased", "email"), ("objected", "email")]


def test_confirmation_of_somebody_who_may_be_under_age_is_refused() -> None:
    person_id = reachable()
    actions.suppress(by=make.duty(), at=make.AT, channel="email", address=ADDRESS, reason="minor")

    with pytest.raises(actions.MayBeMinor):
        actions.give_confirmed(**confirmed(person_id))
    with pytest.raises(actions.MayBeMinor):
        actions.give(**yes(person_id))

    assert by_mail(person_id) is Rule.MINOR


@pytest.mark.parametrize("answer", [None, "give", "withdraw", "refuse"])
def test_asking_never_undoes_an_answer(answer: str | None) -> None:
    person_id = reachable()
    if answer:
        getattr(actions, answer)(**(yes(person_id) if answer == "give" else told(person_id)))
    before = state(person_id)
    waiting = {name: value for name, value in confirmed(person_id).items() if name != "message_id"}

    asked = [actions.request(**told(person_id)), actions.await_confirmation(**waiting)]

    assert [bool(one) for one in asked] == [answer is None] * 2
    assert state(person_id) == (before or ConsentState.PENDING)
    assert by_mail(person_id) in {Rule.NO_GROUND, Rule.CONSENT, Rule.OPTED_OUT}


# --- No ---------------------------------------------------------------------------------------------------------------


def test_withdrawal_takes_effect_at_once_and_ends_the_purpose() -> None:
    person_id = reachable()
    actions.give(**yes(person_id))
    assert by_mail(person_id) is Rule.CONSENT

    actions.withdraw(**told(person_id))

    assert by_mail(person_id) is Rule.OPTED_OUT
    assert not Ground.objects.filter(purpose="direct_marketing", ended_at=None).exists()


def test_withdrawal_said_twice_is_noted_once() -> None:
    person_id = make.person()

    first, second = (actions.withdraw(**told(person_id, by=HERSELF)) for _time in range(2))

    assert first == second
    assert stored(person_id) == ["withdrawn"]


def test_withdrawal_said_again_is_a_younger_no() -> None:
    person_id = make.person()
    for days in (0, 10):
        actions.withdraw(**told(person_id, at=make.AT + timedelta(days=days)))

    with pytest.raises(actions.OlderThanHerNo):
        actions.give(**yes(person_id, at=make.AT + timedelta(days=20), evidence=evidence(date(2026, 11, 30))))

    assert stored(person_id) == ["withdrawn", "withdrawn"]


def test_paper_that_is_older_than_a_lifted_objection_changes_nothing() -> None:
    person_id = reachable()
    actions.object_to(**objected(person_id))
    actions.lift_objection(**objected(person_id, at=LATER, evidence=evidence(LATER.date())))

    with pytest.raises(actions.OlderThanHerNo):
        actions.give(**yes(person_id, at=LATER, evidence=evidence(date(2026, 11, 24))))


def test_older_paper_shortens_no_consent() -> None:
    person_id = make.person()
    actions.give(**yes(person_id))

    actions.give(**yes(person_id, evidence=evidence(date(2026, 1, 7))))

    ends = ConsentEvent.objects.order_by("id").values_list("state", "valid_until")
    assert list(ends) == [("given", date(2028, 11, 25)), ("renewed", date(2028, 11, 25))]


def test_refusal_ends_an_earlier_consent() -> None:
    person_id = make.person()
    actions.give(**yes(person_id))

    actions.refuse(**told(person_id))

    assert state(person_id) == ConsentState.REFUSED
    assert not Ground.objects.filter(purpose="direct_marketing", ended_at=None).exists()


def test_consent_noted_in_error_is_undone_by_who_noted_it() -> None:
    person_id, marketer = make.person(), make.duty("marketing")
    reference = actions.give(**yes(person_id, by=marketer))
    said: dict[str, Any] = {"at": make.AT, "person_id": person_id, "reference": reference}
    with pytest.raises(NotAllowed):
        actions.annul(by=make.duty("marketing"), **said)
    with pytest.raises(actions.NoLongerUndone):
        actions.annul(by=marketer, **{**said, "at": LATER})

    actions.annul(by=marketer, **said)

    assert state(person_id) == ConsentState.INVALIDATED
    assert ConsentEvent.objects.order_by("-id")[0].cause == "noted_in_error"
    assert not Ground.objects.filter(purpose="direct_marketing", ended_at=None).exists()
    with pytest.raises(actions.NoLongerUndone):
        actions.annul(by=marketer, **said)


def test_no_is_never_undone_as_a_slip() -> None:
    person_id, marketer = make.person(), make.duty("marketing")
    reference = actions.withdraw(**told(person_id, by=marketer))

    with pytest.raises(actions.NoLongerUndone):
        actions.annul(by=marketer, at=make.AT, person_id=person_id, reference=reference)


# --- Objections -------------------------------------------------------------------------------------------------------


def test_staff_cannot_note_a_consent_over_an_objection() -> None:
    person_id = make.person()
    actions.object_to(**objected(person_id))

    with pytest.raises(actions.StandingObjection):
        actions.give(**yes(person_id))


def test_objection_closes_every_channel_and_is_noted_once() -> None:
    person_id = reachable()
    actions.give(**yes(person_id))

    for _ in range(2):
        actions.object_to(**objected(person_id))

    answers = queries.may_i_contact(by=make.duty("marketing"), at=make.AT, person_id=person_id)
    assert {answer.decision.allow for answer in answers} == {False}
    assert (
        len([entry for entry in timeline.entries(make.duty("marketing"), person_id) if entry.kind == "objection"]) == 1
    )


def test_objection_is_remembered_by_the_address_of_a_person_who_is_entered_anew() -> None:
    actions.object_to(**objected(reachable()))

    again = make.person(email=ADDRESS)

    assert by_mail(again) is Rule.SUPPRESSED
    with pytest.raises(actions.SuppressedAddress):
        actions.give(**yes(again))


def test_objection_is_lifted_with_evidence_and_gives_no_consent() -> None:
    person_id = reachable()
    actions.object_to(**objected(person_id))
    with pytest.raises(actions.NotProven):
        actions.lift_objection(**objected(person_id, evidence=evidence(kept=" ")))

    actions.lift_objection(**objected(person_id, evidence=evidence(kind="email", kept="Viesti 25.11. klo 9.12")))

    event = ObjectionEvent.objects.order_by("-id")[0]
    assert (event.state, event.evidence_kind, event.evidence_on) == ("lifted", "email", date(2026, 11, 25))
    assert by_mail(person_id) is Rule.NO_GROUND


def test_objection_of_another_with_the_same_address_stands() -> None:
    first, second = reachable(), make.person("Matti", email=ADDRESS)
    for person_id in (first, second):
        actions.object_to(**objected(person_id))

    actions.lift_objection(**objected(first, evidence=evidence()))

    assert by_mail(first) is Rule.SUPPRESSED


@pytest.mark.parametrize("by", [system("direct_marketing"), HERSELF])
def test_objection_is_not_lifted_by_what_acts_by_itself(by: Any) -> None:  # noqa: ANN401 -- a duty
    person_id = make.person()
    actions.object_to(**objected(person_id))

    with pytest.raises(actions.NotProven):
        actions.lift_objection(**objected(person_id, by=by, evidence=evidence()))


# --- Addresses --------------------------------------------------------------------------------------------------------


def closing(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- what the deeds are told
    return {"by": make.duty("marketing"), "at": make.AT, "channel": "email", "address": "Maija@example.com", **changes}


def test_suppressed_address_is_closed_and_known_by_its_mark_alone() -> None:
    person_id = reachable()
    actions.give(**yes(person_id))

    for _time in range(2):
        actions.suppress(**closing())

    assert by_mail(person_id) is Rule.SUPPRESSED
    assert b"maija" not in bytes(Suppression.objects.get().mark)


@pytest.mark.parametrize("reason", ["objected", "bounced", "minor"])
def test_suppression_is_lifted_with_evidence_and_can_come_again(reason: str) -> None:
    for _time in range(2):
        actions.suppress(**closing(reason=reason))
        assert queries.is_suppressed("email", ADDRESS)
        actions.lift_suppression(**closing(reason=reason, evidence=evidence()))
        assert not queries.is_suppressed("email", ADDRESS)

    assert list(Suppression.objects.order_by("id").values_list("state", flat=True)) == ["added", "lifted"] * 2


def test_lifting_one_reason_leaves_the_others() -> None:
    for reason in ("objected", "bounced"):
        actions.suppress(**closing(reason=reason))

    actions.lift_suppression(**closing(reason="bounced", evidence=evidence()))

    assert queries.is_suppressed("email", ADDRESS)


def test_who_was_erased_comes_back_by_her_own_hand_alone() -> None:
    actions.suppress(**closing(by=system("rights"), reason="erased"))

    with pytest.raises(actions.NotLiftedHere):
        actions.lift_suppression(**closing(reason="erased", evidence=evidence()))
    with pytest.raises(actions.SuppressedAddress):
        actions.give(**yes(reachable()))

    assert queries.is_suppressed("email", ADDRESS)


@pytest.mark.parametrize(
    ("role", "closes", "opens"),
    [
        ("customer_service", True, False),
        ("marketing", True, True),
        ("privacy", True, True),
        ("accounting", True, False),
        ("owner", False, False),
    ],
)
def test_closing_is_anybodys_and_opening_is_a_job(role: str, *, closes: bool, opens: bool) -> None:
    for deed, allowed, more in (
        (actions.suppress, closes, {}),
        (actions.lift_suppression, opens, {"reason": "objected", "evidence": evidence()}),
    ):
        if allowed:
            deed(**closing(by=make.duty(role), **more))
        else:
            with pytest.raises(NotAllowed):
                deed(**closing(by=make.duty(role), **more))


# --- What the database keeps by itself --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table", ["consentevent", "objectionevent", "suppression", "wording", "acknowledgement", "acknowledgedtext"]
)
@pytest.mark.parametrize("attack", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_database_refuses_to_change_what_was_said(table: str, attack: str) -> None:
    person_id = make.person(email=ADDRESS)
    actions.give(**yes(person_id))
    actions.object_to(**objected(person_id))
    said: dict[str, Any] = {"by": HERSELF, "at": make.AT, "person_id": person_id, "kind": "order"}
    actions.acknowledge(**said, language="fi", form="checkout")

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises((InternalError, ProgrammingError), match="only added to"), transaction.atomic():
            cursor.execute(attack.format(f"consents_{table}"))


@pytest.mark.parametrize(
    "change",
    [
        {"source": "directory"},
        {"evidence_kind": ""},
        {"evidence": ""},
        {"evidence_on": None},
        {"role": "system"},
        {"role": "operator"},
        {"evidence_kind": "confirmed"},
        {"source": ""},
        {"state": "expired"},
        {"cause": "replaced"},
        {"state": "withdrawn", "source": ""},
    ],
)
def test_database_refuses_a_consent_that_cannot_be(change: dict[str, str]) -> None:
    actions.give(**yes(make.person()))
    event = ConsentEvent.objects.get()
    for name, value in {"pk": None, "reference": uuid4(), **change}.items():
        setattr(event, name, value)

    with pytest.raises(IntegrityError), transaction.atomic():
        event.save(force_insert=True)


@pytest.mark.parametrize("change", [{"evidence": ""}, {"role": "system"}, {"reason": "erased"}, {"state": "gone"}])
def test_database_refuses_to_open_an_address_without_evidence(change: dict[str, str]) -> None:
    actions.suppress(**closing())
    actions.lift_suppression(**closing(reason="objected", evidence=evidence()))
    event = Suppression.objects.order_by("-id")[0]
    for name, value in {"pk": None, **change}.items():
        setattr(event, name, value)

    with pytest.raises(IntegrityError), transaction.atomic():
        event.save(force_insert=True)


def test_words_are_kept_once_a_language() -> None:
    for language in ("fi", "sv", "fi"):
        actions.give(**yes(make.person(), language=language))

    assert sorted(Wording.objects.values_list("language", flat=True)) == ["fi", "sv"]


@pytest.mark.parametrize("role", ["customer_service", "accounting", "technical", "owner"])
def test_consents_are_closed_to_other_roles(role: str) -> None:
    person_id = make.person()

    with pytest.raises(NotAllowed):
        actions.give(**yes(person_id, by=make.duty(role)))
    with pytest.raises((NotAllowed, Missing)):
        queries.may_i_contact(by=make.duty(role), at=make.AT, person_id=person_id)


def test_unknown_consent_does_not_exist() -> None:
    for deed, said in ((actions.give, yes), (actions.withdraw, told)):
        with pytest.raises(Missing):
            deed(**said(make.person(), consent="profiling"))
