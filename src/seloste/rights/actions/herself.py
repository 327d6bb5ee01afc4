"""What a person asks on her own page: she has shown who she is, so the law's course is gone through at once.

Everything leaves the same trace as a request that came by letter: received, proved, decided, carried out, answered.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, override

from seloste.kernel.duty import Duty
from seloste.rights.actions import answering, deciding, proving, receiving
from seloste.rights.actions.deciding import Ruling
from seloste.rights.actions.receiving import Arrival, Received
from seloste.rights.choices import Outcome, State, Way
from seloste.rights.models import Request
from seloste.rights.rules.identity import OnFile

_DONE = (Outcome.GRANTED, Outcome.PARTLY)


@transaction.atomic
def receive_from_herself(*, by: Duty, at: datetime, arrival: Arrival, person_id: UUID, point: OnFile) -> Received:
    """Enter what the person asks on her own page, which the address on file has opened; the caller has seen to that.

    Receipt is confirmed by the page itself. Her other addresses are told that a request was made. The same form sent
    twice is one request.
    """
    request, is_new = receiving.take_in(by=by, at=at, arrival=arrival)
    if is_new:
        receiving.acknowledged(request, by=by, at=at)
        reason = _reason(arrival.language)
        proving.prove_by_code(request, by=by, at=at, person_id=person_id, point=point, reason=reason)
    return Received(id=request.id, reference=request.reference)


def _reason(language: str) -> str:
    with override(language):
        return gettext("She opened her own page with a code to an address that was on file long before.")


@transaction.atomic
def do_as_she_says(*, by: Duty, at: datetime, request_id: UUID, ruling: Ruling | None = None) -> bool:
    """Grant and carry out a request of hers that nobody has to weigh, and answer it on her page; tell whether it is.

    ``ruling`` is the decision where it is not simply granted. What is carried out later is answered when it is. Doing
    it twice does it once.
    """
    request = Request.objects.select_for_update().get(id=request_id)
    for item in request.items.filter(outcome="").order_by("id"):
        granted = Ruling(outcome=Outcome.GRANTED, scope=item.scope)
        deciding.decide(by=by, at=at, item_id=item.id, ruling=ruling or granted)
    return finish(by=by, at=at, request_id=request_id)


@transaction.atomic
def finish(*, by: Duty, at: datetime, request_id: UUID) -> bool:
    """Carry out what was granted; where all of it is done, answer on her page. Tell whether it is answered."""
    request = Request.objects.select_for_update().get(id=request_id)
    if request.state != State.FULFILLING:
        return request.state in {State.ANSWERED, State.CLOSED}
    granted = request.items.filter(outcome__in=_DONE, carried_out_at=None)
    for item_id in granted.order_by("id").values_list("id", flat=True):
        deciding.carry_out(by=by, at=at, item_id=item_id)
    if granted.exists():
        return False
    answering.answer(by=by, at=at, request_id=request_id, way=Way.PAGE)
    return True
