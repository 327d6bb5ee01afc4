"""Correcting, completing, removing and bringing back items (art. 16)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.kernel import copies
from seloste.kernel.copies import Change
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.refusals import Missing
from seloste.register import rules
from seloste.register.actions.duties import NotCurrent, check_duty, check_notice
from seloste.register.actions.grounds import hold_no_longer
from seloste.register.actions.items import categories, category_of, current_item, end_item, insert, own_columns, seen
from seloste.register.choices import EndReason
from seloste.register.models import (
    ContactPoint,
    Correction,
    Feedback,
    Item,
    Name,
    Note,
    Position,
    PostalAddress,
    Project,
    Statement,
)
from seloste.register.queries import corrections
from seloste.register.rules import Origin

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
    category = category_of(old)
    check_notice(origin, category=category)
    kept = {name: getattr(old, name) for name in own_columns(model)}
    told = {**{name: value for name, value in kept.items() if name in values}, **values, **_fixed(old)}
    new = _forget_proofs(old, {**kept, **read(told)})
    _forget(old)
    corrected = insert(model, by=by, person_id=old.person_id, origin=origin, values={**new, "replaces": old.id}, at=at)
    hold_no_longer(old.person_id, origin, by=by, at=at)
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
    return own_columns(model) - {"verified_at", "bounced_at", "prohibition_checked_on", "mark", "original"}


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
    category = category_of(item)
    values = {"kind": kind, "about": item_id, "category": category, **rules.read_text({"text": text})}
    came = replace(origin, purposes=tuple(item.purposes))
    check_duty(by, category=category, purposes=came.purposes)
    statement = insert(Statement, by=by, person_id=person_id, origin=came, values=values, at=at)
    record(by=by, at=at, deed="statement.added", subjects=[person_id], categories=[category], item=statement)
    return statement


@transaction.atomic
def remove(*, by: Duty, at: datetime, kind: str, item_id: UUID, person_id: UUID | None = None) -> None:
    """Take an item out of use. It stays in the history until its time is up, and can be brought back.

    Missing where a person is named and it is not hers: an address that was put together by hand.
    """
    item = current_item(_model(kind), item_id, by=by, person_id=person_id)
    end_item(item, by=by, at=at, reason=EndReason.REMOVED)
    record(by=by, at=at, deed="item.removed", subjects=[item.person_id], categories=[category_of(item)], item=item_id)


@transaction.atomic
def bring_back(*, by: Duty, at: datetime, kind: str, item_id: UUID, person_id: UUID | None = None) -> None:
    """Undo a removal; NotCurrent where the item was corrected or something took its place."""
    model = _model(kind)
    item = seen(model, item_id, by=by, person_id=person_id)
    check_duty(by, category=category_of(item), purposes=item.purposes)
    if item.end_reason != EndReason.REMOVED:
        raise NotCurrent(_("This can no longer be undone."))
    try:
        with transaction.atomic():
            model.objects.filter(id=item_id).update(ended_at=None, ended_by=None, end_reason="")
    except IntegrityError:
        raise NotCurrent(_("This can no longer be undone.")) from None
    record(
        by=by, at=at, deed="item.brought_back", subjects=[item.person_id], categories=[category_of(item)], item=item_id
    )


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
    categories[model] = category


def _correctable(kind: str) -> tuple[type[Item], rules.Read]:
    if kind not in _correctables:
        raise Missing
    return _correctables[kind]


def _model(kind: str) -> type[Item]:
    return _correctable(kind)[0]
