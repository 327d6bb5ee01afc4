"""Whose data may not be used now: restricted (art. 18), or erased but for what the law or a claim keeps (art. 17(3)).

The rule is said once, in ``rules.is_withheld``. Every question and every deed of an employee asks it here; what the
system does by itself and what a person does herself follow rules of their own.
"""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, Refusal
from seloste.register import rules
from seloste.register.models import Person

Row = TypeVar("Row", bound=Model)

#: Who acts on what a deed says, and looks at nobody.
_BY_ITSELF = frozenset({"visitor", "system"})


class Withheld(Refusal):
    """The use of the person's data is restricted; whoever looks after her rights may see them, for that purpose."""

    status = 403

    def __init__(self, reference: str) -> None:
        super().__init__(_("The use of this person's data is restricted. Nothing but the number may be shown."))
        self.reference = reference


def withheld_from(by: Duty) -> Q:
    """Return what finds among persons those whose data this duty may not use now."""
    found = Q(pk__in=())
    if by.role in _BY_ITSELF:
        return found
    if by.purpose not in rules.USES_RESTRICTED:
        found |= Q(restricted_at__isnull=False)
    return found if by.purpose in rules.USES_BLOCKED else found | Q(blocked_at__isnull=False)


def without_withheld(rows: "QuerySet[Row]", by: Duty, *, person: str = "person_id") -> "QuerySet[Row]":
    """Return the rows but for those about persons whose data this duty may not use now."""
    persons: Any = Person.objects.filter(withheld_from(by), pk=OuterRef(person))
    return rows.filter(~Exists(persons))


def unusable(by: Duty, person_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of the persons this duty may not use now."""
    if by.role in _BY_ITSELF:
        return set()
    return set(Person.objects.filter(withheld_from(by), pk__in=list(person_ids)).values_list("pk", flat=True))


def check_use(person_id: UUID, *, by: Duty) -> None:
    """Raise Withheld where the person's data are restricted, Missing where they are blocked, for this duty."""
    if by.role in _BY_ITSELF:
        return
    person = Person.objects.filter(withheld_from(by), pk=person_id).first()
    if person is not None:
        refuse_use(person, by=by)


def refuse_use(person: Person, *, by: Duty) -> None:
    """Raise what the state of the person asks for, where it asks for anything. Who is blocked is not even there."""
    if by.role in _BY_ITSELF:
        return
    if rules.is_withheld(by.purpose, restricted=False, blocked=person.blocked_at is not None):
        raise Missing
    if rules.is_withheld(by.purpose, restricted=person.restricted_at is not None, blocked=False):
        raise Withheld(person.reference)
