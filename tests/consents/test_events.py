"""Consents and objections: added, never changed; withdrawing always works; giving needs the person and proof."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests import make

from seloste.consents import actions, queries
from seloste.consents.choices import Channel, ConsentState, Rule
from seloste.consents.models import ConsentEvent, Suppression, Wording
from seloste.kernel import timeline
from seloste.kernel.refusals import Missing, NotAllowed
from seloste.register.models import ContactPoint, Ground

pytestmark = pytest.mark.django_db
SAID = {
    "consent": "marketing_email",
    "language": "fi",
    "source": "phone",
    "evidence": "Puhelussa 25.11. klo 12, T. Testaaja",
}


def told(person_id: UUID, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- what the deeds are told
    make.version_id()
    return {"by": make.duty("marketing"), "at": make.AT, "person_id": person_id, **SAID, **changes}


def state(person_id: UUID) -> ConsentState | None:
    found = queries.consent_of(person_id, "direct_marketing", "email")
    return found.state if found else None


def by_mail(person_id: UUID) -> Rule:
    ContactPoint.objects.update(verified_at=make.AT)
    answers = queries.may_i_contact(by=make.duty("marketing"), at=make.AT, person_id=person_id)
    return next(answer.decision.rule for answer in answers if answer.channel == Channel.EMAIL)


def informed(person_id: UUID) -> UUID:
    from seloste.register.actions import note_information_given

    note_information_given(by=make.duty(), at=make.AT, person_id=person_id, channel="phone", given_at=make.AT)
    return person_id


def test_consent_is_bound_to_its_words_and_its_proof() -> None:
    person_id = make.person()

    actions.give(**told(person_id))

    event = ConsentEvent.objects.select_related("wording").get()
    assert (event.state, event.wording.language, event.evidence) == ("given", "fi", SAID["evidence"])
    assert "perua suostumuksen milloin tahansa" in event.wording.text
    assert event.valid_until == date(2028, 11, 25)
    assert Ground.objects.get(purpose="direct_marketing").basis == "consent"


def test_withdrawal_takes_effect_at_once_and_ends_the_purpose() -> None:
    person_id = informed(make.person(email="maija@example.com"))
    actions.give(**told(person_id))
    assert by_mail(person_id) is Rule.CONSENT

    actions.withdraw(**told(person_id, evidence=""))

    assert by_mail(person_id) is Rule.OPTED_OUT
    assert not Ground.objects.filter(purpose="direct_marketing", ended_at=None).exists()


def test_consent_given_again_is_renewed() -> None:
    person_id = make.person()
    actions.give(**told(person_id))

    actions.give(**told(person_id, at=make.AT + timedelta(days=30)))

    assert state(person_id) == ConsentState.RENEWED


@pytest.mark.parametrize(
    "change", [{"evidence": ""}, {"evidence": "   "}, {"source": "web_page"}, {"source": "company"}]
)
def test_consent_without_proof_from_the_person_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(actions.NotProven):
        actions.give(**told(make.person(), **change))

    assert ConsentEvent.objects.count() == 0


def test_person_who_is_gone_cannot_consent_but_can_withdraw() -> None:
    gone = uuid4()

    with pytest.raises(actions.GonePerson):
        actions.give(**told(gone))
    actions.withdraw(**told(gone))

    assert state(gone) == ConsentState.WITHDRAWN


def test_staff_cannot_note_a_consent_over_an_objection() -> None:
    person_id = make.person()
    actions.object_to(
        by=make.duty("marketing"), at=make.AT, person_id=person_id, purpose="direct_marketing", source="email"
    )

    with pytest.raises(actions.StandingObjection):
        actions.give(**told(person_id))


def test_objection_closes_every_channel_and_is_noted_once() -> None:
    person_id = informed(make.person(email="maija@example.com"))
    actions.give(**told(person_id))

    for _ in range(2):
        actions.object_to(
            by=make.duty("marketing"), at=make.AT, person_id=person_id, purpose="direct_marketing", source="phone"
        )

    answers = queries.may_i_contact(by=make.duty("marketing"), at=make.AT, person_id=person_id)
    assert {answer.decision.rule for answer in answers} == {Rule.OBJECTED}
    assert (
        len([entry for entry in timeline.entries(make.duty("marketing"), person_id) if entry.kind == "objection"]) == 1
    )


def test_suppressed_address_stays_closed_for_a_new_person() -> None:
    actions.suppress(by=make.duty("marketing"), at=make.AT, channel="email", address="Maija@example.com")
    person_id = informed(make.person(email="maija@example.com"))
    actions.give(**told(person_id))

    assert by_mail(person_id) is Rule.SUPPRESSED
    assert b"maija" not in bytes(Suppression.objects.get().mark)


def test_consent_to_words_that_were_changed_does_not_hold() -> None:
    person_id = make.person()
    with connection.cursor() as cursor:
        actions.give(**told(person_id))
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE consents_wording SET text = 'Aiemmat sanat.'")

    assert state(person_id) == ConsentState.INVALIDATED


@pytest.mark.parametrize("table", ["consentevent", "objectionevent", "suppression", "wording"])
@pytest.mark.parametrize("attack", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_database_refuses_to_change_what_was_said(table: str, attack: str) -> None:
    person_id = make.person()
    actions.give(**told(person_id))
    actions.object_to(
        by=make.duty("marketing"), at=make.AT, person_id=person_id, purpose="direct_marketing", source="email"
    )
    actions.suppress(by=make.duty("marketing"), at=make.AT, channel="email", address="maija@example.com")

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises((InternalError, ProgrammingError), match="only added to"), transaction.atomic():
            cursor.execute(attack.format(f"consents_{table}"))


def test_database_refuses_a_consent_from_a_public_source() -> None:
    person_id = make.person()
    actions.give(**told(person_id))
    event = ConsentEvent.objects.get()
    event.pk, event.reference, event.source = None, uuid4(), "directory"

    with pytest.raises(IntegrityError), transaction.atomic():
        event.save(force_insert=True)


def test_words_are_kept_once_a_language() -> None:
    for language in ("fi", "sv", "fi"):
        actions.give(**told(make.person(), language=language))

    assert sorted(Wording.objects.values_list("language", flat=True)) == ["fi", "sv"]


@pytest.mark.parametrize("role", ["customer_service", "accounting", "technical", "owner"])
def test_consents_are_closed_to_other_roles(role: str) -> None:
    person_id = make.person()

    with pytest.raises(NotAllowed):
        actions.give(**told(person_id, by=make.duty(role)))
    with pytest.raises((NotAllowed, Missing)):
        queries.may_i_contact(by=make.duty(role), at=make.AT, person_id=person_id)


def test_unknown_consent_does_not_exist() -> None:
    with pytest.raises(Missing):
        actions.give(**told(make.person(), consent="profiling"))


@given(st.lists(st.sampled_from(["give", "withdraw", "refuse"]), max_size=6))
def test_state_is_the_fold_of_the_events(deeds: list[str]) -> None:
    with transaction.atomic():
        person_id = make.person()
        for deed in deeds:
            getattr(actions, deed)(**told(person_id))

        valid = state(person_id) in {ConsentState.GIVEN, ConsentState.RENEWED}
        assert valid == (bool(deeds) and deeds[-1] == "give")
        assert ConsentEvent.objects.filter(subject=person_id).count() == len(deeds)
        transaction.set_rollback(True)
