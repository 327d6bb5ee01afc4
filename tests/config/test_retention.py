"""`seloste retention`: looks ahead and changes nothing, unless it is told to really do it."""

from datetime import datetime, time, timedelta, tzinfo

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from tests.desk.make import tables

from seloste.audit.models import AuditEvent, Run, StoreState
from seloste.audit.retention import RUNS
from seloste.config import preparation
from seloste.config.commands.retention import retention as command
from seloste.kernel import clock, retention, sweeps
from seloste.kernel.clock import HELSINKI, local_date, now
from seloste.kernel.duty import Duty
from seloste.kernel.retention import Store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def only_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have one store, and the database of the tests in place of the embedded one."""
    monkeypatch.setattr(retention, "_stores", {RUNS.key: RUNS})
    monkeypatch.setattr(preparation, "close_connections", lambda: None)


def run_ending(days: int, count: int = 1) -> None:
    last = local_date(now()) + timedelta(days=days)
    began = datetime.combine(last - timedelta(days=30), time(12), tzinfo=HELSINKI)
    for _ in range(count):
        Run.objects.create(sweep="mail.send", started_at=began, ended_at=began, done=1, outcome="done", keep_until=last)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, standalone_mode=False)


def told(result: Result) -> list[str]:
    """Return the figures of the store's line."""
    (line,) = [line for line in result.output.splitlines() if line.startswith("audit.runs")]
    return line.split()


def test_table_tells_what_goes_and_changes_nothing() -> None:
    for days, count in ((-1, 2), (0, 3), (6, 5), (29, 7), (30, 11)):
        run_ending(days, count)
    before = tables()

    result = call()

    assert result.exception is None
    assert told(result) == ["audit.runs", "web_security", "28", "2", "10", "17", "never"]
    assert "Nothing was changed. Nothing is overdue." in result.output
    assert tables() == before
    assert AuditEvent.objects.count() == 0


def test_one_can_look_ahead_to_a_day() -> None:
    run_ending(99)
    run_ending(100)
    day = local_date(now()) + timedelta(days=99)

    assert told(call("--until", str(day)))[5] == "1"
    assert told(call("--until", str(day + timedelta(days=1))))[5] == "2"


@pytest.mark.parametrize(
    "wrong", [["--until", "2020-01-01"], ["--until", "31.1.2027"], ["--really", "--until", "2027-01-31"]]
)
def test_day_that_makes_no_sense_is_refused(wrong: list[str]) -> None:
    run_ending(-1)

    assert call(*wrong).exception is not None
    assert Run.objects.count() == 1


def test_overdue_is_told_by_the_exit_code() -> None:
    run_ending(-2)

    result = call()

    assert (result.return_value or getattr(result.exception, "code", None)) == 3
    assert "Overdue by more than a day: audit.runs." in result.output


def test_really_clears_and_says_how_many() -> None:
    run_ending(-5, 3)
    run_ending(0)

    result = call("--really")

    assert result.exception is None
    assert "audit.runs: 3" in result.output
    assert Run.objects.count() == 1
    assert [(event.deed, event.role, event.count) for event in AuditEvent.objects.all()] == [
        ("audit_runs.cleared", "operator", 3)
    ]
    assert StoreState.objects.get().day == local_date(now())


def test_store_that_fails_is_named_and_the_others_are_cleared() -> None:
    def clear(_by: Duty, _at: datetime, _limit: int) -> int:
        raise ValueError("Maija Mallikas")

    broken = Store(key="aaa.broken", name="", purpose="web_security", due=lambda _until: [], clear=clear)
    retention.register(broken)
    run_ending(-1)

    result = call("--really")

    assert getattr(result.exception, "code", None) == 1
    assert "aaa.broken: not cleared (ValueError)" in result.output
    assert "Mallikas" not in result.output
    assert Run.objects.count() == 0


class _Ahead(datetime):
    """A clock that goes five days ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return super().now(tz) + timedelta(days=5)


def test_nothing_is_deleted_where_the_clocks_disagree(monkeypatch: pytest.MonkeyPatch) -> None:
    run_ending(3)
    # Below ``clock.now``, not instead of it: a module first imported meanwhile would keep the wrong one for good.
    monkeypatch.setattr(clock, "datetime", _Ahead)

    result = call("--really")

    assert "clock" in str(result.exception)
    assert Run.objects.count() == 1


def test_lock_of_the_night_run_is_given_back() -> None:
    call("--really")

    with connection.cursor() as cursor:
        cursor.execute(  # of this database: beside it others are tested at the same time
            "SELECT count(*) FROM pg_locks JOIN pg_database AS base ON base.oid = database"
            " WHERE locktype = 'advisory' AND datname = current_database() AND classid = %s",
            [sweeps.LOCKS],
        )
        assert cursor.fetchone() == (0,)
