"""The package: what is in it, that it can be verified, and that it is handed over once (I38–I41, P31)."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import jsonschema
import pypdf
import pytest
from django.test import Client
from tests.access import make as access

from seloste.access import actions
from seloste.access.choices import Stage
from seloste.access.models import Package
from seloste.access.queries.packages import look
from seloste.access.rules import archive
from seloste.audit.models import AuditEvent
from seloste.kernel.refusals import Missing
from seloste.kernel.seal import BrokenSealError

pytestmark = pytest.mark.django_db


def built(
    person_id: UUID, right: str = "access", *, language: str = "fi", secret: bytes | None = None
) -> actions.Built:
    return actions.build(
        by=access.HERSELF, at=access.AT, person_id=person_id, right=right, language=language, secret=secret
    )


def fetched(letters: str) -> bytes:
    return actions.download(by=access.HERSELF, at=access.AT, letters=letters).content


def files(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_the_package_holds_a_page_a_paper_and_three_forms_for_machines() -> None:
    held = files(fetched(built(access.person()).letters))
    assert list(held)[:6] == [
        "README.txt", "my-data.html", "my-data.pdf", "my-data.json", "my-data.schema.json", "csv/identity.csv",
    ]  # fmt: skip
    assert {"csv/contact.csv", "csv/feedback.csv", "contact.vcf", "manifest.json"} <= held.keys()


@pytest.mark.parametrize("right", ["access", "portability"])
def test_the_json_fits_its_published_schema(right: str) -> None:
    held = files(fetched(built(access.person(), right).letters))
    data, schema = json.loads(held["my-data.json"]), json.loads(held["my-data.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(data)
    published = Client().get("/.well-known/access-package.schema.json")
    assert json.loads(published.content) == schema
    broken = {**data, "extra": 1}
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(broken))


def test_the_paper_says_the_same_and_carries_the_json() -> None:
    held = files(fetched(built(access.person()).letters))
    reader = pypdf.PdfReader(io.BytesIO(held["my-data.pdf"]))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "Maijak1" in text
    assert "Palaute k1" in text
    assert reader.attachments["my-data.json"][0] == held["my-data.json"]
    assert "/StructTreeRoot" in reader.root_object


def test_the_card_is_hers() -> None:
    card = files(fetched(built(access.person()).letters))["contact.vcf"].decode()
    lines = card.split("\r\n")
    assert lines[:2] == ["BEGIN:VCARD", "VERSION:4.0"]
    assert "FN:Maijak1 Mallikask1" in lines
    assert "N:Mallikask1;Maijak1;;;" in lines
    assert "EMAIL:k1@example.com" in lines
    assert "ADR:;;Katuk1 1;Helsinki;;00100;FI" in lines
    assert lines[-2:] == ["END:VCARD", ""]


def test_a_spreadsheet_runs_nothing() -> None:
    held = files(fetched(built(access.person()).letters))
    assert held["csv/contact.csv"].startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(held["csv/contact.csv"].decode("utf-8-sig")), delimiter=";"))
    assert len({len(row) for row in rows}) == 1
    assert any(cell == "'+358401000001" for row in rows for cell in row)
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_the_same_content_at_the_same_moment_gives_the_same_bytes() -> None:
    from seloste.access.choices import Extent
    from seloste.access.queries import contents, documents

    person_id = access.person()
    found = contents(by=access.HERSELF, at=access.AT, person_id=person_id, language="fi")
    first, second = (documents.parcel(found, extent=Extent.ACCESS, package_id=person_id) for _ in range(2))
    assert first.archive == second.archive


def test_whoever_changes_a_file_is_found_out() -> None:
    package = fetched(built(access.person()).letters)
    verified = archive.verify(package)
    assert archive.verify(package, trusted=verified.signer).manifest["extent"] == "access"
    with pytest.raises(archive.BadPackageError, match="another key"):
        archive.verify(package, trusted="AAAA")
    held = files(package)
    for changed in (
        {**held, "my-data.json": held["my-data.json"].replace(b"Maijak1", b"Maijak2")},
        {name: content for name, content in held.items() if name != "README.txt"},
        {**held, "extra.txt": b"more"},
        {**held, "manifest.json": held["manifest.json"].replace(b'"access"', b'"portability"', 1)},
        {**held, "manifest.json": b"[]"},
    ):
        text = io.BytesIO()
        with zipfile.ZipFile(text, "w") as opened:
            for name, content in changed.items():
                opened.writestr(name, content)
        with pytest.raises(archive.BadPackageError):
            archive.verify(text.getvalue())
    with pytest.raises(archive.BadPackageError):
        archive.verify(b"no package")


# --- Handing over -----------------------------------------------------------------------------------------------------


def test_the_link_opens_once_and_for_a_quarter_of_an_hour_again() -> None:
    package = built(access.person())
    first = actions.download(by=access.HERSELF, at=access.AT, letters=package.letters)
    again = actions.download(by=access.HERSELF, at=access.AT + timedelta(minutes=14), letters=package.letters)
    assert (first.is_first, again.is_first) == (True, False)
    assert first.content == again.content
    with pytest.raises(actions.Gone):
        actions.download(by=access.HERSELF, at=access.AT + timedelta(minutes=16), letters=package.letters)
    assert look(package.letters, at=access.AT + timedelta(minutes=16)).stage is Stage.USED
    assert AuditEvent.objects.filter(deed="package.downloaded").count() == 2


def test_looking_at_the_link_consumes_nothing() -> None:
    package = built(access.person())
    for _ in range(3):
        assert look(package.letters, at=access.AT).stage is Stage.READY
    assert Package.objects.get().downloads == 0


def test_after_a_week_nothing_is_left_of_what_it_held() -> None:
    package = built(access.person())
    over = access.AT + timedelta(days=7)
    with pytest.raises(actions.Gone):
        actions.download(by=access.HERSELF, at=over, letters=package.letters)
    assert actions.empty(at=over, limit=10) == 1
    assert Package.objects.get().sealed is None
    assert look(package.letters, at=over).stage is Stage.EXPIRED


def test_what_was_fetched_is_emptied_soon_after() -> None:
    package = built(access.person())
    fetched(package.letters)
    assert actions.empty(at=access.AT + timedelta(minutes=10), limit=10) == 0
    assert actions.empty(at=access.AT + timedelta(minutes=16), limit=10) == 1


@pytest.mark.parametrize("letters", ["", "x", "A" * 64, "é" * 64])
def test_a_forged_link_opens_nothing(letters: str) -> None:
    package = built(access.person())
    with pytest.raises(Missing):
        actions.download(by=access.HERSELF, at=access.AT, letters=letters)
    other = built(access.person("K2"))
    crossed = package.letters[:21] + other.letters[21:]
    with pytest.raises(Missing):
        actions.download(by=access.HERSELF, at=access.AT, letters=crossed)


def test_the_database_alone_does_not_open_it() -> None:
    package = built(access.person())
    sealed = bytes(Package.objects.get().sealed or b"")
    assert b"my-data" not in sealed
    assert not sealed.startswith(b"PK")
    from seloste.access.rules import sealing

    ticket = sealing.read(package.letters)
    assert ticket is not None
    with pytest.raises(BrokenSealError):
        sealing.unseal(sealed, ticket, "another installation's secret")
    forged = sealing.Ticket(package=ticket.package, secret=sealing.new_secret())
    from django.conf import settings

    with pytest.raises(BrokenSealError):
        sealing.unseal(sealed, forged, settings.SEAL_KEY)


# --- What can be moved ------------------------------------------------------------------------------------------------


def test_what_moves_is_what_she_gave_on_consent_or_contract() -> None:
    from tests import make

    from seloste.register import actions as register

    person_id = access.person(but=frozenset({"project"}))
    bought = make.origin("order", at=access.AT, purposes=("order",))
    found = make.origin("directory", at=access.AT, purposes=("b2b_contact",))
    common: dict[str, Any] = {"by": access.CLERK, "at": access.AT, "person_id": person_id, "kind": "email"}
    register.add_contact_point(**common, origin=bought, value="tilaaja@example.com")
    register.add_contact_point(**common, origin=found, value="julkinen@example.com")
    held = files(fetched(built(person_id, "portability").letters))
    data = json.loads(held["my-data.json"])
    values = [record["values"] for category in data["categories"] for record in category["records"]]
    assert [one["value"] for one in values] == ["tilaaja@example.com"]
    assert {"my-data.html", "my-data.pdf"} & held.keys() == set()
    assert "look_ups" not in data
