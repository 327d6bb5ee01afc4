"""Measures the rule of contact: decisions, and the choice of everybody whom a mailing may reach.

The peer is PostgreSQL's own COPY: the same rows, from the server's disk, into an empty table of the same shape. An
independent count in plain SQL says how many must come out, before any time is believed.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import click

from bench import scratch
from seloste.config import preparation

SIZES = (200_000, 1_000_000)
ROUNDS = 5
#: Counts up when audience.sql changes.
EDITION = 1


def prefix(people: int) -> str:
    """Return the name of the scratch database."""
    return f"audience_{people}"


def ensure(people: int) -> None:
    """Have a register of so many people with what a mailing asks about; each fact is true of a fixed share of them."""
    wanted = f"audience edition {EDITION} of {people} people"
    if scratch.mark(prefix(people)) == wanted:
        return
    click.echo(f"{people:,} people to choose from", err=True)
    scratch.make(prefix(people))
    scratch.run("bench.audience", "publish", on=prefix(people))
    with scratch.connect(scratch.name(prefix(people))) as connection:
        connection.execute("SET session_replication_role = replica")  # foreign keys hold by construction
        connection.execute("SET synchronous_commit = off")
        rows = Path(__file__).with_name("audience.sql").read_text(encoding="utf-8").replace("{people}", str(people))
        connection.execute(rows.encode())
        connection.execute("VACUUM (FREEZE, ANALYZE)")
        connection.execute("CHECKPOINT")
    scratch.set_mark(prefix(people), wanted)


#: What must come out, said another way: straight from the numbers that the rows were made of.
_ORACLE = """
    SELECT count(*) FROM generate_series(1, %s) n
    WHERE n %% 1000 <> 3 AND n %% 50 NOT IN (1, 2) AND n %% 100 <> 7 AND n %% 20 <> 0 AND n %% 33 <> 0
      AND NOT (n %% 10 < 7 AND n %% 9 = 0)
      AND (n %% 10 < 7 OR n %% 10 < 3 AND n %% 3 = 0 AND n %% 50 <> 0)"""


def measure(people: int, rounds: int = ROUNDS) -> dict[str, Any]:
    """Measure one size in a process of its own."""
    command = ("bench.audience", "measure", str(people), "--rounds", str(rounds))
    found: dict[str, Any] = scratch.answer(*command, on=prefix(people))
    return found


@click.group()
def main() -> None:
    """Measure one scratch database; called by ``python -m bench audience``."""


@main.command()
def publish() -> None:
    """Publish the notice and keep the words of the consent, as the product does."""
    with preparation.house():
        from seloste.consents.actions.events import words_of  # noqa: PLC0415 -- Django has to be set up first
        from seloste.kernel.clock import now  # noqa: PLC0415
        from seloste.notices.actions import ensure_published  # noqa: PLC0415

        at = now()
        ensure_published(at=at)
        words_of("marketing_email", language="fi", at=at)


@main.command(name="measure")
@click.argument("people", type=int)
@click.option("--rounds", default=ROUNDS)
def _measure(people: int, rounds: int) -> None:
    with preparation.house():
        from bench.chooser import Chooser  # noqa: PLC0415 -- Django has to be set up first

        chooser = Chooser(people)
        chooser.check(_ORACLE)
        deeds: dict[str, Callable[[], int]] = {
            "freeze": chooser.freeze,
            "freeze and read back": chooser.freeze_and_read,
            "copy": chooser.copy,
            "one person": chooser.one_person,
            "rule alone": chooser.rule_alone,
        }
        times: dict[str, list[float]] = {name: [] for name in deeds}
        for _ in range(rounds + 1):
            for name, deed in deeds.items():
                began = time.perf_counter()
                count = deed()
                times[name].append((time.perf_counter() - began) / (count if name in _EACH else 1))
                chooser.clear()
        found = {name: {"median": median(took[1:]), "all": took[1:]} for name, took in times.items()}
        click.echo(json.dumps({"people": people, "chosen": chooser.chosen, "seconds": found}))


#: Told per decision; the others are told whole.
_EACH = {"one person", "rule alone"}

if __name__ == "__main__":
    main()
