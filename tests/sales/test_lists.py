# ruff: noqa: ANN401 -- answers of the test client
"""Lists of the shop at the desk: filters, order, pages, views of one's own, and who sees what of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests import make as general
from tests.accounts import make as staff
from tests.desk import make as desk
from tests.sales import make

from seloste.audit.models import AuditEvent
from seloste.kernel.clock import now
from seloste.register.models import Person
from seloste.sales.models import SavedView
from seloste.shop.models import Order

pytestmark = pytest.mark.django_db


def orders(browser: Client, query: str = "", status: int = 200) -> Any:
    page = browser.get(f"{reverse('sales:orders')}{query}")
    assert page.status_code == status
    return page


def first_cells(page: Any) -> list[str]:
    return [line["cells"][0]["text"] for line in page.context["lines"]]


def words(page: Any) -> str:
    return str(page.content.decode())


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("customer_service", 200),
        ("accounting", 200),
        ("privacy", 200),
        ("marketing", 404),
        ("technical", 404),
        ("owner", 404),
    ],
)
def test_orders_are_for_those_whose_work_they_are(role: str, status: int) -> None:
    make.order()
    browser = desk.client(role)

    orders(browser, status=status)

    assert browser.post(reverse("sales:orders"), {"q": "x"}).status_code == (302 if status == 200 else 404)
    assert browser.post(reverse("sales:save_view", args=["orders"]), {"name": "x"}).status_code in {302, status}


def test_what_a_duty_may_not_see_is_not_there() -> None:
    at = now()
    person = general.person(purposes=("order",), at=at)
    make.order(person_id=person, pays_by="stripe", paid_at=at, company="Mallila Oy", is_business=True)
    unpaid = make.order(family_name="Maksamaton")

    service, books = orders(desk.client()), orders(desk.client("accounting"))

    assert "Stripe" not in words(service)
    assert "tapa" not in service.context["form"].fields
    assert orders(desk.client(), "?tapa=stripe").context["asked"].chosen == {}
    assert "Stripe" in words(books)
    assert unpaid.reference in words(service)
    assert unpaid.reference not in words(books)
    assert "odottaa=viesti" not in words(books)
    told = AuditEvent.objects.filter(deed="order.listed").order_by("id")[0]
    assert (told.subjects, "billing" in told.categories) == ([person], False)


def test_order_of_a_restricted_person_is_not_on_the_list() -> None:
    at = now()
    person = general.person(purposes=("order",), at=at)
    kept = make.order(person_id=person)
    Person.objects.filter(id=person).update(restricted_at=at)

    assert kept.reference not in words(orders(desk.client()))
    assert kept.reference in words(orders(desk.client("privacy")))


def test_list_is_walked_page_by_page_in_any_order_and_back() -> None:
    at = now()
    for number in range(107):
        make.order(at=at - timedelta(minutes=number // 3), price=f"{100 + number % 7}.00")
    browser = desk.client()
    for query in ("", "?jarjestys=vanhin", "?jarjestys=-summa", "?jarjestys=summa"):
        there, page = [], orders(browser, query)
        there.append(first_cells(page))
        while page.context["older_url"]:
            page = orders(browser, page.context["older_url"])
            there.append(first_cells(page))
        back = [first_cells(page)]
        while page.context["newer_url"]:
            page = orders(browser, page.context["newer_url"])
            back.append(first_cells(page))
        assert [len(one) for one in there] == [50, 50, 7]
        assert sorted(one for page_of in there for one in page_of) == sorted(
            Order.objects.values_list("reference", flat=True)
        )
        assert back == there[::-1]
    sums = [
        order.gross for order in Order.objects.filter(reference__in=first_cells(orders(browser, "?jarjestys=summa")))
    ]
    assert max(sums) <= 103


def test_filters_stand_in_the_address_and_wrong_ones_are_told() -> None:
    at = now()
    old = make.order(at=at - timedelta(days=40))
    paid = make.order(state="paid", paid_at=at)
    browser = desk.client()

    assert first_cells(orders(browser, "?tila=toimitettavat")) == [paid.reference]
    assert first_cells(orders(browser, "?jakso=kuukausi")) == [paid.reference]
    assert first_cells(orders(browser, f"?asti={(at - timedelta(days=39)).date()}")) == [old.reference]
    assert first_cells(orders(browser, "?odottaa=henkilo")) == [paid.reference, old.reference]
    wrong = orders(browser, "?alkaen=2026-02-02&asti=2026-02-01", status=422)
    assert (wrong.context["lines"], "asti" in wrong.context["form"].errors) == ([], True)
    for bad in ("?tila=x", "?alkaen=eilen", "?jarjestys=nimi", "?tuote=x"):
        orders(browser, bad, status=422)
    for bad in (
        "?jalkeen=x",
        "?ennen=2026-01-01~zz",
        "?jalkeen=2026-01-01T00:00~" + "0" * 32,
        "?jarjestys=summa&jalkeen=NaN~" + "0" * 32,
    ):
        orders(browser, bad, status=404)


def test_company_that_is_looked_for_never_stands_in_an_address() -> None:
    found = make.order(company="Mallila Oy", is_business=True)
    make.order(company="Toinen Oy", is_business=True)
    browser = desk.client()

    then: Any = browser.post(reverse("sales:orders"), {"q": "mallila"})

    assert then.url == f"{reverse('sales:orders')}?haku=oma"
    assert first_cells(orders(browser, "?haku=oma")) == [found.reference]
    by_number: Any = browser.post(reverse("sales:orders"), {"q": found.reference.lower().replace("-", " ")})
    assert by_number.url == f"{reverse('sales:orders')}?haku={found.reference}"
    refused: Any = browser.post(reverse("sales:orders"), {"q": "131052-308T"})
    assert refused.url == f"{reverse('sales:orders')}?"


def test_view_is_kept_by_its_owner_alone_without_what_was_looked_for() -> None:
    user = staff.staff()
    general.version_id(now())
    browser = staff.signed_in(user)
    save = reverse("sales:save_view", args=["orders"])

    for _twice in range(2):
        browser.post(save, {"name": "Maksetut", "address": "tila=paid&haku=T-1234-5678&jalkeen=x&muu=1"})

    kept = SavedView.objects.get()
    assert (kept.name, kept.address) == ("Maksetut", "tila=paid")
    assert "Maksetut" in words(orders(browser))
    assert "Maksetut" not in words(orders(desk.client()))
    assert desk.client().post(reverse("sales:remove_view", args=[kept.id])).status_code == 404
    for name, address in (("", "tila=paid"), ("x" * 41, "tila=paid"), ("x", "tila=ei")):
        assert browser.post(save, {"name": name, "address": address}).status_code == 302
    assert SavedView.objects.count() == 1
    browser.post(reverse("sales:remove_view", args=[kept.id]))
    assert SavedView.objects.count() == 0


def test_deed_on_many_is_foretold_row_by_row_and_done_once() -> None:
    at = now()
    paid, placed = make.order(state="paid", paid_at=at), make.order()
    browser = desk.client()
    asked = {"teko": "toimita", "rivi": [str(paid.id), str(placed.id)]}

    page = browser.get(reverse("sales:bulk", args=["orders"]), asked)
    assert {one.name: one.happens for one in page.context["fates"]} == {paid.reference: True, placed.reference: False}
    assert Order.objects.filter(state="delivered").count() == 0
    told = {**asked, "token": str(page.context["form"]["token"].value())}
    for _twice in range(2):
        assert browser.post(reverse("sales:bulk", args=["orders"]), told).status_code == 302

    assert [Order.objects.get(id=one.id).state for one in (paid, placed)] == ["delivered", "placed"]
    assert browser.get(reverse("sales:bulk", args=["orders"]), {"teko": "x", "rivi": str(paid.id)}).status_code == 404
    assert browser.get(reverse("sales:bulk", args=["orders"]), {"teko": "peru", "rivi": "x"}).status_code == 404
    assert browser.get(reverse("sales:bulk", args=["orders"]), {"teko": "peru"}).status_code == 302
    assert desk.client("accounting").get(reverse("sales:bulk", args=["orders"]), asked).status_code == 404
    assert desk.client("owner").post(reverse("sales:bulk", args=["orders"]), told).status_code == 404
