# ruff: noqa: ANN401 -- values go through to the tables
"""Orders for the staff's pages: rows as the shop leaves them, many at once and at any moment."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests import make

from seloste.kernel.clock import now
from seloste.kernel.ids import new_id, new_reference
from seloste.shop.models import Order, OrderLine


def order(
    *, at: datetime | None = None, lines: tuple[str, ...] = ("Kahvimylly",), price: str = "100.00", **rest: Any
) -> Order:
    """Return an order of these things at 25.5 % value added tax; of nobody in the register unless told."""
    at = at or now()
    gross = Decimal(price) * len(lines)
    net = (gross / Decimal("1.255")).quantize(Decimal("0.01"))
    known: dict[str, Any] = {"linked_how": "new", "linked_at": at} if rest.get("person_id") else {}
    row = Order.objects.create(
        **{
            "id": new_id(at),
            "reference": new_reference("T"),
            "token": new_id(at),
            "language": "fi",
            "notice_version_id": make.version_id(at),
            "placed_at": at,
            "given_name": "Maija",
            "family_name": "Mallikas",
            "email": "maija@example.com",
            "street": "Mallikatu 1",
            "postal_code": "00100",
            "city": "Helsinki",
            "country": "FI",
            "pays_by": "paytrail",
            "net": net,
            "vat": gross - net,
            "gross": gross,
            "paid": gross if rest.get("paid_at") else 0,
            **known,
            **rest,
        }
    )
    OrderLine.objects.bulk_create(_line(row, place, title, Decimal(price)) for place, title in enumerate(lines, 1))
    return row


def _line(row: Order, place: int, title: str, gross: Decimal, product: UUID | None = None) -> OrderLine:
    net = (gross / Decimal("1.255")).quantize(Decimal("0.01"))
    return OrderLine(
        id=new_id(row.placed_at),
        order=row,
        place=place,
        product_id=product,
        kind="one_off",
        title=title,
        quantity=1,
        unit_net=net,
        unit_gross=gross,
        net=net,
        vat=gross - net,
        gross=gross,
        vat_rate=Decimal("25.5"),
        vat_category="S",
        vat_scheme="domestic",
        vat_country=row.country,
        vat_kind="electronic",
        rate_class="standard",
    )
