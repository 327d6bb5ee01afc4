"""Deeds about persons and what is known of them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.declaration.load import current
from seloste.kernel import copies
from seloste.kernel.clock import local_date
from seloste.kernel.copies import Change
from seloste.kernel.duty import Duty
from seloste.kernel.ids import free_reference, new_id
from seloste.kernel.marks import mark_of
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.kernel.text import plain_text
from seloste.register import rules
from seloste.register.choices import (
    CONTACT_CATEGORY,
    ContactKind,
    EndReason,
    Invalid,
    PersonKind,
    ProjectState,
)
from seloste.register.models import (
    ContactPoint,
    Correction,
    Feedback,
    Ground,
    Item,
    Name,
    Note,
    NoticeDelivery,
    Organisation,
    Person,
    Position,
    PostalAddress,
    Project,
    Statement,
)
from seloste.register.queries import corrections
from seloste.register.queries.whose import stays_here
from seloste.register.queries.withheld import check_use
from seloste.register.rules import Origin

AnyItem = TypeVar("AnyItem", bound=Item)


class HeldAlready(Refusal):
    """The same value is already there."""


class OutsideTheNotice(Refusal):
    """The notice does not let this be held for this purpose or from this source (S5.3, S6)."""


class NotCurrent(Refusal):
    """The item has been corrected or removed in the meantime."""


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
        reference=_reference(Person, "H"),
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
def name_person(
    *, by: Duty, at: datetime, person_id: UUID, origin: Origin, family_name: str, given_name: str = ""
) -> UUID:
    """Give the person her name; return the item's id."""
    values = rules.read_name({"family_name": family_name, "given_name": given_name})
    return add_item(Name, "identity", by=by, at=at, person_id=person_id, origin=origin, values=values)


@transaction.atomic
def add_contact_point(
    *, by: Duty, at: datetime, person_id: UUID, origin: Origin, kind: str, value: str, network: str = ""
) -> UUID:
    """Add a way to reach the person, normalised by its kind; the value as given is kept beside it."""
    values = rules.read_contact({"kind": kind, "value": value, "network": network})
    category = CONTACT_CATEGORY[ContactKind(kind)]
    return add_item(ContactPoint, category, by=by, at=at, person_id=person_id, origin=origin, values=values)


@transaction.atomic
def add_address(
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    origin: Origin,
    street: str,
    postal_code: str,
    city: str,
    country: str = "FI",
) -> UUID:
    """Add a postal address whose postal code is right for its country."""
    values = rules.read_address({"street": street, "postal_code": postal_code, "city": city, "country": country})
    return add_item(PostalAddress, "contact", by=by, at=at, person_id=person_id, origin=origin, values=values)


@transaction.atomic
def add_position(
    *, by: Duty, at: datetime, person_id: UUID, origin: Origin, organisation_id: UUID, title: str = ""
) -> UUID:
    """Say what the person is in an organisation."""
    if not Organisation.objects.filter(id=organisation_id, ended_at=None).exists():
        raise Missing
    values = {"organisation_id": organisation_id, **rules.read_position({"title": title})}
    return add_item(Position, "position", by=by, at=at, person_id=person_id, origin=origin, values=values)


@transaction.atomic
def add_feedback(
    *, by: Duty, at: datetime, person_id: UUID, origin: Origin, text: str, given_at: datetime, storing: bool = False
) -> UUID:
    """Enter what the person thought of us; ``storing`` says that it came in from her (see `add_item`)."""
    values = {**rules.read_text({"text": text}), "given_at": given_at}
    return add_item(
        Feedback, "feedback", by=by, at=at, person_id=person_id, origin=origin, values=values, storing=storing
    )


@transaction.atomic
def add_note(*, by: Duty, at: datetime, person_id: UUID, origin: Origin, text: str) -> UUID:
    """Note what a colleague needs to know to serve the person."""
    return add_item(
        Note, "correspondence", by=by, at=at, person_id=person_id, origin=origin, values=rules.read_text({"text": text})
    )


@transaction.atomic
def open_project(
    *, by: Duty, at: datetime, person_id: UUID, origin: Origin, name: str, description: str = "", started_on: date
) -> UUID:
    """Open a project done for the person."""
    values = {**rules.read_project({"name": name, "description": description}), "started_on": started_on}
    return add_item(Project, "project", by=by, at=at, person_id=person_id, origin=origin, values=values)


@transaction.atomic
def close_project(*, by: Duty, at: datetime, item_id: UUID, closed_on: date, person_id: UUID | None = None) -> None:
    """Close a project; its storage period runs from the closing. Missing where it is not that person's."""
    project = current_item(Project, item_id, by=by, person_id=person_id)
    if closed_on < project.started_on:
        raise rules.NotValid(Invalid.CLOSES_EARLY, field="closed_on")
    Project.objects.filter(id=item_id).update(state=ProjectState.CLOSED, closed_on=closed_on)
    _hold(project.person_id, project.purposes, by=by, at=at, on=closed_on)
    record(by=by, at=at, deed="project.closed", subjects=[project.person_id], categories=["project"], item=item_id)


@transaction.atomic
def add_organisation(
    *,
    by: Duty,
    at: datetime,
    origin: Origin,
    name: str,
    business_id: str = "",
    website: str = "",
    email: str = "",
    phone: str = "",
) -> UUID:
    """Enter an organisation; return its id."""
    check_duty(by, category="organisation", purposes=origin.purposes)
    _check_notice(origin, category="organisation")
    values = rules.read_organisation(
        {"name": name, "business_id": business_id, "website": website, "email": email, "phone": phone}
    )
    organisation_id = new_id(at)
    try:
        with transaction.atomic():
            Organisation.objects.create(
                id=organisation_id, reference=_reference(Organisation, "Y"), **_provenance(origin, by=by), **values
            )
    except IntegrityError:
        raise HeldAlready(
            _("An organisation with this business id is already in the register."), field="business_id"
        ) from None
    record(by=by, at=at, deed="organisation.added", categories=["organisation"], item=organisation_id)
    return organisation_id


@transaction.atomic
def organisation_called(*, by: Duty, at: datetime, origin: Origin, name: str) -> UUID:
    """Return the organisation of exactly this name, entering it where there is none."""
    read = rules.read_organisation({"name": name})["name"]
    known = Organisation.objects.filter(name__iexact=read, ended_at=None).order_by("id").first()
    return known.id if known else add_organisation(by=by, at=at, origin=origin, name=read)


#: What may be corrected, and how new values are read. The keys are the names of items in addresses and forms.
_correctables: dict[str, tuple[type[Item], rules.Read]] = {
    "name": (Name, rules.read_name),
    "contact": (ContactPoint, rules.read_contact),
    "address": (PostalAddress, rules.read_address),
    "position": (Position, rules.read_position),
    "feedback": (Feedback, rules.read_text),
    "note": (Note, rules.read_text),
    "project": (Project, rules.read_project),
    "statement": (Statement, rules.read_text),
}


@transaction.atomic
def correct(
    *,
    by: Duty,
    at: datetime,
    kind: str,
    item_id: UUID,
    origin: Origin,
    values: Mapping[str, str],
    person_id: UUID | None = None,
    request: str = "",
) -> UUID:
    """Replace an item by its corrected form, and every copy of it with it; return the new item's id (art. 16).

    What was there before is left in the sealed record alone. ``request`` is the reference of the request that this
    follows from. Missing where a person is named and the item is not hers.
    """
    model, read = _correctable(kind)
    old = current_item(model, item_id, by=by, person_id=person_id)
    category = _category(old)
    _check_notice(origin, category=category)
    kept = {name: getattr(old, name) for name in _own_columns(model)}
    told = {**{name: value for name, value in kept.items() if name in values}, **values, **_fixed(old)}
    new = _forget_proofs(old, {**kept, **read(told)})
    _forget(old)
    corrected = _insert(model, by=by, person_id=old.person_id, origin=origin, values={**new, "replaces": old.id}, at=at)
    _hold_no_longer(old.person_id, origin, by=by, at=at)
    sealed = _seal(old, kind, category, corrected, kept, by=by, at=at, request=request)
    Statement.objects.filter(about=old.id).update(about=corrected)
    record(by=by, at=at, deed="item.corrected", subjects=[old.person_id], categories=[category], item=corrected)
    changed = {"before": kept, "after": {name: new[name] for name in kept}}
    change = Change(record=sealed, person=old.person_id, kind=kind, category=category, reference=request, **changed)
    copies.follow(by, at, change)
    return corrected


def _forget(old: Item) -> None:
    """Delete the row, and those of the same value that were taken out of use before: they would keep it in the open."""
    model = type(old)
    same = {name: getattr(old, name) for name in _value_columns(model)}
    twins = model._default_manager.filter(person_id=old.person_id, ended_at__isnull=False, **same)  # noqa: SLF001
    twins.delete()
    model._default_manager.filter(id=old.id).delete()  # noqa: SLF001


def _value_columns(model: type[Item]) -> set[str]:
    """Return the columns that say the value itself, without what was found out about it."""
    return _own_columns(model) - {"verified_at", "bounced_at", "prohibition_checked_on", "mark", "original"}


def _seal(
    old: Item,
    kind: str,
    category: str,
    became: UUID,
    kept: Mapping[str, Any],
    *,
    by: Duty,
    at: datetime,
    request: str,
) -> UUID:
    """Keep what was there before, sealed; return the record's id."""
    sealed_id = new_id(at)
    Correction.objects.create(
        id=sealed_id,
        person_id=old.person_id,
        kind=kind,
        category=category,
        purposes=old.purposes,
        item=old.id,
        became=became,
        before=corrections.sealed(old, kept, record=sealed_id),
        request=request,
        corrected_at=at,
        corrected_by=by.actor,
    )
    return sealed_id


@transaction.atomic
def state(*, by: Duty, at: datetime, person_id: UUID, kind: str, item_id: UUID, origin: Origin, text: str) -> UUID:
    """Set the person's own statement beside something that is held about her (art. 16); return the statement's id.

    It is held for what the value beside it is held for. Missing where that is not hers.
    """
    item = current_item(_model(kind), item_id, by=by, person_id=person_id)
    category = _category(item)
    values = {"kind": kind, "about": item_id, "category": category, **rules.read_text({"text": text})}
    came = replace(origin, purposes=tuple(item.purposes))
    check_duty(by, category=category, purposes=came.purposes)
    statement = _insert(Statement, by=by, person_id=person_id, origin=came, values=values, at=at)
    record(by=by, at=at, deed="statement.added", subjects=[person_id], categories=[category], item=statement)
    return statement


@transaction.atomic
def remove(*, by: Duty, at: datetime, kind: str, item_id: UUID, person_id: UUID | None = None) -> None:
    """Take an item out of use. It stays in the history until its time is up, and can be brought back.

    Missing where a person is named and it is not hers: an address that was put together by hand.
    """
    item = current_item(_model(kind), item_id, by=by, person_id=person_id)
    _end(item, by=by, at=at, reason=EndReason.REMOVED)
    record(by=by, at=at, deed="item.removed", subjects=[item.person_id], categories=[_category(item)], item=item_id)


@transaction.atomic
def bring_back(*, by: Duty, at: datetime, kind: str, item_id: UUID, person_id: UUID | None = None) -> None:
    """Undo a removal; NotCurrent where the item was corrected or something took its place."""
    model = _model(kind)
    item = _seen(model, item_id, by=by, person_id=person_id)
    check_duty(by, category=_category(item), purposes=item.purposes)
    if item.end_reason != EndReason.REMOVED:
        raise NotCurrent(_("This can no longer be undone."))
    try:
        with transaction.atomic():
            model.objects.filter(id=item_id).update(ended_at=None, ended_by=None, end_reason="")
    except IntegrityError:
        raise NotCurrent(_("This can no longer be undone.")) from None
    record(
        by=by, at=at, deed="item.brought_back", subjects=[item.person_id], categories=[_category(item)], item=item_id
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


@transaction.atomic
def touch(
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    purposes: Iterable[str],
    on: date,
    basis: Mapping[str, str] | None = None,
) -> None:
    """Note that something happened with the person on the day: periods that run from the last activity run from it."""
    _hold(person_id, purposes, by=by, at=at, on=on, basis=basis)


@transaction.atomic
def end_ground(*, by: Duty, at: datetime, person_id: UUID, purpose: str) -> None:
    """End the ground of one purpose, because its consent was withdrawn or its objection upheld."""
    held = Ground.objects.filter(person_id=person_id, purpose=purpose, ended_at=None)
    if held.update(ended_at=at, ended_by=by.actor):
        record(by=by, at=at, deed="ground.ended", subjects=[person_id], categories=["provenance"])


@transaction.atomic
def add_item(
    model: type[AnyItem],
    category: str,
    *,
    by: Duty,
    at: datetime,
    person_id: UUID,
    origin: Origin,
    values: Mapping[str, Any],
    storing: bool = False,
) -> UUID:
    """Add an item of any model about a person. Rooms above add theirs through this door; returns the item's id.

    Where the use of her data is restricted, an employee may only store what came in (``storing``; art. 18(2)).
    """
    if not storing:
        check_use(person_id, by=by)
    check_duty(by, category=category, purposes=origin.purposes)
    _check_notice(origin, category=category)
    item_id = _insert(model, by=by, person_id=person_id, origin=origin, values=values, at=at)
    _hold(person_id, origin.purposes, by=by, at=at, on=local_date(origin.collected_at), basis=origin.basis)
    deed = f"{model._meta.model_name}.added"
    record(by=by, at=at, deed=deed, subjects=[person_id], categories=[category], item=item_id)
    return item_id


# --- how the deeds above are made -----------------------------------------------------------------------------------


def _reference(model: type[Person | Organisation], prefix: str) -> str:
    return free_reference(prefix, is_taken=lambda drawn: model.objects.filter(reference=drawn).exists())


def _insert(
    model: type[AnyItem], *, by: Duty, person_id: UUID, origin: Origin, values: Mapping[str, Any], at: datetime
) -> UUID:
    if not stays_here(person_id):
        raise Missing
    item_id = new_id(at)
    columns = {**values, **_mark(model, values)}
    try:
        with transaction.atomic():
            model.objects.create(id=item_id, person_id=person_id, **_provenance(origin, by=by), **columns)
    except IntegrityError:
        raise HeldAlready(_("This is already in the register for this person.")) from None
    return item_id


def _mark(model: type[Item], values: Mapping[str, Any]) -> dict[str, bytes]:
    """Mark what a message can be sent to, so that those not to be contacted are found without reading addresses."""
    if model is ContactPoint:
        return {"mark": mark_of(values["value"])}
    if model is PostalAddress:
        parts = (values[name] for name in ("street", "postal_code", "city", "country"))
        return {"mark": mark_of(rules.address_line(*parts))}
    return {}


def _provenance(origin: Origin, *, by: Duty) -> dict[str, Any]:
    return {
        "source": origin.source,
        "source_detail": plain_text(origin.detail, field="source_detail"),
        "collected_at": origin.collected_at,
        "collected_by": by.actor,
        "notice_version_id": origin.notice_version_id,
        "purposes": sorted(set(origin.purposes)),
    }


def _hold(
    person_id: UUID,
    purposes: Iterable[str],
    *,
    by: Duty,
    at: datetime,
    on: date,
    basis: Mapping[str, str] | None = None,
) -> None:
    """Begin or prolong the grounds on which the person is held; a period never becomes shorter by this."""
    for purpose in purposes:
        ground = Ground.objects.select_for_update().filter(person_id=person_id, purpose=purpose, ended_at=None).first()
        if ground is None:
            _begin(person_id, purpose, by=by, at=at, on=on, basis=(basis or {}).get(purpose))
        elif ground.runs_from < on:
            until = rules.keep_until(current(), purpose, on)
            Ground.objects.filter(id=ground.id).update(runs_from=on, keep_until=until)


def _hold_no_longer(person_id: UUID, origin: Origin, *, by: Duty, at: datetime) -> None:
    """Begin what has no ground yet and prolong nothing: making a value right is no reason to keep it longer."""
    there = Ground.objects.filter(person_id=person_id, purpose__in=origin.purposes, ended_at=None)
    begun = set(origin.purposes) - set(there.values_list("purpose", flat=True))
    _hold(person_id, sorted(begun), by=by, at=at, on=local_date(origin.collected_at), basis=origin.basis)


def _begin(person_id: UUID, purpose: str, *, by: Duty, at: datetime, on: date, basis: str | None) -> None:
    declared = current().purpose[purpose]
    if basis is not None and basis not in declared.bases:
        raise OutsideTheNotice(_("The notice does not name this basis for this purpose."))
    Ground.objects.create(
        id=new_id(at),
        person_id=person_id,
        purpose=purpose,
        basis=basis or declared.basis,
        since_on=on,
        runs_from=on,
        keep_until=rules.keep_until(current(), purpose, on),
        started_by=by.actor,
    )
    record(by=by, at=at, deed="ground.began", subjects=[person_id], categories=["provenance"])


def check_duty(by: Duty, *, category: str, purposes: Iterable[str]) -> None:
    """S8.3: an employee writes what her job includes; a visitor and the system write what their deed says."""
    if by.role in {"visitor", "system"}:
        return
    if "write" not in by.may or not by.sees(category, tuple(purposes)):
        raise NotAllowed(_("Your job role does not include this."))


def _check_notice(origin: Origin, *, category: str) -> None:
    try:
        rules.check_declared(current(), purposes=origin.purposes, category=category, source=origin.source)
    except rules.PurposeForbidsError:
        raise OutsideTheNotice(_("The notice does not let us hold this for this purpose from this source.")) from None


def _person(person_id: UUID, *, by: Duty) -> None:
    """Raise Missing where the person does not exist for this duty."""
    held = Ground.objects.filter(person_id=person_id, ended_at=None, purpose__in=by.purposes)
    if not held.exists():
        raise Missing
    check_use(person_id, by=by)


def _seen(model: type[AnyItem], item_id: UUID, *, by: Duty, person_id: UUID | None) -> AnyItem:
    """Return the item, locked; Missing where it is not there for this duty, or not the named person's."""
    item: AnyItem | None = model.objects.select_for_update().filter(id=item_id).first()
    if item is None:
        _refuse_corrected(item_id, by=by, person_id=person_id)
    if item is None or person_id not in {None, item.person_id} or not by.sees(_category(item), item.purposes):
        raise Missing
    check_use(item.person_id, by=by)
    return item


def _refuse_corrected(item_id: UUID, *, by: Duty, person_id: UUID | None) -> None:
    """Raise NotCurrent where the item was corrected, to whoever could see it."""
    earlier = Correction.objects.filter(item=item_id).first()
    if earlier and person_id in {None, earlier.person_id} and by.sees(earlier.category, earlier.purposes):
        check_use(earlier.person_id, by=by)
        raise NotCurrent(_("This was already corrected or removed. Reload the page to see how it stands."))


def current_item(model: type[AnyItem], item_id: UUID, *, by: Duty, person_id: UUID | None = None) -> AnyItem:
    """Return the item, locked; Missing where it is not there for this duty, NotCurrent where it no longer counts."""
    item = _seen(model, item_id, by=by, person_id=person_id)
    if "write" not in by.may:
        raise NotAllowed(_("Your job role does not include this."))
    if item.ended_at is not None:
        raise NotCurrent(_("This was already corrected or removed. Reload the page to see how it stands."))
    return item


def _end(item: Item, *, by: Duty, at: datetime, reason: EndReason) -> None:
    type(item).objects.filter(id=item.id).update(ended_at=at, ended_by=by.actor, end_reason=reason)


def _category(item: Item) -> str:
    if isinstance(item, ContactPoint):
        return CONTACT_CATEGORY[ContactKind(item.kind)]
    if isinstance(item, Statement):
        return item.category
    return _categories[type(item)]


_categories: dict[type[Item], str] = {
    Name: "identity",
    PostalAddress: "contact",
    Position: "position",
    Feedback: "feedback",
    Project: "project",
    Note: "correspondence",
}


def _own_columns(model: type[Item]) -> set[str]:
    generated = {field.attname for field in model._meta.local_concrete_fields if field.generated}
    provenance = set(Item.item_holds) | {"person_id", "notice_version_id"}
    return {field.attname for field in model._meta.local_concrete_fields} - generated - provenance


def _fixed(item: Item) -> dict[str, str]:
    return {"kind": item.kind} if isinstance(item, ContactPoint) else {}


def _forget_proofs(old: Item, new: dict[str, Any]) -> dict[str, Any]:
    """What was found out about an address does not hold for another one."""
    if isinstance(old, ContactPoint) and old.value != new["value"]:
        return {**new, "verified_at": None, "bounced_at": None, "prohibition_checked_on": None}
    return new


def make_correctable(kind: str, model: type[Item], *, category: str, read: rules.Read) -> None:
    """Let a room above have its items corrected, removed and brought back. Called once, at start."""
    _correctables[kind] = (model, read)
    _categories[model] = category


def _correctable(kind: str) -> tuple[type[Item], rules.Read]:
    if kind not in _correctables:
        raise Missing
    return _correctables[kind]


def _model(kind: str) -> type[Item]:
    return _correctable(kind)[0]
