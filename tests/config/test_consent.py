"""A receipt of a consent is verified at the command line, by anyone, without a database."""

import json
import zlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from tests import make

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


def test_verified_receipt_says_what_it_says_on_lines_that_nothing_in_it_can_break(tmp_path: Path) -> None:
    words = {"@type": "dpv:ConsentNotice", "dct:description": "Saa kirjoittaa.\n  by       Joku muu\x1b[2K"}
    content = {
        "dpv:hasConsentStatus": "dpv:ConsentGiven",
        "dct:date": "2026-11-25T12:00:00+02:00",
        "dct:valid": "2028-11-25",
        "dpv:hasScope": "email",
        "dpv:hasNotice": [{"@type": "dpv:PrivacyNotice", "dct:hasVersion": make.VERSION}, words],
        "dpv:hasDataController": {"dpv:hasName": "Husgrove"},
    }
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(sign(content, MINE)), encoding="utf-8")

    assert verify(file).stdout.splitlines()[1:] == [
        "  channel  email",
        "  until    2028-11-25",
        "  words    Saa kirjoittaa.   by       Joku muu [2K",
        f"  notice   {make.VERSION}",
        "  by       Husgrove",
    ]


@pytest.mark.parametrize("part", ["dpv:hasNotice", "dpv:hasPurpose", "dpv:hasDataController"])
@pytest.mark.parametrize("value", [None, 1, "x", [1], {"@type": 1}])
def test_signed_receipt_of_another_shape_is_still_verified(tmp_path: Path, part: str, value: object) -> None:
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(sign({part: value}, MINE)), encoding="utf-8")

    assert verify(file).exit_code == 0


def test_receipt_inside_a_pdf_is_verified(receipt: Path, tmp_path: Path) -> None:
    file = tmp_path / "receipt.pdf"
    packed = zlib.compress(receipt.read_bytes())
    file.write_bytes(b"%PDF-1.7\n1 0 obj <<>>\nstream\n" + packed + b"\nendstream\n%%EOF\n")

    answer = verify(file, "--key", public_key(MINE))

    assert (answer.exit_code, answer.stdout.split()[0]) == (0, "Valid:")


def test_pdf_without_a_receipt_is_invalid(tmp_path: Path) -> None:
    file = tmp_path / "other.pdf"
    file.write_bytes(b"%PDF-1.7\n%%EOF\n")

    assert (verify(file).exit_code, verify(file).stderr) == (1, "Error: Invalid: this PDF holds no receipt.\n")


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
