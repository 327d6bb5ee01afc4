"""Noting what the worker did: the state of each sweep, and a row for a run that did something or failed."""

from datetime import datetime
from typing import Any

from django.db import transaction

from seloste.audit.choices import Outcome
from seloste.audit.models import Run, SweepState
from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.periods import add

#: The purpose whose period decides how long runs are kept: keeping the services at work.
PURPOSE = "web_security"
#: Of a sweep that keeps failing the first runs are kept, and then ever fewer: 1, 2, 4, 8 … and every 256th.
_THINNED = 256


@transaction.atomic
def note_done(*, sweep: str, started_at: datetime, ended_at: datetime, done: int) -> None:
    """Note a run that did something, or the first one that went well again."""
    _set(sweep, looked_at=ended_at, worked_at=ended_at, done=done, outcome=Outcome.DONE, failures=0)
    _add(sweep, started_at, ended_at, done=done, outcome=Outcome.DONE)


def note_idle(*, sweep: str, at: datetime, outcome: str = Outcome.IDLE) -> None:
    """Note that the sweep looked and found nothing to do, or waits."""
    _set(sweep, looked_at=at, outcome=outcome, failures=0)


@transaction.atomic
def note_failed(*, sweep: str, started_at: datetime, at: datetime, error: str, failures: int) -> None:
    """Note a failure: the class of the error, and how many there were in a row."""
    _set(sweep, looked_at=at, outcome=Outcome.FAILED, failed_at=at, error=error, failures=failures)
    if failures & (failures - 1) == 0 or failures % _THINNED == 0:
        _add(sweep, started_at, at, done=0, outcome=Outcome.FAILED, error=error)


def _set(sweep: str, **values: Any) -> None:  # noqa: ANN401 -- values of the columns
    SweepState.objects.update_or_create(sweep=sweep, defaults=values)


def _add(sweep: str, started_at: datetime, ended_at: datetime, **values: Any) -> None:  # noqa: ANN401 -- likewise
    last = add(local_date(started_at), current().purpose[PURPOSE].retention.period)
    Run.objects.create(sweep=sweep, started_at=started_at, ended_at=ended_at, keep_until=last, **values)
