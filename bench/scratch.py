"""Scratch databases of the benchmark, beside the real one on the same server; and processes that work on one."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, LiteralString
from urllib.parse import urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from seloste.config import database, environment

PREFIX = "seloste_bench_"


def name(people: int | str) -> str:
    """Return the name of the scratch database of so many people."""
    return f"{PREFIX}{people}"


def url(dbname: str) -> str:
    """Return DATABASE_URL of a database on the server that the settings lead to."""
    parts = conninfo_to_dict(database.conninfo(environment.read())) | {"dbname": dbname}
    return f"postgresql:///{dbname}?" + urlencode({key: value for key, value in parts.items() if key != "dbname"})


def connect(dbname: str) -> psycopg.Connection:
    """Connect for loading and looking; each statement is its own transaction unless told otherwise."""
    return psycopg.connect(url(dbname), autocommit=True)


@contextlib.contextmanager
def server() -> Iterator[None]:
    """Have the server up while the block runs."""
    with database.available(environment.read()):
        yield


def surroundings(dbname: str) -> dict[str, str]:
    """Return the environment in which a process of ours works on the scratch database."""
    return {**os.environ, "DATABASE_URL": url(dbname)}


def mark(people: int | str) -> str | None:
    """Return what the finished scratch database says of itself; None where there is none or it is unfinished."""
    question = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    with connect("postgres") as connection:
        row = connection.execute(question, [name(people)]).fetchone()
    return row[0] if row else None


def set_mark(people: int | str, text: str) -> None:
    """Say in the database what it is; only a finished one does."""
    with connect("postgres") as connection:
        statement = sql.SQL("COMMENT ON DATABASE {} IS {}")
        connection.execute(statement.format(sql.Identifier(name(people)), sql.Literal(text)))


def make(people: int | str) -> None:
    """Make the scratch database anew, with the product's own migrations."""
    make_empty(people)
    migrate(people)


def make_empty(people: int | str) -> None:
    """Make the scratch database anew, with nothing in it."""
    drop(people)
    _command("CREATE DATABASE {}", people)


def drop(people: int | str) -> None:
    """Remove the scratch database, if there is one."""
    _command("DROP DATABASE IF EXISTS {} WITH (FORCE)", people)


def _command(words: LiteralString, people: int | str) -> None:
    with connect("postgres") as connection:
        connection.execute(sql.SQL(words).format(sql.Identifier(name(people))))


def migrate(people: int | str) -> None:
    """Bring the tables of the scratch database up to date."""
    run("seloste.config.cli", "migrate", on=people)


# --- Processes --------------------------------------------------------------------------------------------------------


def run(*command: str, on: int | str, **environ: str) -> str:
    """Run a module and its arguments as a process that works on the scratch database; return what it printed."""
    told = [sys.executable, "-m", *command]
    around = surroundings(name(on)) | environ
    return subprocess.run(told, env=around, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603 -- ours


def answer(*command: str, on: int | str, **environ: str) -> Any:  # noqa: ANN401 -- values of JSON
    """Run it likewise; return the JSON that stands in the last line it prints."""
    return json.loads(run(*command, on=on, **environ).splitlines()[-1])


class Told:
    """A process that works on the scratch database: it is asked one JSON line at a time and answers with one."""

    def __init__(self, *command: str, on: int | str, **environ: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 -- ours
            [sys.executable, "-m", *command],
            env=surroundings(name(on)) | environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **asked: Any) -> Any:  # noqa: ANN401 -- values of JSON
        """Ask and wait for the answer."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the process has no ears")
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def end(self) -> None:
        """Let it end."""
        self._process.communicate()
