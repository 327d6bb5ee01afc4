"""Placing an order: one transaction, and the same form again is the same order.

Whatever ends the process, before the commit nothing has happened and after it everything has: order, lines, acceptance,
acknowledgement, coupon, stock, payment and the first line of the history. The network is asked for nothing here.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.catalogue.actions import take
from seloste.consents.actions.acknowledgements import acknowledge
from seloste.declaration.load import current
from seloste.floods.actions import TooMany, refuse_flood
from seloste.kernel.duty import Duty
from seloste.kernel.ids import free_reference, new_id
from seloste.kernel.marks import mark_of
from seloste.kernel.networks import network_of
from seloste.kernel.refusals import Refusal
from seloste.notices.queries import current_version
from seloste.outreach.actions import asking
from seloste.payments import actions as payments
from seloste.shop.actions import cart as carts
from seloste.shop.actions import coupons, linking, states
from seloste.shop.actions import quote as quotes
from seloste.shop.choices import OrderSource, OrderState, PaysBy, WaiverKind
from seloste.shop.models import ContractAcceptance, Order, OrderLine, Quote, Terms, WithdrawalWaiver
from seloste.shop.rules import carts as rules
from seloste.shop.rules import pricing
from seloste.shop.rules.buyers import Orderer
from seloste.shop.rules.terms import terms

#: The declared form at which an order is placed, and the words that are acknowledged there.
FORM = "order"
#: What the box about marketing asks for; it is confirmed by a link before anything is sent.
MARKETING = "marketing_email"
_COUNTED_ANEW = _("The prices have been counted anew. Look at them and order again, please.")


class NotAcknowledged(Refusal):
    """The orderer has not acknowledged the notice, or has not accepted the terms: there is no order (I23)."""


class Stale(Refusal):
    """The prices that were shown hold no longer, or the cart is another one: they must be looked at again."""

    status = 409


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreed:
    """What the orderer agreed to, each by itself and each unticked before."""

    acknowledged: bool
    terms: bool
    button: str
    digital_now: bool = False
    service_now: bool = False
    marketing: bool = False


@transaction.atomic
def place(
    *,
    by: Duty,
    at: datetime,
    cart_token: str,
    quote_id: UUID,
    orderer: Orderer,
    agreed: Agreed,
    pays_by: PaysBy,
    language: str,
    network: str,
    session_person_id: UUID | None = None,
) -> UUID:
    """Place the order of a frozen quote and return its id. The same quote is the same order.

    NotAcknowledged without the acknowledgement or the terms, Stale where the quote holds no longer, CouponRefused and
    SoldOut where somebody else was quicker. With a refusal nothing is stored.
    """
    _refuse_unagreed(agreed)
    quote = quotes.of_cart(quote_id, token=cart_token)
    if quote.used_at is not None:
        return _earlier(quote)
    _refuse_stale(quote, orderer, at=at)
    _refuse_flood(network, orderer.email, at=at)
    order = _create(quote, orderer=orderer, pays_by=pays_by, language=language, at=at)
    _add_lines(order, quote, agreed)
    _take_what_is_held(order, quote, at=at)
    _agree(order, agreed, at=at)
    _finish(order, by=by, at=at, session_person_id=session_person_id, source="order")
    Quote.objects.filter(id=quote.id).update(used_at=at)
    carts.clear(quote.cart_id, at=at)
    if agreed.marketing:
        _ask_for_marketing(order, by=by, at=at, network=network)
    return order.id


def _earlier(quote: Quote) -> UUID:
    """Return the order that was made of the quote; Stale where it is not here any more."""
    earlier = Order.objects.filter(quote_id=quote.id).values_list("id", flat=True).first()
    if earlier is None:
        raise Stale(_COUNTED_ANEW)
    return earlier


def _refuse_unagreed(agreed: Agreed) -> None:
    if not agreed.acknowledged:
        words = _("To order, tick that you have received the privacy notice. Without it we cannot take the order.")
        raise NotAcknowledged(words, field="acknowledged")
    if not agreed.terms:
        raise NotAcknowledged(_("To order, accept the terms of sale."), field="terms")


def _refuse_stale(quote: Quote, orderer: Orderer, *, at: datetime) -> None:
    """Refuse a quote that is over, of another cart, or for another buyer: each would cost something else."""
    same_buyer = quote.country == orderer.country and quote.is_business == orderer.is_business
    same_number = quote.vat_number == (orderer.vat_number if orderer.is_business else "")
    if quote.expires_at <= at or quote.cart_version != quote.cart.version or not (same_buyer and same_number):
        raise Stale(_COUNTED_ANEW)


def _refuse_flood(network: str, email: str, *, at: datetime) -> None:
    words = _("So many orders have come from your network within an hour that we must wait. Try again later.")
    refuse_flood("shop.order", network_of(network), at=at, limit=rules.ORDERS_FROM_A_NETWORK, words=words)
    words = _("So many orders have been placed with this e-mail address that we must wait. Try again later.")
    refuse_flood("shop.order_for", mark_of(email).hex(), at=at, limit=rules.ORDERS_FOR_AN_ADDRESS, words=words)


def _create(quote: Quote, *, orderer: Orderer, pays_by: PaysBy, language: str, at: datetime) -> Order:
    waits = pays_by != PaysBy.INVOICE and quote.gross > 0
    return Order.objects.create(
        id=new_id(at),
        reference=free_reference("T", is_taken=_is_taken),
        token=quote.id,
        quote_id=quote.id,
        source=OrderSource.CHECKOUT,
        language=language,
        notice_version_id=current_version().id,
        placed_at=at,
        next_step_at=at,
        expires_at=at + rules.PAID_WITHIN if waits else None,
        **orderer.columns(),
        vat_evidence=quote.vat_evidence if orderer.is_business else "",
        pays_by=pays_by,
        coupon_code=quote.coupon.shown if quote.coupon else "",
        discount=quote.discount,
        net=quote.net,
        vat=quote.vat,
        gross=quote.gross,
    )


def _is_taken(reference: str) -> bool:
    return Order.objects.filter(reference=reference).exists()


def _add_lines(order: Order, quote: Quote, agreed: Agreed) -> None:
    """Copy the frozen lines; what was given up of the right of withdrawal stands at the lines that it is about."""
    lines = [pricing.read(kept) for kept in quote.lines]
    OrderLine.objects.bulk_create(_row(order, line, place, agreed=agreed) for place, line in enumerate(lines, start=1))
    kinds = {kind for line in lines for kind in waivers_of(line)}
    _waive(order, kinds, agreed)


def _row(order: Order, line: pricing.Line, place: int, *, agreed: Agreed) -> OrderLine:
    asks = waivers_of(line) if not order.is_business else frozenset()
    return OrderLine(
        id=new_id(order.placed_at),
        order=order,
        place=place,
        title=line.title(order.language),
        waives_withdrawal=WaiverKind.DIGITAL in asks and agreed.digital_now,
        wants_start_now=WaiverKind.SERVICE in asks and agreed.service_now,
        **{name: getattr(line, name) for name in _COPIED},
    )


_COPIED = (
    *("product_id", "variant_id", "price_id", "sku", "kind", "interval", "quantity", "unit_net", "unit_gross"),
    *("discount", "net", "vat", "gross", "vat_rate", "vat_category", "vat_scheme", "vat_country", "vat_note"),
    *("vat_kind", "rate_class"),
)


def waivers_of(line: pricing.Line) -> frozenset[WaiverKind]:
    """Return what a consumer is asked about the line: a download ends the right, a service may begin at once."""
    if line.vat_kind == "goods":
        return frozenset()
    return frozenset({WaiverKind.DIGITAL if line.has_file and not line.interval else WaiverKind.SERVICE})


def _waive(order: Order, kinds: AbstractSet[WaiverKind], agreed: Agreed) -> None:
    said = {WaiverKind.DIGITAL: agreed.digital_now, WaiverKind.SERVICE: agreed.service_now}
    for kind in sorted(kinds):
        if said[kind] and not order.is_business:
            WithdrawalWaiver.objects.create(
                order=order, kind=kind, language=order.language, words=waiver_words(kind), at=order.placed_at
            )


def waiver_words(kind: WaiverKind) -> str:
    """Return the words beside the box, in the reader's language: what is shown is what is kept."""
    if kind is WaiverKind.DIGITAL:
        words = _(
            "I ask for the digital content at once, and I know that my right of withdrawal ends when its delivery "
            "begins."
        )
    else:
        words = _(
            "I ask for the service to begin at once. If I withdraw, I pay for what has been done by then, and when all "
            "of it has been done, I can no longer withdraw."
        )
    return str(words)


def _take_what_is_held(order: Order, quote: Quote, *, at: datetime) -> None:
    """Use the coupon and take from the stock, always in one order of rows so that two orders never wait in a circle."""
    if quote.coupon_id is not None:
        coupons.redeem(at=at, coupon_id=quote.coupon_id, order=order)
    wanted = [(line.variant_id, line.quantity) for line in map(pricing.read, quote.lines)]
    for variant_id, quantity in sorted(wanted):
        take(variant_id, quantity)


def _agree(order: Order, agreed: Agreed, *, at: datetime) -> None:
    said = terms(order.language, current().controller)
    kept, _made = Terms.objects.get_or_create(
        version=said.version,
        language=said.language,
        text_hash=said.text_hash,
        defaults={"text": said.plain, "first_used_at": at},
    )
    ContractAcceptance.objects.create(order=order, terms=kept, button=agreed.button, gross=order.gross, at=at)


def _finish(order: Order, *, by: Duty, at: datetime, session_person_id: UUID | None, source: str) -> None:
    """Say whose the order is, keep the acknowledgement, begin its history and its payment."""
    linking.settle(order, by=by, at=at, session_person_id=session_person_id)
    told = {"kind": FORM, "language": order.language, "form": FORM, "about": order.reference}
    acknowledge(by=by, at=at, person_id=order.person_id, **told)
    states.placed(order, by=by, at=at, source=source)
    if order.gross > 0 and order.pays_by != PaysBy.INVOICE:
        payment = payments.begin(
            by=by,
            at=at,
            subject_key=f"order:{order.id}",
            amount=order.gross,
            provider=order.pays_by,
            language=order.language,
        )
        Order.objects.filter(id=order.id).update(payment=payment.id)
    elif not order.gross:
        states.move(by=by, at=at, order_id=order.id, to=OrderState.PAID, source=source)


def _ask_for_marketing(order: Order, *, by: Duty, at: datetime, network: str) -> None:
    """Send the link that confirms. The order does not hang on it: a limit that is reached does not undo it."""
    try:
        with transaction.atomic():
            asking.ask(
                by=by,
                at=at,
                address=order.email,
                wanted=[MARKETING],
                language=order.language,
                network=network,
                notice_version_id=order.notice_version_id,
                opened_id=order.token,
            )
    except TooMany:
        return
