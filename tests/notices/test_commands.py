"""`seloste check`, `notice` and `audit` as an operator runs them."""

import contextlib
import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from tests import make
from tests.make import VERSION
from tests.notices.make import AT, add, replace
from tests.notices.test_publishing import new_version, other_punctuation

from seloste.accounts.models import User
from seloste.config import preparation
from seloste.config.cli import main
from seloste.declaration import load
from seloste.register.models import Person
from seloste.register.queries import person_page

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Run:
    """The command line, in the house that is already up, on the copy of the notice."""
    monkeypatch.setattr(preparation, "house", lambda **_options: contextlib.nullcontext())
    import_module(settings.ROOT_URLCONF)  # what is imported while the clock stands would have it stand for ever
    monkeypatch.setattr("seloste.kernel.clock.now", lambda: AT)
    return lambda *arguments: CliRunner().invoke(main, list(arguments))


# --- check ------------------------------------------------------------------------------------------------------------


def test_check_passes_and_tells_what_it_saw(run: Run, db: None) -> None:
    result = run("check")

    assert result.exit_code == 0, result.output
    assert "Looked at" in result.output
    assert "Everything held is declared" in result.output


def test_check_fails_with_code_and_place(run: Run, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE tmp_import (name text, hetu text)")

    result = run("check")

    assert result.exit_code == 1
    assert "E010 tmp_import: the table is declared nowhere (columns: name, hetu)" in result.output
    assert "1 problem(s)." in result.output


def test_check_needs_no_database_to_refuse_a_broken_notice(run: Run, folder: Path) -> None:
    add(folder, "roles.toml", "[[[")

    result = run("check")

    assert result.exit_code == 1
    assert "N001 roles.toml:" in result.output


def test_check_records_what_it_saw(run: Run, folder: Path, db: None) -> None:
    result = run("check", "--record")

    assert result.exit_code == 0, result.output
    census = load.load(folder).census
    assert f"with {census.fields} fields" in result.output
    assert f"with {census.columns} columns" in result.output
    assert (
        f"{census.purposes} purposes, {census.categories} categories and {census.sentences} sentences" in result.output
    )
    assert (folder / "census.toml").read_text(encoding="utf-8").startswith("# THE LEAST")


def test_check_records_nothing_after_a_failure(run: Run, folder: Path, db: None) -> None:
    before = (folder / "census.toml").read_text(encoding="utf-8")
    replace(folder, "notice.toml", "Rekisterinpitäjä on", "Rekisterinpitäjänä on")

    assert run("check", "--record").exit_code == 1
    assert (folder / "census.toml").read_text(encoding="utf-8") == before


@pytest.mark.slow
def test_check_as_a_program(tmp_path: Path, postgres: None) -> None:
    """From an empty database to a mutation, as a shell sees it."""
    notice = tmp_path / "notice"
    shutil.copytree(load.DEFAULT_FOLDER, notice)
    url = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(url.geturl(), autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS checked")
        server.execute("CREATE DATABASE checked TEMPLATE template0 ENCODING 'UTF8'")
    checked = urlunsplit((url.scheme, url.netloc, "/checked", url.query, ""))
    surroundings = {**os.environ, "DATABASE_URL": checked, "SELOSTE_NOTICE": str(notice), "SELOSTE_VAR": str(tmp_path)}

    def seloste(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "seloste.config.cli", *arguments]
        return subprocess.run(command, env=surroundings | more, capture_output=True, text=True, check=False)

    unmigrated = seloste("check")
    assert (unmigrated.returncode, "E097 register.0001_initial" in unmigrated.stdout) == (1, True)
    assert seloste("migrate").returncode == 0
    assert seloste("check").returncode == 0, seloste("check").stdout
    replace(notice, "purposes.toml", "retention     = ", "#retention     = ")
    broken = seloste("check")
    assert (broken.returncode, broken.stdout.startswith("N001 purposes.toml:")) == (1, True)
    away = seloste(
        "check", DATABASE_URL="postgresql://seloste@127.0.0.1:1/seloste", SELOSTE_NOTICE=str(load.DEFAULT_FOLDER)
    )
    assert (away.returncode, away.stdout.startswith("E098 database:")) == (1, True)


# --- notice -----------------------------------------------------------------------------------------------------------


def test_the_notice_is_published_compared_and_listed(run: Run, folder: Path, db: None) -> None:
    assert run("notice", "diff").exit_code == 1
    assert f"Version {VERSION} is published" in run("notice", "publish").output
    assert (run("notice", "diff").exit_code, run("notice", "diff").output) == (0, "0 changes.\n")

    replace(folder, "purposes.toml", 'period = "P24M"', 'period = "P36M"')
    new_version(folder, "3.0")

    changed = run("notice", "diff")
    refused = run("notice", "publish")
    accepted = run("notice", "publish", "--accept", "material", "--effective-from", "2027-01-15")
    assert "purpose.order.retention.period\n    - P24M\n    + P3Y" in changed.output
    assert (changed.exit_code, refused.exit_code, accepted.exit_code) == (1, 1, 0)
    assert "--accept material --effective-from 2027-01-15" in refused.output
    assert [line.split()[0] for line in run("notice", "versions").output.splitlines()] == ["3.0", VERSION]
    assert "purpose.order.retention.period" in run("notice", "diff", VERSION, "3.0").output


def test_a_translation_is_marked_as_read(run: Run, folder: Path) -> None:
    replace(folder, "notice.toml", "Rekisterinpitäjä on Husgrove,", "Rekisterinpitäjänä on Husgrove,")
    assert "N180 section.1.clause.S1.text" in run("notice", "lint").output

    assert "1 texts marked" in run("notice", "reviewed", "section.1.clause.S1.text").output
    assert run("notice", "lint").exit_code == 0
    assert run("notice", "reviewed", "section.1.clause.S99.text").exit_code == 1


def test_a_sentence_is_shown_with_the_words_first_published(run: Run) -> None:
    shown = run("notice", "show", "--id", "S4.4").output

    assert "Tuotteen tilaus edellyttää aina suostumuksen tietojen käsittelyyn." in shown
    assert "purposes:      order" in shown
    assert "S10.3" in run("notice", "show", "--language", "sv").output
    assert run("notice", "show", "--id", "S99").exit_code == 1


@pytest.mark.parametrize(
    ("form", "start"), [("pdf", b"%PDF-"), ("jsonld", b"{"), ("tilt", b"{"), ("record", b"\xef\xbb\xbf")]
)
def test_the_notice_is_exported(run: Run, tmp_path: Path, form: str, start: bytes) -> None:
    output = tmp_path / "made"

    assert run("notice", "export", form, "--language", "sv", "--output", str(output)).exit_code == 0
    assert output.read_bytes().startswith(start)


def test_an_export_goes_to_standard_output(run: Run) -> None:
    assert json.loads(run("notice", "export", "tilt").stdout)["meta"]["language"] == "fi"


def test_a_start_publishes_better_wording(run: Run, folder: Path, db: None) -> None:
    run("notice", "publish")
    other_punctuation(folder)
    new_version(folder, "2.9")

    assert run("notice", "publish").exit_code == 0


# --- audit ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def seen(db: None) -> Person:
    """A person whom Aino looked at."""
    by = make.duty(actor=employee().id)
    person = Person.objects.get(id=make.person())
    person_page(by=by, at=make.AT + timedelta(days=3), person_id=person.id)
    return person


def employee() -> User:
    at = make.AT
    made, _ = User.objects.get_or_create(
        email="aino@example.com",
        defaults={"id": make.duty().actor, "name": "Aino Esimerkki", "role": "customer_service", "created_at": at,
                  "created_by": make.duty().actor},
    )  # fmt: skip
    return made


def test_the_record_tells_who_saw_a_person(run: Run, seen: Person) -> None:
    for said in (seen.reference, seen.reference.lower().replace("-", " "), str(seen.id)):
        told = run("audit", "person", said).output
        line = next(line for line in told.splitlines() if "person.read" in line)
        assert "2026-11-28 12:00:00  Aino Esimerkki" in line
        assert "customer_service" in line


def test_the_record_tells_what_an_account_touched(run: Run, seen: Person) -> None:
    for said in ("Aino@example.com", str(employee().id)):
        assert "person.read" in run("audit", "account", said).output


def test_the_record_is_asked_of_some_days(run: Run, seen: Person) -> None:
    def deeds(*options: str) -> set[str]:
        lines = run("audit", "person", seen.reference, "--csv", *options).stdout
        return {row["deed"] for row in csv.DictReader(io.StringIO(lines), delimiter=";")} - {"audit.who_saw"}

    assert deeds("--since", "2026-11-28", "--until", "2026-11-28") == {"person.read"}
    assert "person.added" in deeds("--until", "2026-11-27")
    assert "person.read" not in deeds("--until", "2026-11-27")
    assert deeds("--since", "2026-11-29") == set()


def test_looking_into_the_record_is_recorded(run: Run, seen: Person) -> None:
    run("audit", "person", seen.reference)

    assert "audit.who_saw" in run("audit", "latest").output


def test_the_record_has_no_names_of_persons(run: Run, seen: Person) -> None:
    assert "Mallikas" not in run("audit", "person", seen.reference).output


@pytest.mark.parametrize(
    ("kind", "said"), [("person", "H-0000-0000"), ("person", "nobody"), ("account", "x@example.com")]
)
def test_who_is_not_there_is_told(run: Run, db: None, kind: str, said: str) -> None:
    result = run("audit", kind, said)

    assert result.exit_code == 1
    assert said in result.output


def test_a_long_record_is_told_whole(run: Run, seen: Person) -> None:
    by = make.duty()
    for _ in range(120):
        person_page(by=by, at=make.AT + timedelta(days=4), person_id=seen.id)

    assert run("audit", "person", seen.reference).output.count("person.read") == 121


def test_models_and_migrations_agree(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
