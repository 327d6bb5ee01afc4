"""Deciding what of a record leaves, where it may hold other people's data (art. 15(4))."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.access.choices import Verdict
from seloste.access.models import Review
from seloste.access.queries.judging import Judged, judge, mark_of_texts, stored
from seloste.access.queries.reviewing import check_duty
from seloste.access.rules import blackout
from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.refusals import Missing, Refusal
from seloste.kernel.text import plain_text


class NotReviewed(Refusal):
    """A decision about a record that is not whole; it says what is missing."""


@transaction.atomic
def review(
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    matter: UUID,
    store: str,
    record_id: str,
    verdict: Verdict,
    marked: Mapping[str, str] | None = None,
    reasons: str = "",
) -> None:
    """Decide what of the record leaves; a later decision takes the place of an earlier one.

    ``marked`` are the texts with marks around what is blacked out. Kept are the places, and no word of the texts.
    Missing where the record is none that has to be looked through.
    """
    check_duty(by)
    judged = judge(person_id, stored(person_id)).get((store, record_id))
    if judged is None:
        raise Missing
    why = plain_text(reasons, field="reasons", lines=True)
    if verdict is Verdict.WITHHELD and not why:
        raise NotReviewed(_("Say in plain words why, as the person reads it."), field="reasons")
    Review.objects.filter(person=person_id, matter=matter, store=store, record=record_id).delete()
    Review.objects.create(
        id=new_id(at),
        person=person_id,
        matter=matter,
        store=store,
        record=record_id,
        mark=mark_of_texts(judged.texts),
        verdict=verdict,
        passages=_passages(judged, marked or {}) if verdict is Verdict.BLACKED else {},
        reasons="" if verdict is Verdict.WHOLE else why,
        decided_at=at,
        decided_by=by.actor,
    )
    record(by=by, at=at, deed="review.decided", subjects=[person_id], categories=["rights_request"])


def _passages(judged: Judged, marked: Mapping[str, str]) -> dict[str, list[list[int]]]:
    found = {field: _read(marked.get(field, text), text, field) for field, text in judged.texts.items()}
    kept = {field: passages for field, passages in found.items() if passages}
    if not kept:
        raise NotReviewed(_("Put [[ and ]] around what is blacked out, or hand the record out whole."), field="verdict")
    return kept


def _read(typed: str, text: str, field: str) -> list[list[int]]:
    try:
        return [[start, end] for start, end in blackout.read(typed, text)]
    except blackout.AlteredError:
        words = _("Only add [[ and ]] around passages: the words themselves must stay as they are.")
        raise NotReviewed(words, field=f"text_{field}") from None
