"""Measures whole checkouts over ever more orders, in one process for each size, by turns so that noise hits all alike.

A checkout is every request of a buyer through all of our code: product, cart, frozen prices, checkout page, order,
thanks. What the worker does afterwards (invoice, mail) is not in it: the buyer does not wait for that.
"""

import json
import sys
import time
from statistics import median, quantiles
from typing import Any

import click

from bench import scratch
from seloste.config import preparation

SIZES = (1_000, 1_000_000)
CHECKOUTS, ROUNDS = 40, 5


def measured(sizes: tuple[int, ...] = SIZES, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Return the time of a checkout at each size, in milliseconds by the clock and of the processor."""
    for size in sizes:
        _ensure(size)
    workers = {size: scratch.Told("bench.growth", "work", on=_name(size)) for size in sizes}
    costs: dict[int, list[list[float]]] = {size: [] for size in sizes}
    try:
        for _round in range(rounds + 1):
            for size, worker in workers.items():
                found = worker.ask(checkouts=CHECKOUTS)
                costs[size].extend(found if _round else [])  # the first round warms up
    finally:
        for worker in workers.values():
            worker.end()
    return [{"orders": size, **_figures(costs[size])} for size in sizes]


def _figures(costs: list[list[float]]) -> dict[str, float]:
    clock, processor = [one[0] for one in costs], [one[1] for one in costs]
    return {
        "n": len(costs),
        "p50_ms": round(median(clock), 1),
        "p95_ms": round(quantiles(clock, n=20)[-1], 1),
        "processor_p50_ms": round(median(processor), 1),
    }


def _name(orders: int) -> str:
    return f"orders_{orders}"


def _ensure(orders: int) -> None:
    wanted = f"{orders} orders"
    if scratch.mark(_name(orders)) == wanted:
        return
    click.echo(f"{orders:,} orders", err=True)
    scratch.make(_name(orders))
    scratch.run("bench.growth", "load", str(orders), on=_name(orders))
    scratch.set_mark(_name(orders), wanted)


@click.group()
def main() -> None:
    """Work on one scratch database; called by ``python -m bench growth``."""


@main.command()
@click.argument("orders", type=int)
def load(orders: int) -> None:
    """Fill the scratch database."""
    with preparation.house():
        from bench import orders as many  # noqa: PLC0415 -- Django has to be set up first

        many.load(orders)
        many.told(orders)


@main.command()
def work() -> None:
    """Buy as often as each line says, and tell what each time took."""
    with preparation.house():
        preparation.collect_static_files()
        from bench.indoors import Indoors  # noqa: PLC0415 -- Django has to be set up first

        number = 0
        for line in sys.stdin:
            costs = []
            for _checkout in range(json.loads(line)["checkouts"]):
                number += 1
                buyer = Indoors(f"203.0.{number % 250}.1")
                began, cpu = time.perf_counter(), time.process_time()
                buyer.buy(f"uusi{number}.{int(began * 1000)}@example.com")
                costs.append([(time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000])
            click.echo(json.dumps(costs))


if __name__ == "__main__":
    main()
