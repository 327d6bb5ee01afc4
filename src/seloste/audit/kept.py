"""What the record of use keeps about a person: when her data were looked at or changed, and for what.

She is told days and purposes, not employees: who looked is the employee's own data (C-579/21). The rows stay when she
is erased, for only they can show later who had her data before their eyes.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from seloste.audit.models import AuditEvent
from seloste.kernel.kept import About, Kept, Record, Stay, Surviving, Whose

#: Who looks is recorded for this (S8.3).
_OWN_PURPOSE = "staff_access"

#: In the order of the question below.
_FIELDS = {
    "at": _("Day, and the last time on it"),
    "purpose": _("For what"),
    "deed": _("What was done"),
    "categories": _("Which data"),
    "denied": _("It was refused"),
    "count": _("How many times"),
}
_EMPLOYEES = "which employee did it: the employee's own data; the person is told when and for what (C-579/21)"

#: Returns rows that are the people's, or wait under what leads to them alone.
Items = Callable[[Whose], Collection[UUID]]
_items: dict[str, Items] = {}


def items_with(room: str, items: Items) -> None:
    """Say which rows of a room may have been looked at before they had a person. Called in ``AppConfig.ready``."""
    _items[room] = items


#: One line a day for each purpose and deed: a person who was looked at daily has a page, not a book. The overlap is
#: what the index of the subjects answers; what else the same events were about is left out by the join.
_DAYS = """
SELECT subject, (event.at AT TIME ZONE 'Europe/Helsinki')::date,
       max(event.at), event.purpose, event.deed, array_remove(array_agg(DISTINCT category), NULL), event.denied,
       count(DISTINCT event.id)
FROM audit_auditevent event
JOIN LATERAL (SELECT DISTINCT unnest(event.subjects)) named (subject) ON named.subject = ANY(%(persons)s::uuid[])
LEFT JOIN LATERAL unnest(event.categories) category ON true
WHERE event.subjects && %(persons)s::uuid[]
GROUP BY 1, 2, event.purpose, event.deed, event.denied
ORDER BY max(event.at), max(event.id)
"""
_STAYS = Stay(
    law="GDPR 5(2), 32",
    why=_(
        "The record of who used the data, and for what, is kept until 24 months have passed since the employee's work"
        " ended. It holds a random number in place of the person."
    ),
    blocks=False,
)


def _days(whose: Whose) -> list[Record]:
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"persons": sorted(whose.persons)})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return [_record(person, day, dict(zip(_FIELDS, values, strict=True))) for person, day, *values in found]


def looked_at(whose: Whose) -> list[UUID]:
    """Return the rows that are hers, also those that wait for a person: a look at such a one named nobody.

    She is told of such looks. They are no part of what the table keeps about her: they name nobody and stay as they
    are, whatever becomes of the row, so an erasure has nothing to plan and nothing to ask again.
    """
    return [item for items in _items.values() for item in items(whose)]


def _record(person: UUID, day: date, values: Mapping[str, Any]) -> Record:
    """Return the line. Its id stays the same while more is done on the day."""
    key = f"{person} {day} {values['purpose']} {values['deed']} {values['denied']}"
    return Record(id=key, person=person, values=values, about=About(since_at=values["at"], purposes=(_OWN_PURPOSE,)))


def _stays(_record: Record, _surviving: Surviving) -> Stay:
    return _STAYS


def _erase_nothing(ids: Sequence[Any]) -> int:
    """Refuse: what is said to stay must not be asked to go, and the table would not let it."""
    message = f"the record of use is only added to; {len(ids)} lines of it were to go"
    raise RuntimeError(message)


STORES = (
    Kept(
        key="audit.events",
        name=_("When the data were used, and for what"),
        model=AuditEvent,
        categories=frozenset({"read_log"}),
        fields=_FIELDS,
        inner={
            "actor": _EMPLOYEES,
            "role": _EMPLOYEES,
            "subjects": "the random numbers of this person and of whoever was seen at the same time",
            "item": "a random number of what was looked at, or of the row that came of it",
        },
        records=_days,
        stays=_stays,
        erase=_erase_nothing,
    ),
)

__all__ = ["STORES", "items_with", "looked_at"]
