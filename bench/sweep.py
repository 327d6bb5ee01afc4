"""Measures the night's proof: somebody invented is entered, erased and looked for (``python -m bench.sweep 100000``).

The proof looks only at rows written since it began, so what it costs is reading each table once.
"""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from bench import people, scratch
from seloste.config import preparation

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def prove() -> dict[str, Any]:
    """Prove once, the parts one after the other; return how many seconds each took and what was left."""
    from seloste.erasure import actions, canary  # noqa: PLC0415 -- Django has to be set up first
    from seloste.erasure.choices import Cause  # noqa: PLC0415 -- likewise
    from seloste.erasure.sweep import Horizon, forget_statistics  # noqa: PLC0415 -- likewise
    from seloste.kernel import kept  # noqa: PLC0415 -- likewise
    from seloste.kernel.duty import system  # noqa: PLC0415 -- likewise
    from seloste.notices.actions import ensure_published  # noqa: PLC0415 -- likewise

    ensure_published(at=AT)
    took: dict[str, float] = {}
    began = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal began
        took[name], began = round(time.perf_counter() - began, 3), time.perf_counter()

    forget_statistics(store.model._meta.db_table for store in kept.kept())
    lap("statistics")
    since = Horizon.now()
    planted = canary.plant(AT)
    lap("planted")
    actions.erase(by=system("rights"), at=AT, person_id=planted.person_id, cause=Cause.REQUEST)
    lap("erased")
    left = canary.look(planted, since)
    lap("looked for")
    return {"seconds": took, "left": sorted(left)}


@click.command()
@click.argument("size", type=int)
@click.option("--here", is_flag=True, hidden=True)
def main(size: int, *, here: bool) -> None:
    """Measure a register of so many people."""
    if here:
        with preparation.house():
            click.echo(json.dumps(prove()))
        return
    with scratch.server():
        people.ensure(size)
        scratch.migrate(size)
        with TemporaryDirectory(prefix="seloste-bench-ledger-") as folder:
            ledger = str(Path(folder) / "ledger.jsonl")
            click.echo(scratch.run("bench.sweep", str(size), "--here", on=size, SELOSTE_LEDGER=ledger), nl=False)


if __name__ == "__main__":
    main()
