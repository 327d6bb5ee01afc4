"""A receipt says what was consented to, in three shapes, and can be verified by anyone without us."""

import io
import json
import re
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pypdf
import pytest
import rdflib
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests import make
from tests.consents.make import HERSELF, confirmed, reachable, told, yes

from seloste.audit.models import AuditEvent
from seloste.consents import actions, queries
from seloste.consents.choices import Cause, ConsentState
from seloste.consents.models import ConsentEvent
from seloste.consents.rules import record
from seloste.consents.rules.receipt import BadReceiptError, key_set, public_key, same_key, sign, signing_key, verify
from seloste.kernel.refusals import Missing

pytestmark = pytest.mark.django_db
LANGUAGES = ("fi", "sv", "en")

#: The fields that ISO/IEC TS 27560:2023 (clauses 6.3–6.4) has in a receipt, each at its place in the guide's profile.
#: "must" is mandatory in the standard or by the GDPR; the last list says what a receipt of ours has no use for.
MUST = {
    "schema version": "dct:conformsTo",
    "receipt id": "dct:identifier",
    "record id": "dct:source dct:identifier",
    "pii principal id": "dpv:hasDataSubject dct:identifier",
    "privacy notice": "dpv:hasNotice 0 @id",
    "language": "dct:language",
    "purpose": "dpv:hasPurpose dct:title",
    "purpose type": "dpv:hasPurpose @type",
    "lawful basis": "dpv:hasLegalBasis @id",
    "pii information": "dpv:hasPersonalData 0",
    "pii type": "dpv:hasPersonalData 0 @type",
    "pii optional": "dpv:hasPersonalData 0 dpv:hasNecessity",
    "pii controllers": "dpv:hasDataController",
    "collection method": "dpv:hasDataSource @type",
    "processing method": "dpv:hasProcessing 0",
    "storage locations": "dpv:hasStorageCondition 1 dpv:hasLocation",
    "retention period": "dpv:hasStorageCondition 0 dpv:hasDuration @value",
    "processing location": "dpv:hasLocation",
    "jurisdiction": "dpv:hasJurisdiction",
    "withdrawal method": "dpv:hasConsentControl dpv:isExercisedAt",
    "privacy rights": "dpv:hasRight 0",
    "authority party": "dpv:hasAuthority dpv:hasName",
    "party id": "dpv:hasDataController dct:identifier",
    "party address": "dpv:hasDataController dpv:hasAddress",
    "party name": "dpv:hasDataController dpv:hasName",
    "party role": "dpv:hasDataController @type",
    "party contact": "dpv:hasDataController dpv:hasContact",
    "event time": "dct:date",
    "validity duration": "dct:valid",
    "entity id": "dpv:isIndicatedBy @id",
    "event type": "dpv:hasLegalBasis @type",
    "event state": "dpv:hasConsentStatus",
}
MAY_BE_EMPTY = {"recipient third parties": "dpv:hasRecipient"}
NOT_OURS = [
    "geographic restrictions",  # nothing leaves the EEA; the gate fails before it could
    "service",
    "codes of conduct",
    "impact assessment",
    "pii attribute id",
    "sensitive pii category",
    "special pii category",
    "party url",
    "party phone",
    "party type",  # says recipient, importer or exporter: the receipt's only other parties are named as recipients
]


def at(content: Any, path: str) -> Any:  # noqa: ANN401 -- JSON values of any shape
    for step in path.split():
        content = content[int(step) if isinstance(content, list) else step]
    return content


def event_of(deed: str = "give", language: str = "sv") -> UUID:
    person_id = reachable()
    if deed == "confirm":
        return actions.give_confirmed(**confirmed(person_id, language=language))
    said = yes(person_id, language=language) if deed == "give" else told(person_id, language=language)
    reference: UUID = getattr(actions, deed)(**said)
    return reference


def receipt_of(deed: str = "give") -> bytes:
    return queries.receipt(by=make.duty("marketing"), at=make.AT, reference=event_of(deed))


def key() -> str:
    return public_key(signing_key(settings.SEAL_KEY))


# --- What it says -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", MUST)
def test_receipt_has_every_field_of_the_standard(field: str) -> None:
    assert at(verify(receipt_of("confirm"), trusted=key()), MUST[field])


def test_receipt_has_no_other_fields_than_are_accounted_for() -> None:
    content = verify(receipt_of())
    named = {path.split()[0] for path in (*MUST.values(), *MAY_BE_EMPTY.values())}

    assert content["dpv:hasRecipient"] == []  # S7.2: nobody
    assert not set(NOT_OURS) & set(MUST)
    assert set(content) - named == {
        "@context",
        "@id",
        "@type",
        "dct:hasVersion",
        "dpv:hasScope",  # the channel
        "dpv:isIndicatedAtTime",  # the day of the evidence
        "dpv:hasIndicationMethod",
        "dpv:isImplementedByEntity",
        "rdfs:comment",  # why it ended
    }


def test_receipt_holds_the_words_and_the_notice_of_the_event() -> None:
    content = verify(receipt_of(), trusted=key())

    notice, words = content["dpv:hasNotice"]
    assert content["dpv:hasConsentStatus"] == "dpv:ConsentGiven"
    assert words["dct:description"].startswith("Husgrove får skicka mig")
    assert (notice["dct:language"], words["dct:language"]) == ("sv", "sv")
    assert content["dpv:hasDataController"]["dpv:hasContact"] == "support@husgrove.com"
    assert content["dct:valid"] == "2028-11-25"
    assert content["dpv:hasConsentControl"]["dpv:isExercisedAt"].endswith("/suostumukset/")


def test_where_the_evidence_is_kept_stays_in_the_house() -> None:
    reference = event_of()
    asked: dict[str, Any] = {"by": make.duty("marketing"), "at": make.AT}
    printed = pypdf.PdfReader(io.BytesIO(queries.receipt_pdf(**asked, reference=reference)))

    assert b"Kansio" not in queries.receipt(**asked, reference=reference)
    assert "Kansio" not in "".join(page.extract_text() for page in printed.pages)
    assert "Kansio" in str(queries.receipt_page(**asked, reference=reference, language="fi").facts)


@pytest.mark.parametrize(("deed", "tells"), [("give", True), ("withdraw", False)])
def test_way_to_withdraw_is_told_while_there_is_something_to_withdraw(deed: str, *, tells: bool) -> None:
    shown = queries.receipt_page(by=make.duty("marketing"), at=make.AT, reference=event_of(deed), language="fi")

    assert bool(shown.withdrawal_url) is tells
    assert queries.receipt_pdf(by=make.duty("marketing"), at=make.AT, reference=shown.reference)


@pytest.mark.parametrize("state", list(ConsentState))
def test_every_state_has_its_term(state: ConsentState) -> None:
    assert record.STATUS[state].startswith("dpv:")


@pytest.mark.parametrize(
    ("deed", "status"),
    [("withdraw", "Withdrawn"), ("refuse", "Refused"), ("request", "Requested"), ("confirm", "Given")],
)
def test_every_event_has_its_receipt(deed: str, status: str) -> None:
    assert verify(receipt_of(deed))["dpv:hasConsentStatus"] == f"dpv:Consent{status}"


def test_end_of_a_consent_has_its_receipt_with_the_cause() -> None:
    event_of()
    actions.expire(make.AT + timedelta(days=732))
    ended = ConsentEvent.objects.order_by("-id")[0]

    content = verify(queries.receipt(by=make.duty("marketing"), at=make.AT, reference=ended.reference))

    assert (content["dpv:hasConsentStatus"], content["rdfs:comment"]) == ("dpv:ConsentExpired", Cause.PERIOD_OVER)
    assert (content["dpv:isIndicatedBy"], content["dpv:hasDataSource"]) == (None, None)


def test_receipt_speaks_of_the_notice_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    from seloste.consents.queries import receipts
    from seloste.declaration import load

    reference = event_of()
    before = queries.receipt(by=make.duty("marketing"), at=make.AT, reference=reference)
    now = load.current()
    other = now.model_copy(update={"controller": now.controller.model_copy(update={"name": "Toinen Oy"})})
    monkeypatch.setattr(receipts, "current", lambda: other)

    assert queries.receipt(by=make.duty("marketing"), at=make.AT, reference=reference) == before


def test_json_is_linked_data_whose_every_term_is_published() -> None:
    content = verify(receipt_of("confirm"))
    graph = rdflib.Graph()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph.parse(data=json.dumps(content), format="json-ld")

    terms = set(
        re.findall(r"\bdpv:\w+", json.dumps({name: one for name, one in content.items() if name != "@context"}))
    )
    assert len(graph) > 60
    assert terms <= _published()


def _published() -> set[str]:
    """Return the vocabulary's terms: as published, where this machine has them; else those we have looked up."""
    whole = Path("/work/shared/data/dpv-2.3.csv")
    if whole.is_file():
        return {f"dpv:{line.split(',')[0].strip(chr(34))}" for line in whole.read_text("utf-8").splitlines()}
    kept = Path(__file__).with_name("dpv_terms.txt").read_text("utf-8")
    return {line for line in kept.splitlines() if line.startswith("dpv:")}


# --- Who gets it ------------------------------------------------------------------------------------------------------


def test_giving_out_a_receipt_is_recorded() -> None:
    receipt_of()

    assert AuditEvent.objects.order_by("-id")[0].deed == "consent.receipt"


def test_person_gets_her_own_receipt_and_nobody_elses() -> None:
    reference = event_of("confirm")
    mine = ConsentEvent.objects.get(reference=reference).subject
    asked: dict[str, Any] = {"by": HERSELF, "at": make.AT, "reference": reference}

    assert verify(queries.receipt(**asked, person_id=mine), trusted=key())
    assert "Kansio" not in str(queries.receipt_page(**asked, person_id=mine, language="fi").facts)
    for person_id in (None, uuid4(), make.person()):
        with pytest.raises(Missing):
            queries.receipt(**asked, person_id=person_id)
        with pytest.raises(Missing):
            queries.receipt_page(**asked, person_id=person_id, language="fi")
        with pytest.raises(Missing):
            queries.receipt_pdf(**asked, person_id=person_id)


@pytest.mark.parametrize("role", ["customer_service", "accounting", "technical", "owner"])
def test_charlie_gets_no_receipt(role: str) -> None:
    reference = event_of()

    asked: dict[str, Any] = {"by": make.duty(role), "at": make.AT, "reference": reference}
    with pytest.raises(Missing):
        queries.receipt(**asked)
    with pytest.raises(Missing):
        queries.receipt_pdf(**asked)
    with pytest.raises(Missing):
        queries.receipt_page(**asked, language="fi")


def test_unknown_receipt_does_not_exist() -> None:
    with pytest.raises(Missing):
        queries.receipt(by=make.duty("marketing"), at=make.AT, reference=uuid4())


# --- On paper ---------------------------------------------------------------------------------------------------------


def paper(deed: str = "give", language: str = "") -> bytes:
    reference = event_of(deed)
    return queries.receipt_pdf(by=make.duty("marketing"), at=make.AT, reference=reference, language=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_is_accessible_archivable_and_says_what_counts(language: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(paper(language=language)))

    root: Any = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    text = " ".join("".join(page.extract_text() for page in reader.pages).split())
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"]) == (True, language)
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "Husgrove får skicka mig" in text
    assert key_set(signing_key(settings.SEAL_KEY))["keys"][0]["kid"] in text.replace(" ", "")
    assert "/.well-known/consent-receipt-key.json" in text


def test_paper_speaks_the_language_of_the_words() -> None:
    root: Any = pypdf.PdfReader(io.BytesIO(paper())).trailer["/Root"]

    assert root["/Lang"] == "sv"


def test_paper_carries_the_signed_receipt() -> None:
    printed = paper()

    attached = pypdf.PdfReader(io.BytesIO(printed)).attachments["receipt.json"][0]
    assert verify(printed, trusted=key()) == verify(attached, trusted=key())


def test_paper_is_the_same_each_time() -> None:
    reference = event_of()
    asked: dict[str, Any] = {"by": make.duty("marketing"), "at": make.AT, "reference": reference}

    assert queries.receipt_pdf(**asked) == queries.receipt_pdf(**asked)


def test_paper_whose_receipt_was_changed_is_refused() -> None:
    printed, envelope = paper(), json.loads(receipt_of())
    envelope["receipt"]["dpv:hasConsentStatus"] = "dpv:ConsentGivenByForce"
    forged = json.dumps(envelope).encode()

    with pytest.raises(BadReceiptError, match="several"):
        verify(printed + b"\nstream\n" + forged + b"\nendstream\n")
    with pytest.raises(BadReceiptError, match="changed"):
        verify(b"%PDF-1.7\nstream\n" + forged + b"\nendstream\n")


@pytest.mark.parametrize("text", [b"%PDF-1.7", b"%PDF-1.7\nstream\nabc\nendstream", b"%PDF\nstream\n{\nendstream"])
def test_paper_without_a_receipt_is_refused(text: bytes) -> None:
    with pytest.raises(BadReceiptError, match="holds no receipt"):
        verify(text)


# --- The signature ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["dpv:hasConsentStatus", "dpv:hasDataSubject", "dct:date", "dct:valid"])
def test_changed_receipt_is_refused(name: str) -> None:
    envelope = json.loads(receipt_of())
    envelope["receipt"][name] = "x"

    with pytest.raises(BadReceiptError, match="changed"):
        verify(json.dumps(envelope).encode())


@pytest.mark.parametrize(
    "text", [b"", b"{}", b"[]", b"\xff", b'{"receipt": {}, "signature": {"key": "x", "value": "y"}}']
)
def test_what_is_no_receipt_is_refused(text: bytes) -> None:
    with pytest.raises(BadReceiptError, match="not a receipt"):
        verify(text)


def test_receipt_of_another_installation_is_refused() -> None:
    with pytest.raises(BadReceiptError, match="another key"):
        verify(receipt_of(), trusted=public_key(signing_key("someone else's secret")))


def test_key_is_published_where_the_receipt_says() -> None:
    published = json.loads(receipt_of())["signature"]["published"]
    address = reverse("consents:receipt_key")

    with connection.execute_wrapper(_no_table):
        answer = Client().get(address)

    (told_key,) = json.loads(answer.content)["keys"]
    assert published == f"{settings.PUBLIC_ORIGIN}{address}"
    assert (told_key["kty"], told_key["crv"], told_key["kid"]) == ("OKP", "Ed25519", key())
    assert same_key(told_key["x"], key())
    assert verify(receipt_of(), trusted=told_key["x"])
    assert Client().post(address).status_code == 405


def _no_table(*_asked: object) -> None:
    message = "the public key needs no table"
    raise AssertionError(message)


@pytest.mark.parametrize("spelling", ["", "x", "no key", "AAAA", "é"])
def test_what_is_no_key_equals_nothing(spelling: str) -> None:
    assert not same_key(spelling, key())
    assert not same_key(spelling, spelling)


def test_numbers_and_letters_beyond_ascii_survive_the_canonical_form() -> None:
    signed = sign({"words": "Älä öllötä  ✓", "dct:date": "2026-11-25"}, signing_key("invented"))

    assert verify(json.dumps(signed, ensure_ascii=False, indent=4).encode())["words"] == "Älä öllötä  ✓"
