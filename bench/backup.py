"""Measures backups: how long one takes, how large it is, how long the way back takes, and whether memory stays flat.

Both are the product's own: packed, encrypted and on the disk; loaded, checked row by row against the checksums, keys
and indexes made, tables brought up to date.
"""

import json
import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from bench import people, scratch
from seloste.config import preparation, vault
from seloste.kernel.clock import now

SIZES = (10_000, 100_000)
_INTO = "restored"


def measured(sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    """Measure every size: a backup of its register, and its restore into an empty database beside it."""
    return [_both(size) for size in sizes]


def _both(size: int) -> dict[str, Any]:
    if scratch.mark(size) is None:
        people.ensure(size)
    public, secret = vault.new_key()
    with TemporaryDirectory(prefix="seloste-bench-backup-") as folder:
        key = Path(folder) / "key.txt"
        key.write_text(secret, encoding="ascii")
        made = _run("make", folder, public, on=size, folder=folder)
        scratch.make_empty(_INTO)
        loaded = _run("load", made["path"], str(key), on=_INTO, folder=folder)
        scratch.drop(_INTO)
    return {"people": size, "backup": made, "restore": loaded}


def _run(what: str, *arguments: str, on: int | str, folder: str) -> dict[str, Any]:
    ledger = str(Path(folder) / "ledger" / "ledger.jsonl")
    found: dict[str, Any] = scratch.answer("bench.backup", what, *arguments, on=on, SELOSTE_LEDGER=ledger)
    return found


@click.group()
def main() -> None:
    """Measure one step; called by ``python -m bench backup``."""


@main.command(name="make")
@click.argument("folder")
@click.argument("public")
def _make(folder: str, public: str) -> None:
    """Make a backup of the database that the environment leads to."""
    with preparation.house():
        from seloste.config import backup  # noqa: PLC0415 -- Django has to be set up first

        made = backup.make(Path(folder) / "backups", keys=[public], at=now())
        told = {"path": str(made.path), "rows": made.rows, "bytes": made.size, "seconds": made.took.total_seconds()}
        _tell(told)


@main.command(name="load")
@click.argument("path")
@click.argument("key")
def _load(path: str, key: str) -> None:
    """Restore it into the empty database that the environment leads to."""
    with preparation.house(), TemporaryDirectory() as lay:
        from seloste.config import restore  # noqa: PLC0415 -- likewise

        began = time.perf_counter()
        loaded = restore.load(Path(path), key=vault.identity(Path(key)), at=now(), lay=Path(lay))
        _tell({"rows": loaded.rows, "seconds": time.perf_counter() - began})


def _tell(told: dict[str, Any]) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = told["rows"] / max(told["seconds"], 0.001)
    click.echo(json.dumps({**told, "rows_a_second": round(rate), "peak_megabytes": round(peak)}))


if __name__ == "__main__":
    main()
