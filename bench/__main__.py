"""`python -m bench`: make the scratch databases that are missing, measure, and write the results down."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bench import (
    access,
    audience,
    backup,
    erasure,
    growth,
    hits,
    invoices,
    notice,
    outbox,
    people,
    run,
    scratch,
    shop,
    tables,
)
from seloste.kernel.clock import now

SIZES = (10_000, 100_000, 1_000_000)
RESULTS = Path(__file__).parent / "results"

_sizes = click.option("--people", "sizes", multiple=True, type=int, default=SIZES, help="How many people; repeatable.")
_seed = click.option("--seed", default=people.SEED, show_default=True, help="The same seed gives the same people.")


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Measure Seloste over synthetic registers; without a command: load what is missing, then measure everything."""
    if context.invoked_subcommand is None:
        context.invoke(load)
        context.invoke(measure)


@main.command()
@_sizes
@_seed
@click.option("--rebuild", is_flag=True, help="Make them anew even where they are there.")
def load(sizes: tuple[int, ...], *, seed: int, rebuild: bool) -> None:
    """Make the scratch databases (seloste_bench_<people>) that are missing."""
    with scratch.server():
        for size in sizes:
            click.echo(f"{size:,} people", err=True)
            people.ensure(size, seed=seed, rebuild=rebuild)


@main.command()
@_sizes
@_seed
@click.option("--rounds", default=5, show_default=True, help="How often everything is asked.")
def measure(sizes: tuple[int, ...], *, seed: int, rounds: int) -> None:
    """Measure what is loaded: first requests, warm requests, and the page rate of the notice."""
    at = now()
    cold = [(do, *run.measure_cold(sizes, seed, do)) for do in ("typing", "person_page")]
    with scratch.server():
        warm = run.measure_warm(sizes, seed, rounds)
        rates = notice.rates(sizes[0])
        found = run.surroundings()
    _tell(cold, warm, rates)
    _write(at, found | {"seed": seed, "rounds": rounds}, cold, warm, rates)


@main.command(name="audience")
@click.option("--people", "sizes", multiple=True, type=int, default=audience.SIZES, help="How many people; repeatable.")
@click.option("--rounds", default=audience.ROUNDS, show_default=True, help="How often each is done.")
def _audience(sizes: tuple[int, ...], *, rounds: int) -> None:
    """Measure the rule of contact, and the choice of whom a mailing may reach."""
    with scratch.server():
        for size in sizes:
            audience.ensure(size)
        found = [audience.measure(size, rounds) for size in sizes]
    click.echo(tables.audience(found))
    path = RESULTS / f"{now().date()}-audience.json"
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


@main.command(name="erasure")
@click.option("--people", "sizes", multiple=True, type=int, default=erasure.SIZES, help="How many people; repeatable.")
@click.option("--sample", default=erasure.SAMPLE, show_default=True, help="How many are erased one after another.")
@click.option(
    "--due", default=erasure.DUE, show_default=True, help="How many are due on one night, at the largest size."
)
def _erasure(sizes: tuple[int, ...], *, sample: int, due: int) -> None:
    """Measure erasing one person with verification, and a night on which very many are due; on copies, which go."""
    with scratch.server():
        found = erasure.measured(sizes, sample=sample, due=due) | run.surroundings()
    click.echo(json.dumps(found, indent=1))
    path = RESULTS / f"{now().date()}-erasure.json"
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


@main.command(name="backup")
@click.option("--people", "sizes", multiple=True, type=int, default=backup.SIZES, help="How many people; repeatable.")
def _backup(sizes: tuple[int, ...]) -> None:
    """Measure a backup of the register and its restore into an empty database."""
    with scratch.server():
        found = {"backup": backup.measured(sizes), **run.surroundings()}
    click.echo(json.dumps(found, indent=1))
    path = RESULTS / f"{now().date()}-backup.json"
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


@main.command(name="hits")
@click.option("--rounds", default=7, show_default=True, help="How often each way of counting is loaded.")
@click.option("--kills", default=20, show_default=True, help="How often the server is killed.")
def _hits(*, rounds: int, kills: int) -> None:
    """Measure visitor statistics: what counting costs, what a kill loses, how exact visits are, how quick reports."""
    with scratch.server():
        found = hits.measure(rounds, kills) | run.surroundings()
    click.echo(tables.hits(found))
    path = RESULTS / f"{now().date()}-hits.json"
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _tell(cold: Any, warm: run.Measurements, rates: list[dict[str, float]]) -> None:  # noqa: ANN401 -- rows of figures
    click.echo(f"load average {min(warm.load):.1f} to {max(warm.load):.1f}\n")
    click.echo(tables.warm(warm) + "\n")
    click.echo(tables.kinds(warm) + "\n")
    click.echo(tables.cold([(do, measured) for do, measured, _restarted in cold]))
    restarted = all(restarted for _do, _measured, restarted in cold)
    click.echo(f"(the database was {'started anew' if restarted else 'kept running: another command uses it'})\n")
    click.echo(tables.notice(rates))


def _write(
    at: datetime,
    found: dict[str, Any],
    cold: Any,  # noqa: ANN401 -- rows of figures
    warm: run.Measurements,
    rates: list[dict[str, float]],
) -> None:
    RESULTS.mkdir(exist_ok=True)
    place = RESULTS / f"{at:%Y-%m-%d}.json"
    told = found | {
        "at": at.isoformat(timespec="seconds"),
        "load_average": [round(min(warm.load), 1), round(max(warm.load), 1)],
        "warm": warm.rows(),
        "searches_by_kind": warm.kind_rows(),
        "cold": [row | {"database_restarted": anew} for _do, measured, anew in cold for row in measured.rows()],
        "notice_pages_a_second": rates,
    }
    place.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    click.echo(f"\nwritten to {place}")


@main.command(name="outbox")
@click.option("--messages", default=2000, show_default=True, help="How many messages leave in a round.")
@click.option("--rounds", default=3, show_default=True, help="How many rounds, after one that warms up.")
@click.option("--kills", default=0, show_default=True, help="How many senders are killed at work; 0 leaves them alone.")
def _outbox(messages: int, rounds: int, *, kills: int) -> None:
    """Measure how fast messages leave, and kill senders; in a scratch database of their own (seloste_bench_outbox)."""
    told: dict[str, Any] = {"at": now().isoformat(timespec="seconds"), "rounds": outbox.speed(messages, rounds)}
    for row in told["rounds"]:
        click.echo("  ".join(f"{name} {value}" for name, value in row.items()))
    if kills:
        told["killed"] = outbox.kills(kills).row()
        told["killed_at_each_step_alike"] = outbox.kills(max(kills // 3, 1), by_step=True).row()
        told["killed_where_nobody_can_be_asked"] = outbox.kills(max(kills // 10, 1), can_be_asked=False).row()
        click.echo(json.dumps({name: row for name, row in told.items() if name.startswith("killed")}, indent=1))
    with scratch.server():
        told |= run.surroundings()
    place = RESULTS / f"{now():%Y-%m-%d}-outbox.json"
    place.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    click.echo(f"written to {place}")


@main.command(name="access")
@click.option("--people", "sizes", multiple=True, type=int, default=access.SIZES, help="How many people; repeatable.")
@click.option("--sample", default=access.SAMPLE, show_default=True, help="How many packages are made at each size.")
def _access(sizes: tuple[int, ...], *, sample: int) -> None:
    """Measure packages of everything about a person, over the registers that ``load`` makes."""
    with scratch.server():
        for size in sizes:
            access.ensure(size)
        found = run.surroundings() | {"sizes": [access.measure(size, sample) for size in sizes]}
    for row in found["sizes"]:
        click.echo(json.dumps(row))
    place = RESULTS / f"{now():%Y-%m-%d}-access.json"
    place.write_text(
        json.dumps({"at": now().isoformat(timespec="seconds"), **found}, indent=1) + "\n", encoding="utf-8"
    )
    click.echo(f"written to {place}")


@main.command(name="shop")
@click.option("--rounds", default=shop.ROUNDS, show_default=True, help="How often each shop is loaded.")
@click.option("--races", default=50, show_default=True, help="How many rounds of 200 buyers for a coupon of three.")
def _shop(*, rounds: int, races: int) -> None:
    """Measure product pages and checkouts beside django-oscar, and races for a coupon."""
    with scratch.server():
        found = {"at": now().isoformat(timespec="seconds"), **shop.measure(rounds), "races": shop.race(races)}
        found |= run.surroundings()
    click.echo(json.dumps(found, indent=1))
    place = RESULTS / f"{now():%Y-%m-%d}-shop.json"
    place.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


@main.command(name="growth")
@click.option("--orders", "sizes", multiple=True, type=int, default=growth.SIZES, help="How many orders; repeatable.")
@click.option(
    "--rounds", default=growth.ROUNDS, show_default=True, help="How often 40 checkouts are made at each size."
)
def _growth(sizes: tuple[int, ...], *, rounds: int) -> None:
    """Measure a checkout over ever more orders."""
    with scratch.server():
        found = {"at": now().isoformat(timespec="seconds"), "sizes": growth.measured(sizes, rounds)}
        found |= run.surroundings()
    click.echo(json.dumps(found, indent=1))
    place = RESULTS / f"{now():%Y-%m-%d}-growth.json"
    place.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


@main.command(name="invoices")
@click.option("--sample", default=invoices.SAMPLE, show_default=True, help="How many invoices are made one by one.")
def _invoices(*, sample: int) -> None:
    """Measure invoices with their PDF and structured invoice, numbers at once, and the proof of the chain."""
    with scratch.server():
        found = {"at": now().isoformat(timespec="seconds"), **invoices.measured(sample), **run.surroundings()}
    click.echo(json.dumps(found, indent=1))
    place = RESULTS / f"{now():%Y-%m-%d}-invoices.json"
    place.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
