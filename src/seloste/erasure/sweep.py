"""Looks for values in everything that is kept: each column of each table there is, the files, a dump of the database.

It asks nobody what is declared, registered or planned. What it is given must be found nowhere but where it was said to
stay: so a table that somebody forgot shows by itself.
"""

import gzip
import json
import os
from base64 import b64encode
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from django.db import OperationalError, connection, transaction
from psycopg import sql

from seloste.kernel.marks import mark_of

#: No single table may take longer: then the sweep is late, says so, and is not called clean.
TABLE_SECONDS = 120
#: How much of a file is looked at a time.
CHUNK = 1 << 20

#: What is found, by its place: ``register_name.given_name``, ``file logs/web.log``, ``dump register_name``.
Sightings = Mapping[str, frozenset[str]]


class NotSweptError(RuntimeError):
    """Something could not be looked at in time: nothing can be said of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Horizon:
    """From when on rows and files are looked at. A value that was never written before cannot be in an older one."""

    transaction_id: str
    written_since: float

    @classmethod
    def now(cls) -> "Horizon":
        """Return the present: the oldest transaction still running, and the time on the disk's own clock."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::numeric % 4294967296)::text,"
                " extract(epoch FROM clock_timestamp())::float8 - 2"
            )
            number, since = cursor.fetchone()
        return cls(transaction_id=number, written_since=since)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sought:
    """A value and all the ways in which it may be written. Small letters throughout: what is searched is lowered."""

    value: str
    text: frozenset[str]
    hexed: frozenset[str]


def sought(value: str) -> Sought:
    """Return the ways in which a value may be written: as it is, escaped, encoded, in digits, as its keyed mark."""
    said = {value, json.dumps(value)[1:-1], quote(value), quote(value, safe="@+"), *_base64(value)}
    digits = "".join(character for character in value if character.isdigit())
    if len(digits) >= 7 and set(value) <= set("+0123456789 -()"):
        said |= {digits, digits[-9:]}
    return Sought(
        value=value,
        text=frozenset(one.lower() for one in said),
        hexed=frozenset({mark_of(value).hex(), value.encode().hex(), value.encode("utf-16-le").hex()}),
    )


def _base64(value: str) -> Iterator[str]:
    """Yield what the value looks like inside base64: there are three, by how many bytes stand before it."""
    for before in range(3):
        coded = b64encode(b"\0" * before + value.encode()).decode().rstrip("=")
        part = coded[(0, 2, 3)[before] : len(coded) - (len(value.encode()) + before) % 3]
        if len(part) >= 8:
            yield part


def sweep(
    values: Collection[str],
    *,
    since: Horizon | None = None,
    folder: Path | None = None,
    leave_out: Mapping[Path, str] | None = None,
    dump: Iterable[bytes] = (),
) -> Sightings:
    """Return where each of the values is found.

    With ``since``, only in what was written from then on. ``leave_out`` are folders and files under ``folder`` that are
    not looked into, each with the reason. ``dump`` are the lines of a dump.
    """
    found: dict[str, set[str]] = defaultdict(set)
    everything = [sought(value) for value in values]
    for place, value in _of_the_database(everything, since):
        found[place].add(value)
    if folder is not None:
        for place, value in _of_the_files(everything, folder, leave_out or {}, since):
            found[place].add(value)
    for place, value in _of_the_dump(everything, dump):
        found[place].add(value)
    return {place: frozenset(seen) for place, seen in sorted(found.items())}


# --- The database -----------------------------------------------------------------------------------------------------

#: Everything with rows of its own, in any schema but PostgreSQL's own; toast tables are read with their tables.
_COLUMNS = """
SELECT space.nspname, relation.relname, relation.relkind::text, part.attname, type.typname::text
FROM pg_catalog.pg_class relation
JOIN pg_catalog.pg_namespace space ON space.oid = relation.relnamespace
JOIN pg_catalog.pg_attribute part ON part.attrelid = relation.oid AND part.attnum > 0 AND NOT part.attisdropped
JOIN pg_catalog.pg_type type ON type.oid = part.atttypid
WHERE relation.relkind IN ('r', 'm') AND relation.relpersistence <> 't'
  AND space.nspname <> 'information_schema' AND space.nspname !~ '^pg_'
ORDER BY 1, 2, part.attnum
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Table:
    schema: str
    name: str
    has_versions: bool
    columns: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def label(self) -> str:
        return self.name if self.schema == "public" else f"{self.schema}.{self.name}"


def _tables() -> list[_Table]:
    found: dict[tuple[str, str], _Table] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        for schema, name, kind, column, of_type in cursor.fetchall():
            table = found.setdefault((schema, name), _Table(schema=schema, name=name, has_versions=kind == "r"))
            table.columns.append((column, of_type == "bytea"))
    return list(found.values())


def _of_the_database(everything: Sequence[Sought], since: Horizon | None) -> Iterator[tuple[str, str]]:
    text = {form: one.value for one in everything for form in one.text}
    hexed = {form: one.value for one in everything for form in one.hexed}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(TABLE_SECONDS * 1000)])
        for table in _tables():
            for column, form in _of_the_table(table, list(text), list(hexed), since):
                yield f"{table.label}.{column}", text.get(form) or hexed[form]
        for place, form in _of_the_rest(list(text)):
            yield place, text[form]


def _of_the_table(table: _Table, text: list[str], hexed: list[str], since: Horizon | None) -> list[tuple[str, str]]:
    """Return the columns in which the forms stand. Bytes are looked at as text, and as the hexadecimal of marks."""
    said = [(column, "encode({}, 'escape')" if is_bytes else "{}::text", "text") for column, is_bytes in table.columns]
    said += [(column, "encode({}, 'hex')", "hexed") for column, is_bytes in table.columns if is_bytes]
    is_new = "WHERE age(entry.xmin) <= age({since}::text::xid)" if since and table.has_versions else ""
    question = sql.SQL(
        "SELECT DISTINCT cell.name, form.written FROM {table} entry"
        " CROSS JOIN LATERAL (VALUES {cells}) cell (name, kind, content)"
        " JOIN (SELECT 'text' AS kind, unnest({text}::text[]) AS written"
        " UNION ALL SELECT 'hexed', unnest({hexed}::text[])) form"
        " ON form.kind = cell.kind AND strpos(cell.content, form.written) > 0 {is_new}"
    ).format(
        is_new=sql.SQL(is_new).format(since=_TOLD["since"]),
        table=sql.Identifier(table.schema, table.name),
        cells=sql.SQL(", ").join(_cell(column, shape, kind) for column, shape, kind in said),
        text=_TOLD["text"],
        hexed=_TOLD["hexed"],
    )
    return _asked(question, text=text, hexed=hexed, since=since.transaction_id if since else "0")


def _cell(column: str, shape: str, kind: str) -> sql.Composable:
    content = sql.SQL(shape).format(sql.SQL("entry.{}").format(sql.Identifier(column)))
    return sql.SQL("({}, {}, lower({}))").format(column, kind, content)


#: What PostgreSQL itself remembers of columns until it looks at them again, large objects, and comments.
_REST = {
    "SELECT DISTINCT 'pg_stats ' || tablename || '.' || attname, written FROM pg_catalog.pg_stats": (
        "concat_ws(' ', most_common_vals::text, histogram_bounds::text, most_common_elems::text)"
    ),
    "SELECT DISTINCT 'pg_largeobject ' || oid, written FROM pg_catalog.pg_largeobject_metadata": (
        "encode(lo_get(oid), 'escape')"
    ),
    "SELECT DISTINCT 'pg_description ' || objoid, written FROM pg_catalog.pg_description": "description",
}


def _of_the_rest(text: list[str]) -> Iterator[tuple[str, str]]:
    for question, content in _REST.items():
        among = f" JOIN unnest({{text}}::text[]) written ON strpos(lower({content}), written) > 0"
        yield from _asked(sql.SQL(question + among).format(text=_TOLD["text"]), text=text)


#: Where the values go. They are told apart from the question: its text is seen by whoever may watch the server.
_TOLD = {name: sql.SQL(f"\0{name}\0") for name in ("text", "hexed", "since")}


def _asked(question: sql.Composable, **told: str | list[str]) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        words = question.as_string(cursor.connection).replace("%", "%%")
        for name in told:
            words = words.replace(f"\0{name}\0", f"%({name})s")
        try:
            cursor.execute(words, {name: value for name, value in told.items() if f"%({name})s" in words})
        except OperationalError as late:
            raise NotSweptError from late
        rows: list[tuple[str, str]] = cursor.fetchall()
    return rows


# --- Files ------------------------------------------------------------------------------------------------------------


def _of_the_files(
    everything: Sequence[Sought], folder: Path, leave_out: Mapping[Path, str], since: Horizon | None
) -> Iterator[tuple[str, str]]:
    forms = {form.encode(): one.value for one in everything for form in one.text | one.hexed}
    for path in _files(folder, {one.resolve() for one in leave_out}):
        name = path.relative_to(folder)
        yield from (
            (f"name of file {name}", value) for form, value in forms.items() if form in str(name).lower().encode()
        )
        with suppress(FileNotFoundError):  # gone meanwhile
            if since is None or path.stat().st_mtime >= since.written_since:
                yield from ((f"file {name}", forms[form]) for form in _in_file(path, list(forms)))


def _files(folder: Path, left_out: set[Path]) -> Iterator[Path]:
    """Yield the files; a link is looked at where it stands, never behind it."""
    for parent, folders, files in os.walk(folder):
        here = Path(parent)
        folders[:] = sorted(name for name in folders if (here / name).resolve() not in left_out)
        yield from (
            here / name for name in sorted(files)
            if (here / name).resolve() not in left_out and (here / name).is_file()
        )  # fmt: skip


def _in_file(path: Path, forms: Sequence[bytes]) -> set[bytes]:
    opened: Any = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rb") as content:
        return _in_stream(content, forms)


def _in_stream(content: IO[bytes], forms: Sequence[bytes]) -> set[bytes]:
    """Return the forms in a stream, read in parts that overlap by the longest form."""
    found: set[bytes] = set()
    overlap, kept = max(map(len, forms), default=1), b""
    while part := content.read(CHUNK):
        text = kept + part.lower()
        found.update(form for form in forms if form in text)
        kept = text[-overlap:]
    return found


# --- A dump -----------------------------------------------------------------------------------------------------------


def _of_the_dump(everything: Sequence[Sought], lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """Read a plain dump line by line: what stands between COPY and its end belongs to that table."""
    forms = {form.encode(): one.value for one in everything for form in one.text | one.hexed}
    table = "outside of tables"
    for line in lines:
        if line.startswith(b"COPY "):
            table = line.split(b" ", 2)[1].decode().removeprefix("public.")
        lowered = line.lower()
        yield from ((f"dump {table}", value) for form, value in forms.items() if form in lowered)
        if line.startswith(b"\\."):
            table = "outside of tables"


# --- What PostgreSQL remembers ----------------------------------------------------------------------------------------


def forget_statistics(tables: Iterable[str]) -> None:
    """Have PostgreSQL look at the tables anew: what it remembers of a column holds values of people who are gone."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
