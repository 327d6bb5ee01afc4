"""What the room does by itself."""

from datetime import datetime

from seloste.erasure import actions, queries
from seloste.kernel.clock import local_date
from seloste.kernel.duty import system


class HoldsToReviewError(RuntimeError):
    """Holds past their day of review: a hold is no licence to keep for ever. The desk shows that this fails (I57)."""


def finish(at: datetime) -> int:
    """Bring to their end the erasures whose moment has come."""
    return actions.finish(at, by=system("rights"))


def ring(at: datetime) -> int:
    """Fail, visibly and every time, while a hold is past its day of review."""
    overdue = queries.holds_to_review(local_date(at))
    if overdue:
        raise HoldsToReviewError(overdue)
    return 0
