"""What every deed of the room shares: who may, the number that is raised, the line in the history."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from seloste.catalogue.choices import What
from seloste.catalogue.models import Change, Product
from seloste.catalogue.rules.duties import may_edit
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, NotAllowed, Refusal


class NotSellable(Refusal):
    """Something about a product, a variant or a price cannot be."""


class ChangedMeanwhile(Refusal):
    """Somebody else changed the product since this form was opened."""

    status = 409


def check(by: Duty) -> None:
    """Raise NotAllowed where the job role does not include the catalogue."""
    if not may_edit(by):
        raise NotAllowed(_("Your job role does not include this."))


def raise_revision() -> None:
    """Have every process read the catalogue anew. The row also makes deeds wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(_RAISE)


_RAISE = """
INSERT INTO catalogue_revision AS kept (id, number) VALUES (1, 1)
ON CONFLICT (id) DO UPDATE SET number = kept.number + 1
"""


def locked(by: Duty, product_id: UUID, *, seen: int | None = None) -> Product:
    """Return the product for changing it. ``seen`` is the newest change that the form knew of, if it says so."""
    check(by)
    raise_revision()
    product = Product.objects.select_for_update().filter(id=product_id).first()
    if product is None:
        raise Missing
    if seen is not None and seen != last_change(product_id):
        raise ChangedMeanwhile(_("Somebody else has changed this product meanwhile. Look at it again, please."))
    return product


def last_change(product_id: UUID) -> int:
    """Return the number of the newest change of the product."""
    return Change.objects.filter(product=product_id).order_by("-id").values_list("id", flat=True).first() or 0


def note(product_id: UUID, what: What, *, by: Duty, at: datetime, detail: Mapping[str, object] | None = None) -> None:
    """Write a line of the product's history."""
    Change.objects.create(product_id=product_id, what=what, detail=detail or {}, at=at, by=by.actor)
