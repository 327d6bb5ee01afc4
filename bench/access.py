"""Measures the package of everything about a person: gathered, written, set as PDF, packed, signed, sealed, stored.

One person after another, over people who lie all over the register that ``bench load`` makes, about twenty rows each.
``whole`` is the product's own deed (``access.actions.build``): with the PDF, the audit events and the row in the
database. Beside it the same is told of its parts, and of each how much of it the process itself computed: on a machine
that others use too, the rest is mostly waiting for them. Each build is rolled back, so the register stays as it is;
what the commit itself takes is measured apart.
"""

import json
import os
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import click

from bench import people, scratch
from seloste.config import preparation

SIZES = (10_000, 100_000, 1_000_000)
#: People whose packages are built one after another; the first are not counted.
SAMPLE, WARMING = 420, 20
#: Packages that are made and committed, to tell what the commit takes.
COMMITTED = 40
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def ensure(size: int) -> None:
    """Have the register of so many people, with today's tables."""
    people.ensure(size)


def measure(size: int, sample: int) -> dict[str, Any]:
    """Measure one size in a process of its own."""
    found: dict[str, Any] = scratch.answer("bench.access", "measure", str(size), "--sample", str(sample), on=size)
    return found


@click.group()
def main() -> None:
    """Measure one register; called by ``python -m bench access``."""


@main.command(name="measure")
@click.argument("size", type=int)
@click.option("--sample", default=SAMPLE)
def _measure(size: int, sample: int) -> None:
    with preparation.house():
        maker = Maker(size)
        for person_id in maker.chosen(WARMING):
            maker.built(person_id)
        for person_id in maker.chosen(sample):
            maker.once(person_id)
        for person_id in maker.chosen(COMMITTED):
            maker.committed(person_id)
        click.echo(json.dumps(maker.told()))


class Maker:
    """Makes packages and keeps what each took, in milliseconds."""

    def __init__(self, size: int) -> None:
        from seloste.notices.actions import ensure_published  # noqa: PLC0415 -- Django has to be set up first

        self.size = size
        self.took: dict[str, list[float]] = {}
        self.bytes: list[int] = []
        self.entries: list[int] = []
        self.queries: list[int] = []
        ensure_published(at=AT)

    def chosen(self, sample: int) -> list[UUID]:
        """Return random people: every fiftieth of these towns has ten times the rows of the others."""
        from seloste.register.models import Person  # noqa: PLC0415

        ids = list(Person.objects.order_by("id").values_list("id", flat=True))
        return random.Random(f"packages:{sample}").sample(ids, sample)  # noqa: S311 -- a sample of invented people

    def once(self, person_id: UUID) -> None:
        """Make the package, and its parts one by one."""
        from seloste.access.choices import Extent  # noqa: PLC0415
        from seloste.access.queries import contents, documents  # noqa: PLC0415
        from seloste.access.rules import document  # noqa: PLC0415
        from seloste.kernel.duty import system  # noqa: PLC0415

        self._timed("whole", lambda: self.built(person_id))
        found = self._timed(
            "gathering", lambda: contents(by=system("rights"), at=AT, person_id=person_id, language="fi")
        )
        data = document.written(document.document(found, extent="access", package=str(person_id), schema="x"))
        self._timed("PDF", lambda: documents.paper(found, data))
        self._timed("page", lambda: documents.page(found))
        parcel = self._timed("all files", lambda: documents.parcel(found, extent=Extent.ACCESS, package_id=person_id))
        self.bytes.append(len(parcel.archive))
        self.entries.append(parcel.entries)

    def built(self, person_id: UUID) -> None:
        """Make the package by the product's own deed, and take it back."""
        from django.db import connection, transaction  # noqa: PLC0415

        from seloste.access import actions  # noqa: PLC0415
        from seloste.kernel.duty import system  # noqa: PLC0415

        count = [0]

        def counting(execute: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401 -- Django's own signature
            count[0] += 1
            return execute(*arguments)

        with connection.execute_wrapper(counting), transaction.atomic():
            actions.build(by=system("rights"), at=AT, person_id=person_id, right="access", language="fi")
            transaction.set_rollback(True)
        self.queries.append(count[0])

    def committed(self, person_id: UUID) -> None:
        """Make the package and keep it; the row goes, the audit events stay."""
        from seloste.access import actions  # noqa: PLC0415
        from seloste.access.models import Package  # noqa: PLC0415
        from seloste.kernel.duty import system  # noqa: PLC0415

        told: dict[str, Any] = {"at": AT, "person_id": person_id, "right": "access", "language": "fi"}
        built = self._timed("whole, committed", lambda: actions.build(by=system("rights"), **told))
        Package.objects.filter(id=built.package_id).delete()

    def _timed(self, what: str, deed: Callable[[], Any]) -> Any:  # noqa: ANN401 -- what the deed returns
        began, began_cpu = time.perf_counter(), time.process_time()
        came = deed()
        self.took.setdefault(what, []).append((time.perf_counter() - began) * 1000)
        self.took.setdefault(f"{what}, own processor", []).append((time.process_time() - began_cpu) * 1000)
        return came

    def told(self) -> dict[str, Any]:
        """Return the figures."""
        return {
            "people": self.size,
            "packages": len(self.took["whole"]),
            "records": median(self.entries),
            "kilobytes": round(median(self.bytes) / 1000, 1),
            "queries": median(self.queries),
            "load_average": round(os.getloadavg()[0], 1),
            "milliseconds": {
                what: {
                    "p50": round(median(took), 1),
                    "p95": round(quantiles(took, n=20)[-1], 1),
                    "max": round(max(took), 1),
                }
                for what, took in self.took.items()
            },
        }


if __name__ == "__main__":
    main()
