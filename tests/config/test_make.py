"""What make says before it installs anything."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


#: make tells the makes below it how it was called; the tests may have been started by one.
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}


def _asked(python: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ROOT / ".ci/python", python], cwd=folder, capture_output=True, text=True, check=False)


def _fake(folder: Path, body: str) -> str:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_this_interpreter_is_good() -> None:
    assert _asked("python3").returncode == 0


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            'if [ "$1" = --version ]; then echo Python 3.9.2; else exit 1; fi',
            "Python 3.9.2 is too old: Seloste needs 3.11 or newer. Name one: make run PYTHON=python3.12",
        ),
        (
            'case "$2" in *ensurepip*) exit 1;; esac',
            "{python} cannot make environments: "  # noqa: ISC004 -- one sentence
            "install its venv package (Debian, Ubuntu: apt-get install python3-venv).",
        ),
    ],
)
def test_unfit_interpreter_is_told_in_one_line(tmp_path: Path, body: str, words: str) -> None:
    python = _fake(tmp_path, body)

    answer = _asked(python)

    assert (answer.returncode, answer.stderr) == (1, words.format(python=python) + "\n")


def test_missing_interpreter_is_told_in_one_line() -> None:
    assert _asked("python9").stderr == "python9 is missing: install Python 3.11 or newer.\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_cannot_be_written_is_told_in_one_line() -> None:
    assert _asked("python3", Path("/")).stderr == "/ cannot be written: run make where you may write.\n"


def test_make_explains_itself() -> None:
    answer = subprocess.run(["make", "help"], cwd=ROOT, env=PLAIN, capture_output=True, text=True, check=True)

    assert [line.split()[1] for line in answer.stdout.splitlines()] == [
        "help", "run", "test", "check", "format", "words", "lock", "bench", "soak", "clean",
    ]  # fmt: skip
