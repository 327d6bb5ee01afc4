"""Consents that end by themselves: their time is up, or the words to which they were given are no longer ours."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from seloste.consents.actions.events import add_event, end_ground_of_consent, last_event, state_of
from seloste.consents.choices import VALID, Cause, ConsentState
from seloste.consents.models import ConsentEvent, Wording
from seloste.consents.queries import hold_still
from seloste.consents.queries.states import wordings_said
from seloste.kernel import sweeps
from seloste.kernel.clock import local_date
from seloste.kernel.duty import system

#: How many are looked up at a time; each is then ended in a transaction of its own.
BATCH = 500
_STATES = {Cause.PERIOD_OVER: ConsentState.EXPIRED, Cause.NOTICE_CHANGED: ConsentState.INVALIDATED}


def expire(at: datetime) -> int:
    """End every consent that no longer holds, so that its events alone tell the truth; return how many were ended.

    Nothing waits for this: whoever asks whether a consent holds looks at its end and its words too. It may stop
    between any two people, finds by itself what is left, and ends nothing twice.
    """
    ended, after = 0, 0
    while batch := list(_over(local_date(at), after=after)):
        for number, person_id, words in batch:
            if sweeps.ending.is_set():
                return ended
            ended += _end(words, at=at, person_id=person_id)
            after = number
    return ended


def _over(today: date, *, after: int) -> Iterator[tuple[int, UUID, Wording]]:
    """Yield the last events of consents that look as if they no longer held, in the order of their numbers."""
    same = {name: OuterRef(name) for name in ("subject", "purpose", "channel")}
    newer = ConsentEvent.objects.filter(**same, id__gt=OuterRef("id"))
    over = Q(valid_until__lt=today) | ~Q(wording__in=wordings_said())
    found = ConsentEvent.objects.filter(over, ~Exists(newer), state__in=VALID, id__gt=after)
    for event in found.select_related("wording").order_by("id")[:BATCH]:
        yield event.id, event.subject, event.wording


@transaction.atomic
def _end(words: Wording, *, at: datetime, person_id: UUID) -> bool:
    hold_still(person_id)
    return end_if_over(words, at=at, person_id=person_id)


def end_if_over(words: Wording, *, at: datetime, person_id: UUID) -> bool:
    """Add the event that ends a consent which no longer holds; False where it holds or has ended.

    The person must be held still. What is seen here counts, not what made somebody look.
    """
    last = last_event(person_id, words)
    cause = _cause(last, today=local_date(at))
    if last is None or cause is None:
        return False
    by = system(last.purpose)
    add_event(_STATES[cause], last.wording, by=by, at=at, person_id=person_id, cause=cause)
    end_ground_of_consent(last.purpose, by=by, at=at, person_id=person_id, rests_on_it=True)
    return True


def _cause(last: ConsentEvent | None, *, today: date) -> Cause | None:
    if last is None or state_of(last) not in VALID:
        return None
    if last.wording_id not in wordings_said():
        return Cause.NOTICE_CHANGED
    return Cause.PERIOD_OVER if last.valid_until is not None and last.valid_until < today else None
