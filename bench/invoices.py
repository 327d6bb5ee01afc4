"""Measures invoices: making one, its PDF/A-3 with the structured invoice inside, numbers at once, and the proof of all.

Everything is the product's own deed with its commit. Each document is another one: another number, buyer and sum.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from statistics import median, quantiles
from typing import Any
from uuid import UUID

from bench import scratch
from seloste.config import preparation

PLACE = "invoices"
SAMPLE, WARMING, LINES = 300, 20, 3
#: How many issue at the same time, and how many invoices each.
AT_ONCE, EACH = 8, 50
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def measured(sample: int) -> dict[str, Any]:
    """Measure in a process of its own, over a scratch database that is made anew."""
    scratch.make(PLACE)
    found: dict[str, Any] = scratch.answer("bench.invoices", str(sample), on=PLACE)
    return found


def _times(do: Callable[[int], object], count: int) -> dict[str, float]:
    """Return how long it takes, in milliseconds by the clock and of our own processor; the first are not counted."""
    walls, cpus = [], []
    for number in range(count + WARMING):
        wall, cpu = time.perf_counter(), time.process_time()
        do(number)
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    walls, cpus = walls[WARMING:], cpus[WARMING:]
    return {
        "p50_ms": round(median(walls), 2),
        "p95_ms": round(quantiles(walls, n=20)[-1], 2),
        "own_cpu_p50_ms": round(median(cpus), 2),
    }


def _bill(key: str, number: int) -> Any:  # noqa: ANN401 -- a Bill, known once Django is set up
    from seloste.catalogue.rules.vat import treatment  # noqa: PLC0415 -- tables are known once Django is set up
    from seloste.invoices.actions import Bill, Buyer, Item  # noqa: PLC0415 -- likewise

    told = {"country": "FI", "is_business": False, "vat_number_valid": False, "vat_kind": "service"}
    vat = treatment(**told, rate_class="standard", on=AT.date())  # type: ignore[arg-type]  # as they are asked
    amount = Decimal(2000 + number) / 100
    return Bill(
        key=key,
        buyer=Buyer(name=f"Ostaja {number}", street=f"Katu {number}", postal_code="00100", city="Helsinki"),
        items=[Item(text=f"Palvelu {line}", amount=amount, vat=vat, sku=f"P-{line}") for line in range(LINES)],
    )


def _measure(sample: int) -> dict[str, Any]:
    from django.db import connection  # noqa: PLC0415 -- likewise

    from seloste.invoices import actions  # noqa: PLC0415 -- likewise
    from seloste.invoices.actions.documents import document  # noqa: PLC0415 -- likewise
    from seloste.invoices.queries import chain, papers, reading, structured  # noqa: PLC0415 -- likewise
    from seloste.kernel.duty import system  # noqa: PLC0415 -- likewise

    by, made = system("accounting"), list[UUID]()
    sizes: list[int] = []

    def issue(number: int) -> None:
        made.append(actions.issue(by=by, at=AT, bill=_bill(f"one:{number}", number)))

    def paper(number: int) -> None:
        told = reading.voucher(made[number])
        sizes.append(len(papers.paper(told, structured.ubl_of(told))))

    def at_once(thread: int) -> None:
        for number in range(EACH):
            actions.issue(by=by, at=AT, bill=_bill(f"{thread}:{number}", number))
        connection.close()

    found: dict[str, Any] = {"lines": LINES, "sample": sample}
    found["issue"] = _times(issue, sample)
    found["pdf_with_ubl"] = _times(paper, sample)
    found["pdf_with_ubl_stored"] = _times(lambda number: document(made[number], AT), sample)
    found["pdf_bytes"] = round(median(sizes))
    began = time.perf_counter()
    threads = [threading.Thread(target=at_once, args=(thread,)) for thread in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found["issued_a_second_by_8_at_once"] = round(AT_ONCE * EACH / (time.perf_counter() - began))
    began = time.perf_counter()
    verdict = chain.verify(AT.date())
    found["verified_a_second"] = round(verdict.numbers / (time.perf_counter() - began))
    found["numbers"], found["faults"] = verdict.numbers, len(verdict.faults)
    return found


if __name__ == "__main__":
    with preparation.house():
        json.dump(_measure(int(sys.argv[1])), sys.stdout)
