"""The way back: into an empty database, all or nothing, and closed until everything later has been done again."""

import gzip
import io
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from tests import make
from tests.config.address import address

from seloste.config import backup, drill, vault
from seloste.consents import actions as consents
from seloste.ledger import middleware
from seloste.ledger.actions import enter, flush
from seloste.ledger.choices import Kind, Standing
from seloste.ledger.queries import standing


@pytest.fixture
def key(tmp_path: Path) -> tuple[str, Path]:
    """Return a public key, and a file with the secret one."""
    public, secret = vault.new_key()
    path = tmp_path / "key.txt"
    path.write_text(secret)
    return public, path


class Elsewhere:
    """Another database on the tests' server, reached by the product's own commands."""

    def __init__(self, var: Path) -> None:
        self.var, self.name = var, f"{connection.settings_dict['NAME']}_restored"

    def make(self) -> None:
        """Make it anew, empty."""
        self.drop()
        self._execute("postgres", f'CREATE DATABASE "{self.name}"')

    def drop(self) -> None:
        """Remove it."""
        self._execute("postgres", f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def rows(self, table: str) -> int:
        """Count a table's rows."""
        statement = f'SELECT count(*) FROM "{table}"'  # noqa: S608 -- our own tables
        return int(self._execute(self.name, statement))

    def run(self, *arguments: str, code: str = "") -> "subprocess.CompletedProcess[str]":
        """Run one of our commands, or a few lines of code, on it."""
        told = ["-c", code, *arguments] if code else ["-m", "seloste.config.cli", *arguments]
        return subprocess.run(
            [sys.executable, *told], env=self._surroundings(), capture_output=True, text=True, check=False
        )

    def _surroundings(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("SELOSTE_")},
            "DATABASE_URL": address(self.name),
            "SELOSTE_VAR": str(self.var),
            "SELOSTE_ORIGIN": "http://localhost:8000",
            "SELOSTE_SEAL_KEY": settings.SEAL_KEY,
        }

    def _execute(self, database: str, statement: str) -> str:
        with psycopg.connect(address(database), autocommit=True) as there:
            cursor = there.execute(statement.encode())
            return str(cursor.fetchone()[0]) if cursor.description else ""  # type: ignore[index]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Elsewhere]:
    """Give an empty database beside the tests' own."""
    made = Elsewhere(tmp_path / "var")
    made.make()
    yield made
    made.drop()


def repacked(path: Path, key: tuple[str, Path], old: bytes, new: bytes) -> Path:
    """Return the backup as somebody would have changed it who can both open and make one."""
    target = path.with_name("changed.age")
    with (
        path.open("rb") as source,
        vault.decrypting(source, vault.identity(key[1])) as plain,
        tarfile.open(fileobj=gzip.GzipFile(fileobj=plain), mode="r|") as archive,
        target.open("wb") as changed,
        vault.encrypting(changed, [key[0]]) as into,
        gzip.GzipFile(fileobj=into, mode="wb") as packed,
        tarfile.open(fileobj=packed, mode="w|") as other,
    ):
        for member in archive:
            content = archive.extractfile(member).read().replace(old, new)  # type: ignore[union-attr]
            member.size = len(content)
            other.addfile(member, io.BytesIO(content))
    return target


_KILLED = """
import os, sys
from pathlib import Path
from seloste.config import preparation
with preparation.house():
    from seloste.config import restore, vault
    from seloste.kernel import clock
    restore.load(Path(sys.argv[1]), key=vault.identity(Path(sys.argv[2])), at=clock.now(), lay=Path(sys.argv[3]),
                 tell=lambda name, _rows: name == 'register_person' and os.kill(os.getpid(), 9))
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_restore_is_all_or_nothing_and_closed(key: tuple[str, Path], elsewhere: Elsewhere, tmp_path: Path) -> None:
    """One long way, for each step starts a program: changed, killed, restored, closed, opened."""
    clerk = make.duty("marketing")
    her = make.person(by=clerk, family_name="Kanarialintu", email="maija@example.com", purposes=("direct_marketing",))
    consents.suppress(by=clerk, at=make.AT, channel="phone", address="+358401234567")
    flush()
    made = backup.make(tmp_path / "backups", keys=[key[0]], at=make.AT).path
    consents.object_to(by=clerk, at=make.AT, person_id=her, purpose="direct_marketing", source="phone")
    flush()
    there = ["restore", "--identity", str(key[1])]

    changed = elsewhere.run(*there, str(repacked(made, key, b"Kanarialintu", b"Korppikotkas")))
    assert (changed.returncode, "not what the backup's manifest says" in changed.stderr) == (1, True)
    assert elsewhere.rows("register_person") == elsewhere.rows("ledger_restoration") == 0

    killed = elsewhere.run(str(made), str(key[1]), str(tmp_path / "laid"), code=_KILLED)
    assert killed.returncode == -signal.SIGKILL
    assert elsewhere.rows("register_person") == 0

    restored = elsewhere.run(*there, str(made))
    assert (restored.returncode, "is missing; it held at least 1" in restored.stderr) == (3, True)
    assert elsewhere.rows("register_person") == 1

    again = elsewhere.run(*there, str(made))
    assert (again.returncode, "not empty" in again.stderr) == (1, True)

    for closed in (["serve"], ["mail", "send-test", "a@example.com"]):
        told = elsewhere.run(*closed)
        assert (told.returncode, "ledger" in told.stderr) == (1, True), told.stderr

    (elsewhere.var / "ledger").mkdir()
    ours = settings.LEDGER_FILES[0].read_bytes()
    (elsewhere.var / "ledger" / "ledger.jsonl").write_bytes(b"")
    assert "is missing" in elsewhere.run("ledger", "replay").stderr
    (elsewhere.var / "ledger" / "ledger.jsonl").write_bytes(ours)
    replayed = elsewhere.run("ledger", "replay")
    assert (replayed.returncode, "2 later entries, 2 of them done again" in replayed.stdout) == (0, True)
    assert elsewhere.rows("consents_objectionevent") == 1


@pytest.mark.slow
def test_drill_walks_the_whole_way() -> None:
    """I54: create, back up, erase, restore, refused, replay, nothing found, the same rows."""
    report = drill.run(10, serve=False)

    assert (report.people, report.erased, report.refused) == (10, 2, 2)
    assert report.tables_compared > 20
    assert list(report.seconds) == ["live", "restore", "refused", "replay", "compare"]


# --- Closed -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def gate() -> Iterator[None]:
    """Leave the gate open for the next test."""
    yield
    middleware.gate.is_open = True


@pytest.mark.django_db
def test_closed_site_says_so_in_three_languages(client: Client, gate: None) -> None:
    assert client.get("/").status_code == 200
    enter(at=make.AT, kind=Kind.BLOCKED)
    flush()
    settings.LEDGER_FILES[0].unlink()
    assert standing().state is Standing.MISSING

    middleware.look()

    answer = client.get("/")
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
    assert all(words in page for words in ("Palaamme pian", "Vi är snart tillbaka", "We will be back soon"))
    assert client.post("/yhteys/", {"message": "hei"}).status_code == 503


@pytest.mark.django_db
def test_closed_site_opens_by_itself(client: Client, gate: None) -> None:
    middleware.gate.is_open = False
    assert client.get("/").status_code == 503

    middleware.look()

    assert client.get("/").status_code == 200


@pytest.mark.django_db
def test_closed_site_asks_the_database_nothing(client: Client, gate: None, django_assert_num_queries: "object") -> None:
    middleware.gate.is_open = False

    with django_assert_num_queries(0):  # type: ignore[operator]
        client.get("/")


@pytest.mark.django_db(transaction=True)
def test_worker_does_nothing_while_closed(gate: None) -> None:
    from seloste.config.work import Trust, Turns
    from seloste.kernel.sweeps import Sweep

    ran: list[object] = []

    def run(at: datetime) -> int:
        ran.append(at)
        return 1

    turns = Turns(Sweep(key="test.closed", every=timedelta(days=1), run=run), Trust())
    middleware.gate.is_open = False
    turns._attempt()  # noqa: SLF001 -- one turn, without its thread
    assert ran == []
    middleware.gate.is_open = True
    turns._attempt()  # noqa: SLF001 -- likewise
    assert len(ran) == 1
