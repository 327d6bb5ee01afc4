"""The answer as a letter on paper: accessible and archival, in the language of whoever asked."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import typst
from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import override

from seloste.audit.actions import record
from seloste.declaration.load import current
from seloste.erasure import queries as erasures
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.notices.queries.documents import STANDARDS
from seloste.rights.choices import Letter, Right, Way
from seloste.rights.models import Correspondence, Request
from seloste.rights.queries import links
from seloste.rights.rules.links import Kind

_LAYOUT = Path(__file__).parents[1] / "templates" / "rights" / "answer.typ"


def answer_pdf(letters: str, *, at: datetime) -> tuple[str, bytes]:
    """Return the reference and the answer as PDF, for whoever holds the link to the answer; Missing for others."""
    found = links.opened(letters, at=at)
    if found is None or found[0].kind is not Kind.ANSWER:
        raise Missing
    return found[1].reference, of(found[1])


def certificate_pdf(letters: str, *, at: datetime) -> tuple[str, bytes]:
    """Return the reference and the certificate of erasure as PDF, for whoever holds the link to the answer."""
    found = links.opened(letters, at=at)
    if found is None or found[0].kind is not Kind.ANSWER:
        raise Missing
    request = found[1]
    begun = [erasures.newest_for(item.id) for item in request.items.filter(right=Right.ERASURE).exclude(told_at=None)]
    done = next((one for one in begun if one is not None), None)
    if done is None:
        raise Missing
    return request.reference, erasures.certificate_pdf(done.id, language=request.language)


@transaction.atomic
def for_posting(*, by: Duty, at: datetime, request_id: UUID) -> tuple[str, bytes]:
    """Return the reference and the answer on paper, for an employee to post; Missing where there is none for her."""
    request = Request.objects.filter(id=request_id).first()
    if request is None or not by.sees("rights_request", ("rights",)):
        raise Missing
    subjects = [request.person] if request.person else []
    record(by=by, at=at, deed="request.read", subjects=subjects, categories=["rights_request"], item=request.id)
    return request.reference, of(request)


def of(request: Request) -> bytes:
    """Return the newest answer to the request on paper; Missing where there is none."""
    sent = request.letters.filter(letter=Letter.ANSWER).order_by("-sent_at", "-id").first()
    if sent is None:
        raise Missing
    document = typst.compile(
        _LAYOUT,
        root=_LAYOUT.parent,
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARDS,
        sys_inputs={"document": json.dumps(_printed(request, sent))},
        timestamp=sent.sent_at.replace(microsecond=0),  # what typst takes
    )
    return bytes(document)


def _printed(request: Request, sent: Correspondence) -> dict[str, Any]:
    controller = current().controller
    with override(request.language):
        return {
            "title": sent.subject,
            "reference": request.reference,
            "language": request.language,
            "controller": controller.name,
            "from": [controller.name, controller.street, f"{controller.postal_code} {controller.city}"],
            "to": _envelope(request, sent),
            "day": formats.date_format(local_date(sent.sent_at), "SHORT_DATE_FORMAT"),
            "paragraphs": _paragraphs(sent.text),
            "labels": {"page": _("Page"), "of": _("of")},
        }


def _envelope(request: Request, sent: Correspondence) -> list[str]:
    """Return where the letter is posted; an answer that went by e-mail bears no address."""
    if sent.way != Way.LETTER:
        return []
    return [line for line in (request.name, *sent.address.split("\n")) if line]


def _paragraphs(text: str) -> Sequence[Sequence[str]]:
    return [block.split("\n") for block in text.split("\n\n") if block.strip()]
