"""Entering gathered counts and lines into the tables, in one statement each, however many there are."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from seloste.kernel.clock import HELSINKI
from seloste.visits.models import SecurityLine
from seloste.visits.rules.security import Line
from seloste.visits.rules.spans import day_of, moment

#: One count: the hour (since 1970), what it is of, and of which.
Key = tuple[int, str, str]

# Every process enters its rows in the same order, so two that meet wait for each other and never both.
_ADD = """
INSERT INTO {table} AS kept ({time}, what, value, count)
SELECT * FROM unnest(%s::{type}[], %s::text[], %s::text[], %s::bigint[]) AS new (at, what, value, count)
ORDER BY 1, 2, 3
ON CONFLICT ({time}, what, value) DO UPDATE SET count = kept.count + EXCLUDED.count
"""
_ADD_HOURS = _ADD.format(table="visits_hourcount", time="hour_at", type="timestamptz")
_ADD_DAYS = _ADD.format(table="visits_daycount", time="counted_on", type="date")
_ADD_MONTHS = _ADD.format(table="visits_monthcount", time="month_on", type="date")

# Leaves are entered in their order. Where the answer to COMMIT was lost, the second try finds the leaf entered.
_TURN = """
INSERT INTO visits_folded AS kept (process, leaf, folded_at) VALUES (%s, %s, %s)
ON CONFLICT (process) DO UPDATE SET leaf = EXCLUDED.leaf, folded_at = EXCLUDED.folded_at WHERE kept.leaf < EXCLUDED.leaf
"""


@transaction.atomic
def enter_leaf(*, process: UUID, leaf: int, counts: Mapping[Key, int], at: datetime) -> bool:
    """Enter a leaf of a process's journal unless that has been done; return whether it had to be."""
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [process, leaf, at])
        if not cursor.rowcount:
            return False
    enter(counts)
    return True


@transaction.atomic
def enter(counts: Mapping[Key, int]) -> None:
    """Add the counts to their hours, days and months."""
    days: Counter[tuple[date, str, str]] = Counter()
    for (hour, what, value), count in counts.items():
        days[day_of(hour, HELSINKI), what, value] += count
    with connection.cursor() as cursor:
        _add(cursor, _ADD_HOURS, [(moment(hour), what, value, n) for (hour, what, value), n in counts.items()])
    enter_days(days)


@transaction.atomic
def enter_days(counts: Mapping[tuple[date, str, str], int]) -> None:
    """Add the counts to their days and months, where no hours of them are kept."""
    months: Counter[tuple[date, str, str]] = Counter()
    for (day, what, value), count in counts.items():
        months[day.replace(day=1), what, value] += count
    with connection.cursor() as cursor:
        _add(cursor, _ADD_DAYS, [(*key, count) for key, count in counts.items()])
        _add(cursor, _ADD_MONTHS, [(*key, count) for key, count in months.items()])


def _add(cursor: CursorWrapper, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])


@transaction.atomic
def forget_process(process: UUID) -> None:
    """Forget how far a process was entered, once no leaf of it is left anywhere."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM visits_folded WHERE process = %s", [process])


@transaction.atomic
def enter_lines(lines: Iterable[Line]) -> int:
    """Write the lines of the security log; return how many they are."""
    rows = [
        SecurityLine(
            at=datetime.fromtimestamp(line.at, tz=UTC),
            address=line.address or None,
            method=line.method,
            path=line.path,
            status=line.status,
            ms=line.ms,
            request=line.request,
            agent=line.agent,
            reason=line.reason,
            times=line.times,
        )
        for line in lines
    ]
    SecurityLine.objects.bulk_create(rows)
    return len(rows)
