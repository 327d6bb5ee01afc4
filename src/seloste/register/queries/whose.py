"""By what people are looked for in every room: their ids, and the addresses that are theirs alone."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from seloste.kernel.kept import Whose
from seloste.register.choices import ContactKind, Source
from seloste.register.models import ContactPoint
from seloste.register.rules import is_common_mailbox


def whose(person_ids: Iterable[UUID], *, with_past: bool = True) -> Whose:
    """Return the people with their e-mail addresses and numbers, past ones too, that nobody else in the register has.

    Two people who share an address, or one who took over another's, are never found by it (features.md: namesakes);
    nor is anybody by the common mailbox of a company, where only one of those who read it is known (T7). Without past
    ones where she is shown what is found: an address may have been taken out of use because it never was hers. A number
    that was typed at a checkout leads to nothing: nobody looked whether it is hers, and nobody can prove it (T7).
    """
    persons = frozenset(person_ids)
    others = ContactPoint.objects.filter(mark=OuterRef("mark")).exclude(person_id__in=persons)
    reaching = ContactPoint.objects.filter(person_id__in=persons, kind__in=[ContactKind.EMAIL, ContactKind.PHONE])
    reaching = reaching.exclude(kind=ContactKind.PHONE, source=Source.ORDER)
    counted = reaching if with_past else reaching.filter(ended_at=None)
    found = counted.filter(~Exists(others)).values_list("value", "mark")
    points = [(value, mark) for value, mark in found if not is_common_mailbox(value)]
    return Whose(
        persons=persons,
        addresses=frozenset(value for value, _mark in points),
        marks=frozenset(bytes(mark) for _value, mark in points),
    )


def stays_here(person_id: UUID) -> bool:
    """Tell whether the person is in the register, and keep her there until the caller's transaction ends.

    Whoever is about to write about her asks first: an erasure then waits, and takes what was written with the rest.
    Writers do not wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM register_person WHERE id = %s FOR KEY SHARE", [person_id])
        return bool(cursor.rowcount)
