"""The notice as PDF, JSON-LD, TILT and record of processing."""

import csv
import io
import json
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pypdf
import pytest
import rdflib
from tests.notices.make import replace
from tests.notices.test_publishing import new_version

from seloste.declaration.load import current
from seloste.notices.queries import documents
from seloste.notices.rules import dpv, record

#: The published vocabularies and schema, where this machine has them.
PUBLISHED = Path("/work/shared/data")
LANGUAGES = ("fi", "sv", "en")
NAMESPACES = ("https://w3id.org/dpv#", "https://w3id.org/dpv/legal/eu/gdpr#", "https://w3id.org/dpv/pd#")


# --- PDF --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Each language in turn."""
    return str(request.param)


def root_of(reader: pypdf.PdfReader) -> Any:  # noqa: ANN401 -- the library's own loose tree
    return reader.trailer["/Root"]


def opened(language: str) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(documents.pdf(language)))


def test_the_pdf_is_accessible(language: str) -> None:
    reader = opened(language)
    root = root_of(reader)

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert root["/StructTreeRoot"]["/K"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert reader.metadata is not None
    assert current().register_.name.in_language(language) in (reader.metadata.title or "")


def test_the_pdf_says_every_sentence_with_its_id(language: str) -> None:
    text = " ".join("".join(page.extract_text() for page in opened(language).pages).split())

    for key, clause in current().clauses().items():
        assert key in text
        assert _letters(clause.text.in_language(language))[:60] in _letters(text)
    for purpose in current().purpose.values():
        assert _letters(purpose.name.in_language(language)) in _letters(text)


def _letters(text: str) -> str:
    """Return the letters alone: a line may break anywhere, and signs are joined in print."""
    return "".join(character for character in text if character.isalpha())


def test_the_pdf_carries_its_fonts_and_nothing_active(language: str) -> None:
    reader = opened(language)

    pages: list[Any] = list(reader.pages)
    fonts = [font.get_object() for page in pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    assert all("/DescendantFonts" in font or "/FontDescriptor" in font for font in fonts)
    assert "/OpenAction" not in root_of(reader)
    assert not reader.attachments


def test_the_same_notice_makes_the_same_pdf() -> None:
    declared = current()

    assert documents.compiled(declared, "fi", "mark") == documents.compiled(declared, "fi", "mark")
    reader = pypdf.PdfReader(io.BytesIO(documents.compiled(declared, "fi", "mark")))
    assert reader.metadata is not None
    assert reader.metadata.creation_date == datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize("words", ["#panic() $x^2$ *bold* @ref <label> \\\\ [", "`code` // not a comment /* nor this"])
def test_words_of_the_notice_are_never_commands_of_the_layout(folder: Path, words: str) -> None:
    replace(folder, "notice.toml", "Rekisterinpitäjä on Husgrove,", f"Rekisterinpitäjä on {words} Husgrove,")
    new_version(folder, "3.0")

    text = "".join(page.extract_text() for page in opened("fi").pages)

    assert _letters(words) in _letters(text)


# --- JSON-LD ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graph() -> rdflib.Graph:
    """The published JSON-LD, read by another's parser, without a network."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the parser's own, about itself
        return rdflib.Graph().parse(data=documents.jsonld(), format="json-ld")


DPV = rdflib.Namespace("https://w3id.org/dpv#")
GDPR = rdflib.Namespace("https://w3id.org/dpv/legal/eu/gdpr#")


def test_the_json_ld_is_read_by_another_parser(graph: rdflib.Graph) -> None:
    processes = list(graph.subjects(rdflib.RDF.type, DPV.Process))

    assert len(processes) == len(current().purpose)
    for process in processes:
        assert list(graph.objects(process, DPV.hasPurpose))
        assert list(graph.objects(process, DPV.hasLegalBasis))
        assert list(graph.objects(process, DPV.hasPersonalData))
        assert list(graph.objects(process, DPV.hasDataController))
        duration = graph.value(graph.value(process, DPV.hasStorageCondition), DPV.hasDuration)
        assert isinstance(duration, rdflib.Literal)
        assert duration.datatype == rdflib.XSD.duration


def test_the_json_ld_pairs_purpose_and_basis(graph: rdflib.Graph) -> None:
    process = rdflib.URIRef(f"{documents.address('fi')}#process-accounting")

    basis = graph.value(process, DPV.hasLegalBasis)

    assert graph.value(basis, rdflib.RDF.type) == GDPR["A6-1-c"]


def test_the_json_ld_has_its_words_in_three_languages(graph: rdflib.Graph) -> None:
    title = rdflib.URIRef("http://purl.org/dc/terms/title")

    said = {text.language for text in graph.objects(rdflib.URIRef(documents.address("fi")), title)}  # type: ignore[attr-defined]

    assert said == set(LANGUAGES)


def test_everything_the_json_ld_points_to_is_there(graph: rdflib.Graph) -> None:
    root = f"{documents.address('fi')}#"
    pointed = {node for node in graph.objects() if isinstance(node, rdflib.URIRef) and node.startswith(root)}

    assert pointed <= set(graph.subjects())


def used_terms(graph: rdflib.Graph) -> set[str]:
    nodes = {node for triple in graph for node in triple[1:] if isinstance(node, rdflib.URIRef)}
    return {str(node) for node in nodes if str(node).startswith(NAMESPACES)}


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published DPV tables are not on this machine")
def test_every_term_exists_in_the_vocabulary(graph: rdflib.Graph) -> None:
    known = set()
    for name in ("dpv-2.3.csv", "dpv-2.3-eu-gdpr.csv"):
        with (PUBLISHED / name).open(encoding="utf-8") as file:
            known |= {line["iri"] for line in csv.DictReader(file)}

    possible = {*dpv.BASES.values(), *dpv.RECIPIENTS.values(), *dpv.MECHANISMS.values()}
    spelt = {dpv.CONTEXT[term.split(":")[0]] + term.split(":")[1] for term in possible}

    assert (used_terms(graph) | spelt) - known == set()


def test_the_json_ld_fetches_nothing() -> None:
    context = json.loads(documents.jsonld())["@context"]

    assert isinstance(context, dict)
    assert all(isinstance(value, str) and value.endswith(("#", "/")) for value in context.values())


# --- TILT -------------------------------------------------------------------------------------------------------------

#: What the schema requires at its top (TILT of the TU Berlin); the whole schema is used where this machine has it.
REQUIRED = {
    "meta", "controller", "dataProtectionOfficer", "dataDisclosed", "thirdCountryTransfers", "accessAndDataPortability",
    "sources", "rightToInformation", "rightToRectificationOrDeletion", "rightToDataPortability",
    "rightToWithdrawConsent", "rightToComplain", "automatedDecisionMaking", "changesOfPurpose",
}  # fmt: skip


def test_the_tilt_document_has_what_the_language_requires(language: str) -> None:
    document = json.loads(documents.tilt_document(language))

    assert document.keys() == REQUIRED
    assert {"_id", "name", "created", "modified", "version", "language", "status", "url", "_hash"} == set(
        document["meta"]
    )
    assert document["meta"]["language"] == language
    assert [one["_id"] for one in document["dataDisclosed"]] == list(current().category)
    assert all(one["purposes"] and one["legalBases"] and one["storage"] for one in document["dataDisclosed"])
    assert document["automatedDecisionMaking"]["inUse"] is False
    assert document["rightToComplain"]["supervisoryAuthority"]["email"] == current().authority.email


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published TILT schema is not on this machine")
def test_the_tilt_document_is_valid(language: str) -> None:
    schema = json.loads((PUBLISHED / "tilt-schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())

    assert [error.message for error in validator.iter_errors(json.loads(documents.tilt_document(language)))] == []


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published TILT schema is not on this machine")
def test_the_tilt_document_is_valid_with_a_recipient_abroad(folder: Path) -> None:
    path = folder / "recipients.toml"
    path.write_text(
        '[recipient.hosting]\nname.fi = "Esimerkki Oy"\nname.sv = "Exempel Ab"\nname.en = "Example Ltd"\n'
        'kind = "processor"\ncountry = "US"\ncontract_date = 2026-11-01\n'
        '[recipient.hosting.transfer]\nmechanism = "standard_clauses"\nreviewed_on = 2026-11-01\n'
        'text.fi = "Vakiolausekkeet"\ntext.sv = "Standardklausuler"\ntext.en = "Standard clauses"\n',
        encoding="utf-8",
    )
    replace(folder, "purposes.toml", "subjects.fi", 'recipients = ["hosting"]\nsubjects.fi')
    new_version(folder, "3.0")
    schema = json.loads((PUBLISHED / "tilt-schema.json").read_text(encoding="utf-8"))

    document = json.loads(documents.tilt_document("en"))

    assert list(jsonschema.Draft7Validator(schema).iter_errors(document)) == []
    assert document["thirdCountryTransfers"][0]["country"] == "US"
    assert "eu-gdpr:A46-2-c" in documents.jsonld().decode()


# --- The record of processing -----------------------------------------------------------------------------------------


def test_the_record_has_the_columns_of_the_article() -> None:
    rows = list(csv.reader(io.StringIO(documents.record_csv("fi").decode("utf-8-sig")), delimiter=";"))

    assert len(rows) == 1 + len(current().purpose)
    assert {len(row) for row in rows} == {len(record.COLUMNS)}
    assert all(all(cell for cell in row) for row in rows)
    assert rows[1][1].startswith(current().purpose["order"].name.fi)


def test_the_record_opens_in_a_spreadsheet() -> None:
    made = documents.record_csv("fi")

    assert made.startswith(b"\xef\xbb\xbf")
    assert b";" in made
    assert made.endswith(b"\r\n")


def test_a_purpose_that_is_called_a_formula_is_harmless(folder: Path) -> None:
    replace(folder, "purposes.toml", 'name.fi       = "Tilausten toimittaminen"', 'name.fi = "=cmd|calc"')
    new_version(folder, "3.0")

    rows = list(csv.reader(io.StringIO(documents.record_csv("fi").decode("utf-8-sig")), delimiter=";"))

    assert rows[1][1].startswith("'=cmd|calc")
