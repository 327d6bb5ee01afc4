"""The quote: what the cart costs, frozen. An order takes its prices from here and from nowhere else (P49)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.catalogue.queries.offers import Offer, offers
from seloste.kernel.refusals import Missing, Refusal
from seloste.shop.models import Cart, CartLine, Coupon, Quote
from seloste.shop.rules import carts as rules
from seloste.shop.rules import pricing
from seloste.shop.rules.codes import refusal_of, taking_of
from seloste.shop.rules.pricing import Buyer, Priced


class NothingToOrder(Refusal):
    """There is nothing in the cart that can be ordered."""

    status = 409


class NotAsItWas(Refusal):
    """Something in the cart cannot be ordered as it stands: it is gone, or there are fewer left."""

    status = 409


@transaction.atomic
def make(*, at: datetime, token: str, buyer: Buyer, evidence: str = "") -> UUID:
    """Freeze what the cart costs the buyer for half an hour; return the quote's id.

    NothingToOrder for an empty cart, NotAsItWas where something of it cannot be bought now.
    """
    cart = Cart.objects.select_for_update().filter(key_hash=rules.seal_of(token)).first()
    if cart is None:
        raise NothingToOrder(_("Your cart is empty."))
    coupon = _coupon(cart, at)
    priced = pricing.priced(_wanted(cart, at), buyer=buyer, at=at, taking=taking_of(coupon) if coupon else None)
    return _keep(cart, priced, coupon if priced.discount else None, buyer=buyer, evidence=evidence, at=at)


def _coupon(cart: Cart, at: datetime) -> Coupon | None:
    """Return the cart's coupon where it is still valid; the page says when it is not."""
    coupon = Coupon.objects.filter(id=cart.coupon_id).first() if cart.coupon_id else None
    return coupon if coupon is not None and refusal_of(coupon, at=at) is None else None


def _wanted(cart: Cart, at: datetime) -> Sequence[tuple[Offer, int]]:
    lines = list(CartLine.objects.filter(cart=cart).order_by("added_at", "id"))
    if not lines:
        raise NothingToOrder(_("Your cart is empty."))
    found = offers([line.variant_id for line in lines], at)
    wanted = [(found.get(line.variant_id), line.quantity) for line in lines]
    sold = [(offer, quantity) for offer, quantity in wanted if offer is not None and _is_there(offer, quantity)]
    if len(sold) < len(wanted):
        raise NotAsItWas(_("Something in your cart cannot be ordered as it stands. It is marked in the cart."))
    return sold


def _is_there(offer: Offer, quantity: int) -> bool:
    return offer.available and (offer.stock is None or offer.stock >= quantity)


def _keep(cart: Cart, priced: Priced, coupon: Coupon | None, *, buyer: Buyer, evidence: str, at: datetime) -> UUID:
    quote = Quote.objects.create(
        id=uuid4(),  # 122 random bits: nobody guesses somebody else's
        cart=cart,
        cart_version=cart.version,
        made_at=at,
        expires_at=at + rules.QUOTE_HOLDS,
        country=buyer.country,
        is_business=buyer.is_business,
        vat_number=buyer.vat_number,
        vat_number_valid=buyer.vat_number_valid,
        vat_evidence=evidence,
        coupon=coupon,
        lines=[pricing.written(line) for line in priced.lines],
        discount=priced.discount,
        net=priced.net,
        vat=priced.vat,
        gross=priced.gross,
    )
    return quote.id


def of_cart(quote_id: UUID, *, token: str) -> Quote:
    """Return the quote and its cart, both locked, of the cart that the token opens; Missing for somebody else's.

    The cart too: of two quotes of one cart that are ordered at one moment, the later is of another cart by then.
    """
    rows = Quote.objects.select_for_update(of=("self", "cart")).select_related("cart", "coupon")
    found = rows.filter(id=quote_id, cart__key_hash=rules.seal_of(token)).first()
    if found is None:
        raise Missing
    return found
