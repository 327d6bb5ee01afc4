"""The retention run: on time, in batches, recorded, and never a day late."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from seloste.audit import rules
from seloste.audit.actions import record
from seloste.audit.actions import retention as engine
from seloste.audit.models import AuditEvent, Run, StoreState
from seloste.kernel import retention, sweeps
from seloste.kernel.clock import HELSINKI, local_date, now
from seloste.kernel.duty import Duty, system
from seloste.kernel.retention import Due, Store

REFUSED = (InternalError, ProgrammingError)


# --- When -------------------------------------------------------------------------------------------------------------


def at(day: str, clock: str = "12:00") -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), tzinfo=HELSINKI)


@pytest.mark.parametrize(
    ("moment", "last_run", "due"),
    [
        (at("2026-11-25"), None, True),
        (at("2026-11-25", "00:10"), date(2026, 11, 24), False),  # the night's run is still to come
        (at("2026-11-25", "03:29"), date(2026, 11, 24), False),
        (at("2026-11-25", "03:30"), date(2026, 11, 24), True),
        (at("2026-11-25", "23:59"), date(2026, 11, 25), False),
        (at("2026-11-25", "00:10"), date(2026, 11, 23), True),  # a night was missed
        (at("2026-03-29", "04:00"), date(2026, 3, 28), True),  # 03:30 did not exist that night
        (at("2026-10-25", "03:30").replace(fold=1), date(2026, 10, 25), False),  # 03:30 came twice
        (at("2024-02-29", "03:30"), date(2024, 2, 28), True),
        (at("2024-03-01", "00:00"), date(2024, 2, 28), True),
        (at("2027-01-01", "03:31"), date(2026, 12, 31), True),
        (at("2026-11-25"), date(2027, 11, 25), True),  # a run under a wrong clock proves nothing
    ],
)
def test_run_is_due_once_a_night_and_at_once_where_one_is_missing(
    moment: datetime, last_run: date | None, due: object
) -> None:
    assert rules.is_due(moment, last_run) is due


@given(st.dates(date(2024, 1, 1), date(2031, 12, 31)), st.lists(st.integers(0, 48 * 60), min_size=1, max_size=60))
def test_worker_that_looks_around_runs_every_day_at_most_once(first: date, waits: list[int]) -> None:
    moment, last, days = datetime.combine(first, time(), tzinfo=HELSINKI), None, []
    for minutes in waits:
        moment = (moment.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(HELSINKI)
        if rules.is_due(moment, last):
            last = moment.date()
            days.append(last)
        assert last is not None
        assert last >= moment.date() - timedelta(days=1)

    assert days == sorted(set(days))


# --- What -------------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def stores(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Store]]:
    """Have only the stores of the test, and a short batch."""
    mine: dict[str, Store] = {}
    monkeypatch.setattr(retention, "_stores", mine)
    monkeypatch.setattr(engine, "BATCH", 10)
    yield mine
    sweeps.ending.clear()


def runs(count: int, *, last: date | None = None) -> None:
    last = last or local_date(now()) - timedelta(days=1)
    began = datetime.combine(last - timedelta(days=30), time(12), tzinfo=HELSINKI)
    Run.objects.bulk_create(
        Run(sweep="mail.send", started_at=began, ended_at=began, done=1, outcome="done", keep_until=last)
        for _ in range(count)
    )


def of_runs(key: str = "audit.runs") -> Store:
    from seloste.audit.retention import RUNS

    return Store(key=key, name="runs", purpose="web_security", due=RUNS.due, clear=RUNS.clear)


def broken(key: str = "audit.broken") -> Store:
    def clear(_by: Duty, _at: datetime, _limit: int) -> int:
        raise ZeroDivisionError

    return Store(key=key, name="broken", purpose="web_security", due=lambda _until: [], clear=clear)


@pytest.mark.django_db
def test_run_goes_in_batches_and_each_is_recorded(stores: dict[str, Store]) -> None:
    retention.register(of_runs())
    runs(25)
    runs(3, last=local_date(now()))

    assert engine.run_day(now()) == 25

    assert Run.objects.count() == 3
    events = AuditEvent.objects.order_by("id").values_list("deed", "count", "role", "purpose", "subjects")
    assert list(events) == [("audit_runs.cleared", count, "system", "web_security", []) for count in (10, 10, 5)]
    state = StoreState.objects.get()
    assert (state.store, state.day, state.cleared, state.error) == ("audit.runs", local_date(now()), 25, "")


@pytest.mark.django_db
def test_run_of_the_day_is_made_once(stores: dict[str, Store]) -> None:
    retention.register(of_runs())
    engine.run_day(now())
    runs(1)

    assert engine.run_day(now()) == 0
    assert Run.objects.count() == 1


@pytest.mark.django_db
def test_store_that_fails_holds_up_no_other_and_is_tried_again(stores: dict[str, Store]) -> None:
    retention.register(broken())
    retention.register(of_runs())
    runs(2)

    with pytest.raises(engine.NotClearedError):
        engine.run_day(now())

    assert Run.objects.count() == 0
    assert StoreState.objects.get(store="audit.broken").error == "ZeroDivisionError"
    runs(2)
    with pytest.raises(engine.NotClearedError):
        engine.run_day(now())
    assert Run.objects.count() == 2  # that store's day is done

    retention.register(Store(key="audit.broken", name="mended", purpose="web_security", due=lambda _u: [],
                             clear=lambda _by, _at, _limit: 0))  # fmt: skip
    engine.run_day(now())
    mended = StoreState.objects.get(store="audit.broken")
    assert (mended.error, mended.failed_at, mended.day) == ("", None, local_date(now()))


class Crash(BaseException):
    """As sudden as a kill."""


@pytest.mark.django_db(transaction=True)
def test_crash_between_batches_keeps_what_is_done_and_the_next_run_does_the_rest(stores: dict[str, Store]) -> None:
    whole = of_runs()
    calls = []

    def clear(by: Duty, moment: datetime, limit: int) -> int:
        calls.append(limit)
        gone = whole.clear(by, moment, limit)
        if len(calls) == 2:
            raise Crash
        return gone

    retention.register(Store(key="audit.runs", name="runs", purpose="web_security", due=whole.due, clear=clear))
    runs(25)

    with pytest.raises(Crash):
        engine.run_day(now())
    assert (Run.objects.count(), AuditEvent.objects.count()) == (15, 1)
    assert not StoreState.objects.exists()

    assert engine.run_day(now()) == 15
    assert [event.count for event in AuditEvent.objects.order_by("id")] == [10, 10, 5]


@pytest.mark.django_db
def test_run_stops_between_batches_when_the_worker_ends(stores: dict[str, Store]) -> None:
    whole = of_runs()

    def clear(by: Duty, moment: datetime, limit: int) -> int:
        sweeps.ending.set()
        return whole.clear(by, moment, limit)

    retention.register(Store(key="audit.runs", name="runs", purpose="web_security", due=whole.due, clear=clear))
    runs(25)

    assert engine.run_day(now()) == 10
    assert not StoreState.objects.exists()


@pytest.mark.django_db
def test_looking_ahead_changes_nothing(stores: dict[str, Store]) -> None:
    runs(4)

    assert of_runs().due(local_date(now()) + timedelta(days=400)) == [
        Due(on=local_date(now()) - timedelta(days=1), count=4)
    ]
    assert Run.objects.count() == 4


# --- What the database itself lets go ---------------------------------------------------------------------------------


def sql(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_run_whose_time_is_not_up_cannot_be_deleted_by_anybody() -> None:
    runs(1, last=local_date(now()))

    for attack in ("DELETE FROM audit_run", "UPDATE audit_run SET keep_until = '2020-01-01'", "TRUNCATE audit_run"):
        with pytest.raises(REFUSED, match="only added to"):
            sql(attack)

    assert Run.objects.count() == 1


@pytest.mark.django_db
def test_event_cannot_be_deleted_before_two_years_are_over() -> None:
    today = local_date(now())
    edge = datetime.combine(today.replace(year=today.year - 2), time(23, 59), tzinfo=HELSINKI)
    for moment in (edge, edge - timedelta(days=1)):
        with transaction.atomic():
            record(by=system("staff_access"), at=moment, deed="person.read")
    young, old = AuditEvent.objects.order_by("-at")

    with pytest.raises(REFUSED, match="only added to"), transaction.atomic():
        AuditEvent.objects.filter(id=young.id).delete()
    AuditEvent.objects.filter(id=old.id).delete()

    assert [event.id for event in AuditEvent.objects.all()] == [young.id]
