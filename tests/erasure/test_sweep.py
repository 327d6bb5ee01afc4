"""The sweep sees everything, declared or not. After an erasure it finds what the plan said stays, and no more."""
# ruff: noqa: S608 -- statements of our own words

import gzip
import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from tests import make
from tests.erasure.lives import Life, live
from tests.erasure.make import erased

from seloste.erasure.sweep import Horizon, Sightings, forget_statistics, sweep
from seloste.kernel import kept
from seloste.kernel.kept import Kept
from seloste.kernel.marks import mark_of
from seloste.register.queries import whose

pytestmark = pytest.mark.django_db
WORD = "ZqKanarialintu"
#: Where something of a person stays: the proof of her consents, and her own requests (art. 5(2), 7(1), 17(3)(e)).
PROOF = {
    "consents_acknowledgement",
    "consents_consentevent",
    "consents_suppression",
    "ledger_ledgerentry",
    "rights_correspondence",
    "rights_identitycheck",
    "rights_request",
}


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def tables_of(sightings: Sightings) -> set[str]:
    return {place.split(".")[0] for place in sightings}


def sought(life: Life) -> list[str]:
    """Return what was planted, but for words that several people share."""
    return sorted(set(life.planted.values()))


# --- What it sees -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("text", f"'on {WORD} täällä'"),
        ("varchar(90)", f"upper('{WORD}')"),
        ("text[]", f"ARRAY['a', '{WORD}']"),
        ("jsonb", f"""'{{"deep": [{{"er": "{WORD}"}}]}}'"""),
        ("json", f"""'{{"{WORD}": 1}}'"""),
        ("bytea", f"convert_to('PDF {WORD}', 'UTF8')"),
        ("bytea", f"convert_to('{WORD}', 'UTF8')"),
        ("bytea", f"'\\x{mark_of(WORD).hex()}'"),
        ("tsvector", f"to_tsvector('simple', '{WORD}')"),
        ("text", f"encode(convert_to('name: {WORD}', 'UTF8'), 'base64')"),
        ("text", f"encode(convert_to('a name: {WORD}!', 'UTF8'), 'base64')"),
        ("text", f"encode(convert_to('the name {WORD}??', 'UTF8'), 'base64')"),
    ],
)
def test_a_value_is_seen_in_a_table_that_nobody_declared(column: str, value: str) -> None:
    run(f'CREATE TABLE "Old import" (id int, "the % value" {column})', f'INSERT INTO "Old import" VALUES (1, {value})')

    assert sweep([WORD]) == {"Old import.the % value": frozenset({WORD})}


@pytest.mark.parametrize("value", ["Åke Öhman", "100 % varma", 'O\'Brien "X"', "c:\\kansio", "maija+x@example.com"])
def test_a_value_with_odd_signs_is_seen_however_it_is_escaped(value: str) -> None:
    run("CREATE TABLE side (a text, b text, c jsonb)")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO side VALUES (%s, %s, %s)", [value, json.dumps([value]), json.dumps({"x": value})])

    assert sweep([value]) == {f"side.{column}": frozenset({value}) for column in "abc"}


def test_a_number_is_seen_however_it_is_written() -> None:
    run("CREATE TABLE side (a text, b text)", "INSERT INTO side VALUES ('tel 0401234567', '358401234567')")

    assert set(sweep(["+358401234567"])) == {"side.a", "side.b"}


@pytest.mark.parametrize(
    ("statements", "place"),
    [
        (["CREATE SCHEMA side", f"CREATE TABLE side.x AS SELECT '{WORD}'::text AS name"], "side.x.name"),
        ([f"CREATE MATERIALIZED VIEW x AS SELECT '{WORD}'::text AS name"], "x.name"),
        ([f"CREATE UNLOGGED TABLE x AS SELECT '{WORD}'::text AS name"], "x.name"),
        (
            [
                "CREATE TABLE x (name text) PARTITION BY HASH (name)",
                "CREATE TABLE x1 PARTITION OF x FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
                f"INSERT INTO x VALUES ('{WORD}')",
            ],
            "x1.name",
        ),
        ([f"COMMENT ON TABLE register_note IS 'for {WORD}'"], "pg_description"),
        ([f"SELECT lo_from_bytea(0, convert_to('a file of {WORD}', 'UTF8'))"], "pg_largeobject"),
    ],
)  # fmt: skip
def test_a_value_is_seen_outside_of_ordinary_tables(statements: list[str], place: str) -> None:
    run(*statements)

    assert [found.split(" ")[0] for found in sweep([WORD])] == [place]


def test_a_value_is_seen_in_what_postgresql_remembers_of_a_column_until_it_looks_again() -> None:
    run(
        "CREATE TABLE side (name text)",
        f"INSERT INTO side SELECT '{WORD}' FROM generate_series(1, 50)",
        "ANALYZE side",
        "DELETE FROM side",
        "INSERT INTO side SELECT 'other' FROM generate_series(1, 50)",
    )

    assert set(sweep([WORD])) == {"pg_stats side.name"}
    forget_statistics(["side"])
    assert sweep([WORD]) == {}


def test_a_value_is_seen_in_files_their_names_and_packed_logs(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "web.log").write_text(f"x\n{'y' * 2_000_000}GET /?q={WORD.lower()}", encoding="utf-8")
    with gzip.open(tmp_path / "logs" / "web.log.1.gz", "wb") as packed:
        packed.write(f"POST {WORD}".encode())
    (tmp_path / f"{WORD}.txt").touch()
    (tmp_path / "innocent.txt").write_text("nothing", encoding="utf-8")
    (tmp_path / "mailbox").mkdir()
    (tmp_path / "mailbox" / "1.eml").write_text(WORD, encoding="utf-8")

    found = sweep([WORD], folder=tmp_path, leave_out={tmp_path / "mailbox": "the outside world of the demo"})

    assert list(found) == ["file logs/web.log", "file logs/web.log.1.gz", f"name of file {WORD}.txt"]


def test_only_what_was_written_since_is_looked_at() -> None:
    run("CREATE TABLE side (name text)", f"INSERT INTO side VALUES ('{WORD}')")
    with connection.cursor() as cursor:
        cursor.execute("SELECT (xmin::text::bigint + 1)::text FROM side")
        later = Horizon(transaction_id=cursor.fetchone()[0], written_since=0.0)

    assert set(sweep([WORD], since=Horizon(transaction_id=later.transaction_id, written_since=0))) == set()
    assert set(sweep([WORD], since=Horizon.now())) == {"side.name"}


def test_the_values_are_no_part_of_the_question_that_others_can_watch() -> None:
    asked: list[str] = []

    def listen(execute: Any, words: str, *rest: Any) -> Any:  # noqa: ANN401 -- Django's own contract
        asked.append(words.lower())
        return execute(words, *rest)

    with connection.execute_wrapper(listen):
        sweep([WORD])

    assert len(asked) > 50
    assert [words for words in asked if WORD.lower() in words] == []


# --- Before and after an erasure --------------------------------------------------------------------------------------


def shown(person_id: UUID) -> str:
    """Return everything that access finds of the person, in small letters."""
    hers = whose([person_id])
    return repr([(one.values, one.about) for store in kept.kept() for one in store.records(hers)]).lower()


def test_everything_that_is_kept_of_a_person_is_in_her_list() -> None:
    """I39: each place in which something of her is found belongs to a registered table, and access shows the value."""
    life = live("one")
    told, found = shown(life.person_id), sweep(sought(life))

    registered = {store.model._meta.db_table for store in kept.kept()}
    assert tables_of(found) <= registered
    assert len(tables_of(found)) >= 18
    copies = {"mail_message.html"}  # the same letter with markup; what it repeats is shown
    assert [place for place, values in found.items() for value in values
            if value.lower() not in told and place not in copies] == []  # fmt: skip


def test_after_an_erasure_only_what_the_plan_said_is_found() -> None:
    """I50: every column of every table, and the files, hold nothing of her but what stays by law."""
    life, other = live("one"), live("other")
    before = sweep(sought(other))

    job = erased(life.person_id)

    stays = {store.model._meta.db_table for store in kept.kept() if store.key in {one["store"] for one in job.stays}}
    told = shown(life.person_id)
    found = sweep(sought(life), folder=settings.LEDGER_FILES[0].parent)
    assert _in_files(found) == {f"file {settings.LEDGER_FILES[0].name}"}  # the keyed mark of a closed address
    found = sweep(sought(life))
    assert tables_of(found) <= stays
    assert tables_of(found) == PROOF
    assert [place for place, values in found.items() for value in values
            if value.lower() not in told and not place.endswith(".mark")] == []  # fmt: skip
    assert sweep(sought(other)) == before


def test_an_address_that_two_people_have_stays_with_the_other() -> None:
    life = live("one")
    two = make.person("Kaisa", "Kuusi", email=life.email)

    erased(life.person_id)

    found = sweep([life.email])
    assert "register_contactpoint.value" in found
    assert life.email in shown(two)
    assert "kuusi" in shown(two)


# --- A room that forgets ----------------------------------------------------------------------------------------------


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Kept]:
    """The registered tables, for the test alone."""
    mine = {store.key: store for store in kept.kept()}
    monkeypatch.setattr(kept, "_kept", mine)
    return mine


FORGETFUL = ["mail.messages", "outreach.asked", "outreach.recipients", "mail.files"]


@pytest.mark.parametrize("key", FORGETFUL)
def test_a_room_that_forgets_a_table_is_found_out(registered: dict[str, Kept], key: str) -> None:
    life = live("one")
    registered[key] = replace(registered[key], records=lambda _whose: [])
    if key == "mail.files":  # a message takes its files along, whoever forgot them
        registered["mail.messages"] = replace(registered["mail.messages"], records=lambda _whose: [])

    erased(life.person_id)

    assert registered[key].model._meta.db_table in tables_of(sweep(sought(life)))


def test_a_room_that_forgets_what_waits_is_found_out(registered: dict[str, Kept]) -> None:
    life = live("one")
    whole = registered["intake.submissions"]
    registered["intake.submissions"] = replace(
        whole, records=lambda whose: [one for one in whole.records(whose) if one.person is not None]
    )

    erased(life.person_id)

    assert "intake_submission" in tables_of(sweep(sought(life)))


@pytest.mark.parametrize("key", ["register.names", "register.notes", "intake.interactions"])
def test_a_room_that_forgets_what_points_to_her_stops_the_erasure(registered: dict[str, Kept], key: str) -> None:
    life = live("one")
    registered[key] = replace(registered[key], records=lambda _whose: [])
    before = sweep(sought(life))

    with pytest.raises(Exception, match=r"foreign key|still referenced|viol"):
        erased(life.person_id)

    assert sweep(sought(life)) == before


def test_a_room_that_only_says_it_erased_stops_the_erasure(registered: dict[str, Kept]) -> None:
    life = live("one")
    registered["mail.messages"] = replace(registered["mail.messages"], erase=len)

    with pytest.raises(Exception, match=r"mail.messages"):
        erased(life.person_id)


# --- A dump -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_dump_holds_what_the_tables_hold_and_nothing_after_an_erasure() -> None:
    life = live("one")
    before = sweep(sought(life), dump=_dump())
    assert {"dump register_name", "dump mail_message", "dump rights_request"} <= set(before)

    erased(life.person_id)

    after = sweep(sought(life), dump=_dump())
    dumped = {place.removeprefix("dump ") for place in after if place.startswith("dump ")}
    assert dumped == {place.split(".")[0] for place in after if not place.startswith("dump ")}
    assert dumped == PROOF


def _in_files(found: Sightings) -> set[str]:
    return {place for place in found if "file " in place}


def _dump() -> list[bytes]:
    """Return a plain dump of the whole database, made by PostgreSQL's own program."""
    from seloste.config import embedded

    told: Any = connection.get_connection_params()
    address = [f"--host={told['host']}", f"--username={told['user']}", f"--dbname={told['dbname']}"]
    done = subprocess.run([str(embedded.programs() / "pg_dump"), *address], check=True, capture_output=True)
    return done.stdout.splitlines(keepends=True)
