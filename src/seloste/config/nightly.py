"""What the worker does by itself where backups are set up: one each night, and once a week the way back."""

from datetime import datetime, time, timedelta

from seloste.kernel import sweeps
from seloste.kernel.clock import HELSINKI

#: Backups begin before the night's retention run (03:30), so that both never work at once on a small machine.
BEGINS, ENDS = time(1, 30), time(6, 0)
DRILLED_EVERY = timedelta(days=6, hours=12)
#: How many people a drill of the machine's own makes.
PEOPLE = 50


def register() -> None:
    """Register both, where there is a key to encrypt for; the demo makes no backups."""
    from django.conf import settings  # noqa: PLC0415 -- known once Django is set up

    if settings.MAKES_BACKUPS and not settings.DEMO:
        looks = timedelta(minutes=10)
        sweeps.register(sweeps.Sweep(key="backup.make", every=looks, run=back_up, needs_true_clock=True))
        sweeps.register(sweeps.Sweep(key="drill.run", every=looks, run=drill))


def back_up(at: datetime) -> int:
    """Make the night's backup where it is missing; one that was missed is made up at once."""
    from django.conf import settings  # noqa: PLC0415 -- likewise

    from seloste.config import backup  # noqa: PLC0415 -- likewise

    if not is_due(at, _went_well("backup.make")):
        return 0
    backup.make(settings.ENVIRONMENT.backups, keys=settings.ENVIRONMENT.backup_key, at=at)
    return 1


def is_due(at: datetime, last: datetime | None) -> bool:
    """Tell whether the backup of the night is missing: none since the last time the clock showed its hour."""
    local = at.astimezone(HELSINKI)
    begins = datetime.combine(local.date(), BEGINS, tzinfo=HELSINKI)
    if begins > local:
        begins = datetime.combine(local.date() - timedelta(days=1), BEGINS, tzinfo=HELSINKI)
    return last is None or last < begins


def drill(at: datetime) -> int:
    """Walk the way back once a week, at night."""
    from seloste.config import drill as engine  # noqa: PLC0415 -- likewise

    last = _went_well("drill.run")
    if not BEGINS <= at.astimezone(HELSINKI).time() < ENDS or (last is not None and at - last < DRILLED_EVERY):
        return 0
    return engine.run(PEOPLE, serve=False).people


def _went_well(key: str) -> datetime | None:
    from seloste.audit.queries.machine import fared  # noqa: PLC0415 -- likewise

    return fared(key).went_well_at
