"""The gate over what access and erasure know: a table or a field that they would forget makes `seloste check` fail."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from tests.notices.make import found

from seloste.declaration.load import current
from seloste.kernel import kept
from seloste.kernel.holdings import Holding, not_personal, personal
from seloste.kernel.kept import Kept
from seloste.notices.queries import catalog
from seloste.notices.rules import census
from seloste.register.models import Note, Organisation, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Kept]:
    """The registered tables, for the test alone."""
    mine = {store.key: store for store in kept.kept()}
    monkeypatch.setattr(kept, "_kept", mine)
    return mine


@pytest.fixture
def of_nobody(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What is said to be of nobody, for the test alone."""
    mine = dict(kept.of_nobody())
    monkeypatch.setattr(kept, "_of_nobody", mine)
    return mine


@pytest.fixture
def new_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Add a model to the register for the time of a test."""
    made: list[str] = []

    def make(name: str, **fields: tuple[Any, Holding]) -> None:
        held: dict[str, Holding] = {"id": not_personal("random id; goes with the row")}
        body: dict[str, Any] = {"__module__": "seloste.register.models"}
        for field, (column, holding) in fields.items():
            body[field], held[field] = column, holding
        type(name, (models.Model,), {**body, "holds": held, "Meta": type("Meta", (), {"app_label": "register"})})
        made.append(name)

    yield make
    for name in made:
        apps.all_models["register"].pop(name.lower())
    apps.clear_cache()


def test_the_house_passes_as_it_is(folder: Path) -> None:
    assert found(folder, "E060") == []
    assert found(folder, "E061") == []


# --- Tables -----------------------------------------------------------------------------------------------------------


def test_a_new_table_about_people_that_nobody_registered_is_refused(
    folder: Path, new_table: Callable[..., None]
) -> None:
    new_table("Nickname", text=(models.TextField(), personal("identity")))

    assert found(folder, "E060") == ["register.Nickname"]


def test_a_new_table_about_employees_or_about_nothing_needs_no_entry(
    folder: Path, new_table: Callable[..., None]
) -> None:
    new_table("Shift", on=(models.DateField(), personal("staff")))
    new_table("Season", on=(models.DateField(), not_personal("when the season begins")))

    assert found(folder, "E060") == []


def test_every_table_that_is_forgotten_is_refused(folder: Path, registered: dict[str, Kept]) -> None:
    labels = sorted(store.model._meta.label for store in registered.values())
    registered.clear()

    assert sorted(found(folder, "E060")) == labels


def test_a_table_of_nobody_that_no_longer_says_so_is_refused(folder: Path, of_nobody: dict[str, str]) -> None:
    labels = sorted(of_nobody)
    of_nobody.clear()

    assert sorted(found(folder, "E060")) == labels


def test_a_table_of_another_package_about_people_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from seloste.kernel import holdings

    known = holdings.foreign_tables()["mfa_authenticator"]
    about = holdings.Table(known.name, {**known.holds, "data": personal("contact")})
    monkeypatch.setattr(holdings, "_foreign", {**holdings.foreign_tables(), known.name: about})

    assert found(folder, "E060") == ["mfa_authenticator"]


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("register.Note", "it is of nobody, as everybody knows"),  # registered as well
        ("register.Gone", "a table that is no more, and is of nobody"),
        ("notices.NoticeVersion", "it holds nothing but public words"),  # holds nothing about people
        ("floods.Knock", "n/a"),
    ],
)
def test_a_table_that_is_of_nobody_for_no_reason_is_refused(
    folder: Path, of_nobody: dict[str, str], label: str, reason: str
) -> None:
    of_nobody[label] = reason

    assert found(folder, "E060") == [label]


# --- Fields -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["text", "source", "purposes", "collected_at"])
def test_a_field_that_is_neither_shown_nor_explained_is_refused(
    folder: Path, registered: dict[str, Kept], name: str
) -> None:
    notes = registered["register.notes"]
    shown = {field: words for field, words in notes.fields.items() if field != name}
    inner = {field: reason for field, reason in notes.inner.items() if field != name}
    registered["register.notes"] = replace(notes, fields=shown, inner=inner)

    assert found(folder, "E061") == [f"register.Note.{name}"]


def test_a_new_personal_field_of_any_registered_table_is_refused() -> None:
    seen = catalog.seen()
    registered = {store.model for store in seen.kept}

    for model in seen.models:
        grown = replace(model, holds={**(model.holds or {}), "shoe_size": personal("identity")})
        spoilt = replace(seen, models=[grown if one.label == model.label else one for one in seen.models])
        said = {(one.code, one.place) for one in census.problems(current(), spoilt)}
        if model.label in registered:
            assert ("E061", f"{model.label}.shoe_size") in said
        elif model.label not in seen.of_nobody and model.ours:
            assert ("E060", model.label) in said


def test_a_field_that_the_model_lost_is_refused(folder: Path, registered: dict[str, Kept]) -> None:
    notes = registered["register.notes"]
    registered["register.notes"] = replace(notes, fields={**notes.fields, "colour": "Colour"})

    assert found(folder, "E061") == ["register.Note.colour"]


def test_a_field_that_is_shown_and_not_shown_is_refused(folder: Path, registered: dict[str, Kept]) -> None:
    notes = registered["register.notes"]
    registered["register.notes"] = replace(notes, inner={**notes.inner, "text": "a copy of what is shown"})

    assert found(folder, "E061") == ["register.Note.text"]


@pytest.mark.parametrize("reason", ["", "n/a", "TODO: find out later", "xxxxxxxxxxxxxxxx"])
def test_a_field_that_is_not_shown_for_no_reason_is_refused(
    folder: Path, registered: dict[str, Kept], reason: str
) -> None:
    names = registered["register.names"]
    registered["register.names"] = replace(names, inner={**names.inner, "by_family": reason})

    assert found(folder, "E061") == ["register.Name.by_family"]


@pytest.mark.parametrize("categories", [set(), {"correspondence", "contact"}, {"contact"}])
def test_a_table_of_other_categories_than_said_is_refused(
    folder: Path, registered: dict[str, Kept], categories: set[str]
) -> None:
    registered["register.notes"] = replace(registered["register.notes"], categories=frozenset(categories))

    assert found(folder, "E061") == ["register.Note"]


def test_a_table_registered_for_another_model_is_refused_twice(folder: Path, registered: dict[str, Kept]) -> None:
    registered["register.notes"] = replace(registered["register.notes"], model=Organisation)

    assert found(folder, "E060") == [Note._meta.label]
    assert f"{Organisation._meta.label}.text" in found(folder, "E061")


def test_a_model_whose_fields_became_personal_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Person, "holds", {**Person.holds, "id": personal("identity")})

    assert found(folder, "E061") == ["register.Person.id"]
