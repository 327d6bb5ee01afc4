"""What is still to be delivered after a part of the money went back, or a part was withdrawn from."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _
from tests.desk import make as desk
from tests.invoices.camt import Paid, message
from tests.make import duty
from tests.shop import life_make as life

from seloste.invoices.actions import bank
from seloste.invoices.models import Invoice
from seloste.kernel.duty import system
from seloste.shop import fulfil, links
from seloste.shop.actions import delivering, refunding, withdrawing
from seloste.shop.choices import OrderState, PaysBy, Why, WithdrawalState
from seloste.shop.models import Order
from seloste.shop.queries import needed

pytestmark = pytest.mark.django_db


def refund(order: Order, key: str, **amounts: Any) -> Order:  # noqa: ANN401
    parts = {order.lines.get(title=title).id: amount for title, amount in amounts.items()}
    refunding.refund(by=duty(), at=life.SOON, order_id=order.id, key=key, why=Why.GOODWILL, amounts=parts)
    return life.forward(order, at=life.LATER)


def to_deliver(browser: Client) -> list[str]:
    page: Any = browser.get(reverse("sales:orders"), {"tila": "toimitettavat"})
    return [line["cells"][0]["text"] for line in page.context["lines"]]


def cards(browser: Client) -> int:
    home: Any = browser.get(reverse("desk:home"))
    return sum(card["count"] for card in home.context["cards"] if card["url"].endswith("=toimitettavat"))


def is_open(order: Order) -> bool:
    return Order.objects.filter(needed.being_handled(), id=order.id).exists()


def test_after_a_part_went_back_what_is_undelivered_stays_to_be_delivered(client: Client) -> None:
    titles = ("Opas", "Vihko", "Kortti")
    with life.fulfilling(lambda *_told: fulfil.LATER):
        order = life.bought(*((life.guide(slug=title.lower(), title=title), 1) for title in titles))
        first, second, third = order.lines.order_by("place")
        delivering.deliver(by=duty(), at=life.SOON, order_id=order.id, line_ids=[first.id])
        order = refund(order, "a", **{second.title: Decimal("5.00"), third.title: third.gross})

    browser = desk.client()
    assert order.state == OrderState.PARTLY_REFUNDED
    assert (to_deliver(browser), cards(browser), is_open(order)) == ([order.reference], 1, True)
    page = browser.get(reverse("sales:order", args=[order.id]))
    assert page.context["badge"].text == _("To be delivered, partly refunded")
    form = browser.get(reverse("sales:deed", args=[order.id, "toimita"])).context["form"]
    assert [value for value, _label in form.fields["lines"].choices] == [str(second.id)]
    hers = client.get(links.path(order.id, language="fi", mailed=True)).content.decode()
    assert _("The rest of your order is on its way.") in hers
    assert "Olemme palauttaneet sinulle" in hers
    assert hers.count("ei vielä toimitettu") == 1

    delivering.deliver(by=duty(), at=life.LATER, order_id=order.id)
    order.refresh_from_db()
    assert (order.state, order.delivered_at) == (OrderState.PARTLY_REFUNDED, life.LATER)
    assert (to_deliver(browser), cards(browser), is_open(order)) == ([], 0, False)


def test_what_was_withdrawn_from_before_it_was_paid_is_not_delivered_when_the_rest_is_paid() -> None:
    with life.fulfilling(lambda *_told: fulfil.LATER):
        guide, book = life.guide(), life.guide(title="Vihko")
        order = life.forward(life.placed((guide, 1), (book, 1), pays_by=PaysBy.INVOICE))
    stays, gone = order.lines.order_by("place")
    row = withdrawing.state(by=life.SYSTEM, at=life.SOON, order_id=order.id, token=uuid4(), lines=[gone.id])
    withdrawing.settle(by=duty(), at=life.SOON, withdrawal_id=row, to=WithdrawalState.ACCEPTED)
    assert order.invoice is not None
    reference = Invoice.objects.values_list("reference", flat=True).get(id=order.invoice)
    paid = message(Paid(amount=str(stays.gross), reference=reference, key="A1"))
    bank.read(by=system("accounting"), at=life.SOON, content=paid)
    given: list[Any] = []
    with life.fulfilling(lambda _by, _at, _order, line: given.append(line.id)):
        order = life.forward(order, at=life.LATER)

    assert given == [stays.id]
    assert order.state == OrderState.DELIVERED
