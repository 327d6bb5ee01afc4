"""A wrong address of an order is put right, and its confirmation is sent again (art. 16).

Where the register has the same value of the person, it is corrected there: the sealed record keeps what there was, and
every copy follows. What is the order's alone is changed here; its history says when and by whom, and the letters that
went to the wrong address stay in the record of what was sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.floods import actions as floods
from seloste.kernel.duty import Duty
from seloste.kernel.marks import mark_of
from seloste.notices.queries import current_version_id
from seloste.register import actions as register
from seloste.register.choices import ContactKind
from seloste.register.models import ContactPoint, PostalAddress
from seloste.register.rules import NotValid, Origin, normal_email, read_address
from seloste.shop.actions import telling
from seloste.shop.actions.history import PURPOSE, TooLate, held, note
from seloste.shop.choices import Happened, OrderState
from seloste.shop.models import Order
from seloste.shop.queries import needed
from seloste.shop.rules import course
from seloste.shop.rules.carts import LINKS_OF_AN_ORDER

_PLACE = ("street", "postal_code", "city")


@dataclass(frozen=True, kw_only=True, slots=True)
class Corrected:
    """What is right instead, and how we came to know it. A part that is None stays as it is."""

    source: str
    email: str | None = None
    place: Mapping[str, str] | None = None
    delivery: Mapping[str, str] | None = None


@transaction.atomic
def correct(*, by: Duty, at: datetime, order_id: UUID, told: Corrected) -> bool:
    """Put an order's e-mail and addresses right; tell whether anything was different. TooLate for what is delivered."""
    order = held(order_id, by=by)
    new = _email(order, told.email) | _read(order, told.place, "") | _read(order, told.delivery, "delivery_")
    if not new:
        return False
    if set(new) != {"email"} and not Order.objects.filter(needed.being_handled(), id=order.id).exists():
        raise TooLate(
            _("This order is done: its addresses stay as they were agreed. Only the e-mail can be corrected.")
        )
    _correct_hers(order, new, told, by=by, at=at)
    order.refresh_from_db()
    rest = {name: value for name, value in new.items() if getattr(order, name) != value}
    if rest:
        Order.objects.filter(id=order.id).update(**rest)
        note(order, Happened.CHANGED, by=by, at=at, source=told.source, categories=("order", "contact", "delivery"))
    return True


@transaction.atomic
def confirm_again(*, by: Duty, at: datetime, order_id: UUID, limited: bool = False) -> None:
    """Send the confirmation once more, to the order's own address. Refused where no mail may go there."""
    order = held(order_id, by=by)
    if order.confirmed_at is None or OrderState(order.state) in course.ENDED:
        raise TooLate(_("There is no confirmation of this order to be sent."))
    if limited:
        words = _("The confirmation has been sent several times already. Look into your junk mail, or try again later.")
        floods.refuse_flood("shop.confirmation", str(order.id), at=at, limit=LINKS_OF_AN_ORDER, words=words)
    telling.confirmed(order, by=by, at=at, again=True)
    note(order, Happened.CONFIRMED, by=by, at=at, categories=("order", "contact"))


def _email(order: Order, email: str | None) -> dict[str, str]:
    new = normal_email(email, field="email") if email is not None else order.email
    return {} if new == order.email else {"email": new}


def _read(order: Order, place: Mapping[str, str] | None, before: str) -> dict[str, str]:
    """Return what differs of an address, read for its country; an empty one of the delivery takes it away."""
    if place is None or all(place.get(name, "") == getattr(order, before + name) for name in _PLACE):
        return {}
    if before and not any(place.values()):
        return dict.fromkeys([before + name for name in (*_PLACE, "country")], "")
    country = getattr(order, before + "country") or order.country
    try:
        read = read_address({**{name: place.get(name, "") for name in _PLACE}, "country": country})
    except NotValid as wrong:
        wrong.field = before + (wrong.field or "street")
        raise
    return {before + name: value for name, value in read.items() if getattr(order, before + name) != value}


def _correct_hers(order: Order, new: Mapping[str, str], told: Corrected, *, by: Duty, at: datetime) -> None:
    """Correct in the register what it has of the same person; every open copy follows, this order's too."""
    if order.person_id is None:
        return
    hers = {"person_id": order.person_id, "ended_at": None}
    origin = Origin(
        source=told.source, detail=order.reference, collected_at=at, purposes=(PURPOSE,),
        notice_version_id=current_version_id(),
    )  # fmt: skip
    if "email" in new:
        point = ContactPoint.objects.filter(**hers, kind=ContactKind.EMAIL, mark=mark_of(order.email)).first()
        if point is not None:
            values = {"kind": str(ContactKind.EMAIL), "value": new["email"]}
            register.correct(by=by, at=at, kind="contact", item_id=point.id, origin=origin, values=values)
    if {"street", "postal_code", "city"} & set(new):
        place = {name: getattr(order, name) for name in (*_PLACE, "country")}
        known = PostalAddress.objects.filter(**hers, **place).first()
        if known is not None:
            values = place | {name: new[name] for name in place if name in new}
            register.correct(by=by, at=at, kind="address", item_id=known.id, origin=origin, values=values)
