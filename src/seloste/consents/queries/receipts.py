"""Receipts of consents, made when they are asked for from what the events hold: for a machine, a reader and a printer.

All three say the same, because all are made from the one signed document; the PDF carries it inside.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import typst
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override
from pydantic import ValidationError

from seloste.audit.actions import record
from seloste.consents.choices import VALID, Cause, Channel, ConsentState, EvidenceKind
from seloste.consents.models import ConsentEvent
from seloste.consents.rules import receipt as signing
from seloste.consents.rules.record import Places, Said, document
from seloste.declaration import canonical
from seloste.declaration.load import current
from seloste.declaration.schema import Declaration
from seloste.declaration.words import date_words
from seloste.kernel.clock import HELSINKI, local_date
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.notices.models import NoticeVersion
from seloste.notices.queries.documents import address
from seloste.register.queries import check_use

#: Accessible, archivable, and with the signed receipt attached: PDF/UA-1 and PDF/A-3a (ISO 19005-3).
STANDARDS: list["typst.PDFStandard"] = ["ua-1", "a-3a"]
_LAYOUT = Path(__file__).parents[1] / "templates" / "consents" / "receipt.typ"


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What a reader is shown: facts by their names, the words that were answered, and how all of it is verified."""

    reference: UUID
    subject: UUID
    title: str
    facts: Sequence[tuple[str, str]]
    words: str
    language: str
    notice_url: str
    withdrawal_url: str
    controller: str
    key: str
    key_url: str
    signed: bytes


@transaction.atomic
def receipt(*, by: Duty, at: datetime, reference: UUID, person_id: UUID | None = None) -> bytes:
    """Return the signed receipt of one event (JSON); Missing where it does not exist for this duty or this person.

    A visitor gets only her own: whoever asks for her must say who she is, having verified it (a link sent to her).
    """
    return _signed(_event(by=by, at=at, reference=reference, person_id=person_id))


@transaction.atomic
def receipt_page(*, by: Duty, at: datetime, reference: UUID, language: str, person_id: UUID | None = None) -> Receipt:
    """Return the receipt for a page in the reader's language; Missing as for the receipt itself.

    Where the evidence is kept is told to the staff alone: it is an address in our archive, not hers.
    """
    event = _event(by=by, at=at, reference=reference, person_id=person_id)
    return _shown(event, language=language, in_house=by.role != "visitor")


@transaction.atomic
def receipt_pdf(*, by: Duty, at: datetime, reference: UUID, person_id: UUID | None = None, language: str = "") -> bytes:
    """Return the receipt on paper, the signed one inside it; in the language of the words unless another is named.

    It is hers whoever prints it, so it says no more than she would be shown.
    """
    event = _event(by=by, at=at, reference=reference, person_id=person_id)
    spoken = language or event.wording.language
    shown = _shown(event, language=spoken, in_house=False)
    return compiled(shown, language=spoken, moment=event.at)


def _event(*, by: Duty, at: datetime, reference: UUID, person_id: UUID | None) -> ConsentEvent:
    row = ConsentEvent.objects.select_related("wording", "notice_version").filter(reference=reference).first()
    if row is None or person_id not in {None, row.subject} or not _is_for(row, by=by, person_id=person_id):
        raise Missing
    check_use(row.subject, by=by)
    record(by=by, at=at, deed="consent.receipt", subjects=[row.subject], categories=["consent"], item=reference)
    return row


def _is_for(row: ConsentEvent, *, by: Duty, person_id: UUID | None) -> bool:
    return person_id == row.subject if by.role == "visitor" else by.sees("consent", (row.purpose,))


# --- The signed document ----------------------------------------------------------------------------------------------


def key_url() -> str:
    """Return the address at which the public key is told."""
    return f"{settings.PUBLIC_ORIGIN}{reverse('consents:receipt_key')}"


def _signed(row: ConsentEvent) -> bytes:
    places = Places(notice=address(row.wording.language), withdrawal=_withdrawal_url(row.purpose))
    content = document(_said(row), _declared(row), places=places)
    key = signing.signing_key(settings.SEAL_KEY)
    return json.dumps(signing.sign(content, key, published=key_url()), ensure_ascii=False, indent=1).encode()


def _withdrawal_url(purpose: str) -> str:
    declared = current().purpose.get(purpose)
    return f"{settings.PUBLIC_ORIGIN}{declared.withdrawal if declared else '/'}"


def _declared(row: ConsentEvent) -> Declaration:
    """Return the notice as it was; the present one where its shape was another or it did not know the purpose yet."""
    then = _published(row.notice_version.text_hash)
    return then if then is not None and row.purpose in then.purpose else current()


@lru_cache(maxsize=8)
def _published(text_hash: str) -> Declaration | None:
    values: dict[str, Any] = NoticeVersion.objects.values_list("declaration", flat=True).get(text_hash=text_hash)
    try:
        return canonical.read(values)
    except ValidationError:
        return None


def _said(row: ConsentEvent) -> Said:
    return Said(
        reference=row.reference,
        subject=row.subject,
        purpose=row.purpose,
        channel=row.channel,
        state=ConsentState(row.state),
        language=row.wording.language,
        text=row.wording.text,
        text_hash=row.wording.text_hash,
        notice_version=row.notice_version.version,
        notice_hash=row.notice_version.text_hash,
        source=row.source,
        form=row.form,
        evidence_kind=EvidenceKind(row.evidence_kind) if row.evidence_kind else None,
        evidence=row.evidence,
        evidence_on=row.evidence_on,
        cause=Cause(row.cause) if row.cause else None,
        at=row.at,
        by_herself=row.role == "visitor",
        valid_until=row.valid_until,
    )


# --- For a reader -----------------------------------------------------------------------------------------------------


def _shown(row: ConsentEvent, *, language: str, in_house: bool) -> Receipt:
    declared, said = _declared(row), _said(row)
    with override(language):
        return Receipt(
            reference=row.reference,
            subject=row.subject,
            title=_("Receipt of consent: %(state)s") % {"state": said.state.label},
            facts=[pair for pair in _facts(said, declared, language, in_house=in_house) if pair[1]],
            words=said.text,
            language=said.language,
            notice_url=address(said.language),
            withdrawal_url=_withdrawal_url(said.purpose) if said.state in VALID else "",
            controller=declared.controller.name,
            key=signing.public_key(signing.signing_key(settings.SEAL_KEY)),
            key_url=key_url(),
            signed=_signed(row),
        )


def _facts(said: Said, declared: Declaration, language: str, *, in_house: bool) -> list[tuple[str, str]]:
    source = declared.source.get(said.source)
    one = declared.controller
    return [
        (_("What happened"), capfirst(str(said.state.label))),
        (_("When"), _moment(said.at, language)),
        (_("Why it ended"), str(said.cause.label) if said.cause else ""),
        (_("Purpose"), declared.purpose[said.purpose].name.in_language(language)),
        (_("Channel"), capfirst(str(Channel(said.channel).label))),
        (_("Holds until"), date_words(said.valid_until, language) if said.valid_until else ""),
        (_("How it was told"), source.name.in_language(language) if source else ""),
        (_("Evidence"), _evidence(said, language, in_house=in_house)),
        (_("Notice"), _("version %(version)s") % {"version": said.notice_version}),
        (_("Controller"), f"{one.name}, {one.street}, {one.postal_code} {one.city}, {one.email}"),
        (_("Receipt"), str(said.reference)),
    ]


def _evidence(said: Said, language: str, *, in_house: bool) -> str:
    if said.evidence_kind is None:
        return said.evidence if in_house else ""
    on = f", {date_words(said.evidence_on, language)}" if said.evidence_on else ""
    kept = f" ({said.evidence})" if in_house else ""
    return capfirst(f"{said.evidence_kind.label}{on}{kept}")


def _moment(at: datetime, language: str) -> str:
    return f"{date_words(local_date(at), language)} {at.astimezone(HELSINKI):%H.%M}"


# --- For a printer ----------------------------------------------------------------------------------------------------


def compiled(shown: Receipt, *, language: str, moment: datetime) -> bytes:
    """Set the receipt with typst. The words travel as data (JSON), so no text can become a command of the layout."""
    document = typst.compile(
        _LAYOUT,
        root=_LAYOUT.parent,
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARDS,
        sys_inputs={"document": json.dumps(_printed(shown, language)), "signed": shown.signed.decode()},
        timestamp=moment.replace(microsecond=0),  # what typst takes
    )
    return bytes(document)


def _printed(shown: Receipt, language: str) -> Mapping[str, Any]:
    with override(language):
        return {
            "title": shown.title,
            "facts": shown.facts,
            "words": shown.words,
            "words_language": shown.language,
            "language": language,
            "controller": shown.controller,
            "withdrawal": shown.withdrawal_url,
            "notice": shown.notice_url,
            "key": shown.key,
            "key_url": shown.key_url,
            "reference": str(shown.reference),
            "labels": {
                "words": _("The words"),
                "withdraw": _("How to withdraw"),
                "withdraw_text": _("You may withdraw a consent at any time, as easily as you gave it:"),
                "verify": _("How to verify this receipt"),
                "verify_text": _(
                    "This file carries the receipt signed (receipt.json). It can be verified without us and without a "
                    "network connection. What is signed is that attachment and not what these pages show."
                ),
                "command": "seloste consent verify receipt.pdf --key " + shown.key,
                "key": _("Our public key is at"),
                "page": _("Page"),
                "of": _("of"),
            },
        }
