# ruff: noqa: ANN401 -- answers of the test client
"""One order at the desk: what each duty sees of it, and what it can do."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests import make as general
from tests.accounts import make as staff
from tests.catalogue import make as catalogue
from tests.desk import make as desk
from tests.sales import make

from seloste.audit.models import AuditEvent
from seloste.catalogue.choices import VatKind
from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.mail.models import Message
from seloste.once.models import SentForm
from seloste.services.models import ServiceActivation
from seloste.shop.actions import withdrawing
from seloste.shop.models import Order, OrderEvent, OrderLine, OrderMessage, Refund

pytestmark = pytest.mark.django_db


def paid(**rest: Any) -> Order:
    at = now()
    person = general.person(purposes=("order",), at=at)
    return make.order(person_id=person, state="paid", paid_at=at, lines=("Kahvimylly", "Suodatin"), **rest)


def sheet(browser: Client, order: Order, status: int = 200) -> str:
    page = browser.get(reverse("sales:order", args=[order.id]))
    assert page.status_code == status
    return str(page.content.decode())


def send(browser: Client, order: Order, key: str, **values: Any) -> Any:
    return browser.post(reverse("sales:deed", args=[order.id, key]), {"token": str(uuid4()), **values})


@pytest.mark.parametrize("role", ["marketing", "technical", "owner"])
def test_charlie_finds_no_order_and_the_attempt_is_recorded(role: str) -> None:
    order, browser = paid(), desk.client(role)

    sheet(browser, order, status=404)
    for key in ("toimita", "palauta", "peru", "vastaa", "nothing"):
        assert browser.get(reverse("sales:deed", args=[order.id, key])).status_code == 404
    assert send(browser, order, "toimita").status_code == 404
    assert browser.get(reverse("sales:whose", args=[order.id])).status_code == 404
    assert browser.get(reverse("sales:order", args=[uuid4()])).status_code == 404

    if role != "owner":
        assert AuditEvent.objects.filter(deed="order.read", item=order.id, denied=True).exists() or role == "marketing"


def test_each_duty_sees_its_own_part() -> None:
    order = paid(pays_by="stripe", wishes="Soita ovikelloa", buyer_reference="KP-77", phone="+358401234567")
    OrderMessage.objects.create(
        id=uuid4(),
        order=order,
        token=uuid4(),
        side="in",
        text="Milloin tulee?",
        source="web_form",
        at=now(),
        actor=uuid4(),
    )

    service, books = sheet(desk.client(), order), sheet(desk.client("accounting"), order)

    assert "Milloin tulee?" in service
    assert "Soita ovikelloa" in service
    assert "KP-77" not in service
    assert "Stripe" not in service
    assert 'id="money"' not in service
    assert "palauta" not in service
    assert "Milloin tulee?" not in books
    assert "Soita ovikelloa" not in books
    assert "KP-77" in books
    assert 'id="money"' in books
    assert reverse("sales:deed", args=[order.id, "palauta"]) in books
    assert reverse("sales:deed", args=[order.id, "toimita"]) not in books
    told = AuditEvent.objects.filter(deed="order.read", item=order.id).order_by("id")
    assert ["billing" in one.categories for one in told] == [False, True]
    sheet(desk.client("accounting"), make.order(), status=404)


def test_order_is_delivered_line_by_line_and_once() -> None:
    order, browser = paid(), desk.client()
    first, second = order.lines.order_by("place")
    page = browser.get(reverse("sales:deed", args=[order.id, "toimita"]))
    told = {"token": str(page.context["form"]["token"].value()), "lines": [str(first.id)]}

    for _twice in range(2):
        sent: Any = browser.post(reverse("sales:deed", args=[order.id, "toimita"]), told)
        assert (sent.status_code, sent.url) == (302, reverse("sales:order", args=[order.id]))

    order.refresh_from_db()
    assert (order.state, OrderEvent.objects.filter(order=order.id, what="line_delivered").count()) == ("delivering", 1)
    assert send(browser, order, "toimita", lines=[str(second.id)]).status_code == 302
    order.refresh_from_db()
    assert order.state == "delivered"
    assert send(browser, order, "peru", why="by_customer").status_code == 422
    assert browser.get(reverse("sales:deed", args=[order.id, "toimita"])).status_code == 302
    assert SentForm.objects.count() == 2


def test_goods_are_sent_to_their_address_and_what_is_withdrawn_from_is_not() -> None:
    at = now()
    known = catalogue.on_sale("Vihko", "14.50", at=at, slug="vihko", vat_kind=VatKind.GOODS)
    order, browser = paid(language="sv"), desk.client()
    first, second = order.lines.order_by("place")
    OrderLine.objects.filter(order=order).update(vat_kind="goods")
    OrderLine.objects.filter(id=first.id).update(title="Häfte", variant_id=known)
    for line in (first, second):
        told = {"id": uuid4(), "order": order, "line": line, "title": line.title, "quantity": 1, "created_at": at}
        ServiceActivation.objects.create(**told)
    withdrawing.state(by=visitor("order"), at=at, order_id=order.id, token=uuid4(), lines=[second.id])

    page = sheet(browser, order)
    assert ("Vihko fi" in page, "Häfte" in page, page.count("Mallikatu 1")) == (True, True, 2)
    places = [
        reverse("sales:task", args=[order.id, one.id]) for one in ServiceActivation.objects.order_by("line__place")
    ]
    assert [place in page for place in places] == [True, False], "what she withdraws from waits for the answer"
    form: Any = browser.get(reverse("sales:deed", args=[order.id, "toimita"])).context["form"]
    assert form["lines"].value() == [str(first.id)]


def test_answer_leaves_as_a_message_about_the_order() -> None:
    order, browser = paid(), desk.client()

    assert send(browser, order, "vastaa", text=" ").status_code == 422
    assert send(browser, order, "vastaa", text="Huomenna.").status_code == 302

    assert OrderMessage.objects.get(order=order).text == "Huomenna."
    assert Message.objects.filter(purpose="order", kind="service").count() == 1


def test_waiting_order_is_put_with_a_person_or_somebody_new() -> None:
    at = now()
    person = general.person(purposes=("order",), at=at, email="maija@example.com")
    waiting, other = make.order(state="paid", paid_at=at), make.order(state="paid", paid_at=at)
    browser = desk.client()

    page = browser.get(reverse("sales:whose", args=[waiting.id]))
    assert [(one.id, one.by_address) for one in page.context["matches"]] == [(person, True)]
    assert (
        browser.post(
            reverse("sales:whose", args=[waiting.id]), {"token": str(uuid4()), "person": str(uuid4())}
        ).status_code
        == 422
    )
    told = {"token": str(uuid4()), "person": str(person)}
    assert browser.post(reverse("sales:whose", args=[waiting.id]), told).status_code == 302
    new = {"token": str(uuid4()), "given_name": "Maija", "family_name": "Mallikas"}
    assert browser.post(reverse("sales:whose", args=[other.id]), new).status_code == 302

    waiting.refresh_from_db()
    other.refresh_from_db()
    assert (waiting.person_id, waiting.linked_how, other.linked_how) == (person, "staff", "staff_new")
    assert other.person_id not in {None, person}


def test_refund_is_looked_at_before_it_is_done_by_those_who_keep_the_books() -> None:
    order = paid()
    user = staff.staff("accounting")
    browser = staff.signed_in(user)
    page = browser.get(reverse("sales:deed", args=[order.id, "palauta"]))
    names = [name for name in page.context["form"].fields if name.startswith("line-")]
    told = {"token": str(page.context["form"]["token"].value()), names[0]: "25,50", names[1]: "", "why": "complaint"}

    looked = browser.post(reverse("sales:deed", args=[order.id, "palauta"]), told)
    assert (looked.status_code, looked.context["total"], looked.context["vat"]) == (
        200,
        Decimal("25.50"),
        Decimal("5.18"),
    )
    assert Refund.objects.count() == 0
    for _twice in range(2):
        done = browser.post(reverse("sales:deed", args=[order.id, "palauta"]), told | {"vahvistettu": "1"})
        assert done.status_code == 302

    order.refresh_from_db()
    assert (order.refunded, order.state, Refund.objects.count()) == (Decimal("25.50"), "partly_refunded", 1)
    for wrong in ("1000", "-1", "x", "0"):
        bad = told | {names[0]: wrong, "token": str(uuid4()), "vahvistettu": "1"}
        assert browser.post(reverse("sales:deed", args=[order.id, "palauta"]), bad).status_code == 422
    assert (
        send(desk.client(), order, "palauta", **{names[1]: "1", "why": "goodwill", "vahvistettu": "1"}).status_code
        == 404
    )
