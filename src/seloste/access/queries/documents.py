"""The files of a package: to read, to print, for a machine, for a spreadsheet and for an address book."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import typst
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from seloste.access.choices import Extent
from seloste.access.queries.said import moment_words
from seloste.access.rules import archive, cards, sheets
from seloste.access.rules import document as machine
from seloste.access.rules.contents import Category, Contents, Entry
from seloste.consents.rules.receipt import public_key
from seloste.declaration.words import date_words

#: Accessible, archivable, and with the data for a machine attached: PDF/UA-1 and PDF/A-3a (ISO 19005-3).
STANDARDS: list["typst.PDFStandard"] = ["ua-1", "a-3a"]
_TEMPLATES = Path(__file__).parents[1] / "templates" / "access"
_LAYOUT, _STYLE = _TEMPLATES / "package.typ", _TEMPLATES / "package.css"
#: The names of the files, in the order of the archive. The same in every language: a machine looks for them.
README, PAGE, PAPER, DATA, SCHEMA, CARD = (
    "README.txt",
    "my-data.html",
    "my-data.pdf",
    "my-data.json",
    "my-data.schema.json",
    "contact.vcf",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """A package before it is sealed."""

    archive: bytes
    entries: int
    waiting: int


def schema_url() -> str:
    """Return the address at which the schema of the JSON is published."""
    return f"{settings.PUBLIC_ORIGIN}{reverse('access:schema')}"


def key_url() -> str:
    """Return the address at which the public key of packages is told."""
    return f"{settings.PUBLIC_ORIGIN}{reverse('access:key')}"


def schema() -> bytes:
    """Return the schema of the JSON."""
    return _schema(schema_url())


@lru_cache(maxsize=2)
def _schema(url: str) -> bytes:
    return machine.written(machine.schema(url))


def parcel(found: Contents, *, extent: Extent, package_id: UUID) -> Parcel:
    """Return the package of the contents: the same contents at the same moment give the same bytes."""
    told = found if extent is Extent.ACCESS else portable(found)
    with override(found.language):
        files = _files(told, extent, package_id)
    said = {
        "package": str(package_id),
        "extent": extent.value,
        "person": found.reference,
        "controller": found.company.name,
        "made_at": found.at.isoformat(),
        "language": found.language,
        "notice": found.notice_version,
        "published": key_url(),
    }
    content = archive.packed(files, said, archive.signing_key(settings.SEAL_KEY), at=found.at)
    return Parcel(archive=content, entries=len(told.entries), waiting=len(told.held_back))


def portable(found: Contents) -> Contents:
    """Return what she may take elsewhere (art. 20(1)): what she gave, on consent or a contract."""
    kept = [replace(one, entries=[entry for entry in one.entries if entry.is_portable]) for one in found.categories]
    return replace(found, categories=kept)


def _files(found: Contents, extent: Extent, package_id: UUID) -> dict[str, bytes]:
    data = machine.written(machine.document(found, extent=extent.value, package=str(package_id), schema=schema_url()))
    if extent is Extent.PORTABILITY:
        files = _for_machines(found, data)
        return {README: _readme(found, extent, list(files)), **files}
    with ThreadPoolExecutor(1) as beside:  # the paper is set outside of Python, while the rest is written
        paper_of = beside.submit(_set, _printed(found), data, found.at)
        files = {PAGE: page(found), PAPER: b"", **_for_machines(found, data)}
        files = {README: _readme(found, extent, list(files)), **files}
        return {**files, PAPER: paper_of.result()}


def _for_machines(found: Contents, data: bytes) -> dict[str, bytes]:
    card = cards.card(found.person_id, found.entries, revised=f"{found.at.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    enclosed = {name: content for entry in found.entries for name, content in entry.files.items()}
    return {DATA: data, SCHEMA: schema(), **_sheets(found), **({CARD: card} if card else {}), **enclosed}


def _sheets(found: Contents) -> dict[str, bytes]:
    labels = _sheet_labels()
    return {f"csv/{one.key}.csv": sheets.sheet(one, labels) for one in found.categories if one.entries}


def _sheet_labels() -> Mapping[str, str]:
    return {
        "kind": _("What it is"),
        "source": _("Where from"),
        "source_detail": _("More exactly"),
        "since": _("Since"),
        "purposes": _("For what"),
        "bases": _("Legal basis"),
        "until": _("Kept until"),
        "current": _("Counts now"),
        "left_out": _("Left out"),
        "held_back": _("Follows when it has been looked through"),
        "yes": _("Yes"),
        "no": _("No"),
    }


def _readme(found: Contents, extent: Extent, names: Sequence[str]) -> bytes:
    told = {
        "found": found,
        "is_whole": extent is Extent.ACCESS,
        "made": moment_words(found.at, found.language),
        "has_card": CARD in names,
        "has_sheets": any(name.startswith("csv/") for name in names),
        "key": public_key(archive.signing_key(settings.SEAL_KEY)),
        "key_url": key_url(),
    }
    text = render_to_string("access/README.txt", told).strip() + "\n"
    return text.replace("\n", "\r\n").encode()


# --- The page ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _style() -> tuple[str, str]:
    """Return the page's own style, and its fingerprint for the page's own policy: nothing else may run or load."""
    style = _STYLE.read_text(encoding="utf-8")
    return style, base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def page(found: Contents) -> bytes:
    """Return the page to read: one file that needs nothing else, without scripts."""
    style, mark = _style()
    told = {
        "found": found,
        "held": [(one, _lines(one, found.language)) for one in found.categories if not one.is_empty],
        "empty": [one for one in found.categories if one.is_empty],
        "made": moment_words(found.at, found.language),
        "style": style,
        "style_mark": mark,
    }
    return render_to_string("access/package.html", told).encode()


def printed(found: Contents, *, package_id: UUID) -> bytes:
    """Return everything on paper alone, for somebody who gets it by post."""
    data = machine.document(found, extent=Extent.ACCESS.value, package=str(package_id), schema=schema_url())
    return paper(found, machine.written(data))


def _lines(one: Category, language: str) -> list[tuple[Entry, list[tuple[str, str]]]]:
    """Return each record with what is told of it; the record of use is told by day elsewhere."""
    return [] if one.is_log else [(entry, provenance(entry, language)) for entry in one.entries]


# --- The paper --------------------------------------------------------------------------------------------------------


def paper(found: Contents, data: bytes) -> bytes:
    """Return the package on paper, the data for a machine inside it."""
    with override(found.language):
        return _set(_printed(found), data, found.at)


def _set(printed: Mapping[str, Any], data: bytes, at: datetime) -> bytes:
    """Set it with typst. The words travel as data (JSON), so no text can become a command of the layout."""
    document = typst.compile(
        _LAYOUT,
        root=_LAYOUT.parent,
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARDS,
        sys_inputs={"document": json.dumps(printed, ensure_ascii=False), "data": data.decode()},
        timestamp=at.astimezone(UTC).replace(microsecond=0),  # what typst takes
    )
    return bytes(document)


def _printed(found: Contents) -> dict[str, Any]:
    language = found.language
    return {
        "title": _("Your data"),
        "language": language,
        "controller": found.company.name,
        "reference": found.reference,
        "facts": _facts(found),
        "categories": [_printed_category(one, language) for one in found.categories if not one.is_empty],
        "empty": [one.name for one in found.categories if one.is_empty],
        "purposes": [
            {"name": one.name, "why": one.why, "facts": _purpose_facts(one, language)} for one in found.purposes
        ],
        "look_ups": [[date_words(one.on, language), one.purpose.name, str(one.times)] for one in found.look_ups],
        "recipients": [[one.name, one.country, one.transfer or "–"] for one in found.recipients],
        "disclosed": [
            [
                one.recipient.name,
                date_words(one.last_on, language),
                ", ".join(named.name for named in (*one.categories, *one.purposes)),
            ]
            for one in found.disclosed
        ],
        "rights": [[f"{one.name} ({one.article})", one.text] for one in found.rights],
        "closing": [found.complaint, found.automated],
        "labels": _paper_labels(),
    }


def _facts(found: Contents) -> list[tuple[str, str]]:
    one = found.company
    company = ", ".join(part for part in (one.name, one.business_id, one.address, one.email, one.phone) if part)
    return [
        (_("Number in the register"), found.reference),
        (_("Made"), moment_words(found.at, found.language)),
        (_("Controller"), company),
        (_("Privacy notice"), f"{found.notice_version}, {found.notice_url}"),
    ]


def _printed_category(one: Category, language: str) -> dict[str, Any]:
    return {
        "name": one.name,
        "elsewhere": ", ".join(other.name for other in one.elsewhere),
        "entries": [
            {
                "kind": entry.kind,
                "values": [[value.name, value.shown] for value in entry.shown],
                "about": about,
            }
            for entry, about in _lines(one, language)
        ],
    }


def provenance(entry: Entry, language: str) -> list[tuple[str, str]]:
    """Return what is told of a record beside its values: where from, since when, why, until when."""
    source = ": ".join(part for part in (entry.source.name if entry.source else "", entry.source_detail) if part)
    until = date_words(entry.until, language) if entry.until else entry.until_words
    told = [
        (_("Waits"), _("An employee looks through the words first: others may be named in them. They follow later."))
        if entry.is_held_back
        else ("", ""),
        (_("Left out"), entry.left_out),
        (_("Where from"), source),
        (_("Since"), moment_words(entry.since_at, language) if entry.since_at else ""),
        (_("For what"), ", ".join(one.name for one in entry.purposes)),
        (_("Legal basis"), ", ".join(one.name for one in entry.bases)),
        (_("Kept until"), until),
        (_("Who may receive it"), ", ".join(f"{one.name} ({one.country})" for one in entry.recipients)),
        ("", "") if entry.is_current else (_("Counts now"), _("No: kept as history")),
    ]
    return [(name, value) for name, value in told if value]


def _purpose_facts(one: Any, language: str) -> list[tuple[str, str]]:  # noqa: ANN401 -- a purpose that is told
    told = [
        (_("Legal basis"), f"{one.basis} ({one.article})"),
        (_("Our interest"), one.interest),
        (_("How long"), one.period),
        (_("Kept until"), date_words(one.until, language) if one.until else ""),
        (_("Who may receive it"), one.recipients),
    ]
    return [(name, value) for name, value in told if value]


def _paper_labels() -> dict[str, str]:
    return {
        "held": _("What we hold about you"),
        "elsewhere": _("More of it stands under:"),
        "empty": _("Nothing held"),
        "empty_text": _("Of these kinds of data we hold nothing about you:"),
        "purposes": _("For what we use your data"),
        "look_ups": _("Who looked at your data"),
        "look_ups_text": _(
            "On these days our employees looked at your data or worked on them. Which employee it was is not told "
            "(Court of Justice, C-579/21)."
        ),
        "nobody": _("Nobody has."),
        "day": _("Day"),
        "purpose": _("Purpose"),
        "what": _("What and for what"),
        "last": _("Last"),
        "times": _("Times"),
        "recipients": _("Who may receive your data"),
        "recipient": _("Recipient"),
        "country": _("Country"),
        "transfer": _("Transfer outside the EEA"),
        "disclosed": _("To whom your data were given"),
        "none_disclosed": _("To nobody outside the company, but for the recipients above who work for us."),
        "rights": _("Your rights"),
        "page": _("Page"),
        "of": _("of"),
    }
