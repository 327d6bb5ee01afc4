"""More time, more words: extended inside the first month, asked what is meant (art. 12(3), rec. 63)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.kernel.duty import Duty
from seloste.kernel.text import plain_text
from seloste.rights import letter
from seloste.rights.actions import sending
from seloste.rights.actions.deciding import NotLawful
from seloste.rights.actions.steps import (
    NotYet,
    answer_doubt,
    check_duty,
    locked,
    must_be_open,
    note,
    reckon,
    too_late,
)
from seloste.rights.choices import (
    Doubt,
    Happened,
    Letter,
    Way,
)
from seloste.rights.queries import links
from seloste.rights.rules import clock
from seloste.rights.rules.links import Kind


@transaction.atomic
def extend(*, by: Duty, at: datetime, request_id: UUID, reasons: str, way: Way = Way.EMAIL) -> None:
    """Take three months from receipt instead of one (12(3)): only with reasons, sent inside the first month."""
    check_duty(by)
    request = locked(request_id)
    must_be_open(request)
    why = plain_text(reasons, field="reasons", lines=True)
    if request.extended_at is not None:
        raise too_late(request)
    if not clock.may_extend(at, first=request.first_due_on, reasons=why):
        words = _("More time needs reasons, told to the person within the first month. That month ended on %(day)s.")
        raise NotYet(
            words % {"day": request.first_due_on} if why else _("Say why more time is needed."), field="reasons"
        )
    request.extended_at = at
    reckon(request)
    sending.say(request, Letter.EXTENSION, letter.write(Letter.EXTENSION, request, reasons=why), by=by, at=at, way=way)
    note(request, Happened.EXTENDED, by=by, at=at, reasons=why)


@transaction.atomic
def clarify(*, by: Duty, at: datetime, request_id: UUID, question: str, way: Way = Way.EMAIL) -> None:
    """Ask what is meant (recital 63). Asked at once, it stops the clock until it is answered."""
    check_duty(by)
    request = locked(request_id)
    must_be_open(request)
    words = plain_text(question, field="question", lines=True)
    if not words:
        raise NotLawful(_("Write the question."), field="question")
    link = links.url_of(request.id, Kind.VIEW, language=request.language)
    written = letter.write(Letter.CLARIFICATION, request, question=words, link=link)
    sending.say(request, Letter.CLARIFICATION, written, by=by, at=at, way=way)
    note(request, Happened.ASKED, by=by, at=at, doubt=Doubt.CLARIFICATION, reasons=words)


@transaction.atomic
def note_answer(
    *, by: Duty, at: datetime, request_id: UUID, text: str, way: Way = Way.EMAIL, answered_at: datetime | None = None
) -> None:
    """Note what the person answered or added, with the moment at which it reached the company."""
    request = locked(request_id)
    must_be_open(request)
    words = plain_text(text, field="text", lines=True)
    when = answered_at or at
    if not words or not request.received_at <= when <= at:
        raise NotLawful(_("Write what was answered, and when it arrived."), field="text")
    said = letter.Written(subject="", text=words)
    sending.keep(request, Letter.FROM_PERSON, said, by=by, at=at, way=way)
    answer_doubt(request, Doubt.CLARIFICATION, by=by, at=at, happened_at=when)
