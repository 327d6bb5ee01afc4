"""Carts, coupons and orders, made through the real deeds: everybody here bought as people do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from tests.catalogue import make as catalogue
from tests.make import AT, duty, version_id

from seloste.kernel.duty import visitor
from seloste.shop.actions import cart as carts
from seloste.shop.actions import coupons, placing
from seloste.shop.actions import quote as quotes
from seloste.shop.choices import CouponKind, PaysBy
from seloste.shop.rules.buyers import Orderer
from seloste.shop.rules.pricing import Buyer

NETWORK = "192.0.2.7"
MAIJA = Orderer(
    given_name="Maija",
    family_name="Mallikas",
    email="maija@example.com",
    street="Mallikatu 1",
    postal_code="00100",
    city="Helsinki",
)
FIRM = replace(
    MAIJA,
    email="laskut@example.com",
    is_business=True,
    company="Malli Oy",
    business_id="1234567-1",
)
AGREED = placing.Agreed(acknowledged=True, terms=True, button="Tilaan ja maksan")


def coupon(
    code: str = "SYKSY-10",
    *,
    percent: str = "10",
    amount: str = "",
    at: datetime = AT,
    **rest: Any,  # noqa: ANN401 -- goes through to the deed
) -> UUID:
    """Return a coupon that takes off per cent, or an amount."""
    kind, value = (CouponKind.AMOUNT, amount) if amount else (CouponKind.PERCENT, percent)
    return coupons.add(by=duty(), at=at, code=code, kind=kind, value=Decimal(value), **rest)


def cart(*wanted: tuple[UUID, int], at: datetime = AT, code: str = "") -> str:
    """Return the token of a cart with these in it."""
    token = ""
    for variant_id, quantity in wanted:
        token = carts.put(at=at, token=token, variant_id=variant_id, quantity=quantity, language="fi", network=NETWORK)
    if code:
        carts.use_code(at=at, token=token, code=code, network=NETWORK)
    return token


def quote(token: str, *, orderer: Orderer = MAIJA, at: datetime = AT, vat_number_valid: bool = False) -> UUID:
    """Return the frozen quote of a cart for the buyer."""
    buyer = Buyer(
        country=orderer.country,
        is_business=orderer.is_business,
        vat_number=orderer.vat_number,
        vat_number_valid=vat_number_valid,
    )
    return quotes.make(at=at, token=token, buyer=buyer)


def place(
    token: str,
    quote_id: UUID,
    *,
    orderer: Orderer = MAIJA,
    at: datetime = AT,
    **rest: Any,  # noqa: ANN401 -- goes through to the deed
) -> UUID:
    """Place the order of a quote."""
    told: dict[str, Any] = {
        "agreed": AGREED,
        "pays_by": PaysBy.INVOICE,
        "language": "fi",
        "network": NETWORK,
    }
    return placing.place(
        by=visitor("order"), at=at, cart_token=token, quote_id=quote_id, orderer=orderer, **{**told, **rest}
    )


def order(
    *wanted: tuple[UUID, int],
    orderer: Orderer = MAIJA,
    at: datetime = AT,
    code: str = "",
    **rest: Any,  # noqa: ANN401 -- goes through to the deed
) -> UUID:
    """Return an order as the checkout makes it; without anything named, of one guide for 49.00."""
    version_id(at)
    things: Sequence[tuple[UUID, int]] = wanted or [(catalogue.on_sale(slug=f"opas-{uuid4().hex[:8]}", at=at), 1)]
    token = cart(*things, at=at, code=code)
    return place(token, quote(token, orderer=orderer, at=at), orderer=orderer, at=at, **rest)
