"""Databases that are ready: made once in a run, for migrations take many seconds of processor; the rest are copies.

A test that is about the making itself (a first start, a restore into nothing, the server's own life) makes its own.
"""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from seloste.config import embedded

#: On the tests' own server: the database with every table that the workers' databases are copies of.
TEMPLATE = "ready"
URL = f"postgresql://{embedded.ROLE}@/{embedded.DATABASE}?host={{}}"


def house() -> Path:
    """Return the folder that every process of this run shares."""
    return Path(os.environ["TEST_HOUSE"])


def set_aside(server: embedded.Server) -> None:
    """Keep the database with all tables under a name of its own, to which nobody connects: only such can be copied."""
    with _alone("template"), psycopg.connect(embedded.conninfo(server), dbname="postgres", autocommit=True) as there:
        if not there.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            there.execute(f"ALTER DATABASE {embedded.DATABASE} RENAME TO {TEMPLATE}")
            there.execute(f"CREATE DATABASE {embedded.DATABASE}")


def lay_tables(server: embedded.Server) -> None:
    """Lay out a server's data, unless it has any: a database with every table, and nothing in them but what stands."""
    made = _once("tables", _make_tables)
    with _alone("laying"):
        if not server.data.exists():
            _copy(made / "data", server.data)


def lay_demo(var: Path) -> None:
    """Lay out a `var/` folder as the demo leaves it once it has loaded its invented people, unless it is there."""
    if (var / "postgres").exists():
        return
    made = _once("demo", _make_demo)
    server = embedded.at(var)
    _copy(made / "data", server.data)
    for beside in (made / "var").iterdir():
        _copy(beside, var / beside.name)


def _make_tables(folder: Path) -> None:
    server = embedded.throwaway(folder)
    with embedded.in_use(server):
        _run("migrate", DATABASE_URL=URL.format(server.socket), SELOSTE_VAR=str(folder / "var"))


def _make_demo(folder: Path) -> None:
    var = folder / "var"
    server = embedded.at(var)
    lay_tables(server)
    _run("demo", "load", SELOSTE_VAR=str(var))
    _copy(server.data, folder / "data")
    shutil.rmtree(server.folder)
    (var / "postgres").unlink(missing_ok=True)  # for root it was a link to that folder


def _run(*arguments: str, **environ: str) -> None:
    told = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | environ
    command = [sys.executable, "-m", "seloste.config.cli", *arguments]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _once(name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that the first process of the run makes, while others wait for it."""
    folder = house() / name
    house().chmod(0o711)  # as root the server runs as another account and has to pass
    with _alone(name):
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o711)
            folder.chmod(0o711)
            make(folder)
            (folder / "made").touch()
    return folder


@contextlib.contextmanager
def _alone(name: str) -> Iterator[None]:
    with (house() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy(source: Path, target: Path) -> None:
    """Copy with owners and permissions: the data belong to the server's account."""
    subprocess.run(["cp", "-a", "--", str(source), str(target)], check=True)
