"""What the ledger keeps about a person: that something was done, never what it was about."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from seloste.kernel.clock import local_date
from seloste.kernel.kept import About, Kept, Record, Stay, Surviving, Whose, erase_rows, values_of
from seloste.kernel.periods import Period, add
from seloste.ledger.models import LedgerEntry

_FIELDS = {"kind": _("What was done"), "at": _("When")}
#: The same as the table's guard (models.KEPT_FOR).
_PERIOD = Period(months=36)


def _records(whose: Whose) -> list[Record]:
    mine = Q(subject__in=whose.persons) | Q(subject=None, mark__in=list(whose.marks)) & ~Q(mark=b"")
    return [
        Record(
            id=row.id,
            person=row.subject,
            values=values_of(row, _FIELDS),
            about=About(since_at=row.at, purposes=("rights",), until=add(local_date(row.at), _PERIOD)),
        )
        for row in LedgerEntry.objects.filter(mine).order_by("id")
    ]


def _stays(record: Record, _surviving: Surviving) -> Stay:
    """Nothing goes before its time: it is what makes an erasure last when a backup is restored."""
    why = _("So that what was erased or refused stays so when a backup is restored. It holds no personal details.")
    return Stay(law="GDPR 5(2), 17(3)(b), 32(1)(c)", why=why, until=record.about.until, blocks=False)


ENTRIES = Kept(
    key="ledger.entries",
    name=_("What must be done again after a restore"),
    model=LedgerEntry,
    categories=frozenset({"rights_request"}),
    fields=_FIELDS,
    inner={
        "subject": "the random number by which the entry was found",
        "codes": "which purpose or channel it was, in codes; the event itself is shown with the consents and requests",
        "mark": "a keyed copy of an address, which tells nothing by itself",
    },
    records=_records,
    stays=_stays,
    erase=lambda ids: erase_rows(LedgerEntry, ids),
    order=95,
)
