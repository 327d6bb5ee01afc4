"""`seloste drill`: the way back, walked in a scratch database, so that nobody walks it for the first time in need.

People are made, backed up, and then some are erased and some say no. The backup is restored into another database. That
must be refused by the server until the ledger has been replayed, and afterwards hold exactly what the first one holds.
Each step is a program of its own, as an operator would start it.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seloste.config.trouble import Trouble

if TYPE_CHECKING:
    from uuid import UUID

    from seloste.kernel.duty import Duty

#: The name under which the desk knows when the last drill was, and how it went.
SWEEP = "drill.run"
#: One in so many people is erased, and the next one says no.
EVERY = 5
_REFUSED, _CLOSED = 1, 3
#: The scratch folder in the temporary one, and the file in it that a drill at work keeps locked.
_PREFIX, _ALIVE = "seloste-drill-", "alive"


class DrillFailed(Trouble):
    """A step of the drill did not end as it must: nobody could rely on the backups."""


@dataclass(kw_only=True)
class Report:
    """What a drill found: how many, how long each step took in seconds, and what was compared."""

    people: int
    erased: int = 0
    refused: int = 0
    backup_bytes: int = 0
    rows: int = 0
    tables_compared: int = 0
    replayed: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


# --- The parent -------------------------------------------------------------------------------------------------------


def run(people: int, *, serve: bool = True) -> Report:
    """Walk the whole way in a scratch PostgreSQL; DrillFailed with the step that did not end as it must."""
    from seloste.config import embedded  # noqa: PLC0415 -- help needs none of it

    clear_up()
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name, (Path(name) / _ALIVE).open("w") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        Path(name).chmod(0o711)
        server = embedded.throwaway(Path(name) / "postgres")
        server.folder.mkdir(mode=0o711)
        server.folder.chmod(0o711)
        with embedded.in_use(server):
            return _Walk(Path(name), server.socket, Report(people=people)).all(serve=serve)


def clear_up() -> None:
    """Stop and remove what a killed drill left: it holds nobody, but a server that nobody would stop."""
    from seloste.config import embedded  # noqa: PLC0415 -- likewise

    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), (folder / _ALIVE).open("r+") as alive:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)  # another drill, or another account's, is left alone
            if (folder / "postgres").exists():
                embedded.stop(embedded.throwaway(folder / "postgres"))
            shutil.rmtree(folder)


class _Walk:
    """The steps, one after the other."""

    def __init__(self, folder: Path, socket: Path, report: Report) -> None:
        self._folder, self._socket, self.report = folder, socket, report
        self._first, self._second = folder / "first", folder / "second"

    def all(self, *, serve: bool) -> Report:
        """Take every step."""
        from seloste.config import vault  # noqa: PLC0415 -- likewise

        public, secret = vault.new_key()
        key = self._folder / "key.txt"
        key.touch(mode=0o600)
        key.write_text(secret + "\n", encoding="ascii")
        self._step("live", *self._own("live", str(self.report.people), public), at=(self._first, "seloste"))
        lived = self._told(self._first)
        _psql(self._socket, "CREATE DATABASE restored")
        backup = str(next((self._first / "backups").glob("*.age")))
        there = (self._second, "restored")
        self._step("restore", *_SELOSTE, "restore", backup, "--identity", str(key), code=_CLOSED, at=there)
        self._step("refused", *_SELOSTE, "serve", code=_REFUSED, saying="ledger", at=there)
        self._give_ledger()
        if serve:
            self._step("refused_still", *_SELOSTE, "serve", code=_REFUSED, saying="ledger replay", at=there)
        self._step("replay", *_SELOSTE, "ledger", "replay", at=there)
        self._step("compare", *self._own("compare", str(self._first / "told.json")), at=there)
        found = self._told(self._second)
        if serve:
            self._step("serve", *self._own("serve"), at=there)
        self.report.erased, self.report.refused = len(lived["erased"]), len(lived["refused"])
        self.report.backup_bytes, self.report.rows = Path(backup).stat().st_size, lived["rows"]
        self.report.tables_compared, self.report.replayed = found["tables"], found["replayed"]
        return self.report

    def _own(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "seloste.config.drill", *arguments]

    def _step(self, name: str, *command: str, at: tuple[Path, str], code: int = 0, saying: str = "") -> None:
        from seloste.kernel.clock import elapsed  # noqa: PLC0415 -- likewise

        began = elapsed()
        done = subprocess.run(  # noqa: S603 -- our own programs
            command, env=self._surroundings(*at), capture_output=True, text=True, check=False, timeout=3600
        )
        self.report.seconds[name] = round(elapsed() - began, 2)
        if done.returncode != code or saying not in done.stderr:
            told = " ".join((done.stderr or done.stdout).split())[-400:]
            raise DrillFailed(f"The drill failed at the step {name} (exit code {done.returncode}, not {code}): {told}")

    def _surroundings(self, var: Path, database: str) -> dict[str, str]:
        """Nothing of the real installation but where its notice is: neither its database nor its keys."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("SELOSTE_")},
            "DATABASE_URL": f"postgresql://seloste@/{database}?host={self._socket}",
            "SELOSTE_VAR": str(var),
            "SELOSTE_NOTICE": os.environ.get("SELOSTE_NOTICE") or _notice(),
            "SELOSTE_ORIGIN": f"http://localhost:{_PORT}",
            "PORT": str(_PORT),
            "SELOSTE_WORKERS": "1",
        }

    def _give_ledger(self) -> None:
        shutil.copytree(self._first / "ledger", self._second / "ledger")
        shutil.copytree(self._first / "secrets", self._second / "secrets", dirs_exist_ok=True)

    def _told(self, var: Path) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((var / "told.json").read_text(encoding="utf-8"))
        return found


_SELOSTE = (sys.executable, "-m", "seloste.config.cli")
#: Nobody else's: chosen anew by each drill.
_PORT = 20_000 + secrets.randbelow(10_000)


def _notice() -> str:
    from seloste.config import environment  # noqa: PLC0415 -- likewise

    return str(environment.read().notice)


def _psql(socket: Path, statement: str) -> None:
    import psycopg  # noqa: PLC0415 -- likewise

    with psycopg.connect(f"host={socket} user=seloste dbname=seloste", autocommit=True) as connection:
        connection.execute(statement.encode())


# --- The steps that are programs of the drill's own -------------------------------------------------------------------


def live(people: int, public: str) -> dict[str, Any]:
    """Make people and a backup; then erase some, and let others say no."""
    from django.conf import settings  # noqa: PLC0415 -- tables are known once Django is set up

    from seloste.config import backup, restore  # noqa: PLC0415 -- likewise
    from seloste.kernel import clock  # noqa: PLC0415 -- likewise
    from seloste.ledger import actions as ledger  # noqa: PLC0415 -- likewise

    at = clock.now()
    everybody = _people(people, at=at)
    ledger.flush()
    before = restore.checksums()
    made = backup.make(settings.ENVIRONMENT.backups, keys=[public], at=at)
    erased, refused = dict(list(everybody.items())[::EVERY]), list(everybody)[1::EVERY]
    _erase(list(erased), at=at + timedelta(minutes=1))
    _say_no(refused, at=at + timedelta(minutes=1))
    ledger.flush()
    return {
        "before": before,
        "rows": made.rows,
        "erased": {str(person): canary for person, canary in erased.items()},
        "refused": [str(person) for person in refused],
        "after": _counts(restore.checksums()),
    }


def _people(count: int, *, at: datetime) -> dict["UUID", str]:
    """Return people who came in by the product's own deeds, each with a value that nobody else has."""
    from seloste.config import preparation  # noqa: PLC0415 -- likewise
    from seloste.notices.actions import ensure_published_to_nobody  # noqa: PLC0415 -- likewise
    from seloste.notices.queries import current_version  # noqa: PLC0415 -- likewise
    from seloste.register import actions as register  # noqa: PLC0415 -- likewise
    from seloste.register.rules import Origin  # noqa: PLC0415 -- likewise

    preparation.migrate()
    ensure_published_to_nobody(at=at)
    by, purposes = _clerk(), ("direct_marketing",)
    version = current_version().id
    origin = Origin(source="phone", detail="", collected_at=at, purposes=purposes, notice_version_id=version)
    found = {}
    for _ in range(count):
        canary = f"kanarialintu{secrets.token_hex(8)}"
        person = register.add_person(by=by, at=at, origin=origin, given_name="Testi", family_name=canary)
        register.add_contact_point(
            by=by, at=at, person_id=person, origin=origin, kind="email", value=f"{canary}@example.com"
        )
        found[person] = canary
    return found


def _clerk() -> "Duty":
    from seloste.declaration.load import current  # noqa: PLC0415 -- likewise
    from seloste.kernel.duty import NOBODY, Duty  # noqa: PLC0415 -- likewise

    declared = current()
    return Duty(
        actor=NOBODY,
        role="operator",
        purpose="direct_marketing",
        purposes=frozenset(declared.purpose),
        categories=frozenset(declared.category),
        may=frozenset({"read", "write"}),
    )


def _erase(persons: Sequence["UUID"], *, at: datetime) -> None:
    from seloste.erasure import actions as erasure  # noqa: PLC0415 -- likewise
    from seloste.erasure.choices import Cause  # noqa: PLC0415 -- likewise
    from seloste.kernel.duty import system  # noqa: PLC0415 -- likewise

    for person in persons:
        erasure.erase(by=system("rights"), at=at, person_id=person, cause=Cause.REQUEST)


def _say_no(persons: Sequence["UUID"], *, at: datetime) -> None:
    from seloste.consents import actions as consents  # noqa: PLC0415 -- likewise
    from seloste.kernel.duty import system  # noqa: PLC0415 -- likewise

    for person in persons:
        by = system("direct_marketing")
        consents.object_to(by=by, at=at, person_id=person, purpose="direct_marketing", source="phone")


#: What is told of the people and of what they said. Who did what when is told by each database of itself.
_COMPARED = ("register_", "consents_", "ledger_ledgerentry", "ledger_link", "ledger_waiting")


def _counts(sums: Mapping[str, tuple[int, str]]) -> dict[str, int]:
    return {name: rows for name, (rows, _sum) in sums.items() if name.startswith(_COMPARED)}


def compare(told: Mapping[str, Any]) -> dict[str, Any]:
    """Compare the restored database, after the replay, with the first one; Trouble where they differ."""
    from seloste.config import restore  # noqa: PLC0415 -- likewise
    from seloste.consents.queries import objects  # noqa: PLC0415 -- likewise
    from seloste.erasure.sweep import sweep  # noqa: PLC0415 -- likewise
    from seloste.ledger import queries as ledger  # noqa: PLC0415 -- likewise

    if findings := ledger.verify():
        raise Trouble(f"{findings[0].where}: {findings[0].what}")
    if seen := sweep(list(told["erased"].values())):
        raise Trouble(f"An erased person is found again: {', '.join(seen)}.")
    if not all(objects(person, "direct_marketing") for person in told["refused"]):
        raise Trouble("An objection was forgotten.")
    sums = restore.checksums()
    counts = _counts(sums)
    differing = [name for name, rows in told["after"].items() if counts.get(name) != rows]
    if differing:
        raise Trouble(f"{differing[0]}: {counts.get(differing[0])} rows, not {told['after'][differing[0]]}.")
    same = [name for name, (rows, total) in told["before"].items() if rows and sums.get(name) == (rows, total)]
    return {"tables": len(counts), "unchanged": same, "replayed": len(told["erased"]) + len(told["refused"])}


def serve() -> dict[str, Any]:
    """Start the server on the restored database, ask for the front page, and end it."""
    import http.client  # noqa: PLC0415 -- likewise
    import time  # noqa: PLC0415 -- likewise

    status = 0
    process = subprocess.Popen([*_SELOSTE, "serve"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        for _ in range(300):
            connection = http.client.HTTPConnection("localhost", int(os.environ["PORT"]), timeout=10)
            try:
                connection.request("GET", "/")
                status = connection.getresponse().status
            except OSError:
                status = 0
            if status or process.poll() is not None:
                break
            time.sleep(0.1)
    finally:
        process.terminate()
        process.wait(timeout=30)
    if status not in {200, 302}:
        raise Trouble(f"The restored database is not served (status {status}).")
    return {"status": status}


def _main(step: str, *arguments: str) -> None:
    from seloste.config import environment, preparation  # noqa: PLC0415 -- likewise

    with preparation.house():
        if step == "live":
            told = live(int(arguments[0]), arguments[1])
        elif step == "compare":
            told = compare(json.loads(Path(arguments[0]).read_text(encoding="utf-8")))
        else:
            told = serve()
    if step != "serve":
        target = environment.read().var / "told.json"
        target.write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    try:
        _main(*sys.argv[1:])
    except Trouble as trouble:
        sys.exit(str(trouble))
