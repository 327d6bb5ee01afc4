"""The one rule: total, deny by default, withdrawal wins, and no restriction ever allows more."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seloste.consents.choices import AddressKind, Carry, Channel, ConsentState, Rule
from seloste.consents.rules.contact import Consent, Purchase, Situation, may_contact

TODAY = date(2026, 11, 25)
#: Everybody's friend: all that can forbid is known not to.
CLEAR = Situation(
    channel=Channel.EMAIL,
    is_marketing=True,
    today=TODAY,
    erased=False,
    restricted=False,
    suppressed=False,
    objected=False,
    minor=False,
    bounced=False,
    verified=True,
    informed=True,
    first_contact=False,
    natural_person=True,
    sole_trader=False,
    address_kind=AddressKind.PRIVATE,
)
GIVEN = Consent(state=ConsentState.GIVEN, evidence="consent 1")
REFUSED = Consent(state=ConsentState.REFUSED, evidence="refusal 1")
BOUGHT = Purchase(evidence="order 1", bought_on=date(2026, 1, 15), same_product_group=True, opt_out_offered=True)
CALL = replace(CLEAR, channel=Channel.PHONE)
WORK = replace(CLEAR, address_kind=AddressKind.WORK, natural_person=True)
INFO = replace(CLEAR, address_kind=AddressKind.GENERIC, natural_person=False)

CASES = [
    ("private person, nothing known", CLEAR, Rule.NO_GROUND),
    ("private person with consent", replace(CLEAR, consent=GIVEN), Rule.CONSENT),
    ("consent past its day", replace(CLEAR, consent=replace(GIVEN, valid_until=date(2026, 11, 24))), Rule.NO_GROUND),
    ("consent on its last day", replace(CLEAR, consent=replace(GIVEN, valid_until=TODAY)), Rule.CONSENT),
    ("consent not confirmed yet", replace(CLEAR, consent=replace(GIVEN, state=ConsentState.PENDING)), Rule.NO_GROUND),
    ("consent withdrawn", replace(CLEAR, consent=replace(GIVEN, state=ConsentState.WITHDRAWN)), Rule.OPTED_OUT),
    ("consent refused, yet a customer", replace(CLEAR, purchase=BOUGHT, consent=REFUSED), Rule.OPTED_OUT),
    ("wording changed since", replace(CLEAR, consent=replace(GIVEN, state=ConsentState.INVALIDATED)), Rule.NO_GROUND),
    ("customer, similar product", replace(CLEAR, purchase=BOUGHT), Rule.SOFT_OPT_IN),
    ("customer, last day", replace(CLEAR, purchase=replace(BOUGHT, bought_on=date(2024, 11, 25))), Rule.SOFT_OPT_IN),
    ("customer, a day late", replace(CLEAR, purchase=replace(BOUGHT, bought_on=date(2024, 11, 24))), Rule.NO_GROUND),
    ("customer, other products", replace(CLEAR, purchase=replace(BOUGHT, same_product_group=False)), Rule.NO_GROUND),
    ("customer, never offered a no", replace(CLEAR, purchase=replace(BOUGHT, opt_out_offered=False)), Rule.NO_GROUND),
    ("customer by text message", replace(CLEAR, channel=Channel.SMS, purchase=BOUGHT), Rule.SOFT_OPT_IN),
    ("sole trader without consent", replace(WORK, sole_trader=True, job_relevance="note 1"), Rule.NO_GROUND),
    ("sole trader with consent", replace(WORK, sole_trader=True, consent=GIVEN), Rule.CONSENT),
    ("info@ of a company", INFO, Rule.ORGANISATION),
    ("info@ of a sole trader", replace(INFO, sole_trader=True), Rule.NO_GROUND),
    ("work address, relevant duties", replace(WORK, job_relevance="note 1"), Rule.JOB),
    ("work address, relevance unknown", WORK, Rule.NO_GROUND),
    ("work telephone by text message", replace(WORK, channel=Channel.SMS, job_relevance="note 1"), Rule.NO_GROUND),
    ("letter", replace(CLEAR, channel=Channel.POST), Rule.UNTIL_FORBIDDEN),
    ("call after the register", replace(CALL, phone_prohibition_checked=True), Rule.UNTIL_FORBIDDEN),
    ("call without the register", CALL, Rule.NO_GROUND),
    ("erased", replace(CLEAR, consent=GIVEN, erased=True), Rule.ERASED),
    ("restricted", replace(CLEAR, consent=GIVEN, restricted=True), Rule.RESTRICTED),
    ("suppressed", replace(CLEAR, consent=GIVEN, suppressed=True), Rule.SUPPRESSED),
    ("objected", replace(CLEAR, consent=GIVEN, objected=True), Rule.OBJECTED),
    ("perhaps a child", replace(CLEAR, consent=GIVEN, minor=None), Rule.MINOR),
    ("bounced", replace(CLEAR, consent=GIVEN, bounced=True), Rule.BOUNCED),
    ("address nobody confirmed", replace(CLEAR, consent=GIVEN, verified=False), Rule.UNVERIFIED),
    ("owed art. 14, already contacted", replace(INFO, informed=False, first_contact=False), Rule.UNINFORMED),
    ("owed art. 14, first contact", replace(INFO, informed=False, first_contact=True), Rule.ORGANISATION),
]  # fmt: skip


@pytest.mark.parametrize(("situation", "rule"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_case_is_decided_by_its_rule(situation: Situation, rule: Rule) -> None:
    decision = may_contact(situation)

    assert (decision.rule, decision.allow) == (rule, rule.value[:2] in {"M2", "M3", "M4", "M5", "M6"})
    assert decision.law


def test_first_message_to_someone_found_in_public_carries_the_information() -> None:
    decision = may_contact(replace(INFO, informed=False, first_contact=True))

    assert decision.must_carry == tuple(Carry)


def test_service_message_needs_no_consent_and_carries_no_marketing() -> None:
    decision = may_contact(replace(CLEAR, is_marketing=False, objected=True, suppressed=True, verified=None))

    assert (decision.allow, decision.rule, decision.must_carry) == (True, Rule.SERVICE, ())


def test_service_message_does_not_go_to_the_erased() -> None:
    assert may_contact(replace(CLEAR, is_marketing=False, erased=True)).rule is Rule.ERASED


maybe = st.sampled_from([True, False, None])
consents = st.builds(
    Consent,
    state=st.sampled_from(list(ConsentState)),
    evidence=st.just("consent"),
    valid_until=st.none() | st.dates(date(2026, 11, 1), date(2026, 12, 31)),
)
purchases = st.builds(
    Purchase,
    evidence=st.just("order"),
    bought_on=st.dates(date(2024, 1, 1), date(2027, 1, 1)),
    same_product_group=st.booleans(),
    opt_out_offered=st.booleans(),
)
situations = st.builds(
    Situation,
    channel=st.sampled_from(list(Channel)),
    is_marketing=st.just(True),
    today=st.just(TODAY),
    **dict.fromkeys(
        ["erased", "restricted", "suppressed", "objected", "minor", "bounced", "verified", "informed", "first_contact"],
        maybe,
    ),
    **dict.fromkeys(["natural_person", "sole_trader", "phone_prohibition_checked"], maybe),
    address_kind=st.none() | st.sampled_from(list(AddressKind)),
    consent=st.none() | consents,
    purchase=st.none() | purchases,
    job_relevance=st.none() | st.just("note"),
)
KNOWABLE = [field.name for field in fields(Situation) if field.default is None]


def with_fact(situation: Situation, fact: str, known: object) -> Situation:
    told: dict[str, Any] = {fact: known}
    return replace(situation, **told)


FORBIDDING = ["erased", "restricted", "suppressed", "objected", "minor", "bounced"]


@given(situations)
@settings(max_examples=400)
def test_decision_is_total_and_explained(situation: Situation) -> None:
    decision = may_contact(situation)

    assert decision == may_contact(situation)
    assert decision.law
    assert bool(decision.must_carry) == decision.allow


@given(situations, st.sampled_from(KNOWABLE))
@settings(max_examples=600)
def test_forgetting_a_fact_never_allows_more(situation: Situation, fact: str) -> None:
    if (
        fact == "consent"
        and situation.consent
        and situation.consent.state in {ConsentState.WITHDRAWN, ConsentState.REFUSED}
    ):
        return  # a withdrawal is not a fact one may forget: the events are append-only

    assert may_contact(situation).allow or not may_contact(with_fact(situation, fact, None)).allow


@given(situations, st.sampled_from(FORBIDDING))
@settings(max_examples=400)
def test_restriction_never_allows_more(situation: Situation, fact: str) -> None:
    assert not may_contact(with_fact(situation, fact, True)).allow


@given(situations)
@settings(max_examples=400)
def test_withdrawal_always_wins(situation: Situation) -> None:
    withdrawn = Consent(state=ConsentState.WITHDRAWN, evidence="withdrawal")

    assert not may_contact(replace(situation, consent=withdrawn)).allow
