"""What of this room goes when its time is up: sealed records of corrections, three years after them."""

from datetime import date, datetime

from django.db.models import Func
from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.kernel import retention
from seloste.kernel.duty import Duty
from seloste.kernel.retention import Due, Store
from seloste.register.models import Correction

_PURPOSE = "rights"


def _last_day() -> Func:
    return retention.last_day("corrected_at", current().purpose[_PURPOSE].retention.period)


def _due(until: date) -> list[Due]:
    begun = retention.begun_before(until, current().purpose[_PURPOSE].retention.period)
    return retention.due_by_day(Correction.objects.filter(corrected_at__lt=begun), _last_day(), until)


def _clear(_by: Duty, at: datetime, limit: int) -> int:
    return retention.delete_over(Correction.objects.all(), _last_day(), at, limit)


CORRECTIONS = Store(
    key="register.corrections",
    name=_("Sealed records of corrections"),
    purpose=_PURPOSE,
    due=_due,
    clear=_clear,
    held=lambda: retention.held(Correction.objects.all()),
)

STORES = (CORRECTIONS,)
