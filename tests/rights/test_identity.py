# ruff: noqa: ANN401, ARG002 -- values go through to the deeds; a port is told more than this one needs
"""Who asks: as much proof as the answer needs, none from what was changed just before, the same for strangers."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from tests import make as house
from tests.rights import make

from seloste.kernel.ids import new_id
from seloste.kernel.periods import Period
from seloste.mail.models import Message
from seloste.register import actions as register
from seloste.register.models import ContactPoint
from seloste.rights import actions
from seloste.rights.choices import Channel, Identity, Method, Outcome, Reason, Right, State, Unfit, Way
from seloste.rights.models import IdentityCheck, RequestItem
from seloste.rights.rules import course, identity
from seloste.rights.rules.identity import OnFile, Rung

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
COOLING = Period(days=30)
NO_PROOF = {Right.MARKETING_OBJECTION, Right.WITHDRAWAL, Right.QUESTION}


# --- The rule by itself -----------------------------------------------------------------------------------------------


@given(st.sets(st.sampled_from(list(Right)), min_size=1))
def test_nothing_is_asked_where_nothing_is_needed(rights: set[Right]) -> None:
    rung = identity.needed(rights)

    assert (rung is Rung.NOTHING) == (rights <= NO_PROOF)


def point(**changes: Any) -> OnFile:
    told: dict[str, Any] = {"id": uuid4(), "kind": "email", "value": make.ADDRESS, "since_at": make.BEFORE}
    return OnFile(**{**told, **changes})


@given(st.integers(-40, 400))
def test_address_proves_only_when_it_was_on_file_thirty_days(days: int) -> None:
    found = identity.unfit(point(since_at=make.AT - days * DAY), received_at=make.AT, cooling=COOLING)

    assert found == (None if days >= 30 else Unfit.TOO_NEW)


def test_shared_or_dead_address_proves_nothing() -> None:
    for changes, why in (({"is_shared": True}, Unfit.SHARED), ({"bounces": True}, Unfit.BOUNCES)):
        assert identity.unfit(point(**changes), received_at=make.AT, cooling=COOLING) == why


def test_ways_offered_follow_from_what_is_on_file() -> None:
    post = point(kind="post")
    offered = {
        "nothing": identity.offered([], Rung.CODE, has_strong=False),
        "a letter box": identity.offered([post], Rung.CODE, has_strong=False),
        "mail": identity.offered([point()], Rung.CODE, has_strong=True),
        "the highest": identity.offered([point()], Rung.STRONG, has_strong=True),
    }

    assert offered == {
        "nothing": [Method.MANUAL],
        "a letter box": [Method.ORDER, Method.MANUAL],
        "mail": [Method.CODE, Method.ORDER, Method.MANUAL, Method.STRONG],
        "the highest": [Method.STRONG],
    }


@given(st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 -- made aware
def test_row_says_itself_when_it_was_made(at: datetime) -> None:
    assert abs(identity.made_at(new_id(at)) - at) < timedelta(milliseconds=2)


@given(st.sampled_from(list(Right)), st.sampled_from([Identity.OPEN, Identity.ASKED, Identity.FAILED]))
def test_without_proof_nothing_can_be_told_that_a_stranger_must_not_learn(right: Right, who: Identity) -> None:
    found = course.outcomes_of(right, identity=who, address_confirmed=False)

    if right not in NO_PROOF:
        assert set(found) == {Outcome.NOT_IDENTIFIABLE, Outcome.REFUSED}
        assert course.reasons_without_proof() == {Reason.NOT_IDENTIFIED, Reason.EXCESSIVE}


# --- The deeds: six honest people -------------------------------------------------------------------------------------


def code_in(text: str) -> str:
    found = re.search(r"\b\d{3} \d{3}\b", text)
    assert found, text
    return found[0]


@pytest.mark.django_db
def test_address_on_file_proves_by_one_button() -> None:
    person_id = make.known()
    request_id = make.received(Right.ACCESS)
    actions.confirm_address(by=make.HERSELF, at=make.AT + HOUR, request_id=request_id)

    request = make.request(request_id)
    assert (request.identity, request.person, request.state) == (Identity.VERIFIED, person_id, State.ASSESSING)


@pytest.mark.django_db
def test_code_goes_to_an_old_address_and_can_be_told_on_the_telephone() -> None:
    person_id = make.known()
    request_id = make.received(Right.ERASURE, by=house.duty("privacy"), channel=Channel.PHONE, email="")
    actions.assign(by=make.PRIVACY, at=make.AT, request_id=request_id, person_id=person_id)
    ask(request_id)
    code = code_in(make.mailed()[-1])

    wrong = "000 001" if code != "000 001" else "000 002"
    assert not actions.enter_code(by=make.PRIVACY, at=make.AT + HOUR, request_id=request_id, typed=wrong)
    assert actions.enter_code(by=make.PRIVACY, at=make.AT + HOUR, request_id=request_id, typed=code.replace(" ", ""))
    assert not actions.enter_code(by=make.PRIVACY, at=make.AT + HOUR, request_id=request_id, typed=code)
    assert (make.request(request_id).identity, make.request(request_id).state) == (Identity.VERIFIED, State.ASSESSING)


def ask(
    request_id: UUID,
    *,
    value: str = make.ADDRESS,
    at: datetime = make.AT + timedelta(minutes=1),
    method: Method = Method.CODE,
) -> None:
    """Ask who it is, with a code to the address."""
    row = ContactPoint.objects.filter(value=value, ended_at=None).first()
    actions.ask(
        by=make.PRIVACY,
        at=at,
        request_id=request_id,
        method=method,
        reason="Pyyntö tuli puhelimitse.",
        contact_point_id=row.id if row else None,
    )


@pytest.mark.django_db
def test_order_number_proves_and_the_answer_goes_to_an_address_on_file() -> None:
    person_id = make.known()
    request_id = make.received(Right.ERASURE, email="uusi@example.com")
    actions.assign(by=make.PRIVACY, at=make.AT, request_id=request_id, person_id=person_id)
    make.check(request_id, method=Method.ORDER, evidence="Tilaus 2026-114 on hänen.")
    make.ruled(request_id, Outcome.REFUSED, Reason.STILL_NEEDED)

    make.answered(request_id)

    assert "Vastaus" in Message.objects.latest("queued_at").subject or make.mailed()
    assert Message.objects.latest("queued_at").address == make.ADDRESS


@pytest.mark.django_db
def test_check_by_an_employee_is_recorded_with_its_reason() -> None:
    person_id = make.known()
    request_id = make.received(Right.ERASURE, email="", by=make.PRIVACY, channel=Channel.IN_PERSON)
    actions.assign(by=make.PRIVACY, at=make.AT, request_id=request_id, person_id=person_id)
    make.check(request_id)
    make.ruled(request_id, Outcome.NO_DATA)

    make.answered(request_id, way=Way.IN_PERSON)

    check = IdentityCheck.objects.get()
    assert (check.method, check.result, bool(check.reason), bool(check.evidence)) == ("manual", "verified", True, True)


@pytest.mark.django_db
def test_strong_identification_proves_through_its_port(monkeypatch: pytest.MonkeyPatch) -> None:
    from seloste.rights.actions import proving

    class Bank:
        """A service that knows one person."""

        name = "bank"

        def result(self, *, check_id: UUID, person_id: UUID) -> bool | None:
            return person_id == known

    monkeypatch.setattr(proving, "_services", {})
    actions.install(Bank())
    known = make.known()
    request_id = make.received(Right.ACCESS, email="")
    actions.assign(by=make.PRIVACY, at=make.AT, request_id=request_id, person_id=known)
    ask(request_id, method=Method.STRONG)

    assert actions.take_strong_result(by=make.HERSELF, at=make.AT + HOUR, check_id=IdentityCheck.objects.get().id)
    assert make.request(request_id).identity == Identity.VERIFIED


@pytest.mark.django_db
def test_who_has_no_data_and_shows_that_the_address_is_hers_is_told_so() -> None:
    request_id = make.received(Right.ACCESS, email="vieras@example.com")
    actions.confirm_address(by=make.HERSELF, at=make.AT + HOUR, request_id=request_id)
    actions.give_up(by=make.PRIVACY, at=make.AT + HOUR, request_id=request_id, reasons="Osoite ei ole rekisterissä.")
    make.ruled(request_id, Outcome.NO_DATA)
    make.answered(request_id)

    assert Message.objects.latest("queued_at").address == "vieras@example.com"


# --- Twelve attacks (P31) ---------------------------------------------------------------------------------------------


def stranger(*rights: Right, **changes: Any) -> UUID:
    """Return the request of somebody who gives another's name and an address of her own."""
    return make.received(*(rights or (Right.ACCESS,)), **{"email": "varas@example.org", **changes})


def given_out(request_id: UUID) -> list[str]:
    """Return the addresses to which the answer could go."""
    make.ruled(request_id, Outcome.REFUSED, Reason.OTHERS_RIGHTS)
    return [one.address for one in actions.deliveries(make.request(request_id))]


@pytest.mark.django_db
def test_1_name_of_another_and_an_address_of_ones_own_proves_nothing() -> None:
    make.known()
    request_id = stranger()
    actions.confirm_address(by=make.HERSELF, at=make.AT + HOUR, request_id=request_id)

    assert make.request(request_id).identity == Identity.OPEN
    with pytest.raises(actions.NotLawful):
        given_out_unproved(request_id)


def given_out_unproved(request_id: UUID) -> None:
    actions.give_up(by=make.PRIVACY, at=make.AT + HOUR, request_id=request_id, reasons="Ei näyttöä.")
    make.ruled(request_id, Outcome.REFUSED, Reason.OTHERS_RIGHTS)


@pytest.mark.django_db
def test_2_forged_sender_gets_nothing_without_reading_mail_at_the_address() -> None:
    make.known()
    request_id = make.received(Right.ACCESS, channel=Channel.EMAIL, by=make.PRIVACY)

    assert make.request(request_id).identity == Identity.OPEN


@pytest.mark.django_db
def test_3_answer_to_what_was_proved_by_an_old_address_goes_to_no_other() -> None:
    person_id = make.known()
    request_id = stranger()
    actions.assign(by=make.PRIVACY, at=make.AT, request_id=request_id, person_id=person_id)
    make.check(request_id)

    assert given_out(request_id) == [make.ADDRESS, ""]


@pytest.mark.django_db
def test_4_code_is_sent_to_no_address_that_came_with_the_request() -> None:
    person_id = make.known()
    request_id = stranger()
    actions.assign(by=make.PRIVACY, at=make.AT, request_id=request_id, person_id=person_id)

    with pytest.raises(actions.ProvesNothing):
        ask(request_id, value="varas@example.org")


@pytest.mark.django_db
def test_5_rectify_then_access_gets_nothing_and_the_old_address_is_told() -> None:
    person_id = make.known()
    old = ContactPoint.objects.get(value=make.ADDRESS)
    register.correct(
        by=make.PRIVACY,
        at=make.AT - 3 * DAY,
        kind="contact",
        item_id=old.id,
        origin=house.origin(at=make.AT - 3 * DAY),
        values={"value": "varas@example.org"},
    )
    request_id = stranger()
    actions.confirm_address(by=make.HERSELF, at=make.AT + HOUR, request_id=request_id)
    assert make.request(request_id).identity == Identity.OPEN

    actions.assign(by=make.PRIVACY, at=make.AT + HOUR, request_id=request_id, person_id=person_id)
    with pytest.raises(actions.ProvesNothing), transaction.atomic():
        ask(request_id, value="varas@example.org")
    make.check(request_id)

    assert given_out(request_id) == [""]
    assert "R-" in make.mailed()[0]


@pytest.mark.django_db
def test_6_address_added_by_telephone_with_an_older_date_is_as_new_as_its_row() -> None:
    person_id = make.known()
    told: dict[str, Any] = {
        "by": make.PRIVACY,
        "at": make.AT - DAY,
        "origin": house.origin(at=make.BEFORE),
        "person_id": person_id,
    }
    register.add_contact_point(**told, kind="email", value="varas@example.org")
    request_id = stranger()
    actions.confirm_address(by=make.HERSELF, at=make.AT + HOUR, request_id=request_id)

    assert make.request(request_id).identity == Identity.OPEN


@pytest.mark.django_db
def test_7_mailbox_that_several_read_proves_nothing() -> None:
    make.known("info@example.com")
    request_id = make.received(Right.ACCESS, email="info@example.com")
    actions.confirm_address(by=make.HERSELF, at=make.AT + HOUR, request_id=request_id)

    assert make.request(request_id).identity == Identity.OPEN


@pytest.mark.django_db
def test_8_address_of_two_persons_proves_neither() -> None:
    make.known()
    make.known(given_name="Matti")
    request_id = make.received(Right.ACCESS)
    actions.confirm_address(by=make.HERSELF, at=make.AT + HOUR, request_id=request_id)

    assert make.request(request_id).identity == Identity.OPEN


@pytest.mark.django_db
def test_9_look_alike_and_plus_addresses_are_other_addresses() -> None:
    make.known()
    for email in ("maija+1@example.com", "maija@example.com.example.org", "mаija@example.com", "maija@exаmple.com"):
        request_id = make.received(Right.ACCESS, email=email)
        actions.confirm_address(by=make.HERSELF, at=make.AT + HOUR, request_id=request_id)
        assert make.request(request_id).identity == Identity.OPEN, email


@pytest.mark.django_db
def test_10_erasure_and_restriction_of_another_need_the_same_proof_as_seeing() -> None:
    person_id = make.known()
    for right in (Right.ERASURE, Right.RESTRICTION, Right.OBJECTION, Right.RECTIFICATION):
        request_id = stranger(right, email=f"{right}@example.org")
        actions.assign(by=make.PRIVACY, at=make.AT, request_id=request_id, person_id=person_id)
        actions.give_up(by=make.PRIVACY, at=make.AT + HOUR, request_id=request_id, reasons="Ei näyttöä.")
        with pytest.raises(actions.NotLawful), transaction.atomic():
            make.ruled(request_id, Outcome.GRANTED)

    from seloste.register.models import Restriction

    assert not Restriction.objects.exists()


@pytest.mark.django_db
def test_11_guesses_at_a_code_end_after_five() -> None:
    person_id = make.known()
    request_id = stranger()
    actions.assign(by=make.PRIVACY, at=make.AT, request_id=request_id, person_id=person_id)
    ask(request_id)
    code = code_in(make.mailed()[-1])
    wrong = [f"{number:06d}" for number in range(6) if f"{number:06d}" != code.replace(" ", "")][:5]

    for typed in wrong:
        assert not actions.enter_code(by=make.HERSELF, at=make.AT + HOUR, request_id=request_id, typed=typed)
    assert not actions.enter_code(by=make.HERSELF, at=make.AT + HOUR, request_id=request_id, typed=code)


@pytest.mark.django_db
def test_12_older_addresses_are_told_when_somebody_is_taken_for_the_person() -> None:
    person_id = make.known()
    told: dict[str, Any] = {
        "by": make.PRIVACY,
        "at": make.BEFORE,
        "origin": house.origin(at=make.BEFORE),
        "person_id": person_id,
    }
    register.add_contact_point(**told, kind="email", value="toinen@example.com")
    request_id = stranger()
    actions.assign(by=make.PRIVACY, at=make.AT, request_id=request_id, person_id=person_id)

    assert [
        make.request(request_id).reference in text for text in (*make.mailed(), *make.mailed("toinen@example.com"))
    ] == [
        True,
        True,
    ]


@pytest.mark.django_db
def test_code_stands_nowhere_but_in_its_message() -> None:
    person_id = make.known()
    request_id = stranger()
    actions.assign(by=make.PRIVACY, at=make.AT, request_id=request_id, person_id=person_id)
    ask(request_id)
    code = code_in(make.mailed()[-1])

    letters = "".join(one.text for one in make.request(request_id).letters.all())
    assert code not in letters
    assert bytes(IdentityCheck.objects.get().code or b"") != code.encode()


@pytest.mark.django_db
def test_number_asked_of_anybody_tells_nothing_of_the_register() -> None:
    make.known()
    texts = []
    for email in (make.ADDRESS, "vieras@example.com"):
        request_id = make.received(Right.ACCESS, email=email)
        ask(request_id, method=Method.ORDER)
        texts.append(make.mailed(email)[-1].replace(make.request(request_id).reference, "R"))

    assert re.sub(r"https?://\S+", "", texts[0]) == re.sub(r"https?://\S+", "", texts[1])


@pytest.mark.django_db
def test_person_proved_to_ask_cannot_be_changed_into_another() -> None:
    make.known()
    other = make.known("matti@example.com", given_name="Matti")
    request_id = make.received(Right.ACCESS)
    actions.confirm_address(by=make.HERSELF, at=make.AT + HOUR, request_id=request_id)

    with pytest.raises(actions.ProvesNothing):
        actions.assign(by=make.PRIVACY, at=make.AT + HOUR, request_id=request_id, person_id=other)
    assert RequestItem.objects.count() == 1


@pytest.mark.django_db
def test_colleague_reads_no_link_and_no_code_that_would_let_her_answer_for_the_person() -> None:
    from seloste.mail import queries as outbox
    from seloste.rights.queries import desk, links
    from seloste.rights.rules.links import Kind

    person_id = make.known()
    request_id = make.received(Right.ACCESS)
    actions.assign(by=make.PRIVACY, at=make.AT, request_id=request_id, person_id=person_id)
    ask(request_id)
    code = code_in(make.mailed()[-1])

    sheet = desk.sheet(by=make.PRIVACY, at=make.AT + HOUR, request_id=request_id)
    ids = list(Message.objects.values_list("id", flat=True))
    read = [outbox.message(by=make.PRIVACY, at=make.AT + HOUR, message_id=one).text for one in ids]
    seen = "\n".join([*(one.text for one in sheet.letters), *read])
    for secret in (code, links.letters_of(request_id, Kind.MAIL), links.letters_of(request_id, Kind.ANSWER)):
        assert secret not in seen
    assert any(links.letters_of(request_id, Kind.MAIL) in text for text in make.mailed())


@pytest.mark.django_db
def test_confirmation_on_paper_does_not_show_whose_an_address_is() -> None:
    from seloste.rights.models import Correspondence
    from seloste.rights.queries import links
    from seloste.rights.rules.links import Kind

    request_id = make.received(Right.ACCESS, email="", by=make.PRIVACY, channel=Channel.LETTER)
    actions.acknowledge(by=make.PRIVACY, at=make.AT, request_id=request_id, way=Way.LETTER)

    text = Correspondence.objects.get(request=request_id).text
    assert links.letters_of(request_id, Kind.VIEW) in text
    assert links.letters_of(request_id, Kind.MAIL) not in text
