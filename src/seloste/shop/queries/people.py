"""Whom the register knows at the address of an order."""

from collections.abc import Sequence
from uuid import UUID

from seloste.kernel.marks import mark_of
from seloste.register.choices import ContactKind
from seloste.register.models import ContactPoint
from seloste.register.rules import is_common_mailbox
from seloste.shop.choices import Happened
from seloste.shop.models import OrderEvent


def holders(email: str) -> Sequence[UUID]:
    """Return the persons who are reached at the e-mail address now."""
    points = ContactPoint.objects.filter(kind=ContactKind.EMAIL, mark=mark_of(email), ended_at=None)
    return list(points.order_by("person_id").values_list("person_id", flat=True).distinct())


def provable(email: str) -> UUID | None:
    """Return whom reading mail at the address proves: the one person who has it, where it is nobody else's."""
    found = holders(email)
    return found[0] if len(found) == 1 and not is_common_mailbox(email) else None


def is_corrected(order_id: UUID) -> bool:
    """Tell whether the order's details were corrected: its first link may have gone to somebody else's address."""
    return OrderEvent.objects.filter(order=order_id, what=Happened.CHANGED).exists()
