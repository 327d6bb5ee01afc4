"""What may be declared on the visitor's device, and what the gate says of everything else."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from seloste.config.demo_third_party import lay_over
from seloste.declaration import canonical, checks, coherence, device, load, reviewed
from seloste.declaration.load import DEFAULT_FOLDER, DeclarationError
from seloste.declaration.schema import Declaration, Provider
from seloste.kernel.periods import Period, parse_period

TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notice with one optional item of a third party."""
    return lay_over(DEFAULT_FOLDER, tmp_path_factory.mktemp("device") / "notice")


@pytest.fixture(scope="module")
def declared(folder: Path) -> Declaration:
    return load.load(folder)


def changed(declared: Declaration, key: str, **what: Any) -> Declaration:  # noqa: ANN401 -- any field of an item
    item = declared.terminal[key].model_copy(update=what)
    return declared.model_copy(update={"terminal": {**declared.terminal, key: item}})


def without(declared: Declaration, key: str) -> Declaration:
    return declared.model_copy(update={"terminal": {k: one for k, one in declared.terminal.items() if k != key}})


def said(declared: Declaration) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in device.problems(declared)]


def test_the_notice_with_a_third_party_is_sound(declared: Declaration, folder: Path) -> None:
    found = [
        *checks.problems(declared, today=TODAY, folder=folder),
        *coherence.problems(declared, today=TODAY, folder=folder),
        *reviewed.drift(declared, folder),
    ]

    assert found == []


def test_the_notice_as_it_is_has_neither_question_nor_its_cookie() -> None:
    assert {item.need for item in load.load(DEFAULT_FOLDER).terminal.values()} == {"sign_in", "form_data", "cart"}


OUTSIDE = Provider(name="Map Inc.", country="US")
WRONG: Mapping[str, tuple[str, dict[str, Any], list[tuple[str, str]]]] = {
    "a need and a reason of a necessary item": (
        "csrftoken",
        {"need": None, "necessity": None},
        [("N200", "terminal.csrftoken.need"), ("N200", "terminal.csrftoken.necessity")],
    ),
    "a purpose of a necessary item": (
        "csrftoken",
        {"purpose": "embedded_map"},
        [("N200", "terminal.csrftoken.purpose")],
    ),
    "a need of an optional item": ("map", {"need": "cart"}, [("N201", "terminal.map.need")]),
    "no words": ("map", {"text": None}, [("N201", "terminal.map.text")]),
    "fourteen months": ("map", {"lifetime": Period(months=14)}, [("N202", "terminal.map.lifetime")]),
    "four hundred days": ("map", {"lifetime": Period(days=400)}, [("N202", "terminal.map.lifetime")]),
    "no purpose": ("map", {"purpose": None}, [("N203", "terminal.map.purpose")]),
    "an unknown purpose": ("map", {"purpose": "maps"}, [("N203", "terminal.map.purpose")]),
    "a purpose without consent": (
        "map",
        {"purpose": "feedback"},
        [("N203", "terminal.map.purpose"), ("N204", "terminal.map.purpose")],
    ),
    "a consent that is kept from elsewhere": (
        "map",
        {"purpose": "direct_marketing"},
        [("N204", "terminal.map.purpose")],
    ),
    "nobody": ("map", {"provider": None}, [("N205", "terminal.map.provider")]),
    "our own item of somebody": (
        "map",
        {"party": "own"},
        [("N205", "terminal.map.provider"), ("N206", "terminal.map.origins")],
    ),
    "no mechanism of transfer": ("map", {"provider": OUTSIDE}, [("N140", "terminal.map.provider")]),
    "a choice for three months": ("choice", {"lifetime": Period(months=3)}, [("N209", "terminal.choice.lifetime")]),
    "a choice for thirteen months": ("choice", {"lifetime": Period(months=13)}, [("N209", "terminal.choice.lifetime")]),
    "a choice until the browser is closed": ("choice", {"lifetime": "session"}, [("N209", "terminal.choice.lifetime")]),
    "a choice by another name": ("choice", {"name": "consent"}, [("N209", "terminal.choice.name")]),
    "storage by our own scripts": ("csrftoken", {"kind": "session_storage"}, [("N211", "terminal.csrftoken.kind")]),
    "the same name twice": ("csrftoken", {"name": "__Host-sid"}, [("N210", "terminal.csrftoken")]),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_item_that_cannot_be_meant_is_refused(what: str, declared: Declaration) -> None:
    key, change, found = WRONG[what]

    assert said(changed(declared, key, **change)) == found


def test_a_question_without_the_cookie_of_its_answer_is_refused(declared: Declaration) -> None:
    assert said(without(declared, "choice")) == [("N208", "terminal")]


def test_the_cookie_of_an_answer_without_a_question_is_refused(declared: Declaration) -> None:
    assert said(without(declared, "map")) == [("N208", "terminal.choice")]


def test_what_is_asked_with_another_says_nothing_by_itself(declared: Declaration) -> None:
    beside = declared.terminal["map"].model_copy(update={"name": "toinen", "asked_with": "sessionid"})
    found = declared.model_copy(update={"terminal": {**declared.terminal, "beside": beside}})

    assert said(found) == [
        ("N207", f"terminal.beside.{name}")
        for name in ("asked_with", "purpose", "text", "provider", "embed", "origins")
    ]


def test_an_embed_comes_from_a_declared_frame(declared: Declaration) -> None:
    embed = declared.terminal["map"].embed
    assert embed is not None
    other = embed.model_copy(update={"address": "https://elsewhere.example/map"})

    assert said(changed(declared, "map", embed=other)) == [("N206", "terminal.map.embed.address")]


@pytest.mark.parametrize(
    "origin",
    [
        "http://maps.example",
        "https://maps.example/",
        "https://maps.example/tiles",
        "https://*.example",
        "https://",
        "maps.example",
        "https://Maps.example",
        "https://user@maps.example",
        "https://maps.example; script-src *",
        "*",
        "data:",
        "javascript:alert(1)",
    ],
)
def test_an_origin_is_one_host_and_its_place_is_told(origin: str, tmp_path: Path) -> None:
    folder = lay_over(DEFAULT_FOLDER, tmp_path / "notice")
    file = folder / "map.over.toml"
    text = file.read_text(encoding="utf-8").replace('frame = ["http://127.0.0.1:8790"]', f'frame = ["{origin}"]')
    file.write_text(text, encoding="utf-8")
    line = text[: text.index("origins   =")].count("\n") + 1

    with pytest.raises(DeclarationError, match=rf"^map\.over\.toml:{line}:1: terminal\.map\.origins\.frame"):
        load.load(folder)


def test_an_overlay_grows_lists_joins_tables_and_replaces_the_rest(tmp_path: Path) -> None:
    base = load.load(DEFAULT_FOLDER)
    found = load.load(lay_over(DEFAULT_FOLDER, tmp_path / "notice", origin="https://maps.example"))

    assert found.role["privacy"].purposes == (*base.role["privacy"].purposes, "embedded_map")
    assert set(found.terminal) == {*base.terminal, "choice", "map"}
    assert found.meta.version != base.meta.version
    assert found.meta.effective_from == base.meta.effective_from
    assert found.terminal["map"].origins.frame == ("https://maps.example",)
    assert canonical.text_hash(canonical.plain(found)) != canonical.text_hash(canonical.plain(base))


def test_an_ordinary_file_may_still_say_nothing_twice(tmp_path: Path) -> None:
    folder = lay_over(DEFAULT_FOLDER, tmp_path / "notice")
    (folder / "map.over.toml").rename(folder / "map.toml")

    with pytest.raises(DeclarationError, match="is declared twice"):
        load.load(folder)


def test_new_keys_of_items_make_no_other_notice() -> None:
    plain = canonical.plain(load.load(DEFAULT_FOLDER))

    assert set(plain["terminal"]["sessionid"]) == {
        *("name", "kind", "need", "necessary", "necessity", "lifetime", "party")
    }


def test_thirteen_months_are_not_too_long(declared: Declaration) -> None:
    assert said(changed(declared, "map", lifetime=parse_period("P13M"))) == []
