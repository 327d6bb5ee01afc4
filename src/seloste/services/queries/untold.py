"""Renewals of which nobody has told the customer: they wait, and an employee sees to it."""

from datetime import date, timedelta

from django.db.models import F, Q, QuerySet

from seloste.services.choices import State
from seloste.services.models import Subscription
from seloste.services.rules.life import REMIND_BEFORE, UNTOLD_FROM

_YEARLY = tuple(interval for interval, days in REMIND_BEFORE.items() if days)


def told_on(row: Subscription) -> date | None:
    """Return when the customer was told of the coming renewal; None where she was not."""
    return row.told_on if row.told_for == row.until_on else None


def untold(rows: QuerySet[Subscription], *, on: date) -> QuerySet[Subscription]:
    """Return those of the rows whose reminder ought to have left days ago and could not."""
    soon = Q(state=State.ACTIVE, interval__in=_YEARLY, until_on__lte=on + timedelta(days=UNTOLD_FROM))
    return rows.filter(soon).exclude(told_for__isnull=False, told_for=F("until_on"))


def is_untold(row: Subscription, *, on: date) -> bool:
    """Tell whether it is so with this one."""
    is_soon = row.until_on <= on + timedelta(days=UNTOLD_FROM)
    return row.state == State.ACTIVE and row.interval in _YEARLY and is_soon and told_on(row) is None
