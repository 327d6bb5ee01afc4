"""The notice as documents: the page's words, the printable PDF, and the two forms for machines. No table is asked."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from seloste.declaration.load import current
from seloste.declaration.schema import Declaration
from seloste.notices import choices
from seloste.notices.queries.layers import notice_url
from seloste.notices.queries.publications import declared_hash
from seloste.notices.rules import dpv, page, record, tilt

#: Archival and accessible at once: PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1). The compiler holds to them.
STANDARDS: list["typst.PDFStandard"] = ["ua-1", "a-2a"]
_LAYOUT = Path(__file__).parents[1] / "templates" / "notices" / "notice.typ"


def notice(language: str) -> page.Notice:
    """Return the words of the public notice in the language."""
    return page.notice(current(), language)


def address(language: str) -> str:
    """Return where on the web the notice is read in the language."""
    return f"{settings.PUBLIC_ORIGIN}{notice_url(language)}"


# --- For machines -----------------------------------------------------------------------------------------------------


def jsonld() -> bytes:
    """Return the notice in the W3C Data Privacy Vocabulary (JSON-LD)."""
    return _json(dpv.document(current(), address=address(settings.LANGUAGE_CODE)))


def tilt_document(language: str) -> bytes:
    """Return the notice in the Transparency Information Language (JSON)."""
    return _json(tilt.document(current(), language, address=address(language), text_hash=declared_hash()))


def _json(node: Any) -> bytes:  # noqa: ANN401 -- JSON values of any shape
    return json.dumps(node, ensure_ascii=False, indent=1).encode()


# --- The record of processing -----------------------------------------------------------------------------------------


def record_header() -> tuple[str, ...]:
    """Return the headings of the record's columns in the active language, in the order of ``record.COLUMNS``."""
    return (
        _("(a) Controller and contact"),
        _("(b) Purpose of the processing"),
        _("Legal basis"),
        _("(c) Data subjects"),
        _("(c) Categories of personal data"),
        _("(d) Recipients"),
        _("(e) Transfers to third countries"),
        _("(f) Time limits for erasure"),
        _("(g) Security measures"),
    )


def activities(language: str) -> list[record.Activity]:
    """Return the record of processing activities (art. 30(1))."""
    with override(language):
        return record.activities(current(), language, none=_("None"))


def record_sheet(language: str) -> dict[str, Any]:
    """Return the record for a page: what all activities have in common once, then each activity with its own cells."""
    header, found = record_header(), activities(language)
    pairs = [list(zip(header, line.cells(), strict=True)) for line in found]
    common = [pair for pair in pairs[0] if all(pair in others for others in pairs)]
    lines = [
        {"name": line.purpose, "cells": [pair for pair in own if pair not in common]}
        for line, own in zip(found, pairs, strict=True)
    ]
    return {"common": common, "lines": lines}


def record_csv(language: str) -> bytes:
    """Return the record for a spreadsheet."""
    with override(language):
        return record.as_csv(record_header(), activities(language)).encode()


# --- The PDF ----------------------------------------------------------------------------------------------------------


def pdf(language: str) -> bytes:
    """Return the notice as a tagged, archivable PDF; set once a process for each language and notice."""
    return _pdf(language, declared_hash())


@lru_cache(maxsize=8)
def _pdf(language: str, mark: str) -> bytes:
    return compiled(current(), language, mark)


def compiled(declared: Declaration, language: str, mark: str) -> bytes:
    """Set the notice with typst. The words travel as data (JSON), so no text can become a command of the layout."""
    values = {"notice": asdict(page.notice(declared, language)), "labels": _labels(language), "mark": mark}
    document = typst.compile(
        _LAYOUT,
        root=_LAYOUT.parent,
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARDS,
        sys_inputs={"document": json.dumps(values, default=str)},
        timestamp=datetime.combine(declared.meta.effective_from, time(), tzinfo=UTC),
    )
    return bytes(document)


def _labels(language: str) -> dict[str, Any]:
    with override(language):
        return {
            "title": _("Privacy notice"),
            "version": _("Version"),
            "effective": _("in force from"),
            "contents": _("Contents"),
            "basis": _("Basis"),
            "interest": _("Our interest"),
            "subjects": _("Whose data"),
            "what": _("What data"),
            "sources": _("From where"),
            "period": _("How long"),
            "recipients": _("Who receives it"),
            "obligation": _("Must you give the data"),
            "purpose": _("Purpose"),
            "law": _("Law"),
            "from_person": _("From you"),
            "from_others": _("From elsewhere"),
            "public": _("public source"),
            "no_recipients": _("Nobody."),
            "name": _("Name"),
            "need": _("Needed for"),
            "why": _("Why"),
            "lifetime": _("Lifetime"),
            "session": _("until the browser is closed"),
            "page": _("Page"),
            "of": _("of"),
            "needs": {choice.value: str(choice.label) for choice in choices.NeedName},
            "kinds": {choice.value: str(choice.label) for choice in choices.StorageName},
        }
