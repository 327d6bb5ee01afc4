"""The letters of the procedure, in the language of whoever asked: what they say and the remedies they must name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import override

from seloste.declaration.load import current
from seloste.erasure import queries as erasures
from seloste.erasure.choices import JobState
from seloste.kernel.links import page_address
from seloste.rights.choices import Letter, Outcome, Reason, Right
from seloste.rights.models import Request, RequestItem
from seloste.rights.queries import corrected, packages
from seloste.rights.rules.course import REMEDIES


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A letter's words."""

    subject: str
    text: str
    tells_remedies: bool = False


def write(letter: Letter, request: Request, **told: Any) -> Written:  # noqa: ANN401 -- what the template says
    """Return the letter about the request; ``told`` is what its template says beside the request itself."""
    with override(request.language):
        shown = {**_around(request), **told}
        text = render_to_string(f"rights/mail/{letter.value}.txt", shown)
        return Written(subject=_subject(letter) % {"reference": request.reference}, text=_tidy(text))


def from_template(name: str, request: Request, *, subject: str, **told: Any) -> Written:  # noqa: ANN401 -- likewise
    """Return a letter about the request that is not one of the procedure's own, by the name of its template."""
    with override(request.language):
        text = render_to_string(f"rights/mail/{name}.txt", {**_around(request), **told})
    return Written(subject=subject, text=_tidy(text))


def answer(request: Request, items: Sequence[RequestItem], *, greeting: str = "") -> Written:
    """Return the answer: what became of each thing asked, why and by which article, and the remedies (art. 12(4))."""
    needs_remedies = any(item.outcome in REMEDIES for item in items)
    with override(request.language):
        told = {
            "decisions": [_decision(request, item) for item in items],
            "remedies": needs_remedies,
            "greeting": greeting,
        }
    written = write(Letter.ANSWER, request, **told)
    return Written(subject=written.subject, text=written.text, tells_remedies=needs_remedies)


def ready(request: Request, *, link: str, subject: str) -> Written:
    """Return the message that leads to the answer: the answer itself never leaves by mail."""
    with override(request.language):
        shown = {**_around(request), "link": link}
        return Written(subject=subject, text=_tidy(render_to_string("rights/mail/answer_ready.txt", shown)))


def alarm(request: Request, *, language: str, is_late: bool) -> Written:
    """Return what an employee is told about a last day: the number of the request, and nothing of the person."""
    with override(language):
        day = formats.date_format(request.strict_due_on, "SHORT_DATE_FORMAT")
        link = page_address("requests:sheet", request.id, language=language)
        told = {"reference": request.reference, "day": day, "link": link, "is_late": is_late}
        subject = _("Late: %(reference)s") if is_late else _("Answer by %(day)s: %(reference)s")
        return Written(subject=subject % told, text=_tidy(render_to_string("rights/mail/alarm.txt", told)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One decision as the letter says it."""

    asked: str
    outcome: str
    reason: str
    law: str
    reasons: str
    package: str
    erased: str
    corrected: str


def _decision(request: Request, item: RequestItem) -> Decision:
    is_question = item.right == Right.QUESTION
    return Decision(
        asked=str(Right(item.right).label),
        outcome="" if is_question else str(Outcome(item.outcome).label),
        reason=str(Reason(item.reason_code).label) if item.reason_code else "",
        law=item.law,
        reasons=item.reasons,
        package=packages.words(request, item),
        erased=_erased(item),
        corrected=corrected.words(request, item),
    )


def _erased(item: RequestItem) -> str:
    """Return the certificate of what was erased for this: what and when, what stays, why and until when."""
    begun = erasures.newest_for(item.id) if item.right == Right.ERASURE else None
    if begun is None or begun.state != JobState.VERIFIED:
        return ""
    return "\n\n".join(erasures.paragraphs(erasures.certificate(begun.id)))


def _around(request: Request) -> dict[str, Any]:
    declared, language = current(), request.language
    return {
        "reference": request.reference,
        "received_on": request.received_at,
        "due_on": request.strict_due_on,
        "first_due_on": request.first_due_on,
        "rights": [str(Right(right).label) for right in request.items.order_by("id").values_list("right", flat=True)],
        "controller": declared.controller,
        "authority": declared.authority,
        "authority_name": declared.authority.name.in_language(language),
    }


def _subject(letter: Letter) -> str:
    return {
        Letter.ACKNOWLEDGEMENT: _("We have received your request %(reference)s"),
        Letter.WARNING: _("A request about your data has been made: %(reference)s"),
        Letter.IDENTITY: _("Your request %(reference)s: show us that it is you"),
        Letter.CLARIFICATION: _("Your request %(reference)s: a question"),
        Letter.EXTENSION: _("Your request %(reference)s takes more time"),
        Letter.ANSWER: _("Our answer to your request %(reference)s"),
        Letter.DOWNLOADED: _("Your data were downloaded: %(reference)s"),
    }[letter]


def _tidy(text: str) -> str:
    """Return the text without the empty lines that the template's own signs leave behind."""
    kept: list[str] = []
    for line in (line.rstrip() for line in text.strip().splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept)
