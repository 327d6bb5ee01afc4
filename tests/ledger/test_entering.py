"""Entries: with their deed or not at all, no word about anybody, chained, and on disk outside the database."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from tests import make

from seloste.ledger import book
from seloste.ledger.actions import BehindError, enter, flush
from seloste.ledger.actions.entering import OutsideTransactionError
from seloste.ledger.choices import Kind, Standing
from seloste.ledger.models import LedgerEntry, Link, Waiting
from seloste.ledger.queries import standing, verify

pytestmark = pytest.mark.django_db


def say(kind: Kind = Kind.OBJECTED, **more: object) -> int:
    return enter(at=make.AT, kind=kind, subject=uuid4(), codes=["direct_marketing"], **more)  # type: ignore[arg-type]


def test_entry_is_on_disk_once_flushed() -> None:
    subject = uuid4()
    number = enter(at=make.AT, kind=Kind.ERASED, subject=subject, codes=["all"], counts={"register.names": 2})

    assert flush() == 1
    (linked,) = book.read(settings.LEDGER_FILES[0])
    assert (linked.seq, linked.entry.subject, linked.entry.counts) == (1, subject, {"register.names": 2})
    assert Link.objects.get().entry_id == number
    assert settings.LEDGER_FILES[0].stat().st_mode & 0o777 == 0o600
    assert (flush(), Waiting.objects.count(), verify()) == (0, 0, [])


def test_many_entries_make_one_chain_in_every_file() -> None:
    settings.LEDGER_FILES.append(settings.LEDGER_FILES[0].parent / "elsewhere" / "copy.jsonl")
    for _ in range(5):
        say()
        flush()

    first, second = settings.LEDGER_FILES
    assert [one.seq for one in book.read(first)] == [1, 2, 3, 4, 5]
    assert first.read_bytes() == second.read_bytes()
    assert verify() == []


@pytest.mark.django_db(transaction=True)
def test_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(OutsideTransactionError):
        say()


@pytest.mark.django_db(transaction=True)
def test_entry_goes_with_the_deed_that_is_undone() -> None:
    with transaction.atomic():
        say()
        transaction.set_rollback(True)

    assert (flush(), LedgerEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("code", ["Maija", "maija mallikas", "a@example.com", "0401234567", "äiti", "", "x" * 200])
def test_no_free_text_fits_into_a_code(code: str) -> None:
    with pytest.raises(ValueError, match="code"):
        enter(at=make.AT, kind=Kind.ERASE, subject=uuid4(), codes=[code])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_ledgerentry (key, at, kind, codes, mark, stores, counts)"
            " VALUES (gen_random_uuid(), now(), 'erase', ARRAY[%s]::varchar[], '', '{}', '{}')",
            [code or None],
        )


@pytest.mark.parametrize(
    "values",
    [
        "'erase', '{}', '\\x00', '{}', '{}'",
        "'told', '{}', '', '{}', '{}'",
        "'erase', '{}', '', '{register.names}', '{}'",
        "'erase', '{}', '', '{Maija}', '{1}'",
        "'erase', '{maija mallikas}', '', '{}', '{}'",
    ],
)
def test_database_refuses_what_is_no_entry(values: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_ledgerentry (key, at, kind, codes, mark, stores, counts)"  # noqa: S608 -- our own values
            f" VALUES (gen_random_uuid(), now(), {values})"
        )


def test_no_column_is_free_text() -> None:
    """I53: every textual column is held to a closed list or a closed pattern by a constraint of the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_name LIKE 'ledger%%' AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY')"
        )
        textual = {column for _table, column, _type in cursor.fetchall()}
        cursor.execute("SELECT string_agg(pg_get_constraintdef(oid), ' ') FROM pg_constraint WHERE contype = 'c'")
        (rules,) = cursor.fetchone()

    assert textual == {"kind", "codes", "stores", "counts"}
    assert all(f"{column}" in rules for column in textual)


@pytest.mark.parametrize("table", ["ledger_ledgerentry", "ledger_link"])
@pytest.mark.parametrize("attack", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_entries_are_only_added_to(table: str, attack: str) -> None:
    enter(at=make.AT, kind=Kind.ERASE, subject=uuid4())
    flush()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack.format(table))


def test_torn_last_line_is_mended() -> None:
    path = settings.LEDGER_FILES[0]
    say()
    flush()
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])

    assert standing().state is Standing.WHOLE
    say()
    flush()
    assert [one.seq for one in book.read(path)] == [1, 2]
    assert path.read_bytes().startswith(whole)


def test_file_that_lags_is_brought_up() -> None:
    path = settings.LEDGER_FILES[0]
    for _ in range(3):
        say()
        flush()
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])

    assert [finding.what for finding in verify()] == ["the file ends at entry 1, the database at 3"]
    flush()
    assert verify() == []


def test_changed_line_is_found_by_its_place() -> None:
    path = settings.LEDGER_FILES[0]
    for _ in range(3):
        say()
    flush()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1].replace(b"objected", b"erased") + lines[2])

    (finding,) = verify()
    assert (finding.where, finding.what) == (f"{path}, line 2", "the line was changed or is no entry")


def test_missing_line_is_found_by_its_place() -> None:
    path = settings.LEDGER_FILES[0]
    for _ in range(3):
        say()
    flush()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])

    (finding,) = verify()
    assert (finding.where, finding.what) == (f"{path}, line 2", "entry 3 follows entry 1")


def test_changed_row_is_found() -> None:
    for _ in range(3):
        say()
    flush()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_ledgerentry DISABLE TRIGGER ALL")
        cursor.execute(
            "UPDATE ledger_ledgerentry SET subject = gen_random_uuid()"
            " WHERE id = (SELECT entry_id FROM ledger_link WHERE seq = 2)"
        )
        cursor.execute("ALTER TABLE ledger_ledgerentry ENABLE TRIGGER ALL")

    assert [finding.where for finding in verify()] == ["database, after entry 1"]


def test_file_of_another_installation_is_refused() -> None:
    path = settings.LEDGER_FILES[0]
    say()
    flush()
    other = path.read_bytes()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM ledger_link")
        cursor.execute("DELETE FROM ledger_ledgerentry")
        cursor.execute("RESET session_replication_role")
    path.unlink()
    settings.LEDGER_MARK.unlink()
    say()
    flush()
    path.write_bytes(other)

    assert standing().state is Standing.FORKED
    say()
    with pytest.raises(BehindError, match="ledger verify"):
        flush()
