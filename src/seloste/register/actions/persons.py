"""Deeds about a person as such: entered, told what art. 13 and 14 want, served in a language."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from seloste.audit.actions import record
from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import free_reference, new_id
from seloste.kernel.refusals import Missing
from seloste.register import rules
from seloste.register.actions.adding import name_person
from seloste.register.choices import PersonKind
from seloste.register.models import Ground, NoticeDelivery, Person
from seloste.register.queries.withheld import check_use
from seloste.register.rules import Origin


@transaction.atomic
def add_person(
    *,
    by: Duty,
    at: datetime,
    origin: Origin,
    family_name: str | None,
    given_name: str = "",
    language: str = "fi",
    kind: str = PersonKind.PERSON,
) -> UUID:
    """Enter a new person with her name; return her id. The information duty of art. 13 or 14 starts with her.

    Without a family name (``None``) she is nameless: a newsletter needs an address and no name (art. 5(1)(c)).
    """
    person = Person.objects.create(
        id=new_id(at),
        reference=free_reference("H", is_taken=_is_taken),
        kind=kind,
        language=language,
        created_at=at,
        created_by=by.actor,
    )
    record(by=by, at=at, deed="person.added", subjects=[person.id], categories=["identity"])
    if family_name is not None:
        name_person(by=by, at=at, person_id=person.id, origin=origin, family_name=family_name, given_name=given_name)
    _owe_information(person, origin=origin)
    return person.id


def _owe_information(person: Person, *, origin: Origin) -> None:
    """Note the information that is due: from the person herself at once, otherwise within a month (art. 14(3))."""
    declaration = current()
    collected = local_date(origin.collected_at)
    from_person = declaration.source[origin.source].from_person
    NoticeDelivery.objects.create(
        id=new_id(origin.collected_at),
        person=person,
        notice_version_id=origin.notice_version_id,
        article=13 if from_person else 14,
        language=person.language,
        due_on=collected if from_person else rules.information_due(declaration, collected),
    )


@transaction.atomic
def set_language(*, by: Duty, at: datetime, person_id: UUID, language: str) -> None:
    """Note in which language the person is served."""
    _person(person_id, by=by)
    Person.objects.filter(id=person_id).update(language=language)
    record(by=by, at=at, deed="person.language_set", subjects=[person_id], categories=["identity"])


@transaction.atomic
def note_information_given(*, by: Duty, at: datetime, person_id: UUID, channel: str, given_at: datetime) -> None:
    """Note that the person was given the information of art. 13 or 14, and how. Saying it twice changes nothing."""
    owed = NoticeDelivery.objects.filter(person_id=person_id, delivered_at=None)
    if owed.update(delivered_at=given_at, delivered_by=by.actor, channel=channel):
        record(by=by, at=at, deed="person.informed", subjects=[person_id], categories=["provenance"])


def _person(person_id: UUID, *, by: Duty) -> None:
    """Raise Missing where the person does not exist for this duty."""
    held = Ground.objects.filter(person_id=person_id, ended_at=None, purpose__in=by.purposes)
    if not held.exists():
        raise Missing
    check_use(person_id, by=by)


def _is_taken(drawn: str) -> bool:
    return Person.objects.filter(reference=drawn).exists()
