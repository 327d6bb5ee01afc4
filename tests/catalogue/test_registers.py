"""Public registers are asked by the real clients, over the network, of a server on this machine with their answers."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from seloste.catalogue.transport import asking, prh, vies
from seloste.catalogue.transport.vies import Standing

RECORDED = Path(__file__).parent / "recorded"


class Register:
    """A register that gives the same answer to whatever it is asked, and remembers what that was."""

    def __init__(self) -> None:
        self.answer: tuple[int, bytes] = (200, b"{}")
        self.asked: list[tuple[str, str, Any]] = []
        register = self

        class Handler(BaseHTTPRequestHandler):
            def _say(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                content = json.loads(self.rfile.read(length)) if length else None
                register.asked.append((self.command, self.path, content))
                status, body = register.answer
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = _say  # noqa: N815 -- the server's names

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def says(self, name: str) -> None:
        """Answer with a recorded file from now on."""
        self.answer = (200, (RECORDED / name).read_bytes())


@pytest.fixture
def register(settings: Settings) -> Iterator[Register]:
    """Both registers are on, and on this machine."""
    found = Register()
    threading.Thread(target=found.server.serve_forever, args=(0.01,), daemon=True).start()
    settings.VIES_URL = settings.PRH_URL = found.url
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_nothing_is_asked_while_they_are_off() -> None:
    assert vies.check("DE 136 695 976").standing is Standing.NOT_ASKED
    assert prh.find("1234567-1") == prh.Lookup(business_id="1234567-1", asked=False)


def test_number_in_force_comes_with_its_evidence(register: Register) -> None:
    register.says("vies-valid.json")

    found = vies.check("de136695976")

    assert (found.is_valid, found.number, found.consultation, found.name) == (
        *(True, "DE136695976"),
        *("WAPIAAAAYexample1", ""),
    )
    asked = {"countryCode": "DE", "vatNumber": "136695976"}
    ours = {"requesterMemberStateCode": "FI", "requesterNumber": "12345671"}
    assert register.asked == [("POST", "/check-vat-number", asked | ours)]


@pytest.mark.parametrize(
    ("answer", "standing"),
    [
        ((200, (RECORDED / "vies-invalid.json").read_bytes()), Standing.INVALID),
        ((200, (RECORDED / "vies-busy.json").read_bytes()), Standing.NOT_ANSWERED),
        ((200, b'{"countryCode": "DE", "vatNumber": "136695976", "valid": "true"}'), Standing.NOT_ANSWERED),
        ((200, b'{"countryCode": "DE", "vatNumber": "129273398", "valid": true}'), Standing.NOT_ANSWERED),
        ((200, b"[1]"), Standing.NOT_ANSWERED),
        ((200, b"<html>"), Standing.NOT_ANSWERED),
        ((200, b'{"a": "' + b"x" * asking.LARGEST + b'"}'), Standing.NOT_ANSWERED),
        ((302, b"{}"), Standing.NOT_ANSWERED),
        ((500, (RECORDED / "vies-valid.json").read_bytes()), Standing.NOT_ANSWERED),
    ],
)
def test_only_a_plain_yes_about_the_number_is_believed(
    register: Register, answer: tuple[int, bytes], standing: Standing
) -> None:
    register.answer = answer

    assert vies.check("DE136695976").standing is standing
    assert [path for _, path, _ in register.asked] == ["/check-vat-number"]


def test_number_of_wrong_form_is_not_asked_about(register: Register) -> None:
    assert [vies.check(typed).standing for typed in ("DE000000000", "", "FI 1234567-8", "😀")] == [Standing.INVALID] * 4
    assert register.asked == []


def test_silence_is_no_answer(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    register.server.shutdown()
    register.server.server_close()

    assert vies.check("EL094259216").standing is Standing.NOT_ANSWERED
    assert not prh.find("1234567-1").asked


def test_company_is_found_by_its_business_id(register: Register) -> None:
    register.says("prh-company.json")

    assert prh.find("12345671").company == prh.Company(
        business_id="1234567-1", name="Mallipaja Oy", town="Tampere", street="Mallikatu 7", postal_code="33100"
    )
    assert register.asked == [("GET", "/companies?businessId=1234567-1", None)]


def test_another_company_or_none_is_not_found(register: Register) -> None:
    register.says("prh-company.json")
    assert prh.find("0112038-9") == prh.Lookup(business_id="0112038-9", asked=True)
    register.says("prh-nobody.json")
    assert prh.find("1234567-1") == prh.Lookup(business_id="1234567-1", asked=True)
    assert prh.find("1234567-2") == prh.Lookup(business_id=None, asked=False)
    register.answer = (200, b'{"companies": [{"businessId": "1234567-1", "names": "x"}, 3]}')
    assert prh.find("1234567-1").company is None


@pytest.mark.django_db
def test_nobody_is_asked_within_a_transaction(register: Register) -> None:
    with transaction.atomic(), pytest.raises(asking.InTransactionError):
        vies.check("DE136695976")
