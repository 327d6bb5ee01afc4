"""`seloste access verify`: anyone can tell a true package from a changed one, without us."""

import io
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from tests.access import make as access

from seloste.access import actions
from seloste.access.rules import archive
from seloste.config import cli
from seloste.consents.rules.receipt import public_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def package(tmp_path: Path) -> Path:
    built = actions.build(
        by=access.HERSELF, at=access.AT, person_id=access.person(), right="portability", language="en"
    )
    place = tmp_path / "package.zip"
    place.write_bytes(actions.download(by=access.HERSELF, at=access.AT, letters=built.letters).content)
    return place


def verify(*said: object) -> Result:
    return CliRunner().invoke(cli.main, ["access", "verify", *map(str, said)])


def test_a_whole_package_is_valid_and_says_what_it_holds(package: Path) -> None:
    key = public_key(archive.signing_key(settings.SEAL_KEY))
    answer = verify(package, "--key", key)
    assert (answer.exit_code, answer.output.splitlines()[0]) == (0, f"Valid: signed with the key {key}.")
    assert "my-data.json" in answer.output
    assert "not compared" in verify(package).output


def test_a_changed_package_or_another_key_is_invalid(package: Path) -> None:
    assert verify(package, "--key", "A" * 43 + "=").exit_code == 1
    with zipfile.ZipFile(package, "a") as opened:
        opened.writestr("extra.txt", "\x1b[2Jhidden")
    answer = verify(package)
    assert (answer.exit_code, answer.output) == (1, "Error: Invalid: extra.txt is not on the list.\n")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"{}", b"%PDF-1.7"])
def test_what_is_no_package_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "other"
    place.write_bytes(content)
    assert verify(place).exit_code == 1
    assert verify(tmp_path / "nothing").exit_code == 1


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    text = io.BytesIO()
    with zipfile.ZipFile(text, "w") as opened:
        opened.writestr("a", "1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            opened.writestr("a", "2")
    place = tmp_path / "twice.zip"
    place.write_bytes(text.getvalue())
    assert "same name" in verify(place).output
