"""Looking for people who were erased, in every store that any room has registered."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from seloste.kernel import kept
from seloste.kernel.kept import Surviving, Whose
from seloste.ledger.choices import EVERYTHING, Kind
from seloste.ledger.models import LedgerEntry

#: People looked for at once.
_BATCH = 500


def erased_persons() -> list[UUID]:
    """Return everybody of whom nothing may be left. Of whom the law keeps something, the erasure itself has looked."""
    proved = LedgerEntry.objects.filter(kind=Kind.ERASED, subject__isnull=False).order_by("id")
    last = dict(proved.values_list("subject", "codes"))
    return sorted(person for person, codes in last.items() if person is not None and EVERYTHING in codes)


def leftovers(persons: Sequence[UUID], *, today: date) -> list[str]:
    """Return the stores in which something of them is left that has no reason of its own to stay."""
    return sorted({key for some in _batches(persons) for key in _leftovers(frozenset(some), today)})


def _leftovers(persons: frozenset[UUID], today: date) -> Iterator[str]:
    nothing = Surviving(today=today)
    for store in kept.kept():
        records = store.records(Whose(persons=persons))
        if any(store.stays(record, nothing) is None for record in records if record.person in persons):
            yield store.key


def _batches(persons: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [persons[start : start + _BATCH] for start in range(0, len(persons), _BATCH)]
