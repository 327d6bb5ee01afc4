"""Whose an order is. Nobody is joined with somebody in the register silently: a known address makes an order wait.

A name and an address at a checkout are what somebody typed. Where nobody is known at the address, the buyer is entered
as a new person. Where somebody is, the order waits until it is proved (she ordered on her own open page, or presses a
button on the page whose link was sent to that address) or until an employee has looked. Delivery goes on meanwhile.
"""

import contextlib
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from seloste.invoices import actions as invoices
from seloste.kernel.duty import Duty
from seloste.kernel.marks import mark_of
from seloste.kernel.refusals import Missing
from seloste.payments import actions as payments
from seloste.register import actions as register
from seloste.register.choices import ContactKind
from seloste.register.models import Organisation
from seloste.register.queries.whose import stays_here
from seloste.register.rules import NotValid, Origin
from seloste.shop.actions.history import PURPOSE, TooLate, held, note, on_behalf
from seloste.shop.choices import Happened, Linked
from seloste.shop.models import Order
from seloste.shop.queries.people import holders, is_corrected, provable
from seloste.shop.rules import course

#: The basis where a company buys: its contact person is no party to the contract (notice, purpose "order").
_FOR_A_COMPANY = {PURPOSE: "legitimate_interest"}


def settle(order: Order, *, by: Duty, at: datetime, session_person_id: UUID | None = None) -> None:
    """Say of an order that was just made whose it is; ``session_person_id`` is whose own page is open in the browser.

    Called in the transaction that makes the order, so that nobody else has it. What it finds out stands in
    ``Order.person`` and ``linked_how``.
    """
    _organise(order, by=by, at=at)
    if session_person_id is not None and stays_here(session_person_id):
        _link(order, session_person_id, Linked.SESSION, by=by, at=at)
        return
    _one_at_a_time(order.email)
    if not holders(order.email):
        _enter(order, Linked.NEW, by=by, at=at, given_name=order.given_name, family_name=order.family_name)


def follow(order: Order, before: Order, *, by: Duty, at: datetime) -> None:
    """Give an order that was just made, and goes on an earlier one, the person and the organisation of that one."""
    Order.objects.filter(id=order.id).update(organisation=before.organisation_id)
    if before.person_id is not None and stays_here(before.person_id):
        _link(order, before.person_id, Linked.SYSTEM, by=by, at=at)


@transaction.atomic
def by_link(*, by: Duty, at: datetime, order_id: UUID) -> None:
    """Link the order because whoever reads mail at its address said that it is hers.

    TooLate where the address is not one live person's alone, or the order has its person already.
    """
    order = _waiting(order_id, by=by)
    person_id = provable(order.email)
    if person_id is None or is_corrected(order_id) or not stays_here(person_id):
        raise TooLate(_("We cannot tell by this address whose order it is. An employee will look at it."))
    _link(order, person_id, Linked.LINK, by=by, at=at)


@transaction.atomic
def same_person(*, by: Duty, at: datetime, order_id: UUID, person_id: UUID) -> None:
    """Link a waiting order to a person in the register, because an employee found that it is hers."""
    order = _waiting(order_id, by=by)
    if not stays_here(person_id):
        raise Missing
    _link(order, person_id, Linked.STAFF, by=by, at=at)


@transaction.atomic
def new_person(*, by: Duty, at: datetime, order_id: UUID, given_name: str = "", family_name: str = "") -> UUID:
    """Enter the buyer of a waiting order as a new person, because she is somebody else; return the person's id."""
    order = _waiting(order_id, by=by)
    named = {"given_name": given_name, "family_name": family_name} if family_name else {}
    names = {"given_name": order.given_name, "family_name": order.family_name, **named}
    return _enter(order, Linked.STAFF_NEW, by=by, at=at, **names)


# --- how it is done ---------------------------------------------------------------------------------------------------


def _one_at_a_time(email: str) -> None:
    """Have two orders from one new address wait for each other, so that they do not make two people of one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 5))", [mark_of(email).hex()])


def _waiting(order_id: UUID, *, by: Duty) -> Order:
    order = held(order_id, by=by)
    if order.person_id is not None:
        raise TooLate(_("This order has its person already."))
    return order


def _origin(order: Order) -> Origin:
    return Origin(
        source="order",
        detail=order.reference,
        collected_at=order.placed_at,
        purposes=(PURPOSE,),
        notice_version_id=order.notice_version_id,
        basis=_FOR_A_COMPANY if order.is_business else None,
    )


def _enter(order: Order, how: Linked, *, by: Duty, at: datetime, given_name: str, family_name: str) -> UUID:
    """Enter the buyer as a new person: she was given the notice beside the form (art. 13)."""
    person_id = register.add_person(
        by=by,
        at=at,
        origin=_origin(order),
        given_name=given_name,
        family_name=family_name,
        language=order.language,
    )
    register.note_information_given(by=by, at=at, person_id=person_id, channel="web_form", given_at=order.placed_at)
    _link(order, person_id, how, by=by, at=at)
    return person_id


def _link(order: Order, person_id: UUID, how: Linked, *, by: Duty, at: datetime) -> None:
    """Give the order its person, and the person what she gave with it that the register does not have yet."""
    order.person_id = person_id
    Order.objects.filter(id=order.id).update(person=person_id, linked_how=how, linked_at=at, linked_by=by.actor)
    _add_items(order, person_id, how, by=by, at=at)
    if how is not Linked.NEW:  # entered with this order, a moment ago: nothing has followed from it yet
        _catch_up(order, person_id, by=by, at=at)
    note(order, Happened.LINKED, by=by, at=at, source="order", categories=("order", "identity", "contact"))


def _catch_up(order: Order, person_id: UUID, *, by: Duty, at: datetime) -> None:
    """Give the person what has followed from the order already: how long it is kept, its vouchers, what was told."""
    runs_from = order.last_delivery_on or _origin(order).collected_at.date()
    register.touch(by=by, at=at, person_id=person_id, purposes=[PURPOSE], on=runs_from, basis=_origin(order).basis)
    books = on_behalf(by, "accounting")
    invoices.orders_belong(by=books, at=at, order_key=course.key_of(order.id), person_id=person_id)
    payments.note_given(at=at, subject_key=course.key_of(order.id), person_id=person_id)


def _add_items(order: Order, person_id: UUID, how: Linked, *, by: Duty, at: datetime) -> None:
    """Add what she gave. An open page proves who she is, not that another address typed there is hers: it stays out."""
    told = {"by": by, "at": at, "person_id": person_id, "origin": _origin(order)}
    if how is not Linked.SESSION:
        _add(register.add_contact_point, **told, kind=ContactKind.EMAIL, value=order.email)
    for number in {order.phone, order.delivery_phone if not order.delivery_name else ""} - {""}:
        _add(register.add_contact_point, **told, kind=ContactKind.PHONE, value=number)
    _add_address(order, told, before="")
    if order.delivery_street and not order.delivery_name:  # to somebody else's address goes what is somebody else's
        _add_address(order, told, before="delivery_")
    if order.organisation_id is not None:
        _add(register.add_position, **told, organisation_id=order.organisation_id)


def _add_address(order: Order, told: dict[str, object], *, before: str) -> None:
    names = ("street", "postal_code", "city", "country")
    _add(register.add_address, **told, **{name: getattr(order, before + name) for name in names})


def _add(deed, **told) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN003
    """Add what the register has not got; an address that it cannot read stays with the order."""
    with contextlib.suppress(register.HeldAlready, NotValid):  # the deed takes back what it had begun
        deed(**told)


def _organise(order: Order, *, by: Duty, at: datetime) -> None:
    """Find the company by its exact business id, or enter it. One without an id is entered by an employee."""
    if not order.is_business or not order.business_id or order.organisation_id is not None:
        return
    known = Organisation.objects.filter(business_id=order.business_id, ended_at=None).values_list("id", flat=True)
    origin = _origin(order)
    organisation = known.first() or register.add_organisation(
        by=by, at=at, origin=origin, name=order.company, business_id=order.business_id
    )
    Order.objects.filter(id=order.id).update(organisation=organisation)
    order.organisation_id = organisation
