"""What of this room goes when its time is up: what packages hold within a week, that they were made with the matter."""

from datetime import date, datetime

from django.db.models import Func
from django.utils.translation import gettext_lazy as _

from seloste.access.actions.delivering import empty
from seloste.access.models import Package, Review
from seloste.declaration.load import current
from seloste.kernel import retention
from seloste.kernel.duty import Duty
from seloste.kernel.retention import Due, Store

_PURPOSE = "rights"


def _last_day(moment: str) -> Func:
    return retention.last_day(moment, current().purpose[_PURPOSE].retention.period)


def _sealed_due(until: date) -> list[Due]:
    sealed = Package.objects.filter(sealed__isnull=False)
    return retention.due_by_day(sealed, retention.last_day("expires_at"), until)


def _empty(_by: Duty, at: datetime, limit: int) -> int:
    return empty(at=at, limit=limit)


CONTENTS = Store(
    key="access.contents",
    name=_("Packages that wait to be downloaded"),
    purpose=_PURPOSE,
    due=_sealed_due,
    clear=_empty,
    held=lambda: retention.held(Package.objects.filter(sealed__isnull=False)),
    shorter=_("What a package holds goes fifteen minutes after it was downloaded, and at the latest in a week."),
)
PACKAGES = Store(
    key="access.packages",
    name=_("That packages of data were made"),
    purpose=_PURPOSE,
    due=lambda until: retention.due_by_day(Package.objects.all(), _last_day("expires_at"), until),
    clear=lambda _by, at, limit: retention.delete_over(Package.objects.all(), _last_day("expires_at"), at, limit),
    held=lambda: retention.held(Package.objects.all()),
)
REVIEWS = Store(
    key="access.reviews",
    name=_("What was left out of packages for the sake of others"),
    purpose=_PURPOSE,
    due=lambda until: retention.due_by_day(Review.objects.all(), _last_day("decided_at"), until),
    clear=lambda _by, at, limit: retention.delete_over(Review.objects.all(), _last_day("decided_at"), at, limit),
    held=lambda: retention.held(Review.objects.all()),
)

STORES = (CONTENTS, PACKAGES, REVIEWS)
