"""How the right of withdrawal stands for an order and each of its lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from seloste.kernel.clock import local_date
from seloste.shop.choices import OrderSource
from seloste.shop.models import Order, OrderLine
from seloste.shop.rules import withdrawal
from seloste.shop.rules.withdrawal import Bought, Right, Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawable:
    """How the right stands: of the whole, and line by line in the order of the order."""

    right: Right
    last_day: date | None
    lines: Mapping[UUID, Standing]

    @property
    def is_open(self) -> bool:
        """Tell whether somebody may withdraw from all or a part of it today."""
        return self.right is Right.OPEN


def right(order: Order, *, at: datetime) -> Withdrawable:
    """Return how the right of withdrawal stands at the moment."""
    today, placed_on = local_date(at), local_date(_contract(order).placed_at)
    bought = {line.id: _bought(line) for line in order.lines.order_by("place")}
    lines = {
        line: withdrawal.standing(one, placed_on=placed_on, is_business=order.is_business, today=today)
        for line, one in bought.items()
    }
    whole = withdrawal.of_order(list(bought.values()), placed_on=placed_on, is_business=order.is_business, today=today)
    return Withdrawable(right=whole.right, last_day=whole.last_day, lines=lines)


@dataclass(frozen=True, kw_only=True, slots=True)
class VatNumber:
    """What is known of a buyer's VAT number: the newest answer, and the order with which it came."""

    evidence: str
    since: datetime


def vat_of(first: Order) -> VatNumber:
    """Return what the newest order of a contract rests on, and since when it does."""
    rows = Order.objects.filter(Q(id=first.id) | Q(follows=first.id)).order_by("-placed_at", "-id")
    found = list(rows.values_list("vat_evidence", "placed_at"))
    newest = found[0][0]
    return VatNumber(evidence=newest, since=[at for said, at in found if said == newest][-1])


def _contract(order: Order) -> Order:
    """Return the order that made the contract: a renewal has no fourteen days of its own (C-565/22)."""
    return order.follows if order.source == OrderSource.RENEWAL and order.follows else order


def _bought(line: OrderLine) -> Bought:
    return Bought(
        vat_kind=line.vat_kind,
        delivered_on=local_date(line.fulfilled_at) if line.fulfilled_at else None,
        waives=line.waives_withdrawal,
    )
