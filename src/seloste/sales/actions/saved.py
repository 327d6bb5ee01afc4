"""Deeds on an employee's own views of the lists. They concern nobody but herself."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.refusals import Missing, Refusal
from seloste.kernel.text import plain_text
from seloste.sales.choices import ListKey
from seloste.sales.models import SavedView
from seloste.sales.rules.saved import LONGEST_NAME, MOST


class NotSaved(Refusal):
    """The view cannot be saved so."""


@transaction.atomic
def save_view(*, by: Duty, at: datetime, listing: ListKey, name: str, address: str) -> UUID:
    """Keep the view of the list under the name; one of that name is replaced. NotSaved says what is wrong."""
    said = plain_text(name, field="name")
    if not said or len(said) > LONGEST_NAME:
        raise NotSaved(_("Give it a short name of at most 40 characters."), field="name")
    mine = SavedView.objects.filter(user=by.actor, listing=listing)
    same = mine.filter(name__iexact=said).first()
    if same is not None:
        SavedView.objects.filter(id=same.id).update(name=said, address=address, saved_at=at)
        return same.id
    if mine.count() >= MOST:
        raise NotSaved(_("Twelve views of a list are the most. Remove one first."), field="name")
    return _added(by, at, listing=listing, name=said, address=address)


def _added(by: Duty, at: datetime, *, listing: ListKey, name: str, address: str) -> UUID:
    """Add the view; the twin of a double click finds that it is there."""
    row = SavedView(id=new_id(at), user_id=by.actor, listing=listing, name=name, address=address, saved_at=at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return SavedView.objects.values_list("id", flat=True).get(user=by.actor, listing=listing, name__iexact=name)
    return row.id


@transaction.atomic
def remove_view(*, by: Duty, view_id: UUID) -> str:
    """Remove one's own view and return which list it was of; Missing where it is not there or somebody else's."""
    row = SavedView.objects.filter(id=view_id, user=by.actor).first()
    if row is None:
        raise Missing
    row.delete()
    return row.listing
