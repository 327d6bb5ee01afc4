"""Items of any kind about a person: the one way in, and the one way to the item that counts now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.marks import mark_of
from seloste.kernel.refusals import Missing, NotAllowed
from seloste.kernel.text import plain_text
from seloste.register import rules
from seloste.register.actions.duties import HeldAlready, NotCurrent, check_duty, check_notice
from seloste.register.actions.grounds import hold
from seloste.register.choices import CONTACT_CATEGORY, ContactKind, EndReason
from seloste.register.models import (
    ContactPoint,
    Correction,
    Feedback,
    Item,
    Name,
    Note,
    Person,
    Position,
    PostalAddress,
    Project,
    Statement,
)
from seloste.register.queries.whose import stays_here
from seloste.register.queries.withheld import check_use
from seloste.register.rules import Origin

AnyItem = TypeVar("AnyItem", bound=Item)


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
    check_notice(origin, category=category)
    item_id = insert(model, by=by, person_id=person_id, origin=origin, values=values, at=at)
    hold(person_id, origin.purposes, by=by, at=at, on=local_date(origin.collected_at), basis=origin.basis)
    deed = f"{model._meta.model_name}.added"
    record(by=by, at=at, deed=deed, subjects=[person_id], categories=[category], item=item_id)
    return item_id


def insert(
    model: type[AnyItem], *, by: Duty, person_id: UUID, origin: Origin, values: Mapping[str, Any], at: datetime
) -> UUID:
    """Store the item with where it came from; Missing where the person is no more, HeldAlready where it is there."""
    if not stays_here(person_id):
        raise Missing
    item_id = new_id(at)
    columns = {**values, **_mark(model, values)}
    try:
        with transaction.atomic():
            model.objects.create(id=item_id, person_id=person_id, **provenance(origin, by=by), **columns)
    except IntegrityError:
        raise HeldAlready(_("This is already in the register for this person.")) from None
    return item_id


def same_address(person_id: UUID, values: Mapping[str, Any]) -> PostalAddress | None:
    """Return the address that the person has already, however its letters are written; two at one moment wait here."""
    Person.objects.select_for_update(no_key=True).filter(id=person_id).first()
    wanted = {f"{name}__iexact": values[name] for name in ("street", "postal_code", "city", "country")}
    return (
        PostalAddress.objects.filter(person=person_id, ended_at=None, **wanted).order_by("collected_at", "id").first()
    )


def given_again(item: Item, category: str, *, by: Duty, at: datetime, origin: Origin) -> UUID:
    """Note that what is there was given once more; what it is and where it first came from stay as they are."""
    check_use(item.person_id, by=by)
    check_duty(by, category=category, purposes=origin.purposes)
    check_notice(origin, category=category)
    purposes = sorted({*item.purposes, *origin.purposes})
    if purposes != sorted(item.purposes):
        type(item)._default_manager.filter(id=item.id).update(purposes=purposes)  # noqa: SLF001
    hold(item.person_id, origin.purposes, by=by, at=at, on=local_date(origin.collected_at), basis=origin.basis)
    deed = f"{item._meta.model_name}.given_again"
    record(by=by, at=at, deed=deed, subjects=[item.person_id], categories=[category], item=item.id)
    return item.id


def _mark(model: type[Item], values: Mapping[str, Any]) -> dict[str, bytes]:
    """Mark what a message can be sent to, so that those not to be contacted are found without reading addresses."""
    if model is ContactPoint:
        return {"mark": mark_of(values["value"])}
    if model is PostalAddress:
        parts = (values[name] for name in ("street", "postal_code", "city", "country"))
        return {"mark": mark_of(rules.address_line(*parts))}
    return {}


def provenance(origin: Origin, *, by: Duty) -> dict[str, Any]:
    """Return the columns that say where a value came from, and for what it is held."""
    return {
        "source": origin.source,
        "source_detail": plain_text(origin.detail, field="source_detail"),
        "collected_at": origin.collected_at,
        "collected_by": by.actor,
        "notice_version_id": origin.notice_version_id,
        "purposes": sorted(set(origin.purposes)),
    }


def current_item(model: type[AnyItem], item_id: UUID, *, by: Duty, person_id: UUID | None = None) -> AnyItem:
    """Return the item, locked; Missing where it is not there for this duty, NotCurrent where it no longer counts."""
    item = seen(model, item_id, by=by, person_id=person_id)
    if "write" not in by.may:
        raise NotAllowed(_("Your job role does not include this."))
    if item.ended_at is not None:
        raise NotCurrent(_("This was already corrected or removed. Reload the page to see how it stands."))
    return item


def seen(model: type[AnyItem], item_id: UUID, *, by: Duty, person_id: UUID | None) -> AnyItem:
    """Return the item, locked; Missing where it is not there for this duty, or not the named person's."""
    item: AnyItem | None = model.objects.select_for_update().filter(id=item_id).first()
    if item is None:
        _refuse_corrected(item_id, by=by, person_id=person_id)
    if item is None or person_id not in {None, item.person_id} or not by.sees(category_of(item), item.purposes):
        raise Missing
    check_use(item.person_id, by=by)
    return item


def _refuse_corrected(item_id: UUID, *, by: Duty, person_id: UUID | None) -> None:
    """Raise NotCurrent where the item was corrected, to whoever could see it."""
    earlier = Correction.objects.filter(item=item_id).first()
    if earlier and person_id in {None, earlier.person_id} and by.sees(earlier.category, earlier.purposes):
        check_use(earlier.person_id, by=by)
        raise NotCurrent(_("This was already corrected or removed. Reload the page to see how it stands."))


def end_item(item: Item, *, by: Duty, at: datetime, reason: EndReason) -> None:
    """Take the item out of use; its row stays until its time is up."""
    type(item).objects.filter(id=item.id).update(ended_at=at, ended_by=by.actor, end_reason=reason)


def category_of(item: Item) -> str:
    """Return the category of the notice that the item belongs to."""
    if isinstance(item, ContactPoint):
        return CONTACT_CATEGORY[ContactKind(item.kind)]
    if isinstance(item, Statement):
        return item.category
    return categories[type(item)]


categories: dict[type[Item], str] = {
    Name: "identity",
    PostalAddress: "contact",
    Position: "position",
    Feedback: "feedback",
    Project: "project",
    Note: "correspondence",
}


def own_columns(model: type[Item]) -> set[str]:
    """Return the columns that are the item's own: neither where it came from nor reckoned by the database."""
    generated = {field.attname for field in model._meta.local_concrete_fields if field.generated}
    provenance = set(Item.item_holds) | {"person_id", "notice_version_id"}
    return {field.attname for field in model._meta.local_concrete_fields} - generated - provenance
