"""What this room keeps about a person: her payments and refunds, and what was heard of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from seloste.kernel.kept import BY_STAFF, SHOWN, About, Kept, Record, Stay, Surviving, Whose, erase_rows, values_of
from seloste.payments.actions import following
from seloste.payments.models import EventBody, Payment, PaymentEvent, PaymentTrouble, Refund

_PAYMENT = {
    "subject_key": _("What is paid"),
    "reference": _("Payment's mark"),
    "provider": _("Way to pay"),
    "amount": _("Amount"),
    "state": _("State"),
    "paid_amount": _("Paid"),
    "refunded_amount": _("Refunded"),
    "language": _("Language"),
    "created_at": _("Begun"),
    "paid_at": _("Paid at"),
    "expected_at": _("To be paid by"),
}
_REFUND = {
    "amount": _("Amount"),
    "why": _("Reason"),
    "state": _("State"),
    "asked_at": _("Asked for"),
    "settled_at": _("Settled"),
    "bank_reference": _("Bank's reference"),
}
_TROUBLE = {
    "kind": _("What did not fit"),
    "provider": _("Way to pay"),
    "amount": _("Amount"),
    "found_at": _("Found"),
    "settled_at": _("Settled"),
    "how": _("How"),
}
_OPEN = "is open"  # whether what is paid for is still being handled; not a field that anybody is shown
_AT_PROVIDER = "an id at the provider, which leads to nothing without its keys"


@dataclass(frozen=True, slots=True)
class _Of:
    """A payment of the people's, whose it is where she is one of the register, and what decides how long it stays."""

    payment: Payment
    person: UUID | None
    is_open: bool
    has_money: bool


def _payments(whose: Whose) -> dict[UUID, _Of]:
    """Return the people's payments."""

    def ask() -> dict[UUID, _Of]:
        keys = following.keys_of(whose)
        rows = list(Payment.objects.filter(subject_key__in=list(keys)).order_by("id"))
        is_open = {key: _is_open(key) for key in {row.subject_key for row in rows}}
        odd = set(PaymentTrouble.objects.filter(payment__in=[row.id for row in rows]).values_list("payment", flat=True))
        return {
            row.id: _Of(row, keys[row.subject_key], is_open[row.subject_key], bool(row.paid_amount) or row.id in odd)
            for row in rows
        }

    found: dict[UUID, _Of] = whose.once("payments", ask)
    return found


def _is_open(subject_key: str) -> bool:
    standing = following.look(subject_key)
    return standing is not None and standing.is_open


def _about(of: _Of, since: datetime) -> About:
    """Return for what a payment is kept: for the books once money moved or did not fit, for the order until then."""
    purposes = ("order", "accounting") if of.has_money else ("order",)
    return About(source="order", since_at=since, purposes=purposes, until=of.payment.keep_until)


def _payment_records(whose: Whose) -> list[Record]:
    return [_record(of.payment, of, list(_PAYMENT), "created_at") for of in _payments(whose).values()]


def _of_payments(model: Any, column: str, fields: Sequence[str], since: str) -> Callable[[Whose], list[Record]]:  # noqa: ANN401 -- any of them
    def records(whose: Whose) -> list[Record]:
        found = _payments(whose)
        rows = model.objects.filter(**{f"{column}__in": list(found)}).order_by("pk")
        return [_record(row, found[getattr(row, column)], fields, since) for row in rows]

    return records


def _record(row: models.Model, of: _Of, fields: Sequence[str], since: str) -> Record:
    values = {**values_of(row, fields), _OPEN: of.is_open}
    return Record(id=row.pk, person=of.person, values=values, about=_about(of, getattr(row, since)))


def _word_records(whose: Whose) -> list[Record]:
    found = _payments(whose)
    events = {event.id: event for event in PaymentEvent.objects.filter(payment__in=list(found))}
    rows = EventBody.objects.filter(event__in=list(events)).order_by("event")
    return [
        Record(
            id=row.event,
            person=found[_payment_of(events[row.event])].person,
            values={
                "raw": bytes(row.raw).decode(errors="replace"),
                _OPEN: found[_payment_of(events[row.event])].is_open,
            },
            about=About(
                source="order",
                since_at=events[row.event].received_at,
                purposes=("order",),
                until=row.keep_until,
            ),
        )
        for row in rows
    ]


def _payment_of(event: PaymentEvent) -> UUID:
    if event.payment is None:
        raise ValueError("found by its payment")
    return event.payment


def _with_its_thing(record: Record, surviving: Surviving) -> Stay | None:
    """Let what money moved in stay for the books, and the rest while what it pays for is being handled."""
    books = surviving.keeps(replace(record.about, purposes=("accounting",))) if _has_money(record) else None
    return books or (surviving.keeps(record.about) if record.values[_OPEN] else None)


def _has_money(record: Record) -> bool:
    return "accounting" in record.about.purposes


def _erase_payments(ids: Sequence[Any]) -> int:
    Refund.objects.filter(payment_id__in=ids)._raw_delete("default")  # noqa: SLF001 -- one statement; none had money
    return erase_rows(Payment, ids)


STORES = (
    Kept(
        key="payments.payments",
        name=_("Payments"),
        model=Payment,
        categories=frozenset({"order", "billing"}),
        fields=_PAYMENT,
        inner={"created_by": BY_STAFF, "provider_id": _AT_PROVIDER, "pay_url": _AT_PROVIDER},
        records=_payment_records,
        stays=_with_its_thing,
        erase=_erase_payments,
        order=45,
    ),
    Kept(
        key="payments.refunds",
        name=_("Refunds"),
        model=Refund,
        categories=frozenset({"order", "billing"}),
        fields=_REFUND,
        inner={"payment": SHOWN, "asked_by": BY_STAFF, "settled_by": BY_STAFF, "provider_id": _AT_PROVIDER},
        records=_of_payments(Refund, "payment_id", list(_REFUND), "asked_at"),
        stays=_with_its_thing,
        erase=partial(erase_rows, Refund),
        order=44,
    ),
    Kept(
        key="payments.words",
        name=_("Messages of payment providers, word for word"),
        model=EventBody,
        categories=frozenset({"identity", "contact", "order", "billing"}),
        fields={"raw": _("Message")},
        records=_word_records,
        stays=_with_its_thing,
        erase=partial(erase_rows, EventBody),
        order=43,
    ),
    Kept(
        key="payments.troubles",
        name=_("Payments that had to be looked into"),
        model=PaymentTrouble,
        categories=frozenset({"order", "billing"}),
        fields=_TROUBLE,
        inner={"payment": SHOWN, "event": SHOWN, "settled_by": BY_STAFF},
        records=_of_payments(PaymentTrouble, "payment", list(_TROUBLE), "found_at"),
        stays=_with_its_thing,
        erase=partial(erase_rows, PaymentTrouble),
        order=44,
    ),
)

#: What says of each event that nothing in it is found by a person.
OF_NOBODY = {
    "payments.PaymentEvent": "sums, states and random ids of a payment, which names nobody; once the payment has gone "
    "they lead to nobody (art. 11). They prove what was paid and what was not, to their last day",
}
