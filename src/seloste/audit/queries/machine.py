"""How the worker and the retention run fare. Nothing here says anything about anybody, so looking is not recorded."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from seloste.audit.models import Run, StoreState, SweepState
from seloste.audit.rules import next_run, overdue_day
from seloste.kernel import sweeps
from seloste.kernel.clock import HELSINKI, local_date
from seloste.kernel.retention import Due, Store, stores
from seloste.kernel.sweeps import Sweep

#: A sweep that has not looked for so long, beyond its interval, stands still.
STILL_AFTER = timedelta(minutes=3)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """A store of the register of retention: what it holds, what goes when, and how its last run fared."""

    store: Store
    held: int | None
    due: Sequence[Due]
    last_day: date | None
    last_at: datetime | None
    last_cleared: int
    next_on: date
    failed_at: datetime | None
    error: str
    today: date

    @property
    def coming(self) -> int:
        """Return how many rows the next run takes: those whose last day is over by then."""
        return sum(due.count for due in self.due if due.on < self.next_on)

    def goes_within(self, days: int) -> int:
        """Return how many rows have their last day behind them or within so many days, today included."""
        last = self.today + timedelta(days=days - 1)
        return sum(due.count for due in self.due if due.on <= last)

    def nights(self) -> Counter[date]:
        """Return how many rows go, by the date of the night: the one after the last day, or the next one."""
        counted: Counter[date] = Counter()
        for due in self.due:
            counted[max(due.on + timedelta(days=1), self.next_on)] += due.count
        return counted

    @property
    def overdue(self) -> int:
        """Return how many rows are still there more than a day after the night that should have taken them."""
        return sum(due.count for due in self.due if due.on <= overdue_day(self.today))


def fates(*, at: datetime, until: date) -> list[Fate]:
    """Return every store with what ends by the day."""
    states = {state.store: state for state in StoreState.objects.all()}
    return [_fate(store, states.get(store.key), at=at, until=until) for store in stores()]


def _fate(store: Store, state: StoreState | None, *, at: datetime, until: date) -> Fate:
    last_day = state.day if state else None
    return Fate(
        store=store,
        held=store.held() if store.held else None,
        due=list(store.due(until)),
        last_day=last_day,
        last_at=state.ended_at if state else None,
        last_cleared=state.cleared if state else 0,
        next_on=next_run(at.astimezone(HELSINKI), last_day),
        failed_at=state.failed_at if state else None,
        error=state.error if state else "",
        today=local_date(at),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Sweeping:
    """A sweep: how often it comes, and how it fared last. ``outcome`` is empty where it has never run."""

    key: str
    every: timedelta
    looked_at: datetime | None
    worked_at: datetime | None
    done: int
    outcome: str
    failed_at: datetime | None
    error: str
    failures: int
    stands_still: bool
    is_running: bool


def sweepings(*, at: datetime) -> list[Sweeping]:
    """Return every registered sweep with its state."""
    states = {state.sweep: state for state in SweepState.objects.all()}
    held = _held_locks()
    return [_sweeping(one, states.get(one.key), is_running=one.key in held, at=at) for one in sweeps.sweeps()]


def _sweeping(sweep: Sweep, state: SweepState | None, *, is_running: bool, at: datetime) -> Sweeping:
    looked_at = state.looked_at if state else None
    fared = state or SweepState()
    return Sweeping(
        key=sweep.key,
        every=sweep.every,
        looked_at=looked_at,
        worked_at=fared.worked_at,
        done=fared.done,
        outcome=fared.outcome,
        failed_at=fared.failed_at,
        error=fared.error,
        failures=fared.failures,
        stands_still=not is_running and (looked_at is None or at - looked_at > sweep.every + STILL_AFTER),
        is_running=is_running,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Fared:
    """How a task fared last, whoever ran it: when it went well, and since when it has failed if it has."""

    went_well_at: datetime | None = None
    failed_at: datetime | None = None


def fared(key: str) -> Fared:
    """Return how a task fared last; one that is run by hand has no sweep, but its state is kept all the same."""
    state = SweepState.objects.filter(sweep=key).first()
    if state is None:
        return Fared()
    return Fared(went_well_at=state.worked_at, failed_at=state.failed_at if state.failures else None)


#: Whoever runs a sweep holds its lock: the second number is made of its key, as the worker makes it.
_LOCKS = """
SELECT name FROM unnest(%s::text[]) name
WHERE EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND classid::bigint = %s AND objid::bigint = hashtext(name)::bigint & 4294967295)
"""
_WORKERS = """
SELECT count(DISTINCT coalesce(host(client_addr), '') || application_name) FROM pg_stat_activity
WHERE application_name LIKE %s AND datname = current_database()
"""


def _held_locks() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCKS, [[sweep.key for sweep in sweeps.sweeps()], sweeps.LOCKS])
        return {key for (key,) in cursor.fetchall()}


def worker_count() -> int:
    """Return how many workers are connected to the database now."""
    with connection.cursor() as cursor:
        cursor.execute(_WORKERS, [f"{sweeps.WORKER_NAME}%"])
        return int(cursor.fetchone()[0])


@dataclass(frozen=True, kw_only=True, slots=True)
class RunLine:
    """A run that did something, or failed."""

    sweep: str
    ended_at: datetime
    took: timedelta
    done: int
    outcome: str
    error: str


def recent_runs(*, limit: int) -> list[RunLine]:
    """Return the newest runs that did something or failed."""
    return [
        RunLine(
            sweep=run.sweep,
            ended_at=run.ended_at,
            took=max(run.ended_at - run.started_at, timedelta()),  # the clock may have been set back meanwhile
            done=run.done,
            outcome=run.outcome,
            error=run.error,
        )
        for run in Run.objects.order_by("-id")[:limit]
    ]


def clocks_agree(at: datetime) -> bool:
    """Tell whether the database's clock says the same within an hour: what cannot be undone waits where it does not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT abs(extract(epoch FROM clock_timestamp() - %s::timestamptz)) < 3600", [at])
        return bool(cursor.fetchone()[0])
