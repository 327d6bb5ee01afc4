"""What needs no proof is done at once: an objection to marketing, a consent withdrawn."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from seloste.kernel.duty import Duty
from seloste.rights.actions import effects
from seloste.rights.actions.answering import answer_if_it_can
from seloste.rights.actions.deciding import Ruling, conclude, note_carried_out, settle
from seloste.rights.actions.steps import (
    locked,
    note,
)
from seloste.rights.choices import (
    Happened,
    Outcome,
    Right,
    State,
)
from seloste.rights.models import Request, RequestItem

#: Rights whose effect needs nobody's decision (art. 7(3), 21(3)).
_AT_ONCE = (Right.MARKETING_OBJECTION, Right.WITHDRAWAL)


@transaction.atomic
def do_at_once(*, by: Duty, at: datetime, request_id: UUID) -> bool:
    """Grant and carry out what nobody may refuse; tell whether there was anything to do."""
    request = locked(request_id)
    items = list(request.items.filter(right__in=_AT_ONCE, outcome="").order_by("id"))
    if request.state not in {State.RECEIVED, State.ACKNOWLEDGED, State.IDENTITY, State.ASSESSING}:
        return False
    done = [_do(request, item, by=by, at=at) for item in items]
    conclude(request, by=by, at=at)
    if request.state == State.FULFILLING and set(request.items.values_list("right", flat=True)) <= set(_AT_ONCE):
        answer_if_it_can(request, by=by, at=at)
    return any(done)


def _do(request: Request, item: RequestItem, *, by: Duty, at: datetime) -> bool:
    """Carry out one of them; what has nobody to be done to waits for an employee."""
    try:
        with transaction.atomic():
            was_done = effects.carry_out(effects.task_of(request, item), by=by, at=at) is True
    except effects.NobodyFound:
        return False
    nobody = not was_done and not effects.task_of(request, item).persons()
    if nobody and not request.email:
        return False  # an employee has to find out whose consent it is
    outcome = Outcome.GRANTED if was_done else Outcome.NO_DATA
    settle(item, Ruling(outcome=outcome), reasons="", evidence="", by=by, at=at)
    note(request, Happened.DECIDED, by=by, at=at)
    if was_done:
        note_carried_out(request, item, by=by, at=at)
    return True
