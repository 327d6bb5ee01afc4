"""A correction follows into orders; while the use of her data is restricted, nothing goes by itself (arts 16, 18)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from seloste.kernel import sweeps
from seloste.kernel.copies import Change, Restricting
from seloste.kernel.duty import Duty
from seloste.register.choices import ContactKind
from seloste.shop.actions import states
from seloste.shop.actions.history import note
from seloste.shop.choices import Happened
from seloste.shop.models import Order
from seloste.shop.queries import needed

_PLACE = ("street", "postal_code", "city", "country")


def follow(by: Duty, at: datetime, change: Change) -> None:
    """Correct what an order would still use: where we write in all of them, names and addresses in open ones.

    What was agreed in an order that is done stays as it was agreed; an invoice is corrected by another invoice.
    """
    hers = Order.objects.filter(person_id=change.person)
    open_ones = hers.filter(needed.being_handled())
    match change.kind:
        case "contact":
            _follow_contact(hers, change, by=by, at=at)
        case "name":
            _replace(open_ones, _picked(change.before), _picked(change.after), by=by, at=at)
        case "address":
            for prefix in ("", "delivery_"):
                _replace(open_ones, _placed(change.before, prefix), _placed(change.after, prefix), by=by, at=at)
        case _:
            return


def _follow_contact(orders: QuerySet[Order], change: Change, *, by: Duty, at: datetime) -> None:
    old, new = str(change.before.get("value", "")), str(change.after.get("value", ""))
    column = {ContactKind.EMAIL: "email", ContactKind.PHONE: "phone"}.get(ContactKind(change.before.get("kind", "web")))
    if column and old and new:
        for order in orders.filter(**{f"{column}__iexact": old}):
            _change(order, {column: new}, by=by, at=at)


def _picked(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(values[name]) for name in ("given_name", "family_name") if name in values}


def _placed(values: Mapping[str, Any], prefix: str) -> dict[str, str]:
    return {prefix + name: str(values[name]) for name in _PLACE if name in values}


def _replace(
    orders: QuerySet[Order], old: Mapping[str, str], new: Mapping[str, str], *, by: Duty, at: datetime
) -> None:
    if old and new:
        for order in orders.filter(**old):
            _change(order, new, by=by, at=at)


def _change(order: Order, new: Mapping[str, str], *, by: Duty, at: datetime) -> None:
    Order.objects.filter(id=order.id).update(**new)
    note(order, Happened.CHANGED, by=by, at=at, categories=("order", "identity", "contact"))


def heed(_by: Duty, at: datetime, restricting: Restricting) -> None:
    """Go on with her orders as soon as the restriction has ended; while it stands, the sweep leaves them alone."""
    if not restricting.begun:
        Order.objects.filter(person_id=restricting.person, next_step_at__isnull=False).update(next_step_at=at)
        sweeps.wake(states.FORWARD)
