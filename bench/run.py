"""Measures search and person page over registers of several sizes, interleaved, so that noise hits all sizes alike."""
# ruff: noqa: S311 -- a sample needs no strong randomness

import os
import platform
import random
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import mean
from typing import Any
from uuid import UUID

import click

from bench import mix, scratch
from bench.people import Town

#: What is asked, and in which words the tables name it.
SEARCHES = {"search": "search, question only", "typing": "search as you type", "search_page": "search form and page"}
PERSONS = {"person": "person, question only", "person_page": "person page"}
OTHERS = {"home_page": "first page of the desk"}
NAMES = SEARCHES | PERSONS | OTHERS
COLD = 50
PEOPLE = 200
WARM_UP = 30


@dataclass(frozen=True, kw_only=True)
class Worker:
    """One process of the product on one scratch database, and what it is asked."""

    town: Town
    told: scratch.Told
    searches: Mapping[str, Sequence[str]]
    people: Sequence[str]

    def ask(self, do: str, of: Sequence[str]) -> list[list[float]]:
        """Have it done once for each argument; return what each cost."""
        answer: list[list[float]] = self.told.ask(do=do, of=list(of))
        return answer

    def arguments(self, do: str) -> list[str]:
        """Return all that the question is asked of, in one order for all sizes."""
        if do in SEARCHES:
            return [text for texts in self.searches.values() for text in texts]
        return list(self.people) if do in PERSONS else [""] * 20


@contextmanager
def workers(sizes: Sequence[int], seed: int) -> Iterator[list[Worker]]:
    """Have a freshly started process for each size while the block runs."""
    with ExitStack() as stack:
        yield [stack.enter_context(_worker(Town(people=people, seed=seed))) for people in sizes]


@contextmanager
def _worker(town: Town) -> Iterator[Worker]:
    with scratch.connect(scratch.name(town.people)) as connection:
        searches = mix.searches(connection, town)
    told = scratch.Told("bench.worker", on=town.people)
    try:
        yield Worker(town=town, told=told, searches=searches, people=_seen_people(town))
    finally:
        told.end()


def _seen_people(town: Town) -> list[str]:
    """Return random people whom customer service sees."""
    dice = random.Random(f"people:{town.seed}")
    numbers = dice.sample(range(town.people), 3 * PEOPLE)
    held = {"customer_care", "b2b_contact"}
    return [str(UUID(town.person_id(number))) for number in numbers if held & {*town.purposes(number)}][:PEOPLE]


@dataclass
class Measurements:
    """All that was measured: for each size and question the costs; for searches also by their kind."""

    sizes: Sequence[int]
    costs: dict[tuple[int, str], list[list[float]]] = field(default_factory=dict)
    kinds: dict[tuple[int, str], list[list[float]]] = field(default_factory=dict)
    load: list[float] = field(default_factory=list)

    def add(self, worker: Worker, do: str, costs: list[list[float]]) -> None:
        """Add what a worker measured."""
        self.costs.setdefault((worker.town.people, do), []).extend(costs)
        self.load.append(os.getloadavg()[0])

    def row(self, people: int, do: str) -> dict[str, float]:
        """Return the figures of one question at one size, in milliseconds."""
        return figures(self.costs[people, do])

    def rows(self) -> list[dict[str, Any]]:
        """Return all figures, one size and question a row."""
        return [{"people": people, "what": do} | figures(costs) for (people, do), costs in self.costs.items()]

    def kind_rows(self) -> list[dict[str, Any]]:
        """Return the figures of each kind of search."""
        return [{"people": people, "kind": kind} | figures(costs) for (people, kind), costs in self.kinds.items()]


def figures(costs: Sequence[Sequence[float]]) -> dict[str, float]:
    """Return the percentiles of the time and of the processor's time in it, and how many queries on average."""
    took, cpu = sorted(cost[0] for cost in costs), sorted(cost[1] for cost in costs)
    return {
        "n": len(took),
        "p50": percentile(took, 0.50),
        "p95": percentile(took, 0.95),
        "p99": percentile(took, 0.99),
        "cpu50": percentile(cpu, 0.50),
        "cpu95": percentile(cpu, 0.95),
        "queries": round(mean(cost[2] for cost in costs), 1),
        "queries_most": max(cost[2] for cost in costs),
    }


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which the share lies (nearest rank)."""
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 2)


def measure_cold(sizes: Sequence[int], seed: int, do: str) -> tuple[Measurements, bool]:
    """Measure the first requests after a start; tell whether the database was started anew too."""
    found = Measurements(sizes)
    before = _database_started()
    with scratch.server(), workers(sizes, seed) as asked:
        for worker in asked:
            arguments = random.Random(seed).sample(worker.arguments(do), COLD)
            found.add(worker, do, worker.ask(do, arguments))
        return found, _database_started() != before


def _database_started() -> str:
    with scratch.server(), scratch.connect("postgres") as connection:
        row = connection.execute("SELECT pg_postmaster_start_time()::text").fetchone()
        return str(row[0]) if row else ""


def measure_warm(sizes: Sequence[int], seed: int, rounds: int) -> Measurements:
    """Measure every question in every size by turns, batch by batch, the order of sizes turning too."""
    found = Measurements(sizes)
    with workers(sizes, seed) as asked:
        for do in NAMES:
            for worker in asked:
                worker.ask(do, worker.arguments(do)[:WARM_UP])
        for number in range(rounds):
            turned = asked[number % len(asked) :] + asked[: number % len(asked)]
            for do in NAMES:
                _round(turned, do, found)
            click.echo(f"  round {number + 1} of {rounds}, load average {os.getloadavg()[0]:.1f}", err=True)
    return found


def _round(asked: Sequence[Worker], do: str, found: Measurements) -> None:
    if do == "search":
        for kind in asked[0].searches:
            for worker in asked:
                costs = worker.ask(do, worker.searches[kind])
                found.add(worker, do, costs)
                found.kinds.setdefault((worker.town.people, kind), []).extend(costs)
        return
    for first in range(0, len(asked[0].arguments(do)), 25):
        for worker in asked:
            found.add(worker, do, worker.ask(do, worker.arguments(do)[first : first + 25]))


def surroundings() -> dict[str, Any]:
    """Return on what was measured."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)  # noqa: S607
    with scratch.connect("postgres") as connection:
        postgres = connection.info.parameter_status("server_version")
    return {
        "commit": commit.stdout.strip(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "python": platform.python_version(),
        "postgresql": postgres,
        "system": platform.release(),
    }


def _processor() -> str:
    with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123 -- one line of a virtual file
        return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
