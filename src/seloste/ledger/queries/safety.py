"""Whether there is a way back: how old the last backup and the last good drill are, and whether the ledger keeps up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from seloste.audit.queries.machine import Fared, fared
from seloste.ledger.models import LedgerEntry
from seloste.ledger.queries.standing import database_head

#: The keys under which backups and drills are noted (config.commands).
BACKUP, DRILL = "backup.make", "drill.run"
#: A backup is made each night; one that is older was missed.
BACKUP_EVERY = timedelta(hours=26)
#: An entry is outside the database within a second or two; one that waits longer is at risk.
PLACED_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Safety:
    """What the desk shows of backups. ``late`` says that the last good one is too old, or that there is none."""

    is_configured: bool
    backup: Fared
    backup_is_late: bool
    drill: Fared
    drill_is_late: bool
    entries: int
    waiting: int


def safety(*, at: datetime) -> Safety:
    """Return how old the last backup and the last good drill are, and how many entries are not outside yet."""
    backup, drill = fared(BACKUP), fared(DRILL)
    return Safety(
        is_configured=settings.MAKES_BACKUPS,
        backup=backup,
        backup_is_late=_is_late(backup, BACKUP_EVERY, at),
        drill=drill,
        drill_is_late=_is_late(drill, settings.DRILL_WITHIN, at),
        entries=database_head().seq,
        waiting=LedgerEntry.objects.filter(waiting__isnull=False, at__lt=at - PLACED_WITHIN).count(),
    )


def _is_late(found: Fared, within: timedelta, at: datetime) -> bool:
    return found.went_well_at is None or at - found.went_well_at > within or found.failed_at is not None
