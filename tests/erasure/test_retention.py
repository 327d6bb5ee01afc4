"""What goes because its time is up: nothing a day late, nothing a day early, nothing that is still needed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import make
from tests.erasure import make as erasure
from tests.erasure.make import AT, is_there

from seloste.audit.actions import record
from seloste.audit.actions import retention as engine
from seloste.audit.models import AuditEvent
from seloste.declaration.load import current
from seloste.erasure import actions, jobs, rules
from seloste.erasure.actions.execution import Done, execute
from seloste.erasure.choices import Cause, HoldKind, JobState
from seloste.erasure.models import ErasureJob
from seloste.erasure.queries import due
from seloste.erasure.queries.planning import Work
from seloste.erasure.retention import PURPOSES, STORES
from seloste.erasure.rules import Held
from seloste.kernel.clock import HELSINKI, local_date
from seloste.kernel.duty import system
from seloste.kernel.kept import About, Stay, Surviving
from seloste.kernel.periods import Period, add
from seloste.ledger.choices import Kind
from seloste.ledger.models import LedgerEntry
from seloste.register import actions as register
from seloste.register.choices import RestrictionReason
from seloste.register.models import Feedback, Ground, Name, Person, PostalAddress

pytestmark = pytest.mark.django_db
TWO_YEARS = Period(months=24)
BY_PURPOSE = {
    store.purpose: store for store in STORES if store.key.startswith("people.") and store.key != "people.nothing"
}
NOTHING = next(store for store in STORES if store.key == "people.nothing")


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=HELSINKI)


def cleared(at: datetime) -> int:
    return sum(engine.clear(store, by=system(store.purpose), at=at) for store in STORES)


def last_day(person_id: UUID, purpose: str = "customer_care") -> date:
    return Ground.objects.get(person=person_id, purpose=purpose, ended_at=None).keep_until


def test_somebody_goes_the_day_after_the_last_day_and_not_on_it() -> None:
    person_id = erasure.customer()
    day = last_day(person_id)
    assert day == add(date(2026, 6, 1), TWO_YEARS)
    assert cleared(noon(day)) == 0
    assert is_there(person_id)
    assert cleared(noon(day + timedelta(days=1))) > 0
    assert not is_there(person_id)
    kinds = list(LedgerEntry.objects.filter(subject=person_id).order_by("id").values_list("kind", flat=True))
    assert kinds == [Kind.ERASE, Kind.ERASED]
    assert AuditEvent.objects.filter(deed="people_customer_care.cleared", count=1).exists()
    assert not ErasureJob.objects.exists()


@pytest.mark.parametrize("purpose", sorted(current().purpose))
def test_every_declared_purpose_has_a_name_that_the_record_takes(purpose: str) -> None:
    record(by=erasure.SYSTEM, at=AT, deed=f"people_{purpose}.cleared", count=1)


def test_what_one_purpose_still_needs_stays_for_it_alone() -> None:
    person_id = erasure.invoiced()
    day = last_day(person_id)
    cleared(noon(day + timedelta(days=1)))
    assert is_there(person_id)
    assert Person.objects.get(id=person_id).blocked_at is not None  # only the law keeps it now
    assert list(PostalAddress.objects.values_list("purposes", flat=True)) == [["accounting"]]
    assert not Name.objects.exists()
    cleared(noon(last_day(person_id, "accounting") + timedelta(days=1)))
    assert not is_there(person_id)


def test_what_was_ended_by_a_word_goes_the_next_night() -> None:
    person_id = erasure.customer()
    register.end_ground(by=make.duty(), at=AT, person_id=person_id, purpose="feedback")
    assert cleared(AT) == 0
    assert cleared(AT + timedelta(days=1)) == 1
    assert (Feedback.objects.count(), is_there(person_id)) == (0, True)


def test_a_project_under_way_outlives_its_period_and_is_asked_about_again() -> None:
    person_id = erasure.customer()
    erasure.project(person_id)
    day = last_day(person_id, "projects")
    cleared(noon(day + timedelta(days=1)))
    assert is_there(person_id)
    assert last_day(person_id, "projects") == day + timedelta(days=1) + rules.ASKED_AGAIN_AFTER
    assert due.still([person_id], "projects", today=day + timedelta(days=1)) == []


@pytest.mark.parametrize("reason", [RestrictionReason.UNLAWFUL, RestrictionReason.CLAIM])
def test_a_restriction_that_the_person_needs_stops_the_end_of_the_period(reason: RestrictionReason) -> None:
    person_id = erasure.customer()
    register.restrict(by=erasure.PRIVACY, at=AT, person_id=person_id, reason=reason, source="phone")
    assert cleared(noon(last_day(person_id) + timedelta(days=40))) == 0
    assert is_there(person_id)


def test_a_hold_keeps_everything_until_it_is_released() -> None:
    person_id = erasure.customer()
    told: dict[str, Any] = {"by": erasure.PRIVACY, "at": AT, "person_id": person_id}
    until = local_date(AT) + timedelta(days=90)
    hold_id = actions.hold(**told, kind=HoldKind.CLAIM, reason="Riita tilauksesta 17.", review_on=until)
    day = last_day(person_id)
    assert cleared(noon(day + timedelta(days=2))) == 0
    job = erasure.erased(person_id)
    assert Name.objects.filter(person=person_id).exists()
    assert Person.objects.get(id=person_id).blocked_at == AT
    assert {one["law"] for one in job.stays if one["store"] == "register.names"} == {"GDPR 17(3)(e)"}
    assert "held" in job.codes
    assert not Ground.objects.filter(person=person_id, ended_at=None).exists()
    actions.release_hold(by=erasure.PRIVACY, at=AT, hold_id=hold_id)
    cleared(AT + timedelta(days=1))
    assert not is_there(person_id)


def test_a_hold_needs_a_reason_and_a_day_of_review_and_rings_after_it() -> None:
    person_id = erasure.customer()
    told: dict[str, Any] = {"by": erasure.PRIVACY, "at": AT, "person_id": person_id, "kind": HoldKind.AUTHORITY}
    review_on = local_date(AT) + timedelta(days=30)
    with pytest.raises(actions.NotAHold):
        actions.hold(**told, reason=" ", review_on=review_on)
    for day in (local_date(AT), add(local_date(AT), Period(months=13))):
        with pytest.raises(actions.NotAHold):
            actions.hold(**told, reason="Poliisin pyyntö.", review_on=day)
    hold_id = actions.hold(**told, reason="Poliisin pyyntö.", review_on=review_on)
    with pytest.raises(actions.HeldAlready):
        actions.hold(**told, reason="Sama.", review_on=review_on)
    assert jobs.ring(noon(review_on)) == 0
    with pytest.raises(jobs.HoldsToReviewError):
        jobs.ring(noon(review_on + timedelta(days=1)))
    later = noon(review_on + timedelta(days=1))
    actions.review_hold(
        by=erasure.PRIVACY, at=later, hold_id=hold_id, reason="Yhä.", review_on=review_on + timedelta(days=60)
    )
    assert jobs.ring(later) == 0


def test_the_due_list_looks_a_week_ahead_and_counts_people_by_day() -> None:
    person_id = erasure.customer()
    day = last_day(person_id)
    store = BY_PURPOSE["customer_care"]
    assert list(store.due(day - timedelta(days=1))) == []
    assert [(one.on, one.count) for one in store.due(day + timedelta(days=7))] == [(day, 1)]
    assert store.held is not None
    assert store.held() == 1


def test_somebody_without_any_purpose_goes_after_a_day() -> None:
    origin = make.origin(at=AT)
    person_id = register.add_person(by=make.duty(), at=AT, origin=origin, family_name=None)
    assert engine.clear(NOTHING, by=system("rights"), at=AT) == 0
    assert engine.clear(NOTHING, by=system("rights"), at=AT + timedelta(days=2)) == 1
    assert not is_there(person_id)


def test_one_who_cannot_be_erased_holds_up_nobody_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, other = erasure.customer(), erasure.customer(email="toinen@example.com")
    day = last_day(stuck)

    def failing(work: Work, **told: Any) -> Done:  # noqa: ANN401 -- goes through
        if stuck in work.fates:
            raise actions.NotVerifiedError
        return execute(work, **told)

    for module in ("retaining", "erasing"):
        monkeypatch.setattr(f"seloste.erasure.actions.{module}.execute", failing)
    at = noon(day + timedelta(days=1))
    cleared(at)
    assert (is_there(stuck), is_there(other)) == (True, False)
    job = ErasureJob.objects.get(person=stuck)
    assert (job.state, job.cause, job.error) == (JobState.FAILED, Cause.RETENTION, "NotVerifiedError")
    monkeypatch.undo()
    assert actions.finish(job.not_before_at, by=erasure.SYSTEM) == 1
    assert not is_there(stuck)


def test_every_purpose_of_people_has_a_store() -> None:
    ours = {key for key, one in current().purpose.items() if not getattr(one, "about_staff", False)}
    assert set(PURPOSES) == ours - {"visitor_statistics", "fault_investigation"}


# --- The item rule (I48, I49) -----------------------------------------------------------------------------------------

_PURPOSES = ("a", "b", "c", "d")
_DAYS = st.dates(date(2026, 1, 1), date(2034, 12, 31))
_GROUNDS = st.lists(
    st.builds(
        Held,
        purpose=st.sampled_from(_PURPOSES),
        basis=st.sampled_from(["consent", "contract", "legitimate_interest", "legal_obligation"]),
        until=_DAYS,
        is_ended=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda ground: ground.purpose,
)
_NEEDED = st.dictionaries(
    st.sampled_from(_PURPOSES), st.builds(Stay, law=st.just("x"), why=st.just(""), until=st.none() | _DAYS), max_size=2
)
_ITEM = st.sets(st.sampled_from(_PURPOSES), min_size=1)


def stay_of(item: set[str], left: Mapping[str, Stay], today: date) -> Stay | None:
    return Surviving(purposes=left, today=today).keeps(About(purposes=tuple(item)))


@given(_GROUNDS, _NEEDED, _ITEM, _DAYS)
def test_an_item_stays_exactly_while_one_of_its_purposes_lives(
    grounds: list[Held], needed: dict[str, Stay], item: set[str], today: date
) -> None:
    left = rules.surviving(Cause.RETENTION, grounds, needed, today=today)
    lives = any(one.purpose in item and not one.is_ended and today <= one.until for one in grounds) or item & set(
        needed
    )
    assert (stay_of(item, left, today) is not None) == bool(lives)


@given(_GROUNDS, _ITEM, st.sampled_from(_PURPOSES), _DAYS)
def test_the_last_day_is_the_latest_of_its_purposes_and_never_earlier_with_more_of_them(
    grounds: list[Held], item: set[str], more: str, today: date
) -> None:
    left = rules.surviving(Cause.RETENTION, grounds, {}, today=today)
    ends = [one.until for one in grounds if one.purpose in item and one.is_live(today)]
    stay = stay_of(item, left, today)
    assert (stay.until if stay else None) == max(ends, default=None)
    with_more = stay_of(item | {more}, left, today)
    if stay is not None:
        assert with_more is not None
        assert (with_more.until or date.max) >= (stay.until or date.max)


@given(_GROUNDS, _NEEDED, _DAYS)
def test_a_request_ends_everything_but_what_is_needed(
    grounds: list[Held], needed: dict[str, Stay], today: date
) -> None:
    assert rules.surviving(Cause.REQUEST, grounds, needed, today=today) == needed


@given(_GROUNDS, _NEEDED, st.sets(st.sampled_from(_PURPOSES)), _DAYS)
def test_what_the_ledger_says_is_all_that_a_replay_needs(
    grounds: list[Held], needed: dict[str, Stay], named: set[str], today: date
) -> None:
    left = rules.surviving(Cause.OBJECTION, grounds, needed, named=named, today=today)
    said = rules.read_codes(rules.codes(Cause.OBJECTION, grounds, left, named=named, is_held=False))
    assert said.cause is Cause.OBJECTION
    assert said.went_wholly == (not left)
    assert {one.purpose for one in grounds} - said.ended <= set(left)
    assert said.ended.isdisjoint(left)


def test_helsinki_decides_when_a_day_is_over() -> None:
    ground = Held(purpose="a", basis="contract", until=date(2026, 6, 30), is_ended=False)
    last_moment = datetime(2026, 6, 30, 20, 59, tzinfo=UTC)
    assert ground.is_live(local_date(last_moment))
    assert not ground.is_live(local_date(last_moment + timedelta(minutes=1)))
