"""What the shop keeps about a person: her orders with all that belongs to them, and orders that wait for a person.

An order goes when its person asks for it, unless it is still being handled; then it stays alone, and what was done with
stays no longer than it. The invoice is another matter: the law keeps it (``invoices.kept``), blocked.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Model, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.kept import (
    A_COPY,
    BY_STAFF,
    SHOWN,
    About,
    Kept,
    Record,
    Stay,
    Surviving,
    Whose,
    erase_rows,
    values_of,
)
from seloste.kernel.refusals import Words
from seloste.register.rules import keep_until
from seloste.shop.actions.history import PURPOSE
from seloste.shop.actions.paying import orders_of
from seloste.shop.choices import WithdrawalState
from seloste.shop.models import (
    ContractAcceptance,
    Order,
    OrderEvent,
    OrderLine,
    OrderMessage,
    Redemption,
    Refund,
    Withdrawal,
    WithdrawalWaiver,
)
from seloste.shop.queries import needed

#: What is known of a record with which something is still to be done.
OPEN = "open"
_STAY = Stay(
    law="GDPR 6(1)(b), 17(1)(a)",
    why=_("The order is still being handled. When that is done, it goes as well."),
    blocks=False,
)

_ORDER_FIELDS = {
    "reference": _("Number"),
    "placed_at": _("Ordered"),
    "state": _("State"),
    "source": _("How it came"),
    "given_name": _("Given name"),
    "family_name": _("Family name"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "is_business": _("Bought for a business"),
    "company": _("Organisation"),
    "business_id": _("Business ID"),
    "vat_number": _("VAT number"),
    "vat_evidence": _("How the VAT number was checked"),
    "street": _("Street address"),
    "postal_code": _("Postal code"),
    "city": _("Town"),
    "country": _("Country"),
    "delivery_name": _("Recipient of the delivery"),
    "delivery_phone": _("Telephone for the delivery"),
    "delivery_street": _("Street address of the delivery"),
    "delivery_postal_code": _("Postal code of the delivery"),
    "delivery_city": _("Town of the delivery"),
    "delivery_country": _("Country of the delivery"),
    "einvoice_address": _("E-invoice address"),
    "einvoice_operator": _("E-invoice operator"),
    "buyer_reference": _("The buyer's own reference"),
    "wishes": _("Wishes"),
    "pays_by": _("Way of paying"),
    "coupon_code": _("Coupon"),
    "discount": _("Discount"),
    "net": _("Without value added tax"),
    "vat": _("Value added tax"),
    "gross": _("In all"),
    "paid": _("Paid"),
    "refunded": _("Returned"),
    "language": _("Language"),
    "confirmed_at": _("Confirmed"),
    "expires_at": _("To be paid by"),
    "paid_at": _("Paid on"),
    "invoiced_at": _("Invoiced"),
    "fulfilled_at": _("All done"),
    "delivered_at": _("Delivered"),
    "last_delivery_on": _("Last delivery"),
    "ended_at": _("Ended"),
    "linked_at": _("Put with you"),
}
_LINE_FIELDS = {
    "title": _("What"),
    "sku": _("Product number"),
    "quantity": _("Quantity"),
    "unit_gross": _("Price of one"),
    "unit_net": _("Price of one without tax"),
    "discount": _("Discount"),
    "gross": _("In all"),
    "net": _("Without value added tax"),
    "vat": _("Value added tax"),
    "vat_rate": _("Tax rate, per cent"),
    "vat_country": _("Country of the tax"),
    "interval": _("How often"),
    "period_from": _("From"),
    "period_until": _("Until"),
    "waives_withdrawal": _("Right of withdrawal given up for delivery at once"),
    "wants_start_now": _("Service asked to begin at once"),
    "fulfilled_at": _("Delivered"),
    "ended_at": _("Ended"),
}
_OF_THE_OFFER = "a mark of the public offer, which is shown by its name"
_LINE_INNER = dict.fromkeys(
    ("product_id", "variant_id", "kind", "vat_category", "vat_scheme", "vat_note", "vat_kind", "rate_class"),
    _OF_THE_OFFER,
)
_EVENT_FIELDS = {
    "at": _("When"),
    "what": _("What happened"),
    "state": _("State"),
    "why": _("Why"),
    "amount": _("Amount"),
    "source": _("Where from"),
}
_MESSAGE_FIELDS = {
    "at": _("When"),
    "side": _("From whom"),
    "text": _("Message"),
    "source": _("Where from"),
    "handled_at": _("Handled"),
}
_ACCEPTANCE_FIELDS = {"at": _("When"), "terms": _("Terms accepted"), "gross": _("In all")}
_WAIVER_FIELDS = {"at": _("When"), "kind": _("What was asked for at once"), "language": _("Language")}
_REDEMPTION_FIELDS = {
    "at": _("When"),
    "coupon": _("Coupon"),
    "amount": _("Discount"),
    "released_at": _("Given back"),
}
_WITHDRAWAL_FIELDS = {
    "reference": _("Number"),
    "stated_at": _("When"),
    "name": _("Name"),
    "email": _("E-mail"),
    "told_reference": _("Order, as it was typed"),
    "words": _("What was said"),
    "text": _("In own words"),
    "language": _("Language"),
    "last_day_on": _("Last day for withdrawing"),
    "refund_due_on": _("Money back by"),
    "state": _("State"),
    "answer": _("Our answer"),
    "settled_at": _("Answered"),
}
_REFUND_FIELDS = {
    "amount": _("Amount"),
    "why": _("Why"),
    "words": _("In words"),
    "state": _("State"),
    "asked_at": _("Decided"),
    "done_at": _("Left"),
}


# --- Whose they are ---------------------------------------------------------------------------------------------------


def references_of(whose: Whose) -> Mapping[str, UUID | None]:
    """Return the references of the people's orders: by them acknowledgements of waiting orders are found."""
    rows = Order.objects.filter(id__in=list(orders_of(whose)))
    return {row.reference: row.person_id for row in rows.only("id", "reference", "person_id")}


def looked_at(whose: Whose) -> Mapping[UUID, UUID | None]:
    """Return the people's orders: looks at one that waited for its person named nobody, and are told to her after."""
    return orders_of(whose)


def matters_of(whose: Whose) -> Mapping[UUID, tuple[Order, bool]]:
    """Return the people's orders by id, each with whether it is still being handled. Asked once for all stores."""
    found: Mapping[UUID, tuple[Order, bool]] = whose.once("shop.matters", lambda: _asked_for(whose))
    return found


def _asked_for(whose: Whose) -> Mapping[UUID, tuple[Order, bool]]:
    ids = list(orders_of(whose))
    open_ones = set(needed.open_orders().filter(id__in=ids).values_list("id", flat=True))
    return {row.id: (row, row.id in open_ones) for row in Order.objects.filter(id__in=ids).order_by("placed_at", "id")}


def last_day(order: Order) -> date:
    """Return the last day of an order: the declared period from its last delivery, or from its end without one."""
    ended = order.ended_at or order.placed_at
    return keep_until(current(), PURPOSE, order.last_delivery_on or local_date(ended))


def _about(order: Order, *, at: Any = None, hers: bool = False) -> About:  # noqa: ANN401 -- a moment
    return About(
        source="order",
        source_detail=order.reference,
        since_at=at or order.placed_at,
        purposes=(PURPOSE,),
        bases=("legitimate_interest" if order.is_business else "contract",),
        until=last_day(order),
        names_others=hers,
        own_words=hers,
    )


def _order_records(whose: Whose) -> list[Record]:
    return [
        Record(
            id=order.id,
            person=order.person_id,
            values=values_of(order, _ORDER_FIELDS),
            known=OPEN if is_open else "",
            about=_about(order, hers=bool(order.wishes or order.delivery_name)),
        )
        for order, is_open in matters_of(whose).values()
    ]


def _by_nobody(_row: Any) -> bool:  # noqa: ANN401 -- any row
    return False


def _of_orders(
    model: type[Model],
    fields: Iterable[str],
    *,
    order: str = "order_id",
    at: str = "",
    by_her: Callable[[Any], bool] = _by_nobody,
    said: Mapping[str, Callable[[Any], Any]] | None = None,
) -> Callable[[Whose], list[Record]]:
    """Return how rows that belong to the people's orders are found; ``said`` tells how a field that points is shown."""

    def records(whose: Whose) -> list[Record]:
        matters = matters_of(whose)
        rows: Any = model._base_manager.filter(**{f"{order}__in": list(matters)}).order_by("pk")  # noqa: SLF001
        return [_record(row, *matters[getattr(row, order)]) for row in rows]

    def _record(row: Any, parent: Order, is_open: bool) -> Record:  # noqa: ANN401, FBT001 -- a row of the table
        values = {name: (said or {}).get(name, lambda one, name=name: getattr(one, name))(row) for name in fields}
        about = _about(parent, at=getattr(row, at) if at else None, hers=by_her(row))
        known = OPEN if is_open else ""
        return Record(id=row.pk, person=parent.person_id, values=values, about=about, known=known)

    return records


def _withdrawals(whose: Whose) -> list[Record]:
    """Return the withdrawals from the people's orders, and those that wait under an address that is theirs alone."""
    matters = matters_of(whose)
    lowered = {address.lower() for address in whose.addresses}
    rows = Withdrawal.objects.annotate(lowered=Lower("email")).order_by("stated_at", "id")
    found = rows.filter(Q(order__in=list(matters)) | Q(order=None, lowered__in=lowered))
    return [_withdrawal(row, *_matter(row, matters)) for row in found]


def _matter(row: Withdrawal, matters: Mapping[UUID, tuple[Order, bool]]) -> tuple[Order | None, bool]:
    return matters[row.order_id] if row.order_id else (None, row.state == WithdrawalState.STATED)


def _withdrawal(row: Withdrawal, parent: Order | None, is_open: bool) -> Record:  # noqa: FBT001
    alone = About(
        source="web_form",
        source_detail=row.reference,
        since_at=row.stated_at,
        purposes=(PURPOSE,),
        until=keep_until(current(), PURPOSE, local_date(row.settled_at or row.stated_at)),
        names_others=True,
        own_words=True,
    )
    return Record(
        id=row.pk,
        person=parent.person_id if parent else None,
        values=values_of(row, _WITHDRAWAL_FIELDS),
        known=OPEN if is_open else "",
        about=_about(parent, at=row.stated_at, hers=True) if parent else alone,
    )


def _while_open(record: Record, surviving: Surviving) -> Stay | None:
    """Let an order stay while it is being handled and for nothing else: one that is done does not stay with it."""
    if record.known != OPEN:
        return None
    return surviving.keeps(record.about) or (_STAY if record.person is None else None)


# --- How they go ------------------------------------------------------------------------------------------------------


def _store(
    key: str,
    name: Words,
    model: type[Model],
    *,
    categories: Iterable[str] = ("order",),
    fields: Mapping[str, Words],
    inner: Mapping[str, str] | None = None,
    records: Callable[[Whose], Sequence[Record]],
    erase: Callable[[Sequence[Any]], int] | None = None,
    order: int = 45,
) -> Kept:
    return Kept(
        key=key,
        name=name,
        model=model,
        categories=frozenset(categories),
        fields=fields,
        inner=inner or {},
        records=records,
        stays=_while_open,
        erase=erase or partial(erase_rows, model),
        order=order,
    )


def _erase_orders(ids: Sequence[Any]) -> int:
    """Delete orders; one that goes on an earlier order forgets which that was."""
    Order.objects.filter(follows__in=list(ids)).update(follows=None)
    return erase_rows(Order, ids)


STORES = (
    _store(
        "shop.refunds",
        _("Money returned"),
        Refund,
        categories=("order", "billing", "correspondence"),
        fields=_REFUND_FIELDS,
        inner={"parts": "the same amount, shared among the lines", "asked_by": BY_STAFF},
        records=_of_orders(Refund, _REFUND_FIELDS, at="asked_at"),
        order=44,
    ),
    _store(
        "shop.withdrawals",
        _("Withdrawals from contracts"),
        Withdrawal,
        categories=("order", "identity", "contact", "correspondence"),
        fields=_WITHDRAWAL_FIELDS,
        inner={"notice_version": SHOWN, "settled_by": BY_STAFF},
        records=_withdrawals,
    ),
    _store(
        "shop.messages",
        _("Messages about orders"),
        OrderMessage,
        categories=("correspondence",),
        fields=_MESSAGE_FIELDS,
        inner={"actor": BY_STAFF, "handled_by": BY_STAFF},
        records=_of_orders(OrderMessage, _MESSAGE_FIELDS, at="at", by_her=lambda row: bool(row.side == "in")),
    ),
    _store(
        "shop.lines",
        _("What was ordered"),
        OrderLine,
        categories=("order", "delivery"),
        fields=_LINE_FIELDS,
        inner=_LINE_INNER,
        records=_of_orders(OrderLine, _LINE_FIELDS),
    ),
    _store(
        "shop.waivers",
        _("What was asked for at once"),
        WithdrawalWaiver,
        fields=_WAIVER_FIELDS,
        records=_of_orders(WithdrawalWaiver, _WAIVER_FIELDS, at="at"),
    ),
    _store(
        "shop.redemptions",
        _("Coupons used"),
        Redemption,
        categories=("order", "contact"),
        fields=_REDEMPTION_FIELDS,
        inner={"mark": A_COPY},
        records=_of_orders(Redemption, _REDEMPTION_FIELDS, at="at", said={"coupon": lambda row: str(row.coupon.shown)}),
    ),
    _store(
        "shop.orders",
        _("Orders"),
        Order,
        categories=(*("order", "identity", "contact", "organisation", "delivery", "billing", "correspondence"),),
        fields=_ORDER_FIELDS,
        inner={"notice_version": SHOWN, "linked_by": BY_STAFF, "linked_how": "told with the order's history"},
        records=_order_records,
        erase=_erase_orders,
        order=50,
    ),
    # What is only added to goes after its order: the database lets it go no sooner.
    _store(
        "shop.acceptances",
        _("Terms of sale accepted"),
        ContractAcceptance,
        fields=_ACCEPTANCE_FIELDS,
        records=_of_orders(
            ContractAcceptance, _ACCEPTANCE_FIELDS, at="at", said={"terms": lambda row: row.terms.version}
        ),
        order=55,
    ),
    _store(
        "shop.events",
        _("What happened to orders"),
        OrderEvent,
        fields=_EVENT_FIELDS,
        inner={"actor": BY_STAFF, "role": BY_STAFF},
        records=_of_orders(OrderEvent, _EVENT_FIELDS, order="order", at="at"),
        order=55,
    ),
)

OF_NOBODY = {
    "shop.Quote": "prices frozen for half an hour, of a cart that nobody has a name to; it goes within a day",
    "shop.Coupon": "a code that the shop made; who used it is shown with her orders",
}


def still_needed(persons: frozenset[UUID], _today: date) -> dict[UUID, dict[str, Stay]]:
    """Return whose orders are still being handled: her data are needed for that, and for nothing else (17(1)(a))."""
    rows = needed.open_orders().filter(person_id__in=persons).only("id", "person_id")
    return {row.person_id: {PURPOSE: _STAY} for row in rows if row.person_id}


__all__ = ["OF_NOBODY", "STORES", "references_of", "still_needed"]
