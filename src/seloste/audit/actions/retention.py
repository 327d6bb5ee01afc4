"""The retention run: every store is cleared of what has come to its end, batch by batch, and each batch is recorded."""

from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import transaction

from seloste.audit.actions.events import record
from seloste.audit.models import StoreState
from seloste.audit.rules import BATCH, is_due
from seloste.kernel import sweeps
from seloste.kernel.clock import HELSINKI, local_date
from seloste.kernel.duty import Duty, system
from seloste.kernel.retention import Store, stores

_log = structlog.stdlib.get_logger("seloste.retention")


class NotClearedError(RuntimeError):
    """Some stores could not be cleared; the others were. The log and the desk name them."""


def run_day(at: datetime) -> int:
    """Clear every store whose run of the day is due; return how many rows went. NotClearedError where one failed."""
    days = dict(StoreState.objects.values_list("store", "day"))
    cleared, failed = 0, []
    for store in stores():
        if is_due(at.astimezone(HELSINKI), days.get(store.key)) and not sweeps.ending.is_set():
            try:
                cleared += clear(store, by=system(store.purpose), at=at)
            except Exception as wrong:  # noqa: BLE001 -- the other stores must not wait for this one
                failed.append(store.key)
                note_failure(store, wrong, at=at)
    if failed:
        raise NotClearedError(", ".join(failed))
    return cleared


def clear(store: Store, *, by: Duty, at: datetime, tell: Callable[[int], None] = lambda _rows: None) -> int:
    """Clear one store of everything whose last day is over; return how many rows went. ``tell`` hears of each batch.

    Each batch is a transaction of its own, so a crash loses none and repeats none: what went is gone and recorded.
    """
    cleared = rows = 0
    while not sweeps.ending.is_set():
        rows = store.clear(by, at, BATCH) if store.by_itself else _batch(store, by=by, at=at)
        cleared += rows
        tell(rows)
        if rows < BATCH:
            _set(store, day=local_date(at), ended_at=at, cleared=cleared, error="", failed_at=None)
            break
    return cleared


@transaction.atomic
def _batch(store: Store, *, by: Duty, at: datetime) -> int:
    rows = store.clear(by, at, BATCH)
    if rows:
        record(by=by, at=at, deed=f"{store.key.replace('.', '_')}.cleared", count=rows)
    return rows


def note_failure(store: Store, wrong: Exception, *, at: datetime) -> None:
    """Note that a store could not be cleared: the class of the error and where, never its words."""
    _log.error("store.not_cleared", table=store.key, exc_info=wrong)
    _set(store, failed_at=at, error=type(wrong).__name__)


def _set(store: Store, **values: object) -> None:
    StoreState.objects.update_or_create(store=store.key, defaults=values)
