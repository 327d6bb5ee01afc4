"""The gate: whatever is changed in code, database or notice without the others makes `seloste check` fail."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import OperationalError, connection, models
from pytest_django.fixtures import Settings
from tests.make import VERSION
from tests.notices.make import AT, add, found, problems, replace, table

from seloste.audit.models import AuditEvent
from seloste.config.commands.check import tell
from seloste.kernel import holdings
from seloste.kernel.holdings import not_personal, personal
from seloste.notices.models import NoticeVersion
from seloste.notices.queries import catalog
from seloste.notices.queries.gate import gate
from seloste.register.models import Note, Person

pytestmark = pytest.mark.django_db


def sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


# --- The house as it is -----------------------------------------------------------------------------------------------


def test_the_house_passes_when_nothing_is_changed(folder: Path) -> None:
    assert problems(folder) == []


def test_the_gate_tells_what_it_saw(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = gate(folder=folder, at=AT)

    tell(report)

    assert report.saw is not None
    assert report.saw.models >= 28
    assert report.saw.fields >= 269
    assert report.saw.tables >= 30
    assert report.saw.columns >= 276
    assert f"{report.saw.models} models with {report.saw.fields} fields" in capsys.readouterr().out


def test_the_gate_leaves_no_trace_when_it_has_looked(folder: Path) -> None:
    before = catalog.seen().database.relations

    problems(folder)

    assert catalog.seen().database.relations == before


# --- The code ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def new_field() -> Iterator[Callable[[type[models.Model], str], None]]:
    """Add a field to a model for the time of a test."""
    added: list[tuple[type[models.Model], str]] = []

    def put(model: type[models.Model], name: str) -> None:
        model.add_to_class(name, models.TextField())
        added.append((model, name))

    yield put
    for model, name in added:
        model._meta.local_fields.remove(model._meta.get_field(name))  # type: ignore[arg-type]
        model._meta._expire_cache()  # type: ignore[attr-defined]  # noqa: SLF001 -- as if the field had never been
        delattr(model, name)


def test_a_new_model_field_is_refused(folder: Path, new_field: Callable[[type[models.Model], str], None]) -> None:
    new_field(Person, "shoe_size")

    assert "register.Person.shoe_size" in found(folder, "E001")
    assert "register_person.shoe_size" in found(folder, "E012")


def test_a_new_field_of_a_package_is_refused(
    folder: Path, new_field: Callable[[type[models.Model], str], None]
) -> None:
    from allauth.mfa.models import Authenticator

    new_field(Authenticator, "mother")

    assert found(folder, "E001") == ["mfa.Authenticator.mother"]


def test_a_renamed_field_is_refused_twice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = {("words" if name == "text" else name): holding for name, holding in Note.holds.items()}
    monkeypatch.setattr(Note, "holds", renamed)

    assert found(folder, "E001") == ["register.Note.text"]
    assert found(folder, "E002") == ["register.Note.words"]


def test_a_model_without_holds_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Note, "holds")

    assert found(folder, "E005") == ["register.Note"]


@pytest.mark.parametrize(
    "reason", ["", "n/a", "not needed"[:9], "TODO: find out later", "----------------", "xxxxxxxxxxxxxxxx"]
)
def test_a_reason_that_is_none_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    monkeypatch.setattr(Note, "holds", {**Note.holds, "id": not_personal(reason)})

    assert found(folder, "E003") == ["register.Note.id"]


def test_an_unknown_category_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Note, "holds", {**Note.holds, "text": personal("health")})

    assert found(folder, "E004") == ["register.Note.text"]


def test_personal_without_a_category_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Note, "holds", {**Note.holds, "text": personal()})

    assert found(folder, "E004") == ["register.Note.text"]


def declare(monkeypatch: pytest.MonkeyPatch, table: holdings.Table) -> None:
    monkeypatch.setattr(holdings, "_foreign", {**holdings.foreign_tables(), table.name: table})


def test_a_declared_table_of_nobody_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch, holdings.Table("old_import", {"name": personal("identity")}))

    assert found(folder, "E012") == ["old_import"]


def test_a_declared_column_that_a_package_lacks_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = holdings.foreign_tables()["mfa_authenticator"]
    more = holdings.Table(known.name, {**known.holds, "pin": personal("staff")})
    declare(monkeypatch, more)

    assert found(folder, "E002") == ["mfa_authenticator.pin"]


def test_a_package_that_nobody_declared_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {name: table for name, table in holdings.foreign_tables().items() if name != "mfa_authenticator"}
    monkeypatch.setattr(holdings, "_foreign", tables)

    assert found(folder, "E001") == ["mfa.Authenticator"]


def test_a_blind_gate_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace(folder, "census.toml", _figure(folder, "fields"), "fields  = 100000")
    replace(folder, "census.toml", _figure(folder, "columns"), "columns = 100000")

    assert found(folder, "E099") == ["census.fields", "census.columns"]


def test_a_record_far_below_what_is_there_is_refused(folder: Path) -> None:
    replace(folder, "census.toml", _figure(folder, "fields"), "fields = 1")

    assert found(folder, "E099") == ["census.fields"]


def _figure(folder: Path, name: str) -> str:
    lines = (folder / "census.toml").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith(name))


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


# --- Lists and forms --------------------------------------------------------------------------------------------------


def test_a_source_that_only_the_code_knows_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Note._meta.get_field("source"), "choices", [("web_form", "web form"), ("gossip", "gossip")])

    assert "register.Note.source" in found(folder, "E040")


def test_a_source_that_only_the_notice_knows_is_refused(folder: Path) -> None:
    text = table(folder, "sources.toml", "[source.company]")
    add(folder, "sources.toml", "\n" + text.replace("[source.company]", "[source.gossip]"))
    replace(folder, "purposes.toml", '"company"', '"company", "gossip"')

    assert "register.Note.source" in found(folder, "E040")


def test_a_registered_list_that_differs_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holdings, "_lists", {})
    holdings.must_be_among("categories of contacts", ["contact", "fax"], of="category")
    holdings.must_be_among("purposes of calls", ["customer_care"], of="purpose")

    assert found(folder, "E040") == ["categories of contacts"]


def test_a_form_that_asks_more_or_less_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holdings, "_asked", dict(holdings.forms_asked()))
    holdings.asks("contact", {"name", "email", "company", "message", "birthday"})
    holdings.asks("quiz", {"name"})
    holdings.can_ask("feedback", {"name", "email", "message", "phone"})

    assert found(folder, "E050") == ["form.contact.birthday", "form.contact.phone", "form.quiz"]


def test_a_declared_question_that_no_form_can_ask_is_refused(folder: Path) -> None:
    asked = table(folder, "forms.toml", "[form.contact.asks.name]")
    add(folder, "forms.toml", "\n" + asked.replace("asks.name]", "asks.birthday]"))

    assert found(folder, "E050") == ["form.contact.birthday"]


def test_a_declared_form_that_no_page_shows_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {key: form for key, form in holdings.forms_asked().items() if key != "feedback"}
    monkeypatch.setattr(holdings, "_asked", shown)

    assert found(folder, "E050") == ["form.feedback"]


def test_a_cookie_that_the_notice_does_not_name_is_refused(folder: Path, settings: Settings) -> None:
    settings.SESSION_COOKIE_NAME = "tracker"

    assert set(found(folder, "E040")) == {"cookies of the site"}


# --- The notice -------------------------------------------------------------------------------------------------------

ORDER = "[purpose.order]"


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("purposes.toml", "retention     = ", "#retention     = ", "purpose.order.retention"),
        ("purposes.toml", 'period = "P24M"', 'period = "for ever"', "purpose.order.retention.period"),
        ("purposes.toml", 'period = "P24M"', 'period = "P0D"', "purpose.order.retention.period"),
        ("purposes.toml", 'start = "last_delivery"', 'start = "never"', "purpose.order.retention.start"),
        ("purposes.toml", "bases         = ", "#bases         = ", "purpose.order.bases"),
        ("purposes.toml", 'bases         = ["contract", "legitimate_interest"]', "bases = []", "purpose.order.bases"),
        ("purposes.toml", 'bases         = ["contract"', 'bases         = ["habit"', "purpose.order.bases.0"),
        ("purposes.toml", "why.sv        =", "why.se        =", "purpose.order.why"),
        ("purposes.toml", "categories    =", "kategories    =", "purpose.order"),
        ("roles.toml", '"intake"]', '"gossip"]', "role.customer_service.may"),
        ("notice.toml", f'version        = "{VERSION}"', 'version        = "two"', "meta.version"),
    ],
)
def test_a_notice_of_the_wrong_shape_is_refused(folder: Path, file: str, old: str, new: str, place: str) -> None:
    replace(folder, file, old, new)

    report = problems(folder)

    assert {problem.code for problem in report} == {"N001"}
    assert any(place in problem.message for problem in report)
    assert all(problem.place.split(":")[0] == file for problem in report)


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "place"),
    [
        ("purposes.toml", "retention     = ", "profiling = true\nretention     = ", "N110", "purpose.order"),
        ("purposes.toml", "retention     = ", "automated_decisions = true\nretention     = ", "N110", "purpose.order"),
        ("purposes.toml", '["identity", "position"', '["identity", "health"', "N101", "purpose.order.categories"),
        ("purposes.toml", 'clauses       = ["S4.2"', 'clauses       = ["S4.99"', "N104", "purpose.order"),
        (
            "purposes.toml",
            'balance       = "balance/company',
            'balance       = "balance/no',
            "N112",
            "purpose.order.balance",
        ),
        ("purposes.toml", "law           = ", "#law           = ", "N111", "purpose.accounting"),
        (
            "roles.toml",
            '"order", "licence_control"',
            '"party", "licence_control"',
            "N120",
            "role.customer_service.purposes",
        ),
        ("forms.toml", 'category = "identity"', 'category = "billing"', "N132", "form.contact.asks.name"),
        ("forms.toml", 'source    = "web_form"', 'source    = "company"', "N131", "form.contact.source"),
        ("terminal.toml", 'party        = "own"', 'party        = "third"', "N150", "terminal.sessionid"),
        ("notice.toml", 'id      = "S1"', 'id      = "S2"', "N105", "section.2"),
    ],
)
def test_a_notice_that_disagrees_with_itself_is_refused(
    folder: Path, file: str, old: str, new: str, code: str, *, place: str
) -> None:
    replace(folder, file, old, new)

    assert place in found(folder, code)


def test_a_new_purpose_without_a_role_is_refused(folder: Path) -> None:
    add(folder, "purposes.toml", "\n" + table(folder, "purposes.toml", ORDER).replace(ORDER, "[purpose.resale]"))

    assert found(folder, "N161") == ["purpose.resale"]
    assert found(folder, "E021") == []  # all that it lacks is waived as categories


def test_a_category_that_no_field_holds_is_refused(folder: Path) -> None:
    text = table(folder, "categories.toml", "[category.identity]")
    add(folder, "categories.toml", "\n" + text.replace("[category.identity]", "[category.hobbies]"))
    replace(folder, "purposes.toml", '["identity"', '["hobbies", "identity"')

    assert found(folder, "E020") == ["category.hobbies"]


def test_a_category_that_no_purpose_uses_is_refused(folder: Path) -> None:
    text = table(folder, "categories.toml", "[category.identity]")
    add(folder, "categories.toml", "\n" + text.replace("[category.identity]", "[category.hobbies]"))

    assert found(folder, "N160") == ["category.hobbies"]


def test_a_purpose_whose_data_no_field_holds_is_refused(folder: Path) -> None:
    path = folder / "waivers.toml"
    parts = path.read_text(encoding="utf-8").split("[[waiver]]")
    kept = [part for part in parts if '"purpose.licence_control"' not in part and '"category.licence"' not in part]
    path.write_text("[[waiver]]".join(kept), encoding="utf-8")

    assert found(folder, "E020") == ["category.licence"]
    assert found(folder, "E021") == ["purpose.licence_control"]


def test_a_waiver_past_its_day_is_refused(folder: Path) -> None:
    assert found(folder, "N170", at=datetime(2027, 3, 31, 20, 0, tzinfo=UTC)) == []
    assert "waiver purpose.licence_control" in found(folder, "N170", at=datetime(2027, 4, 1, 0, 0, tzinfo=UTC))


_WAIVER = """
[[waiver]]
item     = "{item}"
reason   = "A reason of more than twenty characters."
reviewer = "Seloste developers"
until    = 2027-03-31
"""


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("category.identity", "E022"),
        ("purpose.customer_care", "E022"),
        ("purpose.party", "N171"),
        ("anything", "N171"),
    ],
)
def test_a_waiver_of_nothing_is_refused(folder: Path, item: str, code: str) -> None:
    add(folder, "waivers.toml", _WAIVER.format(item=item))

    assert found(folder, code) == [f"waiver {item}"]


def test_a_translation_that_stayed_behind_is_refused(folder: Path) -> None:
    replace(folder, "notice.toml", "Rekisterinpitäjä on Husgrove,", "Rekisterinpitäjänä on Husgrove,")

    assert found(folder, "N180") == ["section.1.clause.S1.text"]


def test_a_translation_without_its_text_is_refused(folder: Path) -> None:
    add(folder, "reviewed.toml", '"purpose.party.name" = { sv = "000000000000", en = "000000000000" }\n')

    assert found(folder, "N181") == ["purpose.party.name"]


@pytest.mark.parametrize("content", [None, "", "  \n"])
def test_a_balance_test_that_is_gone_or_empty_is_refused(folder: Path, content: str | None) -> None:
    path = folder / "balance" / "customer_care.md"
    if content is None:
        path.unlink()
    else:
        path.write_text(content, encoding="utf-8")

    assert found(folder, "N112") == ["purpose.customer_care.balance"]


_RECIPIENT = """
[recipient.hosting]
name.fi       = "Esimerkki Oy"
name.sv       = "Exempel Ab"
name.en       = "Example Ltd"
kind          = "processor"
country       = "{country}"
{more}
"""


@pytest.mark.parametrize(
    ("country", "more", "code"),
    [("US", "contract_date = 2026-11-01", "N140"), ("FI", "", "N141")],
)
def test_a_recipient_without_its_papers_is_refused(folder: Path, country: str, more: str, code: str) -> None:
    add(folder, "recipients.toml", _RECIPIENT.format(country=country, more=more))
    replace(folder, "purposes.toml", "subjects.fi", 'recipients = ["hosting"]\nsubjects.fi')

    assert found(folder, code) == ["recipient.hosting"]


# --- What the notice may not lose -------------------------------------------------------------------------------------


def without(folder: Path, file: str, header: str) -> None:
    """Take one table out of a file."""
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(table(folder, file, header), "", 1), encoding="utf-8")


def test_a_sentence_that_is_gone_is_refused(folder: Path) -> None:
    path = folder / "notice.toml"
    parts = path.read_text(encoding="utf-8").split("[[section.clause]]")
    path.write_text(
        "[[section.clause]]".join(part for part in parts if 'id      = "S9.2"' not in part), encoding="utf-8"
    )

    assert found(folder, "E099") == ["census.sentences"]


def test_words_as_first_published_are_never_edited(folder: Path) -> None:
    replace(folder, "notice.toml", 'seed    = "- rekisterinpitäjän oikeutettu etu"', 'seed    = "- oikeutettu etu"')

    assert found(folder, "N107") == ["section.clause.seed"]


@pytest.mark.parametrize(
    ("old", "place"),
    [
        ('seed    = "- rekisterinpitäjän oikeutettu etu"', "section.clause.S4.8.seed"),
        ('law     = "Kirjanpitolaki 1336/1997 2:10"', "section.clause.L2.10.law"),
    ],
)
def test_a_sentence_says_where_it_came_from(folder: Path, old: str, place: str) -> None:
    replace(folder, "notice.toml", old, "")

    assert found(folder, "N106") == [place]


def test_a_sentence_that_the_pages_quote_is_refused_by_name(folder: Path) -> None:
    replace(folder, "notice.toml", 'id      = "S4.10"', 'id      = "S4.11"')

    assert "sentences that the code quotes" in found(folder, "E040")


def test_a_purpose_that_the_code_names_is_refused_when_it_is_gone(folder: Path) -> None:
    for path in folder.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("web_security", "site_security"), encoding="utf-8")

    assert "purposes that the code names" in found(folder, "E040")


def test_a_promised_record_that_may_be_changed_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NoticeVersion, "append_only", False)

    assert "notices_noticeversion" in found(folder, "E030")


@pytest.mark.parametrize(("file", "header"), [("rights.toml", "[right.objection]"), ("rights.toml", "[right.access]")])
def test_a_right_that_the_notice_no_longer_tells_is_refused(folder: Path, file: str, header: str) -> None:
    without(folder, file, header)

    assert found(folder, "E099") == ["census.rights"]


def test_a_list_that_the_notice_no_longer_prints_is_refused(folder: Path) -> None:
    replace(folder, "notice.toml", 'generated = ["retention"]', "generated = []")

    assert "section.generated.retention" in found(folder, "N190")


@pytest.mark.parametrize("period", ["P11Y", "P121M", "P3700D"])
def test_a_period_longer_than_any_claim_needs_its_law(folder: Path, period: str) -> None:
    replace(folder, "purposes.toml", 'period = "P24M"', f'period = "{period}"')
    assert found(folder, "N113") == ["purpose.order.retention"]

    replace(folder, "purposes.toml", f'period = "{period}"', f'period = "{period}", law = "Kirjanpitolaki 2:10"')
    assert found(folder, "N113") == []


def test_a_waiver_for_ever_is_refused(folder: Path) -> None:
    replace(folder, "waivers.toml", "until    = 2027-03-31", "until    = 2099-12-31")

    assert len(found(folder, "N172")) == 1


def test_a_balance_test_outside_the_notice_is_refused(folder: Path) -> None:
    (folder.parent / "elsewhere.md").write_text("Weighed.", encoding="utf-8")
    replace(folder, "purposes.toml", "balance/customer_care.md", "../elsewhere.md")

    assert found(folder, "N112") == ["purpose.customer_care.balance"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("notice.toml", 'email       = "support@husgrove.com"', 'email       = "support"'),
        ("notice.toml", 'business_id = ""', 'business_id = "1234567-8"'),
        ("notice.toml", 'country     = "FI"', 'country     = "Finland"'),
    ],
)
def test_facts_that_cannot_be_so_are_refused(folder: Path, file: str, old: str, new: str) -> None:
    replace(folder, file, old, new)

    assert [problem.code for problem in problems(folder)] == ["N001"]


# --- Notices that cannot be read --------------------------------------------------------------------------------------


def test_broken_toml_is_refused_by_line_and_column(folder: Path) -> None:
    path = folder / "roles.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:9], 'name.fi = "never closed', *lines[9:]]), encoding="utf-8")

    report = problems(folder)

    assert [(problem.code, problem.place) for problem in report] == [("N001", "roles.toml:10:24")]


def test_text_that_is_not_utf_8_is_refused_by_line_and_column(folder: Path) -> None:
    path = folder / "terminal.toml"
    path.write_bytes(b"# 1\n# p\xe4\n" + path.read_bytes())

    assert [(problem.code, problem.place) for problem in problems(folder)] == [("N001", "terminal.toml:2:4")]


def test_the_same_table_in_two_files_is_refused(folder: Path) -> None:
    add(folder, "terminal.toml", "\n" + table(folder, "roles.toml", "[role.owner]"))

    report = problems(folder)

    line = (folder / "terminal.toml").read_text(encoding="utf-8").splitlines().index("[role.owner]") + 1
    assert [(problem.code, problem.place) for problem in report] == [("N001", f"terminal.toml:{line}:1")]
    assert report[0].message == "[role.owner] is declared twice"


def test_an_unknown_table_is_refused(folder: Path) -> None:
    add(folder, "terminal.toml", "\n[purposes.order]\nname = 1\n")

    report = problems(folder)

    assert "terminal.toml" in report[0].place
    assert report[0].code == "N001"


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert [problem.code for problem in problems(tmp_path)] == ["N001"]


def test_a_broken_record_of_reviews_is_refused(folder: Path) -> None:
    add(folder, "reviewed.toml", "= =\n")

    assert "reviewed.toml" in found(folder, "N001")


def test_a_record_of_reviews_of_the_wrong_shape_is_refused(folder: Path) -> None:
    add(folder, "reviewed.toml", '"section.1.title" = "yes"\n')
    replace(folder, "reviewed.toml", '"section.1.title" = {', '"section.1.old" = {')

    assert found(folder, "N001") == ["reviewed.toml section.1.title"]


def test_a_notice_that_cannot_be_meant_is_refused(folder: Path) -> None:
    replace(folder, "sources.toml", "from_person = false", "from_person = true")

    assert found(folder, "N151") == ["source.web_page"]
