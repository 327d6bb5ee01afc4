"""`seloste backup`: one moment of the database, packed, encrypted, and in its place whole or not at all.

Rows are read by COPY in one snapshot; the tables themselves are made by the migrations that the backup names. So a
backup needs no program of PostgreSQL's, and a newer server, or Seloste, can take it in (ADR 21). Who decrypts the file
(`age -d`) finds a plain archive (`tar xz`): `outline.json`, tables as text, files, and last `manifest.json`.
"""

import contextlib
import fcntl
import gzip
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from psycopg import sql

from seloste.config import vault
from seloste.config.trouble import Trouble

#: How long a backup is kept. The ledger is kept longer, and the notice says it.
WINDOW = timedelta(days=35)
#: What is packed at once: a table of any size needs no more memory than this.
PART = 4 * 2**20
FORMAT = 1

#: Tables whose rows are not in a backup, and why.
LEFT_OUT_TABLES = {
    "django_migrations": "named in the outline; the migrations write it",
    "accounts_session": "a session must not come back to life",
    "cache_entry": "counters of the last minutes",
}
#: What lies in var/ and is not in a backup, and why.
LEFT_OUT_FILES = {
    "secrets": "keys do not lie beside what they open: keep a copy of the folder elsewhere",
    "ledger": "it tells what happened since the backup, so it must not be put back with it",
    "backups": "backups themselves",
    "postgres": "the database's own files; its rows are packed",
    "static": "made anew at every start",
    "visits": "counts of the last second, which are entered in the database",
    "mailbox": "the demo's mail",
    "restored": "what an earlier restore laid there",
}
_NAME = re.compile(r"seloste-(\d{8}T\d{6}Z)\.age")
#: The same words on both sides, whatever the server's settings; the text of a row must not depend on them.
SPEECH = (
    "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres';"
    " SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL client_encoding = 'UTF8';"
    " SET LOCAL lc_monetary = 'C'; SET LOCAL statement_timeout = 0"
)

Tell = Callable[[str, int], None]


@dataclass(frozen=True, kw_only=True)
class Made:
    """A backup that is in its place."""

    path: Path
    size: int
    rows: int
    seq: int
    took: timedelta


@dataclass
class Packed:
    """What has been packed so far: each table's rows and checksum, each file's."""

    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)


def make(folder: Path, *, keys: Sequence[str], at: datetime, tell: Tell = lambda _what, _count: None) -> Made:
    """Make a backup in the folder, and remove those whose time is up. Trouble, and nothing half, where it cannot."""
    from seloste.kernel.clock import elapsed  # noqa: PLC0415 -- rooms are known once Django is set up

    began = elapsed()
    path = folder / f"seloste-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.age"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder):
            _remove_drafts(folder)
            rows, seq = _write(path, keys, at, tell)
            remove_old(folder, at=at)
            return Made(
                path=path, size=path.stat().st_size, rows=rows, seq=seq, took=timedelta(seconds=elapsed() - began)
            )
    except OSError as wrong:
        raise Trouble(f"The backup was not made, and nothing of it is left: {wrong.strerror or wrong}.") from None


def _write(path: Path, keys: Sequence[str], at: datetime, tell: Tell) -> tuple[int, int]:
    """Write under another name, have it on the disk, and then rename."""
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as target:
            draft.chmod(0o600)
            with (
                vault.encrypting(target, keys) as plain,
                gzip.GzipFile(fileobj=plain, mode="wb", compresslevel=3, mtime=0) as packed,
                tarfile.open(fileobj=packed, mode="w|") as archive,
            ):
                done = _pack(archive, at, tell)
            target.flush()
            os.fsync(target.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync(path.parent)
    return done


def _sync(folder: Path) -> None:
    from seloste.ledger.book import sync_folder  # noqa: PLC0415 -- likewise

    sync_folder(folder)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(f"Another backup is being made in {folder}: wait for it.") from None
        yield


def _remove_drafts(folder: Path) -> None:
    """Remove what a killed backup left; under the lock, so none of them is being written."""
    for draft in folder.glob(".seloste-*.age.part"):
        draft.unlink()


def remove_old(folder: Path, *, at: datetime) -> int:
    """Remove the backups of our own that are older than the window; return how many."""
    old = [path for path, made_at in found_in(folder) if at - made_at > WINDOW]
    for path in old:
        path.unlink()
    return len(old)


def found_in(folder: Path) -> list[tuple[Path, datetime]]:
    """Return the backups in the folder with their moments, the newest last."""
    names = [(path, _NAME.fullmatch(path.name)) for path in sorted(folder.glob("seloste-*.age"))]
    return [(path, _moment(match[1])) for path, match in names if match]


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


# --- Packing ----------------------------------------------------------------------------------------------------------


def _pack(archive: tarfile.TarFile, at: datetime, tell: Tell) -> tuple[int, int]:
    from django.db import connection  # noqa: PLC0415 -- likewise

    connection.ensure_connection()
    with snapshot(connection.connection) as cursor:
        outline = describe(cursor, at)
        head = add_json(archive, "outline.json", outline)
        packed = Packed()
        for name, columns in outline["tables"].items():
            packed.tables[name] = _pack_table(archive, cursor, name, columns, tell)
    _pack_files(archive, packed)
    add_json(archive, "manifest.json", {"outline": head, "tables": packed.tables, "files": packed.files})
    return sum(table["rows"] for table in packed.tables.values()), outline["ledger"]["seq"]


@contextlib.contextmanager
def snapshot(raw: Any) -> Iterator[Any]:  # noqa: ANN401 -- psycopg's connection
    """Give a cursor that sees one moment of the database, whatever is written meanwhile, and can change nothing."""
    with raw.transaction(), raw.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute(SPEECH)
        yield cursor


def describe(cursor: Any, at: datetime) -> dict[str, Any]:  # noqa: ANN401 -- psycopg's cursor
    """Return what a restore has to know first: version, migrations, the ledger's end, tables and their columns."""
    return {
        "format": FORMAT,
        "made_at": at.astimezone(UTC).isoformat(),
        "version": version("seloste"),
        "postgresql": _one(cursor, "SHOW server_version"),
        "migrations": cursor.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall(),
        "ledger": _ledger_head(cursor),
        "tables": tables(cursor),
        "sequences": dict(cursor.execute(_SEQUENCES).fetchall()),
        "left_out": {**LEFT_OUT_TABLES, **{f"var/{name}": why for name, why in LEFT_OUT_FILES.items()}},
    }


_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
_TABLES = """
SELECT c.relname, array_agg(a.attname ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attgenerated = ''
GROUP BY c.relname ORDER BY c.relname
"""
_KEY = """
SELECT array_agg(a.attname ORDER BY k.n)
FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k(attnum, n)
JOIN pg_attribute a ON a.attnum = k.attnum
WHERE i.indrelid = a.attrelid AND i.indisprimary AND i.indrelid = %s::regclass
"""


def tables(cursor: Any) -> dict[str, list[str]]:  # noqa: ANN401 -- likewise
    """Return the tables whose rows are packed, with the columns that are stored."""
    return {name: columns for name, columns in cursor.execute(_TABLES).fetchall() if name not in LEFT_OUT_TABLES}


def _one(cursor: Any, question: str) -> Any:  # noqa: ANN401 -- likewise
    return cursor.execute(question).fetchone()[0]


def _ledger_head(cursor: Any) -> dict[str, Any]:  # noqa: ANN401 -- likewise
    found = cursor.execute("SELECT seq, encode(hash, 'hex') FROM ledger_link ORDER BY seq DESC LIMIT 1").fetchone()
    return {"seq": found[0], "hash": found[1]} if found else {"seq": 0, "hash": "00" * 32}


def rows_of(cursor: Any, name: str, columns: Sequence[str]) -> Iterator[bytes]:  # noqa: ANN401 -- likewise
    """Yield a table's rows as text, in the order of its key: the same rows always have the same checksum."""
    key = cursor.execute(_KEY, [f'public."{name}"']).fetchone()[0] or columns
    question = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.Identifier("public", name),
        sql.SQL(", ").join(map(sql.Identifier, key)),
    )
    with cursor.copy(question) as rows:
        for row in rows:
            yield bytes(row)


def _pack_table(
    archive: tarfile.TarFile,
    cursor: Any,  # noqa: ANN401 -- likewise
    name: str,
    columns: Sequence[str],
    tell: Tell,
) -> dict[str, Any]:
    """Pack the table in parts, so that no table has to fit into the memory."""
    part, size, rows, parts, whole = [], 0, 0, 0, sha256()
    for row in rows_of(cursor, name, columns):
        part.append(row)
        size += len(row)
        rows += 1
        if size >= PART:
            parts, size = _close_part(archive, name, parts, part, whole), 0
            tell(name, rows)
    if part:
        parts = _close_part(archive, name, parts, part, whole)
    tell(name, rows)
    return {"rows": rows, "parts": parts, "sha256": whole.hexdigest()}


def _close_part(archive: tarfile.TarFile, name: str, parts: int, part: list[bytes], whole: Any) -> int:  # noqa: ANN401 -- hashlib's
    content = b"".join(part)
    part.clear()
    whole.update(content)
    _add(archive, f"tables/{name}/{parts + 1:06}.copy", content)
    return parts + 1


def _pack_files(archive: tarfile.TarFile, packed: Packed) -> None:
    from django.conf import settings  # noqa: PLC0415 -- likewise

    var, notice = Path(settings.ENVIRONMENT.var), Path(settings.NOTICE_FOLDER)
    belonging = [path for path in sorted(var.iterdir()) if path.name not in LEFT_OUT_FILES] if var.exists() else []
    for top, paths in ((var, belonging), (notice, [notice])):
        for path in (file for start in paths for file in _files(start)):
            name = f"files/{'notice' if top == notice else 'var'}/{path.relative_to(top)}"
            content = path.read_bytes()
            _add(archive, name, content)
            packed.files[name] = {"size": len(content), "sha256": sha256(content).hexdigest()}


def _files(start: Path) -> list[Path]:
    """Return the plain files under a path; links are not followed, they could lead to a key."""
    found = [start] if start.is_file() else sorted(start.rglob("*"))
    return [path for path in found if path.is_file() and not path.is_symlink()]


def add_json(archive: tarfile.TarFile, name: str, content: dict[str, Any]) -> str:
    """Add a file of JSON, and return its checksum."""
    text = json.dumps(content, indent=1, sort_keys=True).encode()
    _add(archive, name, text)
    return sha256(text).hexdigest()


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    archive.addfile(member, io.BytesIO(content))
