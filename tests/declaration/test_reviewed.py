"""Translations follow the Finnish words, and a person says so."""

import shutil
from pathlib import Path

import pytest

from seloste.declaration import load, reviewed
from seloste.declaration.schema import Declaration


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the notice."""
    return Path(shutil.copytree(load.DEFAULT_FOLDER, tmp_path / "notice"))


def behind(folder: Path) -> list[str]:
    return [problem.place for problem in reviewed.drift(load.load(folder), folder)]


def rewrite(folder: Path) -> Declaration:
    """Change the Finnish words of the first sentence."""
    path = folder / "notice.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Rekisterinpitäjä on Husgrove", "Rekisterinpitäjänä on Husgrove", 1), encoding="utf-8")
    return load.load(folder)


def test_all_translations_of_the_notice_have_been_read(folder: Path) -> None:
    assert behind(folder) == []


def test_a_changed_sentence_leaves_its_translations_behind_until_they_are_read(folder: Path) -> None:
    declared = rewrite(folder)
    assert behind(folder) == ["section.1.clause.S1.text"]

    changed = reviewed.review(declared, folder, places={"section.1.clause.S1.text"}, languages=("sv",))
    assert changed == ["section.1.clause.S1.text"]
    assert [problem.message.rpartition(": ")[2] for problem in reviewed.drift(declared, folder)] == ["en"]

    reviewed.review(declared, folder, places=None, languages=("sv", "en"))
    assert behind(folder) == []


def test_a_changed_translation_leaves_nothing_behind(folder: Path) -> None:
    path = folder / "notice.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Personuppgiftsansvarig är Husgrove", "Ansvarig är Husgrove", 1), encoding="utf-8")

    assert behind(folder) == []


def test_a_text_that_is_gone_is_forgotten_with_the_next_review(folder: Path) -> None:
    with (folder / reviewed.FILE).open("a", encoding="utf-8") as file:
        file.write('"purpose.party.name" = { sv = "000000000000", en = "000000000000" }\n')
    assert behind(folder) == ["purpose.party.name"]

    reviewed.review(load.load(folder), folder, places=set(), languages=("sv", "en"))

    assert behind(folder) == []


def test_a_section_put_first_moves_no_other(folder: Path) -> None:
    path = folder / "notice.toml"
    text = path.read_text(encoding="utf-8")
    new = '[[section]]\nnumber = 99\ntitle.fi = "Uusi"\ntitle.sv = "Ny"\ntitle.en = "New"\nclause = []\n\n'
    at = text.index("[[section]]")
    path.write_text(text[:at] + new + text[at:], encoding="utf-8")

    assert behind(folder) == ["section.99.title"]


def test_every_text_has_a_place_of_its_own() -> None:
    places = [place for place, _ in reviewed.texts(load.current())]

    assert len(places) == len(set(places))
    assert "section.4.clause.S4.10.text" in places
    assert "register.name" in places
