"""What the room does by itself: what needs no proof is carried out, late answers are recorded, answered matters end."""

from datetime import datetime, timedelta

from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty, system
from seloste.rights import actions
from seloste.rights.choices import OPEN, Right, State
from seloste.rights.models import Request, RequestItem

#: A person who is not content says so by then; the matter can be opened again afterwards all the same.
CLOSED_AFTER = timedelta(days=30)
_MOST = 500


def do_at_once(at: datetime) -> int:
    """Carry out objections to marketing and withdrawals of consent that have come in."""
    waiting = RequestItem.objects.filter(
        right__in=[Right.MARKETING_OBJECTION, Right.WITHDRAWAL], outcome="", request__state__in=OPEN
    )
    requests = waiting.order_by("request_id").values_list("request_id", flat=True).distinct()[:_MOST]
    return sum(actions.do_at_once(by=_itself(), at=at, request_id=request_id) for request_id in requests)


def watch_the_clock(at: datetime) -> int:
    """Record every last day that passed without an answer, and close what has been answered long enough."""
    late = Request.objects.filter(state__in=OPEN).order_by("strict_due_on").values_list("id", flat=True)
    answered = Request.objects.filter(state=State.ANSWERED, answered_at__lt=at - CLOSED_AFTER)
    return sum(
        [
            *(
                actions.note_late(by=_itself(), at=at, request_id=one)
                for one in late.filter(strict_due_on__lt=local_date(at))[:_MOST]
            ),
            *(
                actions.close_by_itself(by=_itself(), at=at, request_id=one)
                for one in answered.values_list("id", flat=True)[:_MOST]
            ),
        ]
    )


def _itself() -> Duty:
    return system(actions.PURPOSE)
