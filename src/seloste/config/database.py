"""How Django reaches its PostgreSQL: the embedded one, or the one DATABASE_URL names."""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from seloste.config import embedded
from seloste.config.environment import Environment
from seloste.config.trouble import Trouble
from seloste.kernel.sweeps import WORKER_NAME

OLDEST_VERSION = 15

#: A page that cannot reach its database says so soon; three seconds are within what a reader waits.
CONNECT_SECONDS = 3

#: Applied to the web processes only: no page may hold a connection or a lock for long. Commands may take their time.
WEB_LIMITS = "-c statement_timeout=5s -c lock_timeout=3s -c idle_in_transaction_session_timeout=15s"

#: Applied to the worker: its runs may take their time, but none may hold a lock and do nothing, or wait without end.
WORKER_LIMITS = "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"

#: How soon the worker notices that the database's machine is gone without a word; seconds.
KEEPALIVES = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2}

#: libpq's words that Django names otherwise; the rest are passed on as they are.
DJANGO_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def django_database(environment: Environment) -> dict[str, Any]:
    """Return the DATABASES entry; connections persist and are checked before each request."""
    parts = _parts(environment)
    options = {key: value for key, value in parts.items() if key not in DJANGO_NAMES}
    named = {DJANGO_NAMES[key]: value for key, value in parts.items() if key in DJANGO_NAMES}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **named,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"connect_timeout": CONNECT_SECONDS, "server_side_binding": True, **options},
    }


def limit_for_web(database: dict[str, Any]) -> None:
    """Add the web's time limits to the entry; called before the first connection."""
    given = database["OPTIONS"].get("options", "")
    database["OPTIONS"]["options"] = f"{given} {WEB_LIMITS}".strip()


def limit_for_worker(database: dict[str, Any]) -> None:
    """Add the worker's limits to the entry; called before the first connection."""
    given = database["OPTIONS"].get("options", "")
    database["OPTIONS"] |= {
        **KEEPALIVES,
        "tcp_user_timeout": 20_000,
        "application_name": f"{WORKER_NAME} {os.getpid()}",
        "options": f"{given} {WORKER_LIMITS}".strip(),
    }


@contextlib.contextmanager
def available(environment: Environment) -> Iterator[None]:
    """Have a PostgreSQL that answers while the block runs: starts the embedded one, or looks at the named one."""
    if environment.database_url:
        _refuse_unsuitable(environment.database_url)
        yield
    else:
        with embedded.in_use(embedded.at(environment.var)):
            yield


def conninfo(environment: Environment) -> str:
    """Return how to reach the database, as psql and pg_dump take it."""
    return environment.database_url or embedded.conninfo(embedded.at(environment.var))


def _parts(environment: Environment) -> dict[str, Any]:
    if environment.database_url is None:
        return dict(embedded.connection(embedded.at(environment.var)))
    try:
        return dict(conninfo_to_dict(environment.database_url))
    except psycopg.ProgrammingError as wrong:
        raise Trouble(f"DATABASE_URL is wrong: {_one_line(wrong)}; write postgresql://user@host/seloste.") from None


def _refuse_unsuitable(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_SECONDS) as connection:
            found = connection.info.server_version // 10_000
            encoding = connection.info.parameter_status("server_encoding")
    except psycopg.Error as wrong:
        raise Trouble(f"The database of DATABASE_URL does not answer: {_one_line(wrong)}.") from None
    if found < OLDEST_VERSION:
        raise Trouble(f"The database of DATABASE_URL is PostgreSQL {found}: Seloste needs {OLDEST_VERSION} or newer.")
    if encoding != "UTF8":
        raise Trouble(f"The database of DATABASE_URL stores {encoding}: create it with ENCODING 'UTF8'.")


def _one_line(wrong: Exception) -> str:
    return " ".join(str(wrong).split()).rstrip(".")
