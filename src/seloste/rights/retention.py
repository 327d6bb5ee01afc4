"""What of this room goes when its time is up: a matter, three years after it ended, with everything said in it."""

from datetime import date, datetime

from django.db.models import Func, QuerySet
from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.kernel import retention
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.retention import Due, Store
from seloste.rights.models import ClockEvent, Request

_PURPOSE = "rights"


def _ended() -> QuerySet[Request]:
    """Return the matters that have ended. One that is open is kept however old it is."""
    return Request.objects.filter(ended_at__isnull=False)


def _last_day(moment: str = "ended_at") -> Func:
    return retention.last_day(moment, current().purpose[_PURPOSE].retention.period)


def _due(until: date) -> list[Due]:
    return retention.due_by_day(_ended(), _last_day(), until)


def _clear(_by: Duty, at: datetime, limit: int) -> int:
    """Delete matters whose time is up, what happened in them first: the table lets each event go when it is as old."""
    over = _ended().annotate(over_after=_last_day()).filter(over_after__lt=local_date(at)).values_list("id", flat=True)
    ids = list(over.select_for_update(of=("self",))[:limit])
    ClockEvent.objects.filter(request__in=ids).delete()
    Request.objects.filter(id__in=ids).delete()
    return len(ids)


REQUESTS = Store(
    key="rights.requests",
    name=_("Data protection requests"),
    purpose=_PURPOSE,
    due=_due,
    clear=_clear,
    held=lambda: retention.held(Request.objects.all()),
)

STORES = (REQUESTS,)
