"""What the worker does for payments: asks providers, sends refunds, compares a day's books with the providers'."""

from datetime import datetime, timedelta

import structlog

from seloste.kernel import clock, sweeps
from seloste.payments import actions, queries
from seloste.payments.actions import hearing, reconciling, refunding

_log = structlog.stdlib.get_logger("seloste.payments")

#: One run ends after so long, so that the worker can note what was done.
RUN_SECONDS = 20.0


class _Watch:
    """The time of one run, and whether it has lasted long enough."""

    def __init__(self, at: datetime) -> None:
        self._at, self._began = at, clock.elapsed()

    def now(self) -> datetime:
        return self._at + timedelta(seconds=clock.elapsed() - self._began)

    def is_over(self) -> bool:
        return sweeps.ending.is_set() or clock.elapsed() - self._began > RUN_SECONDS


def ask(at: datetime) -> int:
    """Ask about every payment that is due to be asked about: lost messages are found so (P6)."""
    watch, done = _Watch(at), 0
    for payment_id in queries.due_to_ask(at=at):
        if watch.is_over():
            break
        try:
            actions.settle(at=watch.now(), payment_id=payment_id)
        except Exception:  # noqa: BLE001 -- one payment must not keep the others waiting
            _log.exception("payments.not_asked", id=str(payment_id))
        done += 1
    return done


def refund(at: datetime) -> int:
    """Send the refunds that are due, and ask about those of which nobody knows."""
    watch, done = _Watch(at), 0
    refunding.expire_claims(at=at)
    while not watch.is_over():
        claimed = refunding.claim(at=watch.now())
        if claimed is None:
            break
        refunding.carry_out(claimed, at=watch.now())
        done += 1
    return done


def reconcile(at: datetime) -> int:
    """Compare yesterday with what the providers hold, once a day."""
    return reconciling.reconcile(at=at)


SWEEPS = (
    sweeps.Sweep(key=hearing.ASK, every=timedelta(seconds=30), run=ask),
    sweeps.Sweep(key=hearing.REFUND, every=timedelta(seconds=30), run=refund),
    sweeps.Sweep(key="payments.reconcile", every=timedelta(hours=1), run=reconcile),
)
