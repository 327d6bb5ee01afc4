"""The cart: who has its cookie has it. Nothing in it is about anybody until an order is made of it."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from seloste.catalogue.queries.offers import Offer, offer, offers
from seloste.floods.actions import refuse_flood
from seloste.kernel.ids import new_id
from seloste.kernel.networks import network_of
from seloste.kernel.refusals import Missing, Refusal
from seloste.shop.actions import coupons
from seloste.shop.models import Cart, CartLine
from seloste.shop.rules import carts as rules


class NotOnSale(Refusal):
    """The product cannot be bought now."""

    status = 409


class CartFull(Refusal):
    """There is more in the cart than anybody orders at once."""


@transaction.atomic
def put(*, at: datetime, token: str, variant_id: UUID, quantity: int, language: str, network: str) -> str:
    """Put so many of a variant into the cart, beginning one where the token has none; return the cart's token.

    What is in already is added to, up to 999. A token that we did not give is not taken over.
    """
    found = offer(variant_id, at)
    if found is None:
        raise Missing
    if not found.available:
        raise NotOnSale(_("This is not on sale at the moment."), field="variant")
    cart = _locked(token)
    if cart is None:
        token, cart = _begin(at, network)
    else:
        _refuse_full(cart, variant_id)
        _touch(cart, at)
    _add(cart, found, quantity, language=language, at=at)
    return token


def _begin(at: datetime, network: str) -> tuple[str, Cart]:
    words = _("So many carts have been begun from your network within an hour that we must wait. Try again later.")
    refuse_flood("shop.cart", network_of(network), at=at, limit=rules.CARTS_FROM_A_NETWORK, words=words)
    token = secrets.token_urlsafe(32)
    cart = Cart.objects.create(id=new_id(at), key_hash=rules.seal_of(token), made_at=at, changed_at=at)
    return token, cart


def _refuse_full(cart: Cart, variant_id: UUID) -> None:
    others = CartLine.objects.filter(cart=cart).exclude(variant_id=variant_id).count()
    if others >= rules.MOST_LINES:
        raise CartFull(_("There are 50 different products in your cart. Order these first, please."))


_ADD = """
INSERT INTO shop_cartline AS kept (cart_id, variant_id, quantity, title, unit_gross, added_at)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (cart_id, variant_id) DO UPDATE SET
    quantity = LEAST(999, kept.quantity + EXCLUDED.quantity), title = EXCLUDED.title, unit_gross = EXCLUDED.unit_gross
"""


def _add(cart: Cart, found: Offer, quantity: int, *, language: str, at: datetime) -> None:
    shown = found.unit(found.vat(at=at), at=at).gross
    with connection.cursor() as cursor:
        cursor.execute(_ADD, (cart.id, found.variant_id, quantity, found.title(language), shown, at))


@transaction.atomic
def change(*, at: datetime, token: str, quantities: dict[UUID, int], language: str) -> None:
    """Set how many of each variant there are; nothing of one removes it. What changed meanwhile counts as seen."""
    cart = _mine(token)
    for variant_id, quantity in quantities.items():
        rows = CartLine.objects.filter(cart=cart, variant_id=variant_id)
        if quantity:
            rows.update(quantity=quantity)
        else:
            rows.delete()
    _see(cart, language=language, at=at)
    _touch(cart, at)


def count_on(*, at: datetime, token: str, quantities: dict[UUID, int], language: str) -> None:
    """Go on with these quantities, on the way to the checkout: where the cart has them already, nothing is written.

    Missing where nothing is in the cart (any more).
    """
    lines = CartLine.objects.filter(cart__key_hash=rules.seal_of(token))
    held = dict(lines.values_list("variant_id", "quantity"))
    if not held:
        raise Missing
    if any(held.get(variant_id, 0) != quantity for variant_id, quantity in quantities.items()):
        change(at=at, token=token, quantities=quantities, language=language)


def _see(cart: Cart, *, language: str, at: datetime) -> None:
    """Keep the prices that the page shows now, so that the next change is told again."""
    lines = list(CartLine.objects.filter(cart=cart))
    found = offers([line.variant_id for line in lines], at)
    for line in lines:
        now = found.get(line.variant_id)
        if now is not None:
            line.unit_gross, line.title = now.unit(now.vat(at=at), at=at).gross, now.title(language)
    CartLine.objects.bulk_update(lines, ["unit_gross", "title"])


def use_code(*, at: datetime, token: str, code: str, network: str) -> None:
    """Use a coupon on the cart; a refusal says why it does nothing. Of two codes the newer one counts.

    The try is counted before and apart: what is refused would take its own count back, and codes could be guessed.
    """
    words = _("So many codes have been tried from your network within an hour that we must wait. Try again later.")
    refuse_flood("shop.code", network_of(network), at=at, limit=rules.CODES_FROM_A_NETWORK, words=words)
    _use_code(at=at, token=token, code=code)


@transaction.atomic
def _use_code(*, at: datetime, token: str, code: str) -> None:
    cart = _mine(token)
    coupon = coupons.usable(code, at=at)
    Cart.objects.filter(id=cart.id).update(coupon=coupon)
    _touch(cart, at)


@transaction.atomic
def drop_code(*, at: datetime, token: str) -> None:
    """Take the coupon off the cart."""
    cart = _mine(token)
    Cart.objects.filter(id=cart.id).update(coupon=None)
    _touch(cart, at)


def clear(cart_id: UUID, *, at: datetime) -> None:
    """Empty a cart of which an order was made."""
    CartLine.objects.filter(cart_id=cart_id).delete()
    Cart.objects.filter(id=cart_id).update(coupon=None, version=F("version") + 1, changed_at=at)


def _touch(cart: Cart, at: datetime) -> None:
    Cart.objects.filter(id=cart.id).update(version=F("version") + 1, changed_at=at)


def _locked(token: str) -> Cart | None:
    if not token:
        return None
    return Cart.objects.select_for_update().filter(key_hash=rules.seal_of(token)).first()


def _mine(token: str) -> Cart:
    cart = _locked(token)
    if cart is None:
        raise Missing
    return cart
