"""Scratch databases of the benchmark: beside the real one on the same server, never the real one itself."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
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
    with connect("postgres") as connection:
        drop, create = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), sql.SQL("CREATE DATABASE {}")
        for statement in (drop, create):
            connection.execute(statement.format(sql.Identifier(name(people))))
    migrate(people)


def migrate(people: int | str) -> None:
    """Bring the tables of the scratch database up to date."""
    command = [sys.executable, "-m", "seloste.config.cli", "migrate"]
    subprocess.run(command, env=surroundings(name(people)), check=True, stdout=subprocess.DEVNULL)  # noqa: S603
