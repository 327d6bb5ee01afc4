"""What a cart holds now, and what of it changed since its owner saw it. Looking changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import F

from seloste.catalogue.queries.offers import Offer, offers
from seloste.payments.queries import payments_of
from seloste.shop.choices import Amiss
from seloste.shop.models import Cart, CartLine, Order, Quote
from seloste.shop.rules import carts as rules
from seloste.shop.rules import pricing
from seloste.shop.rules.codes import refusal_of, taking_of
from seloste.shop.rules.pricing import Buyer, Priced


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A line of the cart. ``was`` is the price that was shown before, where it is another now.

    ``left`` tells how many there are where that is fewer than wanted; ``is_gone`` that it cannot be bought at all.
    """

    variant_id: UUID
    title: str
    slug: str
    interval: str
    quantity: int
    unit: Decimal | None = None
    gross: Decimal | None = None
    was: Decimal | None = None
    left: int | None = None
    is_gone: bool = False

    @property
    def can_be_ordered(self) -> bool:
        """Tell whether the line can be ordered as it stands."""
        return not self.is_gone and self.left is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Basket:
    """The cart as its page shows it. ``priced`` counts what can be bought, with Finnish tax."""

    items: tuple[Item, ...]
    priced: Priced | None
    coupon: str = ""
    coupon_amiss: Amiss | None = None
    coupon_takes_nothing: bool = False
    last_order: tuple[UUID, str] | None = None

    @property
    def can_be_ordered(self) -> bool:
        """Tell whether the checkout is open: there is something, and nothing stands in the way."""
        return bool(self.items) and all(item.can_be_ordered for item in self.items)

    @property
    def has_changed(self) -> bool:
        """Tell whether something is other than it was shown."""
        return any(item.was is not None or item.is_gone for item in self.items)

    @property
    def is_short(self) -> bool:
        """Tell whether there are fewer of something than are wanted."""
        return any(item.left is not None for item in self.items)


def basket(token: str, *, at: datetime, language: str) -> Basket:
    """Return the cart that the token opens; an empty one where it opens none."""
    cart = Cart.objects.select_related("coupon").filter(key_hash=rules.seal_of(token)).first() if token else None
    if cart is None:
        return Basket(items=(), priced=None)
    lines = list(CartLine.objects.filter(cart=cart).order_by("added_at", "id"))
    if not lines:
        return Basket(items=(), priced=None, last_order=_last_order(cart, at))
    found = offers([line.variant_id for line in lines], at)
    wanted = [(found[line.variant_id], line.quantity) for line in lines if _counts(found.get(line.variant_id))]
    amiss = refusal_of(cart.coupon, at=at) if cart.coupon else None
    taking = taking_of(cart.coupon) if cart.coupon and amiss is None else None
    priced = pricing.priced(wanted, buyer=Buyer(), at=at, taking=taking) if wanted else None
    sums = {line.variant_id: line for line in priced.lines} if priced else {}
    return Basket(
        items=tuple(_item(line, found.get(line.variant_id), sums.get(line.variant_id), language) for line in lines),
        priced=priced,
        coupon=cart.coupon.shown if cart.coupon else "",
        coupon_amiss=amiss,
        coupon_takes_nothing=taking is not None and priced is not None and not priced.discount,
    )


def _counts(offer: Offer | None) -> bool:
    return offer is not None and offer.available


def _item(line: CartLine, offer: Offer | None, sums: pricing.Line | None, language: str) -> Item:
    if offer is None or sums is None:
        title = offer.title(language) if offer else line.title
        return Item(variant_id=line.variant_id, title=title, slug="", interval="", quantity=line.quantity, is_gone=True)
    few = offer.stock is not None and offer.stock < line.quantity
    return Item(
        variant_id=line.variant_id,
        title=offer.title(language),
        slug=offer.slugs.get(language, ""),
        interval=str(offer.interval),
        quantity=line.quantity,
        unit=sums.unit_gross,
        gross=sums.gross + sums.discount,
        was=line.unit_gross if line.unit_gross != sums.unit_gross else None,
        left=offer.stock if few else None,
    )


def _last_order(cart: Cart, at: datetime) -> tuple[UUID, str] | None:
    """Return the order that was just made of the cart, for whoever comes back to it: (id, reference)."""
    quotes = Quote.objects.filter(cart=cart, used_at__gt=at - rules.QUOTE_HOLDS).order_by("-used_at")
    quote_id = quotes.values_list("id", flat=True).first()
    return Order.objects.filter(quote_id=quote_id).values_list("id", "reference").first() if quote_id else None


def count(token: str) -> int:
    """Return how many things are in the cart, for the page's head."""
    rows = CartLine.objects.filter(cart__key_hash=rules.seal_of(token)) if token else CartLine.objects.none()
    return sum(rows.values_list("quantity", flat=True))


# --- The checkout -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Frozen:
    """A quote as the checkout shows it."""

    id: UUID
    priced: Priced
    coupon: str
    buyer: Buyer
    vat_evidence: str
    is_over: bool
    is_of_this_cart: bool
    order_id: UUID | None


def newest_quote(token: str, *, at: datetime) -> Frozen | None:
    """Return the newest quote of the cart as it stands; None where there is none of this state of the cart."""
    if not token:
        return None
    quotes = Quote.objects.filter(cart__key_hash=rules.seal_of(token), cart_version=F("cart__version"))
    row = quotes.select_related("coupon", "cart").order_by("-made_at", "-id").first()
    return _frozen(row, at) if row is not None else None


def quote(quote_id: UUID, *, token: str, at: datetime) -> Frozen | None:
    """Return a quote of the cart that the token opens; None for somebody else's, as for one that is not there."""
    rows = Quote.objects.filter(id=quote_id, cart__key_hash=rules.seal_of(token)).select_related("coupon", "cart")
    row = rows.first()
    return _frozen(row, at) if row is not None else None


def _frozen(row: Quote, at: datetime) -> Frozen:
    lines = tuple(pricing.read(kept) for kept in row.lines)
    return Frozen(
        id=row.id,
        priced=Priced(lines=lines, discount=row.discount, net=row.net, vat=row.vat, gross=row.gross),
        coupon=row.coupon.shown if row.coupon else "",
        buyer=Buyer(
            country=row.country,
            is_business=row.is_business,
            vat_number=row.vat_number,
            vat_number_valid=row.vat_number_valid,
        ),
        vat_evidence=row.vat_evidence,
        is_over=row.expires_at <= at,
        is_of_this_cart=row.cart_version == row.cart.version,
        order_id=_order_of(row),
    )


def _order_of(row: Quote) -> UUID | None:
    """Return the order that was made of the quote, if it was."""
    if row.used_at is None:
        return None
    return Order.objects.filter(quote_id=row.id).values_list("id", flat=True).first()


def is_of_cart(order_id: UUID, *, token: str, at: datetime) -> bool:
    """Tell whether the order was made within a day of the cart that the token opens: in this browser, that is."""
    if not token:
        return False
    quotes = Quote.objects.filter(cart__key_hash=rules.seal_of(token)).values("id")
    return Order.objects.filter(id=order_id, quote_id__in=quotes, placed_at__gt=at - rules.PAID_WITHIN).exists()


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """What the page that thanks says of an order."""

    id: UUID
    reference: str
    email: str
    pays_by: str
    gross: Decimal
    payment_id: UUID | None
    payment_reference: str
    is_paid: bool


def placed(order_id: UUID) -> Placed | None:
    """Return what whoever has just ordered is told. Only for an id that came from placing the order, or its letters."""
    row = Order.objects.filter(id=order_id).first()
    if row is None:
        return None
    attempts = [one for one in payments_of(f"order:{row.id}") if one.id == row.payment] if row.payment else []
    return Placed(
        id=row.id,
        reference=row.reference,
        email=row.email,
        pays_by=row.pays_by,
        gross=row.gross,
        payment_id=row.payment,
        payment_reference=attempts[0].reference if attempts else "",
        is_paid=row.paid_at is not None,
    )
