"""What this room keeps about a person: her payments and refunds, and what was heard of them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from seloste.kernel.kept import BY_STAFF, SHOWN, About, Kept, Record, Stay, Surviving, Whose, erase_rows, values_of
from seloste.payments.actions import following
from seloste.payments.choices import HAD_MONEY
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
_EVENT = {
    "provider": _("Way to pay"),
    "kind": _("What was told"),
    "origin": _("Told by"),
    "facts": _("What it says"),
    "received_at": _("Received"),
}
_TROUBLE = {
    "kind": _("What did not fit"),
    "provider": _("Way to pay"),
    "amount": _("Amount"),
    "found_at": _("Found"),
    "settled_at": _("Settled"),
    "how": _("How"),
}
_AT_PROVIDER = "an id at the provider, which leads to nothing without its keys"


def _payments(whose: Whose) -> dict[UUID, tuple[Payment, UUID | None]]:
    """Return the people's payments, with the person where she is one of the register."""

    def ask() -> dict[UUID, tuple[Payment, UUID | None]]:
        keys = following.keys_of(whose)
        rows = Payment.objects.filter(subject_key__in=list(keys)).order_by("id")
        return {row.id: (row, keys[row.subject_key]) for row in rows}

    found: dict[UUID, tuple[Payment, UUID | None]] = whose.once("payments", ask)
    return found


def _about(payment: Payment, since: Any) -> About:  # noqa: ANN401 -- a moment
    """Return for what a payment is kept: for the books once there was money, for the order until then."""
    purposes = ("order", "accounting") if payment.paid_amount or payment.state in HAD_MONEY else ("order",)
    return About(source="order", since_at=since, purposes=purposes, until=payment.keep_until)


def _payment_records(whose: Whose) -> list[Record]:
    return [
        Record(id=row.id, person=person, values=values_of(row, _PAYMENT), about=_about(row, row.created_at))
        for row, person in _payments(whose).values()
    ]


def _of_payments(model: Any, column: str, fields: Sequence[str], since: str) -> Callable[[Whose], list[Record]]:  # noqa: ANN401 -- any of them
    def records(whose: Whose) -> list[Record]:
        found = _payments(whose)
        rows = model.objects.filter(**{f"{column}__in": list(found)}).order_by("pk")
        return [_record(row, found[getattr(row, column)], fields, since) for row in rows]

    return records


def _record(row: models.Model, of: tuple[Payment, UUID | None], fields: Sequence[str], since: str) -> Record:
    payment, person = of
    return Record(id=row.pk, person=person, values=values_of(row, fields), about=_about(payment, getattr(row, since)))


def _word_records(whose: Whose) -> list[Record]:
    found = _payments(whose)
    events = {event.id: event for event in PaymentEvent.objects.filter(payment__in=list(found))}
    rows = EventBody.objects.filter(event__in=list(events)).order_by("event")
    return [
        Record(
            id=row.event,
            person=found[_payment_of(events[row.event])][1],
            values={"raw": bytes(row.raw).decode(errors="replace")},
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


def _stays_to_its_day(record: Record, surviving: Surviving) -> Stay | None:
    if record.about.until and record.about.until < surviving.today:
        return None
    return Stay(
        law="GDPR 17(3)(b), (e); Kirjanpitolaki 1336/1997 2:10",
        why=_("It proves what was paid and what was not. It names nobody."),
        until=record.about.until,
        blocks=False,
    )


def _event_records(whose: Whose) -> list[Record]:
    found = _payments(whose)
    rows = PaymentEvent.objects.filter(payment__in=list(found)).order_by("received_at", "id")
    return [
        Record(
            id=row.id,
            person=found[_payment_of(row)][1],
            values=values_of(row, _EVENT),
            about=About(
                source="order", since_at=row.received_at, purposes=("order", "accounting"), until=row.keep_until
            ),
        )
        for row in rows
    ]


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
        erase=partial(erase_rows, Refund),
        order=44,
    ),
    Kept(
        key="payments.events",
        name=_("What was heard of payments"),
        model=PaymentEvent,
        categories=frozenset({"order", "billing"}),
        fields=_EVENT,
        inner={
            "event_id": _AT_PROVIDER,
            "payment": SHOWN,
            "received_by": BY_STAFF,
        },
        records=_event_records,
        stays=_stays_to_its_day,
        erase=partial(erase_rows, PaymentEvent),
        order=44,
    ),
    Kept(
        key="payments.words",
        name=_("Messages of payment providers, word for word"),
        model=EventBody,
        categories=frozenset({"identity", "contact", "order", "billing"}),
        fields={"raw": _("Message")},
        records=_word_records,
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
        stays=_stays_to_its_day,
        erase=partial(erase_rows, PaymentTrouble),
        order=44,
    ),
)
