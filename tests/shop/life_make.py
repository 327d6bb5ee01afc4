"""Orders that go on: paid, delivered and followed, through the real deeds and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from tests.catalogue import make as catalogue
from tests.make import AT, version_id
from tests.payments import make as payments
from tests.shop import make

from seloste.kernel.duty import system
from seloste.mail.models import Message
from seloste.payments.models import Payment
from seloste.shop import fulfil
from seloste.shop.actions import forward as moving
from seloste.shop.choices import Happened, PaysBy
from seloste.shop.models import Order, OrderEvent

#: When whoever orders has gone to the bank and back.
SOON = AT + timedelta(minutes=1)
LATER = AT + timedelta(days=1)
SYSTEM = system("order")


def placed(*wanted: tuple[UUID, int], pays_by: PaysBy = PaysBy.PAYTRAIL, at: datetime = AT, **rest: Any) -> Order:  # noqa: ANN401
    """Return an order that waits for its payment."""
    return Order.objects.get(id=make.order(*wanted, pays_by=pays_by, at=at, **rest))


def pay(order: Order, *, at: datetime = SOON) -> Order:
    """Have the order be paid, and what follows done."""
    payment = Payment.objects.filter(subject_key=f"order:{order.id}").order_by("-created_at").first()
    assert payment is not None
    with transaction.atomic():
        payments.paid(payment, at=at)
    return forward(order, at=at)


def forward(order: Order, *, at: datetime = SOON) -> Order:
    """Do what is due, and return the order as it is then."""
    moving.forward(at)
    return Order.objects.get(id=order.id)


def bought(*wanted: tuple[UUID, int], at: datetime = AT, **rest: Any) -> Order:  # noqa: ANN401
    """Return an order that was paid, with what follows by itself done."""
    return pay(placed(*wanted, at=at, **rest), at=at + timedelta(minutes=1))


def guide(**rest: Any) -> UUID:  # noqa: ANN401
    """Return something on sale."""
    version_id(AT)
    return catalogue.on_sale(**rest)


def by(email: str, **rest: Any) -> Any:  # noqa: ANN401
    """Return somebody with this address who orders."""
    return replace(make.MAIJA, email=email, **rest)


def history(order: Order) -> list[str]:
    """Return what the order's history says, in its order."""
    return [
        Happened(what).name
        for what in OrderEvent.objects.filter(order=order.id).order_by("id").values_list("what", flat=True)
    ]


def mails(order: Order) -> list[str]:
    """Return which messages were written about the order, by their names: several of one moment have no order."""
    keys = Message.objects.filter(key__startswith=f"order:{order.id}:").values_list("key", flat=True)
    return sorted(key.split(":")[2].split(".")[0] for key in keys)


@contextmanager
def fulfilling(deed: Any, kind: str = "one_off") -> Iterator[None]:  # noqa: ANN401
    """Fulfil a kind of product by the deed, for a while."""
    before = fulfil.deed_for(kind)
    fulfil.when_paid(kind, deed)
    yield
    fulfil.when_paid(kind, before or (lambda *_told: fulfil.LATER))
