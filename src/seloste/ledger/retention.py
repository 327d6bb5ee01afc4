"""What of this room goes when its time is up: the oldest entries, in the database and in the files alike.

Entries go from the beginning of the chain only, so that what is left is still one chain; the newest stays always, since
the next one follows it. No backup lives a tenth as long, so nothing that a restore could need goes.
"""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.kernel import retention
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.periods import Period
from seloste.kernel.retention import Due, Store
from seloste.ledger import book
from seloste.ledger.models import LedgerEntry, Link

_PERIOD = Period(months=36)


def _last() -> Link | None:
    return Link.objects.order_by("-seq").first()


def _due(until: date) -> list[Due]:
    newest = _last()
    rows = Link.objects.filter(at__lt=retention.begun_before(until, _PERIOD))
    rows = rows.exclude(seq=newest.seq) if newest else rows
    return retention.due_by_day(rows, retention.last_day("at", _PERIOD), until)


def _clear(_by: Duty, at: datetime, limit: int) -> int:
    newest = _last()
    if newest is None:
        return 0
    over = retention.last_day("at", _PERIOD)
    links = Link.objects.filter(seq__lt=newest.seq).order_by("seq").annotate(over_after=over)
    first = list(links.values_list("seq", "entry_id", "over_after")[:limit])
    going = []
    for seq, entry, last in first:
        if last >= local_date(at):
            break  # the clock may have been set back: what came after a younger one waits for it
        going.append((seq, entry))
    if going:
        _delete(going)
    return len(going)


def _delete(going: list[tuple[int, int]]) -> None:
    Link.objects.filter(seq__in=[seq for seq, _entry in going]).delete()
    LedgerEntry.objects.filter(id__in=[entry for _seq, entry in going]).delete()
    left = going[-1][0] + 1
    transaction.on_commit(lambda: _forget(left))


def _forget(before: int) -> None:
    for path in settings.LEDGER_FILES:
        book.forget(path, before=before)


STORE = Store(
    key="ledger.entries",
    name=_("What must be done again after a restore"),
    purpose="rights",
    due=_due,
    clear=_clear,
    held=lambda: retention.held(LedgerEntry.objects.all()),
)
