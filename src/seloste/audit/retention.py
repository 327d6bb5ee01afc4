"""What of this room goes when its time is up."""

from datetime import date, datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions.runs import PURPOSE
from seloste.audit.models import Run
from seloste.kernel import retention
from seloste.kernel.duty import Duty
from seloste.kernel.retention import Due, Store


def _due(until: date) -> list[Due]:
    return retention.due_by_day(Run.objects.all(), F("keep_until"), until)


def _clear(_by: Duty, at: datetime, limit: int) -> int:
    return retention.delete_over(Run.objects.all(), F("keep_until"), at, limit)


RUNS = Store(
    key="audit.runs",
    name=_("Runs of the worker"),
    purpose=PURPOSE,
    due=_due,
    clear=_clear,
    held=lambda: retention.held(Run.objects.all()),
)
