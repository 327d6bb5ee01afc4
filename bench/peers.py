"""django-oscar beside us: its own interpreter and database, the same server program, the same PostgreSQL."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from bench import scratch
from bench.notice import free_port, wait
from seloste.config import database, environment
from seloste.config.serve import THREADS

HERE = Path(__file__).parent / "peer"
PACKAGES = ("django-oscar[sorl-thumbnail]==4.2.1", "django==5.2.19", "psycopg[binary]==3.3.9", "granian==2.8.7")
DATABASE = scratch.PREFIX + "oscar"


@contextlib.contextmanager
def oscar(products: int, *, port: int | None = None) -> Iterator[int]:
    """Serve the peer's shop with so many products while the block runs; yields its port."""
    python, on = _interpreter(), port or free_port()
    surroundings = _surroundings()
    _prepare(python, products, surroundings)
    command = [
        *(str(python), "-m", "granian", "--interface", "wsgi", "--http", "1", "--host", "127.0.0.1"),
        *("--port", str(on), "--workers", "1", "--blocking-threads", str(THREADS), "--log-level", "warning"),
        "wsgi:application",
    ]
    process = subprocess.Popen(command, cwd=HERE, env=surroundings)  # noqa: S603
    try:
        wait(on, "/catalogue/")
        yield on
    finally:
        process.terminate()
        process.wait(20)


def _interpreter() -> Path:
    """Return the peer's interpreter; the first time it is made, from the package registry."""
    place = environment.read().var / "bench-oscar"
    python, done = place / "bin" / "python", place / "installed"
    if not done.exists() or done.read_text() != str(PACKAGES):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True)  # noqa: S603
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)  # noqa: S603
        done.write_text(str(PACKAGES))
    return python


def _prepare(python: Path, products: int, surroundings: Mapping[str, str]) -> None:
    with scratch.connect("postgres") as connection:
        drop, create = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), sql.SQL("CREATE DATABASE {}")
        for statement in (drop, create):
            connection.execute(statement.format(sql.Identifier(DATABASE)))
    subprocess.run([str(python), "prepare.py", str(products)], cwd=HERE, env=surroundings, check=True)  # noqa: S603


def _surroundings() -> dict[str, str]:
    """Return where the peer finds PostgreSQL: the same server as ours."""
    parts = conninfo_to_dict(database.conninfo(environment.read()))
    found = {"PEER_NAME": DATABASE, "PEER_HOST": str(parts["host"]), "PEER_USER": str(parts.get("user", ""))}
    found["PEER_MEDIA"] = str(environment.read().var / "bench-oscar" / "media")
    return {**os.environ, **found, "DJANGO_SETTINGS_MODULE": "settings"}
