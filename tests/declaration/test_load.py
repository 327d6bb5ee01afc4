"""Reading the declaration: every mistake is told with file, line and column."""

import shutil
from pathlib import Path

import pytest

from seloste.declaration import load
from seloste.declaration.load import DeclarationError


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(DeclarationError) as refused:
        load.load(folder)
    return str(refused.value).splitlines()


def test_the_declaration_is_read_once() -> None:
    assert load.current() is load.current()


def test_the_declaration_is_that_of_the_folder_that_is_named_now(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What was read under another notice (a demo's, a test's) is nobody's afterwards."""
    ours = load.current()
    theirs = tmp_path / "notice"
    shutil.copytree(load.DEFAULT_FOLDER, theirs)
    text = (theirs / "notice.toml").read_text(encoding="utf-8")
    (theirs / "notice.toml").write_text(text.replace(f'"{ours.meta.version}"', '"9.9"', 1), encoding="utf-8")

    monkeypatch.setenv("SELOSTE_NOTICE", str(theirs))
    assert load.current().meta.version == "9.9"

    monkeypatch.delenv("SELOSTE_NOTICE")
    assert load.current() is ours


def test_a_changed_folder_is_read_anew_when_the_process_is_told() -> None:
    ours = load.current()
    load.forget()

    assert load.current() is not ours
    assert load.current() == ours


def test_the_folder_is_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SELOSTE_NOTICE", str(tmp_path))
    assert load.folder() == tmp_path

    monkeypatch.delenv("SELOSTE_NOTICE")
    assert load.folder() == load.DEFAULT_FOLDER


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[meta\n", "a.toml:1:6"),
        ("x = 1\ny = \n", "a.toml:2:5"),
        ("x = 1\nx = 2\n", "a.toml:2:6"),
        ('x = "never closed', "a.toml:1:18"),
        ("x = [1,\n2,\n", "a.toml:3:1"),
    ],
)
def test_broken_toml_is_told_where_it_breaks(tmp_path: Path, text: str, place: str) -> None:
    assert [line.split(": ")[0] for line in mistakes(write(tmp_path, a=text))] == [place]


def test_text_that_is_not_utf_8_is_told_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"x = 1\ny = 'p\xe4iv\xe4'\n")

    assert mistakes(tmp_path) == ["a.toml:2:7: this is not UTF-8 text"]


@pytest.mark.parametrize(
    ("first", "second", "place", "message"),
    [
        (
            "[purpose.order]\nx = 1\n",
            "# two\n[purpose.order]\nx = 1\n",
            "b.toml:2:1",
            "[purpose.order] is declared twice",
        ),
        ("[meta]\nx = 1\n", "\n[meta]\nx = 2\n", "b.toml:3:1", "[meta.x] is declared twice"),
        ("x = 1\n", "x = 2\n", "b.toml:1:1", "[x] is declared twice"),
        ("[[rule]]\nx = 1\n", "[rule]\nx = 1\n", "b.toml:1:1", "[rule] is declared twice"),
    ],
)
def test_the_same_in_two_files_is_told_in_the_second(
    tmp_path: Path, first: str, second: str, place: str, message: str
) -> None:
    assert mistakes(write(tmp_path, a=first, b=second)) == [f"{place}: {message}"]


def test_a_table_may_be_spread_over_files(tmp_path: Path) -> None:
    lines = mistakes(write(tmp_path, a="[purpose.order]\nbasis = 1\n", b="[purpose.care]\nbasis = 1\n"))

    assert any(line.startswith("a.toml:2:1: purpose.order.basis") for line in lines)
    assert any(line.startswith("b.toml:2:1: purpose.care.basis") for line in lines)
    assert not any("twice" in line for line in lines)


def test_a_misspelt_key_is_told_at_its_own_line(tmp_path: Path) -> None:
    text = '[meta]\nversion = "2.1"\n  effektive_from = 2026-11-23\n'

    assert "a.toml:3:3: meta.effektive_from: extra inputs are not permitted" in mistakes(write(tmp_path, a=text))


def test_a_mistake_in_a_list_of_tables_is_told_in_the_right_one(tmp_path: Path) -> None:
    rule = '[[rule]]\nkey = "answer"\nvalid_from = 2018-05-25\nvalue = "P1M"\nsource = "GDPR 12(3)"\n'

    lines = mistakes(write(tmp_path, a=rule + "\n" + rule.replace("2018-05-25", '"soon"')))

    assert next(line for line in lines if "rule" in line).startswith("a.toml:9:1: rule.1.valid_from")


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    lines = mistakes(write(tmp_path, a="[meta]\nversion = 2\n"))

    assert len(lines) > 10
    assert all(line.startswith("a.toml:") for line in lines)


def test_a_folder_without_toml_is_told(tmp_path: Path) -> None:
    assert mistakes(tmp_path) == [f"no declaration: there is no .toml file in {tmp_path}"]


def test_the_record_of_reviews_is_no_declaration(tmp_path: Path) -> None:
    assert "no .toml file" in mistakes(write(tmp_path, reviewed="x = 1\n"))[0]
