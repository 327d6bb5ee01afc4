"""The gate: what is changed in the code, its lists and its forms without the notice makes `seloste check` fail."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import models
from pytest_django.fixtures import Settings
from tests.notices.make import AT, add, found, problems, replace, table

from seloste.config.commands.check import tell
from seloste.kernel import holdings
from seloste.kernel.holdings import not_personal, personal
from seloste.notices.queries import catalog
from seloste.notices.queries.gate import gate
from seloste.register.models import Note, Person

pytestmark = pytest.mark.django_db


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
