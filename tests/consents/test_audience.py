"""The facts that the database gathers, and an audience chosen by them: the same rule for one person and for all."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import make

from seloste.consents import actions, queries
from seloste.consents.choices import Carry, Channel, EvidenceKind, Rule
from seloste.consents.queries import facts
from seloste.consents.rules.contact import Decision
from seloste.consents.rules.evidence import Evidence
from seloste.kernel.clock import local_date
from seloste.kernel.refusals import Refusal
from seloste.register import actions as register
from seloste.register.models import ContactPoint, NoticeDelivery, Position

pytestmark = pytest.mark.django_db
TODAY = local_date(make.AT)
SAID: dict[str, Any] = {
    "consent": "marketing_email",
    "language": "fi",
    "source": "meeting",
    "evidence": Evidence(kind=EvidenceKind.SIGNED_PAPER, kept="Mappi 3", on=TODAY),
}


def told(person_id: UUID, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- what the deeds are told
    return {"by": make.duty("marketing"), "at": make.AT, "person_id": person_id, **changes}


def known_person(email: str = "maija@example.com", **changes: Any) -> UUID:  # noqa: ANN401 -- what a person is made of
    """Return a person whose address is confirmed and who has been told of the register."""
    person_id = make.person(email=email, **changes)
    register.verify_contact_point(by=make.duty(), at=make.AT, person_id=person_id, address=email)
    register.note_information_given(by=make.duty(), at=make.AT, person_id=person_id, channel="email", given_at=make.AT)
    return person_id


def at_work(person_id: UUID, employer: str = "Mallila Oy", website: str = "https://www.mallila.example") -> UUID:
    by = make.duty()
    organisation = register.add_organisation(by=by, at=make.AT, origin=make.origin(), name=employer, website=website)
    return register.add_position(
        by=by, at=make.AT, person_id=person_id, origin=make.origin(), organisation_id=organisation, title="Johtaja"
    )


def relevant(person_id: UUID, position: UUID) -> None:
    register.note_relevance(
        by=make.duty(), at=make.AT, person_id=person_id, item_id=position, relevance="Ohjelmistohankinnat"
    )


def decision(person_id: UUID, channel: Channel = Channel.EMAIL, today: date = TODAY) -> Decision:
    return facts.known(channel, person_id=person_id, today=today)[0].decision


def private_with_consent() -> UUID:
    person_id = known_person()
    actions.give(**told(person_id, **SAID))
    return person_id


def sole_trader() -> UUID:
    person_id = known_person("yrittaja@mallila.example", purposes=("b2b_contact",))
    from seloste.register.models import Person

    Person.objects.filter(id=person_id).update(kind="sole_trader")
    relevant(person_id, at_work(person_id))
    return person_id


def common_mailbox(employer: str) -> UUID:
    person_id = known_person("info@mallila.example")
    at_work(person_id, employer)
    return person_id


def work_address(*, with_relevance: bool, email: str = "maija@mallila.example") -> UUID:
    person_id = known_person(email)
    position = at_work(person_id)
    if with_relevance:
        relevant(person_id, position)
    return person_id


def not_to_be_contacted(reason: str) -> UUID:
    person_id = private_with_consent()
    actions.suppress(by=make.duty("marketing"), at=make.AT, channel="email", address="maija@example.com", reason=reason)
    return person_id


def bounced() -> UUID:
    person_id = private_with_consent()
    register.note_bounce(by=make.duty(), at=make.AT, address="maija@example.com")
    return person_id


def restricted() -> UUID:
    person_id = private_with_consent()
    register.restrict(by=make.duty(), at=make.AT, person_id=person_id, reason="accuracy", source="email")
    return person_id


def unverified() -> UUID:
    person_id = private_with_consent()
    ContactPoint.objects.update(verified_at=None)
    return person_id


def found_on_the_web(due: date) -> UUID:
    person_id = known_person(
        "maija@mallila.example", source="web_page", purposes=("b2b_contact",), by=make.duty("marketing")
    )
    relevant(person_id, at_work(person_id))
    NoticeDelivery.objects.update(delivered_at=None, delivered_by=None, channel="", due_on=due, article=14)
    return person_id


CASES: list[tuple[str, Callable[[], UUID], Rule]] = [
    ("private person, nothing said", known_person, Rule.NO_GROUND),
    ("private person with consent", private_with_consent, Rule.CONSENT),
    ("sole trader at her own domain", sole_trader, Rule.NO_GROUND),
    ("info@ of a company", lambda: common_mailbox("Mallila Oy"), Rule.ORGANISATION),
    ("info@ of a Swedish-named company", lambda: common_mailbox("Ab Mallila"), Rule.ORGANISATION),
    ("info@ of a trade name, which may be a person", lambda: common_mailbox("Tmi Mallila"), Rule.NO_GROUND),
    ("work address, the matter is hers", lambda: work_address(with_relevance=True), Rule.JOB),
    ("work address, nothing known of her duties", lambda: work_address(with_relevance=False), Rule.NO_GROUND),
    ("own address of an employee", lambda: work_address(with_relevance=True, email="m@example.com"), Rule.NO_GROUND),
    ("on the list", lambda: not_to_be_contacted("objected"), Rule.SUPPRESSED),
    ("erased once and back", lambda: not_to_be_contacted("erased"), Rule.SUPPRESSED),
    ("may be under age", lambda: not_to_be_contacted("minor"), Rule.MINOR),
    ("mail comes back", bounced, Rule.BOUNCED),
    ("restricted", restricted, Rule.RESTRICTED),
    ("nobody confirmed the address", unverified, Rule.UNVERIFIED),
    ("to be informed within the month", lambda: found_on_the_web(TODAY + timedelta(days=3)), Rule.JOB),
    ("the month went by", lambda: found_on_the_web(TODAY - timedelta(days=1)), Rule.UNINFORMED),
]


@pytest.mark.parametrize(("made", "rule"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_rule_that_the_tables_lead_to(made: Callable[[], UUID], rule: Rule) -> None:
    assert decision(made()).rule is rule


def test_first_letter_to_a_person_found_in_public_carries_the_information() -> None:
    said = decision(found_on_the_web(TODAY)).must_carry

    assert {Carry.ARTICLE_14, Carry.OBJECTION} <= set(said)


def test_evidence_is_the_event_or_the_position_itself() -> None:
    person_id = work_address(with_relevance=True)

    assert decision(person_id).evidence == str(Position.objects.get().id)


def test_consent_holds_on_its_last_day_and_not_after() -> None:
    person_id = private_with_consent()

    assert decision(person_id, today=date(2028, 11, 25)).rule is Rule.CONSENT
    assert decision(person_id, today=date(2028, 11, 26)).rule is Rule.NO_GROUND


def test_call_is_allowed_for_a_month_after_the_number_was_looked_up() -> None:
    person_id = make.person(phone="+358401234567")
    register.note_information_given(by=make.duty(), at=make.AT, person_id=person_id, channel="phone", given_at=make.AT)
    number = ContactPoint.objects.get()
    assert decision(person_id, Channel.PHONE).rule is Rule.NO_GROUND

    register.note_prohibition_check(by=make.duty(), at=make.AT, person_id=person_id, item_id=number.id, forbidden=False)

    assert decision(person_id, Channel.PHONE).rule is Rule.UNTIL_FORBIDDEN
    assert decision(person_id, Channel.PHONE, today=TODAY + timedelta(days=30)).allow
    assert not decision(person_id, Channel.PHONE, today=TODAY + timedelta(days=31)).allow


def test_corrected_address_is_not_the_confirmed_one() -> None:
    person_id = private_with_consent()

    register.correct(
        by=make.duty(),
        at=make.AT,
        kind="contact",
        item_id=ContactPoint.objects.get().id,
        origin=make.origin(),
        values={"value": "toinen@example.com"},
    )

    assert decision(person_id).rule is Rule.UNVERIFIED


def test_nobody_in_the_register_is_decided_as_erased() -> None:
    asked: dict[str, Any] = {"channel": Channel.EMAIL, "address": "maija@example.com", "at": make.AT}

    assert queries.decide(person_id=UUID(int=7), is_marketing=True, **asked).rule is Rule.ERASED
    assert queries.decide(person_id=known_person(), is_marketing=True, **asked | {"address": "x@example.com"}).rule is (
        Rule.ERASED
    )
    assert queries.decide(person_id=None, is_marketing=False, **asked).rule is Rule.SERVICE


def test_service_message_does_not_go_where_mail_comes_back() -> None:
    bounced()
    asked: dict[str, Any] = {"channel": Channel.EMAIL, "address": "Maija@example.com", "at": make.AT}

    assert queries.decide(person_id=None, is_marketing=False, **asked).rule is Rule.BOUNCED


# --- the audience ---------------------------------------------------------------------------------------------------


def chosen(channel: Channel = Channel.EMAIL) -> dict[UUID, dict[str, Any]]:
    choice = queries.choose(channel, today=TODAY)
    with connection.cursor() as cursor:
        cursor.execute(choice.sql, choice.values)
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    assert len({row["person"] for row in rows}) == len(rows)
    return {row["person"]: row for row in rows}


def test_empty_register_has_no_audience() -> None:
    assert chosen() == {}


def test_two_persons_at_one_address_get_one_letter() -> None:
    first, second = (known_person(at=make.AT - timedelta(days=ago)) for ago in (9, 2))
    for person_id in (second, first):
        actions.give(**told(person_id, **SAID))

    found = chosen()

    assert [(found[one]["allow"], found[one]["rule"]) for one in (first, second)] == [
        (True, Rule.CONSENT),
        (False, Rule.SAME_ADDRESS),
    ]


def test_person_is_reached_at_the_address_that_is_open() -> None:
    person_id = private_with_consent()
    register.add_contact_point(
        by=make.duty(), at=make.AT, person_id=person_id, origin=make.origin(), kind="email", value="uusi@example.com"
    )
    register.verify_contact_point(by=make.duty(), at=make.AT, person_id=person_id, address="uusi@example.com")
    register.note_bounce(by=make.duty(), at=make.AT, address="maija@example.com")

    assert chosen()[person_id]["address"] == "uusi@example.com"


def a_person_at_random(dice: Random, number: int) -> UUID:
    """Make a person about whom each fact is true or not by chance."""
    email = f"{dice.choice(['info', 'maija'])}{dice.choice(['', number])}@{dice.choice(['example.com', 'f.example'])}"
    person_id = make.person(email=email)
    chances: list[Callable[[], Any]] = [
        lambda: actions.give(**told(person_id, **SAID)),
        lambda: actions.withdraw(**told(person_id, consent="marketing_email", source="phone")),
        lambda: actions.object_to(**told(person_id, purpose="direct_marketing", source="phone")),
        lambda: actions.suppress(by=make.duty("marketing"), at=make.AT, channel="email", address=email),
        lambda: register.restrict(by=make.duty(), at=make.AT, person_id=person_id, reason="claim", source="email"),
        lambda: register.note_bounce(by=make.duty(), at=make.AT, address=email),
        lambda: relevant(person_id, at_work(person_id, dice.choice(["Malli Oy", "Malli"]), "https://f.example")),
    ]
    for chance in chances:
        if dice.random() < 0.25:
            with suppress(Refusal):  # a consent at an address that somebody closed before
                chance()
    if dice.random() < 0.8:
        register.verify_contact_point(by=make.duty(), at=make.AT, person_id=person_id, address=email)
    if dice.random() < 0.8:
        register.note_information_given(
            by=make.duty(), at=make.AT, person_id=person_id, channel="email", given_at=make.AT
        )
    return person_id


@settings(max_examples=15, deadline=None)
@given(st.integers(min_value=0))
def test_audience_is_what_each_person_would_be_answered(seed: int) -> None:
    dice = Random(seed)  # noqa: S311 -- invented people
    with transaction.atomic():
        people = [a_person_at_random(dice, number) for number in range(12)]
        found = chosen()

        for person_id in people:
            one, row = decision(person_id), found[person_id]
            if row["rule"] == Rule.SAME_ADDRESS:
                assert one.allow
                continue
            assert (row["allow"], row["rule"], row["carry"]) == (one.allow, one.rule, [*one.must_carry])
            assert str(row["evidence"] or "") == one.evidence
        transaction.set_rollback(True)


def test_every_class_is_packed_and_unpacked_alike() -> None:
    seen = {
        facts.unpack(((state + 1) << len(facts._FLAGS)) + (1 << flag), channel=Channel.EMAIL, today=TODAY)  # noqa: SLF001
        for state in range(len(facts._STATES))  # noqa: SLF001
        for flag in range(len(facts._FLAGS))  # noqa: SLF001
    }

    assert len(seen) >= len(facts._STATES) * (len(facts._FLAGS) - 3)  # noqa: SLF001
