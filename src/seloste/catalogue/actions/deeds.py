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
from seloste.kernel.refusals import Missing, NotAllowed, Refusal, Words


class NotSellable(Refusal):
    """Something about a product, a variant or a price cannot be."""


class ChangedMeanwhile(Refusal):
    """Somebody else changed the product since this form was opened; ``seen`` is the number of that change."""

    status = 409

    def __init__(self, message: Words, *, seen: int) -> None:
        super().__init__(message)
        self.seen = seen


def check(by: Duty) -> None:
    """Raise NotAllowed where the job role does not include the catalogue."""
    if not may_edit(by):
        raise NotAllowed(_("Your job role does not include this."))


def raise_revision() -> None:
    """Have every process read the catalogue anew. The row also makes deeds wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(_RAISE)


#: The clock is in it, so that no two states ever have one number, not even where a database was put back.
_RAISE = """
INSERT INTO catalogue_revision AS kept (id, number)
VALUES (1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
ON CONFLICT (id) DO UPDATE SET number = GREATEST(kept.number + 1, EXCLUDED.number)
"""


def locked(by: Duty, product_id: UUID) -> Product:
    """Return the product for changing it."""
    check(by)
    raise_revision()
    product = Product.objects.select_for_update().filter(id=product_id).first()
    if product is None:
        raise Missing
    return product


def last_change(product_id: UUID) -> int:
    """Return the number of the newest change of the product."""
    return Change.objects.filter(product=product_id).order_by("-id").values_list("id", flat=True).first() or 0


def note(
    product_id: UUID,
    what: What,
    *,
    by: Duty,
    at: datetime,
    detail: Mapping[str, object] | None = None,
    seen: int | None = None,
) -> None:
    """Write a line of the product's history.

    ``seen`` is the newest change that the form knew of: ChangedMeanwhile where there is a newer one. A form that was
    sent twice changes nothing the second time and does not come here.
    """
    newest = last_change(product_id)
    if seen is not None and seen != newest:
        message = _(
            "Somebody has changed this product since you opened it. Nothing was saved. Compare, and save again."
        )
        raise ChangedMeanwhile(message, seen=newest)
    Change.objects.create(product_id=product_id, what=what, detail=detail or {}, at=at, by=by.actor)
