"""Orders of files, subscriptions and projects, made and paid through the real deeds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from tests.catalogue import make as catalogue
from tests.make import AT, duty, version_id

from seloste.catalogue import actions as sold
from seloste.catalogue.choices import Interval, ProductKind, VatKind
from seloste.kernel.duty import Duty, system, visitor
from seloste.services.actions.door import Asked
from seloste.services.choices import AskedBy
from seloste.services.models import Subscription
from seloste.shop import fulfil
from seloste.shop.actions import cart, placing, quote, states
from seloste.shop.actions.placing import Agreed
from seloste.shop.choices import OrderState, PaysBy
from seloste.shop.models import Order
from seloste.shop.rules.buyers import Orderer
from seloste.shop.rules.pricing import Buyer

NETWORK = "192.0.2.7"


def plans(*amounts: str, title: str = "Palvelu", interval: Interval = Interval.MONTH, at: datetime = AT) -> list[UUID]:
    """Return the variants of one subscription on sale, one a price."""
    by = duty()
    product = catalogue.product(title, kind=ProductKind.SUBSCRIPTION, vat_kind=VatKind.SERVICE, by=by, at=at)
    made = [
        catalogue.variant(
            product,
            amount,
            interval=interval,
            titles={language: f"taso {place} {language}" for language in ("fi", "sv", "en")},
            by=by,
            at=at,
        )
        for place, amount in enumerate(amounts, start=1)
    ]
    sold.publish(by=by, at=at, product_id=product)
    return made


def order(
    variants: Sequence[tuple[UUID, int]],
    *,
    at: datetime = AT,
    email: str = "tilaaja@example.com",
    language: str = "fi",
    company: str = "",
    session_person_id: UUID | None = None,
) -> Order:
    """Place an order on invoice and return it."""
    version_id(at)
    token = ""
    for variant, quantity in variants:
        token = cart.put(
            at=at, token=token, variant_id=variant, quantity=quantity, language=language, network=NETWORK
        )  # fmt: skip
    is_business: dict[str, Any] = {"is_business": True, "company": company} if company else {}
    priced = quote.make(at=at, token=token, buyer=Buyer(is_business=bool(company)))
    orderer = Orderer(
        given_name="Tiina",
        family_name="Tilaaja",
        email=email,
        street="Katu 1",
        postal_code="00100",
        city="Helsinki",
        **is_business,
    )
    made = placing.place(
        by=visitor("order"),
        at=at,
        cart_token=token,
        quote_id=priced,
        orderer=orderer,
        agreed=Agreed(acknowledged=True, terms=True, button="Tilaan ja maksan", digital_now=True, service_now=True),
        pays_by=PaysBy.INVOICE,
        language=language,
        network=NETWORK,
        session_person_id=session_person_id,
    )
    return Order.objects.get(id=made)


def paid(variants: Sequence[tuple[UUID, int]], *, at: datetime = AT, **rest: Any) -> Order:  # noqa: ANN401 -- as order() has them
    """Place an order, pay it and let follow what follows."""
    made = order(variants, at=at, **rest)
    states.move(by=system("order"), at=at, order_id=made.id, to=OrderState.PAID)
    follow(made, at=at)
    return Order.objects.get(id=made.id)


def follow(made: Order, *, at: datetime = AT) -> None:
    """Do what follows the payment of an order."""
    for line in made.lines.all():
        deed = fulfil.deed_for(line.kind)
        assert deed is not None
        with transaction.atomic():
            deed(system("order"), at, made, line)


def subscribed(
    amount: str = "30.00",
    *,
    interval: Interval = Interval.MONTH,
    quantity: int = 1,
    title: str = "Palvelu",
    at: datetime = AT,
    **rest: Any,  # noqa: ANN401 -- likewise
) -> Subscription:
    """Return a subscription that was ordered and paid, with no other variant beside it."""
    (variant,) = plans(amount, title=title, interval=interval, at=at)
    return of(paid([(variant, quantity)], at=at, **rest))


def of(made: Order) -> Subscription:
    """Return the subscription of an order."""
    return Subscription.objects.get(order=made)


def hers(at: datetime = AT) -> Asked:
    """Return that the customer asked for it on the page."""
    return Asked(by=AskedBy.CUSTOMER, source="web_form", on=at.date())  # type: ignore[arg-type]  # as a form says it


def told(
    subscription: Subscription | UUID, *, by: Duty | None = None, at: datetime = AT, token: UUID | None = None
) -> dict[str, Any]:
    """Return what each deed of the customer is told."""
    row = subscription if isinstance(subscription, UUID) else subscription.id
    return {
        "by": by or visitor("order"),
        "at": at,
        "subscription_id": row,
        "token": token or uuid4(),
        "asked": hers(at),
    }
