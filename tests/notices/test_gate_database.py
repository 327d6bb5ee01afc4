"""The gate: a database that is not what the code and the notice say makes `seloste check` fail."""

from pathlib import Path

import pytest
from django.db import OperationalError, connection, models
from tests.notices.make import AT, found, sql

from seloste.audit.models import AuditEvent
from seloste.notices.models import NoticeVersion
from seloste.notices.queries.gate import gate
from seloste.register.models import Note

pytestmark = pytest.mark.django_db


# --- The database -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "code", "place"),
    [
        ("CREATE TABLE tmp_import (name text)", "E010", "tmp_import"),
        ("CREATE TABLE tmp_parts (name text) PARTITION BY HASH (name)", "E010", "tmp_parts"),
        ("CREATE TABLE tmp_child () INHERITS (register_note)", "E010", "tmp_child"),
        ("CREATE VIEW everyone AS SELECT family_name FROM register_name", "E010", "everyone"),
        ("CREATE MATERIALIZED VIEW everyone AS SELECT family_name FROM register_name", "E010", "everyone"),
        ("CREATE UNLOGGED TABLE scratch (hetu text)", "E010", "scratch"),
        ('CREATE TABLE "Register_Note" (name text)', "E010", "Register_Note"),
        ("ALTER TABLE register_person ADD old_hetu text", "E011", "register_person.old_hetu"),
        ("ALTER TABLE cache_entry ADD address text", "E011", "cache_entry.address"),
        ("ALTER TABLE django_migrations ADD who text", "E011", "django_migrations.who"),
        ("ALTER TABLE register_note RENAME text TO words", "E011", "register_note.words"),
        ("ALTER TABLE register_note RENAME text TO words", "E012", "register_note.text"),
        ("ALTER TABLE register_note RENAME TO register_notes", "E012", "register_note"),
        ("ALTER TABLE register_note DROP text", "E012", "register_note.text"),
        ("CREATE SCHEMA side CREATE TABLE copies (name text)", "E013", "side.copies"),
        (
            "CREATE SCHEMA side CREATE VIEW people AS SELECT family_name FROM public.register_name",
            "E013",
            "side.people",
        ),
        ("SELECT lo_create(0)", "E014", "pg_largeobject"),
        (
            "DELETE FROM django_migrations WHERE app = 'register' AND name = '0001_initial'",
            "E097",
            "register.0001_initial",
        ),
    ],
)
def test_an_undeclared_thing_in_the_database_is_refused(folder: Path, statement: str, code: str, place: str) -> None:
    sql(statement)

    assert place in found(folder, code)


def test_a_foreign_table_is_refused(folder: Path) -> None:
    sql(
        "CREATE FOREIGN DATA WRAPPER nowhere",
        "CREATE SERVER elsewhere FOREIGN DATA WRAPPER nowhere",
        "CREATE FOREIGN TABLE neighbours (name text) SERVER elsewhere",
    )

    assert found(folder, "E010") == ["neighbours"]


def test_a_database_that_does_not_answer_is_a_failure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", down)

    report = gate(folder=folder, at=AT)

    assert [problem.code for problem in report.problems] == ["E098"]
    assert report.saw is None


# --- The guards in the database ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER only_added_to ON {table}",
        "DROP TRIGGER never_emptied ON {table}",
        "ALTER TABLE {table} DISABLE TRIGGER only_added_to",
        "ALTER TABLE {table} ENABLE REPLICA TRIGGER only_added_to",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        (
            "DROP TRIGGER only_added_to ON {table}; CREATE TRIGGER only_added_to BEFORE UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION seloste_only_added_to()"
        ),
        (
            "DROP TRIGGER only_added_to ON {table}; CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH STATEMENT WHEN (false) EXECUTE FUNCTION seloste_only_added_to()"
        ),
        (
            "DROP TRIGGER only_added_to ON {table}; CREATE TRIGGER only_added_to AFTER UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION seloste_only_added_to()"
        ),
        (
            "CREATE OR REPLACE FUNCTION seloste_only_added_to() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN OLD; END $$"
        ),
        (
            "CREATE OR REPLACE FUNCTION seloste_only_added_to() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN IF false THEN RAISE EXCEPTION 'no'; END IF; RETURN OLD; END $$"
        ),
    ],
)
@pytest.mark.parametrize("name", ["audit_auditevent", "notices_noticeversion", "accounts_undertakingsignature"])
def test_an_append_only_table_without_its_guard_is_refused(folder: Path, statement: str, name: str) -> None:
    sql(statement.format(table=name))

    assert any(place.startswith(f"{name}.") for place in found(folder, "E030"))


_ANEW = "CREATE OR REPLACE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION "


@pytest.mark.parametrize("name", ["audit_auditevent", "audit_run", "accounts_undertakingsignature"])
@pytest.mark.parametrize(
    "statement",
    [
        _ANEW + "seloste_goes_when_due('at', '1 day')",
        _ANEW + "seloste_goes_when_due('at', '-24 months')",
        _ANEW + "seloste_goes_when_due('ended_at')",
        _ANEW + "seloste_goes_when_due('keep_until', '-1 month')",
        _ANEW + "seloste_goes_when_due('signed_at', '24 months', '')",
        _ANEW + "seloste_only_added_to()",
        (
            "CREATE OR REPLACE TRIGGER only_added_to BEFORE UPDATE OF id OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION seloste_goes_when_due('at', '24 months')"
        ),
        (
            "CREATE OR REPLACE FUNCTION seloste_goes_when_due() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN OLD; END $$"
        ),
        "DROP TRIGGER only_added_to ON {table}",
        "DROP TRIGGER never_emptied ON {table}",
        "ALTER TABLE {table} DISABLE TRIGGER only_added_to",
    ],
)
def test_a_table_whose_rows_go_at_another_time_than_said_is_refused(folder: Path, statement: str, name: str) -> None:
    sql(statement.format(table=name))

    assert any(place.startswith(f"{name}.") for place in found(folder, "E030"))


@pytest.mark.parametrize("goes_after", [(), ("at", "1 month"), ("at",), ("at", "24 months", "x")])
def test_a_model_that_says_another_time_than_the_database_keeps_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, goes_after: tuple[str, ...]
) -> None:
    monkeypatch.setattr(AuditEvent, "goes_after", goes_after)

    assert found(folder, "E030") == ["audit_auditevent.only_added_to", "audit_auditevent"]


def test_the_record_cannot_be_let_go_sooner_by_changing_code_and_database_alike(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql(_ANEW.format(table="audit_auditevent") + "seloste_goes_when_due('at', '1 month')")
    monkeypatch.setattr(AuditEvent, "goes_after", ("at", "1 month"))

    assert found(folder, "E030") == ["audit_auditevent"]


def test_published_words_can_never_be_let_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sql(_ANEW.format(table="notices_noticeversion") + "seloste_goes_when_due('published_at', '24 months')")
    monkeypatch.setattr(NoticeVersion, "goes_after", ("published_at", "24 months"), raising=False)

    assert found(folder, "E030") == ["notices_noticeversion"]


def test_a_table_that_may_change_cannot_be_one_whose_rows_go_when_due(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Note, "goes_after", ("collected_at", "1 month"), raising=False)

    assert found(folder, "E030") == ["register_note"]


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE register_note DROP CONSTRAINT note_is_not_empty",
        (
            "ALTER TABLE register_note DROP CONSTRAINT note_is_not_empty,"
            " ADD CONSTRAINT note_is_not_empty CHECK (NOT (text = '')) NOT VALID"
        ),
        "ALTER TABLE register_note DROP CONSTRAINT note_is_not_empty, ADD CONSTRAINT note_is_not_empty CHECK (true)",
    ],
)
def test_a_constraint_that_is_gone_or_weaker_is_refused(folder: Path, statement: str) -> None:
    sql(statement)

    assert found(folder, "E031") == ["register_note.note_is_not_empty"]


def test_a_unique_rule_that_is_gone_is_refused(folder: Path) -> None:
    sql("DROP INDEX name_is_one_at_a_time")

    assert found(folder, "E031") == ["register_name.name_is_one_at_a_time"]


def test_a_constraint_of_the_code_that_the_database_lacks_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = models.CheckConstraint(name="version_is_short", condition=models.Q(version__regex=r"^.{1,9}$"))
    monkeypatch.setattr(NoticeVersion._meta, "constraints", [*NoticeVersion._meta.constraints, rule])

    assert found(folder, "E031") == ["notices_noticeversion.version_is_short"]


# --- What acts in the database by itself, and how its tables are built ------------------------------------------------

_SWALLOW = "CREATE FUNCTION seloste_swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("CREATE RULE quiet AS ON INSERT TO audit_auditevent DO INSTEAD NOTHING", "audit_auditevent.quiet"),
        (
            (
                f"{_SWALLOW}; CREATE TRIGGER quiet BEFORE INSERT ON audit_auditevent"
                " FOR EACH ROW EXECUTE FUNCTION seloste_swallow()"
            ),
            "audit_auditevent.quiet",
        ),
        (
            (
                "CREATE TRIGGER only_added_to BEFORE UPDATE ON register_note"
                " FOR EACH ROW EXECUTE FUNCTION seloste_only_added_to()"
            ),
            "register_note.only_added_to",
        ),
        ("CREATE FUNCTION names() RETURNS text LANGUAGE sql AS $$ SELECT 'Maija' $$", "names"),
        ("CREATE SEQUENCE visitors", "visitors"),
        ("CREATE PUBLICATION away FOR ALL TABLES", "away"),
        ("CREATE POLICY nobody ON audit_auditevent USING (false)", "audit_auditevent.nobody"),
        ("ALTER ROLE CURRENT_USER SET session_replication_role = replica", "session_replication_role=replica"),
        ("ALTER TABLE register_note DISABLE TRIGGER ALL", "register_note"),
    ],
)
def test_what_acts_by_itself_and_is_not_ours_is_refused(folder: Path, statement: str, place: str) -> None:
    sql(statement)

    assert place in found(folder, "E015")


def test_an_append_only_table_whose_model_no_longer_says_so_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NoticeVersion, "append_only", False)

    assert found(folder, "E015") == ["notices_noticeversion.never_emptied", "notices_noticeversion.only_added_to"]


def test_an_unlogged_table_is_refused(folder: Path) -> None:
    sql("ALTER TABLE register_note SET UNLOGGED")

    assert found(folder, "E016") == ["register_note"]


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE register_note ALTER source DROP NOT NULL",
        "ALTER TABLE register_note ALTER source TYPE varchar(40)",
    ],
)
def test_a_column_of_another_kind_is_refused(folder: Path, statement: str) -> None:
    sql(statement)

    assert found(folder, "E017") == ["register_note.source"]


def constraint(table: str, kind: str, column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = %s"
            " AND conkey = ARRAY[(SELECT attnum FROM pg_attribute WHERE attrelid = conrelid AND attname = %s)]",
            [table, kind, column],
        )
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("name", "kind", "column", "again"),
    [
        ("register_note", "f", "person_id", ""),
        ("register_note", "f", "person_id", "FOREIGN KEY (person_id) REFERENCES register_person ON DELETE CASCADE"),
        ("register_note", "f", "person_id", "FOREIGN KEY (person_id) REFERENCES register_person NOT VALID"),
        ("register_note", "p", "id", ""),
        ("accounts_user", "u", "email", ""),
    ],
)
def test_a_key_that_is_gone_or_another_is_refused(folder: Path, name: str, kind: str, column: str, again: str) -> None:
    known = constraint(name, kind, column)
    sql(f'ALTER TABLE {name} DROP CONSTRAINT "{known}" CASCADE')
    if again:
        sql(f'ALTER TABLE {name} ADD CONSTRAINT "{known}" {again}')

    assert f"{name}.{column}" in found(folder, "E031")


def test_a_unique_rule_of_the_same_name_but_weaker_is_refused(folder: Path) -> None:
    sql("DROP INDEX name_is_one_at_a_time; CREATE UNIQUE INDEX name_is_one_at_a_time ON register_name (id)")

    assert found(folder, "E031") == ["register_name.name_is_one_at_a_time"]
