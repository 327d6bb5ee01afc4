"""Days and moments, as forms and pages want them."""

from datetime import date, datetime
from typing import Any

from django.utils import formats

from seloste.kernel.clock import HELSINKI


def moments(at: datetime) -> dict[str, Any]:
    """Return the present moment for the fields that ask when something happened."""
    local = at.astimezone(HELSINKI)
    return {"occurred_at": local.replace(second=0, microsecond=0), "given_on": local.date(), "started_on": local.date()}


def short_date(day: date | datetime) -> str:
    """Return the date as the reader writes it."""
    return formats.date_format(day, "SHORT_DATE_FORMAT")
