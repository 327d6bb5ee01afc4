"""What is still to be delivered: lines that nobody has delivered and that nobody withdrew from or got back in money."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from seloste.shop.models import OrderLine
from seloste.shop.rules import course


def lines(order: UUID | None = None) -> "QuerySet[OrderLine]":
    """Return the lines that are still to be delivered, of one order or of all, however their orders stand."""
    rows = OrderLine.objects.filter(fulfilled_at=None, ended_at=None)
    return rows if order is None else rows.filter(order=order)


def is_due() -> Q:
    """Return the condition of orders of which something is to be delivered now."""
    return Q(state__in=course.STILL_DELIVERING) & Q(Exists(lines().filter(order=OuterRef("pk"))))
