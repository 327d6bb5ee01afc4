"""`seloste restore`: a backup into an empty database, checked to the last row, closed until all later is done again.

Everything is loaded in one transaction: who is killed leaves an empty database, and can begin anew.
"""

import gzip
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Any

from psycopg import sql

from seloste.config import backup, preparation, vault
from seloste.config.trouble import Trouble

#: What a new database has rows in before anybody uses it.
_MADE_BY_MIGRATIONS = frozenset({"django_migrations", "django_content_type", "auth_permission"})


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a restore has brought in."""

    made_at: datetime
    seq: int
    rows: int
    tables: int
    files: int


@dataclass
class _Seen:
    """What has come out of the archive so far, where its files are laid, and who hears of it."""

    lay: Path
    tell: Callable[[str, int], None]
    outline: dict[str, Any] = field(default_factory=dict)
    outline_hash: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    sums: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)


def load(
    path: Path,
    *,
    key: Any,  # noqa: ANN401 -- pyrage's identity
    at: datetime,
    lay: Path,
    tell: Callable[[str, int], None] = lambda _what, _count: None,
) -> Loaded:
    """Load the backup into the empty database that Django is connected to. Its files are laid into the folder.

    Afterwards the database counts as restored: nothing serves it until `ledger replay` is through. Trouble, and still
    an empty database, where the file is damaged, for another key, of a newer version, or not as its manifest says.
    """
    from django.db import connection  # noqa: PLC0415 -- rooms are known once Django is set up

    refuse_a_used_database()
    try:
        source = path.open("rb")
    except OSError as wrong:
        raise Trouble(f"{path} cannot be read: {wrong.strerror}.") from None
    with source, vault.decrypting(source, key) as plain, _unpacked(plain) as archive:
        members = _members(archive)
        seen = _Seen(lay=lay, tell=tell)
        _read_outline(members, seen)
        _migrate_to(seen.outline)
        connection.ensure_connection()
        with connection.connection.transaction(), connection.connection.cursor() as cursor:
            _load(cursor, members, seen)
            _refuse_differences(seen)
            _mark(cursor, seen.outline, at)
    preparation.migrate()
    return Loaded(
        made_at=datetime.fromisoformat(seen.outline["made_at"]),
        seq=seen.outline["ledger"]["seq"],
        rows=sum(seen.rows.values()),
        tables=len(seen.rows),
        files=len(seen.files),
    )


def refuse_a_used_database() -> None:
    """Raise Trouble where anything is in the database: a restore never mixes with it."""
    from django.db import connection  # noqa: PLC0415 -- likewise

    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        for name in sorted(set(names) - _MADE_BY_MIGRATIONS):
            cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(name)).as_string(None))
            if cursor.fetchone()[0]:
                raise Trouble(
                    "The database is not empty: a backup is restored into an empty one. Make a new database and name "
                    "it with DATABASE_URL or --into, or choose another folder with SELOSTE_VAR."
                )


# --- Reading the archive ----------------------------------------------------------------------------------------------


class _Archive:
    """A plain archive that is read from its beginning to its end."""

    def __init__(self, plain: IO[bytes]) -> None:
        self._plain = plain

    def __enter__(self) -> tarfile.TarFile:
        try:
            self._archive = tarfile.open(fileobj=gzip.GzipFile(fileobj=self._plain, mode="rb"), mode="r|")
        except (tarfile.TarError, EOFError, OSError) as wrong:
            raise vault.Unreadable(_DAMAGED) from wrong
        return self._archive

    def __exit__(self, *_of: object) -> None:
        self._archive.close()


_DAMAGED = "The backup is damaged or cut off, or the file is none: take another one."
_unpacked = _Archive


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    try:
        for member in archive:
            content = archive.extractfile(member)
            if not member.isreg() or content is None:
                raise Trouble(f"{member.name} is no plain file: this is no backup of Seloste's.")
            yield member.name, content.read()
    except (tarfile.TarError, EOFError, OSError, gzip.BadGzipFile):
        raise vault.Unreadable(_DAMAGED) from None


def _read_outline(members: Iterator[tuple[str, bytes]], seen: _Seen) -> None:
    name, content = next(members, ("", b""))
    if name != "outline.json":
        raise Trouble("The outline is missing: this is no backup of Seloste's.")
    seen.outline, seen.outline_hash = json.loads(content), sha256(content).hexdigest()
    if seen.outline["format"] != backup.FORMAT:
        raise Trouble(f"The backup was made by Seloste {seen.outline['version']}: restore it with that version.")


# --- Loading ----------------------------------------------------------------------------------------------------------


def _migrate_to(outline: dict[str, Any]) -> None:
    """Make the tables as they were when the backup was made; what has changed since is done to the rows afterwards."""
    from django.db import connection  # noqa: PLC0415 -- likewise
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 -- likewise

    executor = MigrationExecutor(connection)
    recorded = {(app, name) for app, name in outline["migrations"]}
    unknown = sorted(recorded - set(executor.loader.graph.nodes))
    if unknown:
        raise Trouble(
            f"The backup was made by Seloste {outline['version']}, which is newer ({'.'.join(unknown[0])}): "
            "install that version first."
        )
    if set(executor.loader.applied_migrations) - recorded:
        raise Trouble("The database has tables of a later version than the backup: make a new, empty database.")
    children = executor.loader.graph.node_map
    last = [node for node in recorded if not any(child.key in recorded for child in children[node].children)]
    executor.migrate(sorted(last))


_FOREIGN_KEYS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY conrelid, conname
"""


def _load(
    cursor: Any,  # noqa: ANN401 -- psycopg's cursor
    members: Iterator[tuple[str, bytes]],
    seen: _Seen,
) -> None:
    """Load every part as it comes. Foreign keys are taken off and put on again, which checks all rows at once."""
    cursor.execute(backup.SPEECH)
    known = backup.tables(cursor)
    _refuse_other_tables(known, seen.outline["tables"])
    keys = cursor.execute(_FOREIGN_KEYS).fetchall()
    for table, name, _definition in keys:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name in _MADE_BY_MIGRATIONS & set(known):
        cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
    for name, content in members:
        _take(cursor, name, content, seen)
    for table, name, definition in keys:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for name, last in seen.outline["sequences"].items():
        cursor.execute("SELECT setval(%s::regclass, %s)", [f'public."{name}"', last])


def _refuse_other_tables(known: dict[str, list[str]], told: dict[str, list[str]]) -> None:
    differing = sorted(name for name in {*known, *told} if set(known.get(name, ())) != set(told.get(name, ())))
    if differing:
        raise Trouble(f"The tables of the backup are not those of its migrations ({differing[0]}): nothing was loaded.")


def _take(
    cursor: Any,  # noqa: ANN401 -- likewise
    name: str,
    content: bytes,
    seen: _Seen,
) -> None:
    kind, _slash, rest = name.partition("/")
    if name == "manifest.json":
        seen.manifest = json.loads(content)
    elif kind == "tables":
        table = rest.partition("/")[0]
        _take_rows(cursor, table, content, seen)
        seen.tell(table, seen.rows[table])
    elif kind == "files":
        seen.files[name] = sha256(content).hexdigest()
        _lay(seen.lay, rest, content)


def _take_rows(cursor: Any, table: str, content: bytes, seen: _Seen) -> None:  # noqa: ANN401 -- likewise
    columns = seen.outline["tables"].get(table)
    if columns is None:
        raise Trouble(f"{table} is no table of the backup's outline: nothing was loaded.")
    question = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier("public", table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.copy(question) as rows:
        rows.write(content)
    seen.rows[table] = seen.rows.get(table, 0) + content.count(b"\n")
    seen.sums.setdefault(table, sha256()).update(content)


def _lay(folder: Path, name: str, content: bytes) -> None:
    """Lay a file under the folder and nowhere else, whatever its name says."""
    inside = PurePosixPath(name)
    if inside.is_absolute() or ".." in inside.parts:
        raise Trouble(f"{name} would lie outside of {folder}: this is no backup of Seloste's.")
    target = folder / inside
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.write_bytes(content)


def _refuse_differences(seen: _Seen) -> None:
    """Compare what came with what was packed: rows, checksums, files. Raised before anything is committed."""
    if not seen.manifest:
        raise vault.Unreadable(_DAMAGED)
    told = seen.manifest
    rows = {name: seen.rows.get(name, 0) for name in told["tables"]}
    sums = {name: seen.sums.get(name, sha256()).hexdigest() for name in told["tables"]}
    differing = [
        *(["outline.json"] if told["outline"] != seen.outline_hash else []),
        *(
            name
            for name, table in told["tables"].items()
            if (rows[name], sums[name]) != (table["rows"], table["sha256"])
        ),
        *(name for name, file in told["files"].items() if seen.files.get(name) != file["sha256"]),
        *sorted({*seen.rows} - {*told["tables"]}),
    ]
    if differing:
        raise Trouble(
            f"{differing[0]} is not what the backup's manifest says: nothing was loaded. Take another backup."
        )


def _mark(cursor: Any, outline: dict[str, Any], at: datetime) -> None:  # noqa: ANN401 -- likewise
    """Say in the database itself that it was restored, in the transaction that loads it."""
    cursor.execute(
        "INSERT INTO ledger_restoration (begun_at, made_at, seq, loaded_at) VALUES (%s, %s, %s, %s)",
        [at, outline["made_at"], outline["ledger"]["seq"], at],
    )


def checksums() -> dict[str, tuple[int, str]]:
    """Return each table's rows and checksum as they are now: what a drill compares."""
    from django.db import connection  # noqa: PLC0415 -- likewise

    connection.ensure_connection()
    found = {}
    with backup.snapshot(connection.connection) as cursor:
        for name, columns in backup.tables(cursor).items():
            whole, rows = sha256(), 0
            for row in backup.rows_of(cursor, name, columns):
                whole.update(row)
                rows += 1
            found[name] = (rows, whole.hexdigest())
    return found
