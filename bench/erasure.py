"""Measures erasure: one person after another with verification, and the night on which very many are due.

Everything is the product's own deed, told in full: plan, ledger on disk, every store, verification, commit. It destroys
what it measures, so each round works on a copy of the register that ``bench load`` makes.
"""

import json
import os
import random
import resource
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

import click
import psycopg
from psycopg import sql

from bench import people, scratch
from seloste.config import preparation

SIZES = (10_000, 100_000, 1_000_000)
#: People erased one after another; the first are not counted.
SAMPLE, WARMING = 220, 20
SEED = 20261123
#: People due on one night.
DUE = 100_000
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def prefix(size: int) -> str:
    """Return the name of the copy."""
    return f"erasure_{size}"


def ensure(size: int) -> None:
    """Have a fresh copy of the register of so many people."""
    if scratch.mark(size) != people.mark(size, people.SEED):
        people.ensure(size)
    click.echo(f"{size:,} people: a copy", err=True)
    drop(size)
    with scratch.connect("postgres") as connection:
        copy, original = sql.Identifier(scratch.name(prefix(size))), sql.Identifier(scratch.name(size))
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        for left in reversed(range(120)):
            try:
                connection.execute(statement.format(copy, original))
                break
            except psycopg.errors.ObjectInUse:  # another measurement is connected to it
                if not left:
                    raise
                time.sleep(5)
    scratch.migrate(prefix(size))
    with scratch.connect(scratch.name(prefix(size))) as connection:
        connection.execute("VACUUM (ANALYZE)")


def drop(size: int) -> None:
    """Remove the copy: nothing of it can be used again."""
    scratch.drop(prefix(size))


def measure(what: str, size: int, folder: str, *more: str) -> dict[str, Any]:
    """Measure one size in a process of its own, with the ledger of its copy."""
    command, ledger = ("bench.erasure", what, str(size), *more), str(Path(folder) / "ledger.jsonl")
    found: dict[str, Any] = scratch.answer(*command, on=prefix(size), SELOSTE_LEDGER=ledger)
    return found


def measured(sizes: tuple[int, ...], *, sample: int, due: int) -> dict[str, Any]:
    """Measure every size, and the night at the largest."""
    one, night = [], None
    for size in sizes:
        ensure(size)
        with TemporaryDirectory(prefix="seloste-bench-ledger-") as folder:
            one.append(measure("one", size, folder, "--sample", str(sample)))
            if size == max(sizes):
                night = measure("night", size, folder, "--due", str(min(due, size)))
        drop(size)
    growth = {what: one[-1][what]["p95"] / one[0][what]["p95"] for what in ("seconds", "processor_seconds")}
    return {"one": one, "growth_of_p95": growth, "night": night}


@click.group()
def main() -> None:
    """Measure one copy; called by ``python -m bench erasure``."""


@main.command(name="one")
@click.argument("size", type=int)
@click.option("--sample", default=SAMPLE)
def _one(size: int, sample: int) -> None:
    """Erase people who lie all over the register, one after another."""
    with preparation.house():
        from seloste.erasure import actions  # noqa: PLC0415 -- Django has to be set up first
        from seloste.erasure.choices import Cause  # noqa: PLC0415
        from seloste.erasure.models import ErasureJob  # noqa: PLC0415
        from seloste.kernel.duty import system  # noqa: PLC0415
        from seloste.register.models import Person  # noqa: PLC0415

        ids = list(Person.objects.order_by("id").values_list("id", flat=True))
        chosen = random.Random(SEED).sample(ids, sample)  # noqa: S311 -- which people is no secret
        times, worked, rows = [], [], []
        for person_id in chosen:
            began, began_work = time.perf_counter(), _worked()
            job_id = actions.erase(by=system("rights"), at=AT, person_id=person_id, cause=Cause.REQUEST)
            times.append(time.perf_counter() - began)
            worked.append(_worked() - began_work)
            rows.append(sum(ErasureJob.objects.get(id=job_id).erased.values()))
        told = {"people": size, "seconds": _spread(times), "processor_seconds": _spread(worked)}
        click.echo(json.dumps({**told, "rows": median(rows), "erased": len(chosen), "load": os.getloadavg()[0]}))


def _spread(times: list[float]) -> dict[str, float]:
    counted = times[WARMING:]
    return {"p50": median(counted), "p95": quantiles(counted, n=20)[-1], "max": max(counted)}


def _worked() -> float:
    """Return how many seconds the processor has worked for us: this process, and the database's for it."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up by now

    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@main.command(name="night")
@click.argument("size", type=int)
@click.option("--due", default=DUE)
def _night(size: int, due: int) -> None:
    """Let the periods of very many end on one day, and clear the register as the nightly run does."""
    with preparation.house():
        from seloste.erasure.retention import STORES  # noqa: PLC0415 -- Django has to be set up first
        from seloste.kernel.duty import system  # noqa: PLC0415
        from seloste.register.models import Person  # noqa: PLC0415

        _end_periods(due)
        before, marks, done, began = Person.objects.count(), [], 0, time.perf_counter()
        for store in (one for one in STORES if one.key != "erasure.jobs"):
            while done < due and (count := store.clear(system(store.purpose), AT, min(1_000, due - done))):
                done += count
                marks.append((done, _mebibytes()))
        took = time.perf_counter() - began
        gone = before - Person.objects.count()
        told = {"people": size, "dealt_with": done, "gone": gone, "seconds": took, "people_a_second": done / took}
        click.echo(json.dumps({**told, "mebibytes": _samples(marks), "load": os.getloadavg()[0]}))


def _end_periods(due: int) -> None:
    """Have every ground of so many people end two days ago; in the towns nobody's time is up."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up by now

    day = AT.date() - timedelta(days=2)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE register_ground SET runs_from = %s, keep_until = %s WHERE person_id IN"
            " (SELECT id FROM register_person ORDER BY reference LIMIT %s)",
            [day, day, due],
        )
        cursor.execute("ANALYZE register_ground")


def _mebibytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _samples(marks: list[tuple[int, int]]) -> dict[str, int]:
    """Return the most memory held so far after a tenth, a half and all of the people."""
    last = marks[-1][0] if marks else 0
    points = {"a tenth": last / 10, "half": last / 2, "all": last}
    return {name: next(held for done, held in marks if done >= point) for name, point in points.items()}


if __name__ == "__main__":
    main()
