"""A receipt of a consent is verified at the command line, by anyone, without a database."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.conf import settings

from seloste.config import cli
from seloste.consents.rules.receipt import public_key, sign, signing_key

MINE = signing_key("invented secret of a test")
FOREIGN = public_key(signing_key("somebody else's secret"))


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    """A receipt in a file."""
    file = tmp_path / "receipt.json"
    content = {"dpv:hasConsentStatus": "dpv:ConsentGiven", "dct:date": "2026-11-25T12:00:00+02:00"}
    file.write_text(json.dumps(sign(content, MINE)), encoding="utf-8")
    return file


def verify(*said: object) -> Result:
    return CliRunner().invoke(cli.main, ["consent", "verify", *map(str, said)])


def test_whole_receipt_is_valid(receipt: Path) -> None:
    answer = verify(receipt, "--key", public_key(MINE))

    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout == (
        f"Valid: dpv:ConsentGiven 2026-11-25T12:00:00+02:00, signed with the key {public_key(MINE)}.\n"
    )


def test_whole_receipt_without_a_key_says_that_none_was_compared(receipt: Path) -> None:
    answer = verify(receipt)

    assert answer.exit_code == 0
    assert answer.stdout.endswith(f"signed with the key {public_key(MINE)}, which was not compared with any.\n")


def test_changed_receipt_is_invalid(receipt: Path) -> None:
    receipt.write_text(receipt.read_text(encoding="utf-8").replace("Given", "Withdrawn"), encoding="utf-8")

    answer = verify(receipt)

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr == "Error: Invalid: the receipt was changed after it was signed.\n"


@pytest.mark.parametrize("key", [FOREIGN, "", "no key"])
def test_receipt_that_another_key_signed_is_invalid(receipt: Path, key: str) -> None:
    answer = verify(receipt, "--key", key)

    assert (answer.exit_code, answer.stderr) == (1, "Error: Invalid: the receipt was signed with another key.\n")


@pytest.mark.parametrize("text", [b"", b"{}", b"\xff", b"[" * 100_000, b'{"receipt": {}, "signature": 1}'])
def test_what_is_no_receipt_is_invalid(receipt: Path, text: bytes) -> None:
    receipt.write_bytes(text)

    assert (verify(receipt).exit_code, verify(receipt).stderr) == (1, "Error: Invalid: this is not a receipt.\n")


def test_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    answer = verify(tmp_path / "none.json")

    assert (answer.exit_code, answer.stderr) == (1, f"Error: {tmp_path / 'none.json'} cannot be read.\n")


def test_key_is_the_public_half_of_what_signs() -> None:
    answer = CliRunner().invoke(cli.main, ["consent", "key"])

    assert (answer.exit_code, answer.stdout) == (0, public_key(signing_key(settings.SEAL_KEY)) + "\n")
