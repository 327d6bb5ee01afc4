"""Cart and checkout as a visitor, a hurried buyer and a cheat use them. Works without a script."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override
from tests.catalogue import make as catalogue
from tests.make import duty, version_id
from tests.shop import make

from seloste.catalogue import actions as catalogue_actions
from seloste.catalogue.choices import Interval, ProductKind, VatKind
from seloste.catalogue.transport.vies import Standing
from seloste.consents.models.acknowledgements import Acknowledgement
from seloste.declaration.load import current
from seloste.floods.actions import TooMany
from seloste.kernel import retention
from seloste.kernel.clock import now
from seloste.outreach.models import Asked
from seloste.shop.actions import coupons
from seloste.shop.choices import Amiss
from seloste.shop.models import Cart, CartLine, Coupon, Order, Quote, Terms
from seloste.shop.rules.terms import terms
from seloste.shop.shown.checkout import vat_said

pytestmark = pytest.mark.django_db
ORIGIN = {"HTTP_ORIGIN": "http://testserver"}
WRITTEN = {
    "email": "maija@example.com",
    "given_name": "Maija",
    "family_name": "Mallikas",
    "street": "Mallikatu 1",
    "postal_code": "00100",
    "city": "Helsinki",
    "country": "FI",
    "pays_by": "invoice",
    "acknowledged": "on",
    "terms": "on",
}


@pytest.fixture(autouse=True)
def published() -> None:
    version_id(now())


def at(name: str, language: str = "fi") -> str:
    with override(language):
        return reverse(f"shop:{name}")


def text_of(response: HttpResponseBase) -> str:
    content: bytes = getattr(response, "content", b"")
    return unescape(content.decode())


def guide(amount: str = "49.00", **rest: Any) -> UUID:  # noqa: ANN401 -- goes through to the deed
    return catalogue.on_sale(amount=amount, at=now(), slug=f"opas-{uuid4().hex[:8]}", **rest)


def put(client: Client, variant_id: UUID, quantity: str = "1", **headers: str) -> Any:  # noqa: ANN401 -- the client's own kind
    return client.post(at("add"), {"variant": str(variant_id), "quantity": quantity}, **(headers or ORIGIN))  # type: ignore[arg-type]


def go(client: Client, **more: str) -> str:
    """Press "To the checkout" in the cart; return the quote that the page names."""
    response = client.post(at("cart"), {"do": "checkout", **more})
    assert response.status_code == 302, text_of(response)
    found = re.search(r'name="quote" value="([0-9a-f-]{36})"', text_of(client.get(at("checkout"))))
    assert found is not None
    return found[1]


def order(client: Client, quote: str, **changed: str) -> Any:  # noqa: ANN401 -- the client's own kind
    written = {name: value for name, value in {**WRITTEN, "quote": quote, **changed}.items() if value != ""}
    return client.post(at("checkout"), written)


def test_cookie_is_set_only_when_something_is_put_in_and_says_nothing() -> None:
    client = Client()
    assert not client.get(at("cart")).cookies
    response = put(client, guide(), "2")
    cookie = response.cookies["cart"]
    assert (cookie["samesite"], cookie["httponly"], cookie["max-age"]) == ("Lax", True, 30 * 24 * 60 * 60)
    assert cookie.value.encode() not in bytes(Cart.objects.get().key_hash)
    assert "Opas fi" in text_of(client.get(at("cart")))
    assert not Cart.objects.filter(lines__quantity__gt=2).exists()


def test_nothing_is_put_in_from_another_site() -> None:
    assert put(Client(), guide(), HTTP_ORIGIN="https://evil.example").status_code == 403
    assert put(Client(), guide(), HTTP_SEC_FETCH_SITE="cross-site").status_code == 403
    assert not Cart.objects.exists()


@pytest.mark.parametrize("quantity", ["-1", "0", "1000", "1.5", "1,5", "kaksi", "", "9" * 30, "1e9"])
def test_quantity_that_is_none_is_told_and_nothing_changes(quantity: str) -> None:
    client, thing = Client(), guide()
    put(client, thing)
    assert put(client, thing, quantity).status_code == 422
    if quantity != "0":  # in the cart nothing of something removes it
        page = client.post(at("cart"), {f"n-{thing}": quantity, "do": "checkout"})
        assert page.status_code == 422
        assert f'value="{quantity}"' in text_of(page)  # what was typed is still there
    assert CartLine.objects.get().quantity == 1
    assert not Quote.objects.exists()


def test_made_up_things_are_not_there() -> None:
    client = Client()
    assert put(client, uuid4()).status_code == 404
    assert client.post(at("add"), {"variant": "x", "quantity": "1"}, **ORIGIN).status_code == 404  # type: ignore[arg-type]
    assert client.post(at("cart"), {"do": "checkout"}).status_code == 302
    assert client.post(at("checkout"), {"quote": str(uuid4()), **WRITTEN}).status_code == 302
    assert client.post(at("checkout"), {"quote": "x", **WRITTEN}).status_code == 302
    assert not Order.objects.exists()


def test_quantities_are_changed_and_things_removed_in_two_tabs() -> None:
    client, first, second = Client(), guide(), guide("10.00")
    put(client, first)
    put(client, second)
    client.post(at("cart"), {"do": "change", f"n-{first}": "3", f"n-{second}": "1"})
    assert sorted(CartLine.objects.values_list("quantity", flat=True)) == [1, 3]
    client.post(at("cart"), {"remove": str(second), f"n-{first}": "3", f"n-{second}": "nonsense"})
    assert list(CartLine.objects.values_list("variant_id", "quantity")) == [(first, 3)]
    client.post(at("cart"), {"do": "change", f"n-{first}": "3", f"n-{second}": "1"})  # the other tab, older
    assert list(CartLine.objects.values_list("variant_id", "quantity")) == [(first, 3)]


def test_guest_orders_on_one_page_and_is_thanked() -> None:
    client = Client()
    put(client, guide(stock=3), "2")
    response = order(client, go(client), family_name="Mallikas-Virtanen", company="", wishes="Kiitos!\nEi kiirettä")
    made = Order.objects.get()
    assert (made.gross, made.family_name, made.wishes) == (Decimal(98), "Mallikas-Virtanen", "Kiitos!\nEi kiirettä")
    assert response.status_code == 302
    page = text_of(client.get(response["Location"]))
    assert made.reference in page
    assert made.email in page
    assert made.reference in text_of(client.get(at("cart")))  # who comes back finds the order, not a riddle
    assert client.get(at("checkout")).status_code == 302


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_checkout_shows_what_must_be_known_before_and_ticks_nothing(language: str) -> None:
    client = Client()
    put(client, guide())
    put(client, guide("19.90", kind=ProductKind.SUBSCRIPTION, interval=Interval.MONTH))
    client.post(at("cart", language), {"do": "checkout"})
    page = text_of(client.get(at("checkout", language)))
    asked = current().form["order"]
    assert f'<html lang="{language}"' in page
    assert asked.button.in_language(language) in page
    for name, field in asked.asks.items():
        if not name.startswith("delivery_"):
            assert field.label.in_language(language) in page
    assert current().acknowledgement["order"].said(language, version=current().meta.version) in page
    assert current().consent["marketing_email"].text.in_language(language) in page
    assert current().controller.street in page
    assert not re.search(r"<input[^>]*\bchecked\b", page)  # I22
    assert "delivery_street" not in page  # nothing is sent, so it is not asked


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"delivery_city": "Tampere"}, {"delivery_street", "delivery_postal_code"}),
        ({"delivery_street": "Toinenkatu 2", "delivery_postal_code": "33100"}, {"delivery_city"}),
        ({"delivery_name": "Ystävä"}, {"delivery_street", "delivery_postal_code", "delivery_city"}),
        (
            {"delivery_street": "Toinenkatu 2", "delivery_postal_code": "33", "delivery_city": "Tampere"},
            {"delivery_postal_code"},
        ),
    ],
)
def test_half_a_delivery_address_is_refused_at_its_fields(typed: dict[str, str], wrong: set[str]) -> None:
    client = Client()
    put(client, guide(vat_kind=VatKind.GOODS))
    said = order(client, go(client), **typed)
    assert said.status_code == 422
    found = set(re.findall(r'id="(delivery_\w+?)_error"', text_of(said)))
    assert found
    assert found <= wrong
    assert not Order.objects.exists()
    whole = {"delivery_street": "Toinenkatu 2", "delivery_postal_code": "33100", "delivery_city": "Tampere"}
    assert order(client, go(client), **typed | whole).status_code == 302
    assert Order.objects.get().delivery_country == "FI"


def test_nobody_has_us_write_to_an_address_without_end() -> None:
    things, moment = guide(), now()
    for place in range(11):
        token = make.cart((things, 1), at=moment)
        quote = make.quote(token, at=moment)
        told: dict[str, Any] = {"at": moment, "network": f"192.0.{place}.1"}
        if place < 10:
            make.place(token, quote, **told)
        else:
            with pytest.raises(TooMany):
                make.place(token, quote, orderer=replace(make.MAIJA, email="Maija@Example.com"), **told)
            make.place(token, quote, orderer=replace(make.MAIJA, email="toinen@example.com"), **told)
    assert Order.objects.count() == 11


def test_order_without_the_acknowledgement_is_422_and_stores_nothing() -> None:
    client = Client()
    put(client, guide())
    quote = go(client)
    for lacking in ("acknowledged", "terms"):
        response = order(client, quote, **{lacking: ""})
        page = text_of(response)
        assert response.status_code == 422
        assert f'href="#{lacking}"' in page
        assert 'value="Mallikas"' in page  # nothing is lost
    assert not Order.objects.exists()
    assert not Acknowledgement.objects.exists()
    order(client, quote)
    assert Order.objects.count() == Acknowledgement.objects.count() == 1
    assert not Asked.objects.exists()  # I24


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("email", "ei-osoite"),
        ("family_name", ""),
        ("postal_code", "1"),
        ("country", "XX"),
        ("country", "fi"),
        ("pays_by", "bitcoin"),
        ("phone", "12"),
        ("given_name", "Maija\x07"),
        ("street", "x" * 300),
        ("wishes", "131052-308T"),
    ],
)
def test_bad_input_is_told_at_its_field(field: str, typed: str) -> None:
    client = Client()
    put(client, guide())
    response = order(client, go(client), **{field: typed})
    assert response.status_code == 422
    assert f'href="#{field}' in text_of(response)
    assert not Order.objects.exists()


def test_company_is_asked_for_its_name_and_number_and_only_then() -> None:
    client = Client()
    put(client, guide())
    quote = go(client)
    page = text_of(order(client, quote, is_business="on", business_id="1234567-8", vat_number="SE1"))
    for field in ("business_id", "company", "vat_number"):
        assert f'href="#{field}"' in page
    order(client, quote, business_id="1234567-8", company="Ei Kysytty Oy", vat_number="SE1")  # unticked: not asked
    made = Order.objects.get()
    assert (made.is_business, made.company, made.business_id, made.vat_number) == (False, "", "", "")


def test_vat_number_is_answered_at_its_field() -> None:
    client = Client()
    put(client, guide("125.50", vat_kind=VatKind.ELECTRONIC))
    quote = go(client)
    firm = {"country": "EE", "postal_code": "10111", "city": "Tallinn", "is_business": "on", "do": "count"}
    assert 'id="vat-said" role="status" data-counted></div>' in text_of(order(client, quote, **firm))
    with override("fi"):
        told = {vat_said(standing) for standing in Standing}
        assert len(told - {""}) == len(Standing)
        page = text_of(order(client, quote, vat_number="EE100931558", **firm))
        assert vat_said(Standing.NOT_ASKED) in page.partition('id="vat-said"')[2].partition("</div>")[0]
        assert str(Amiss.VAT_NUMBER.label) in text_of(order(client, quote, vat_number="EE1", **firm))


def test_company_must_be_named_and_is_said_to_be() -> None:
    client = Client()
    put(client, guide())
    quote = go(client)
    label = text_of(client.get(at("checkout"))).partition('<label for="company">')[2].partition("</label>")[0]
    assert "optional" not in label
    assert str(Amiss.COMPANY.label) in text_of(order(client, quote, is_business="on"))


def test_goods_outside_the_union_may_be_taxed_on_arrival() -> None:
    client = Client()
    put(client, guide("24.90", vat_kind=VatKind.GOODS))
    quote = go(client)
    with override("fi"):
        words = gettext(
            "Import tax and customs duty of your country are not in the price: they are collected on arrival."
        )
    assert words in text_of(order(client, quote, country="NO", postal_code="0150", city="Oslo", do="count"))
    assert words not in text_of(order(client, quote, country="SE", postal_code="111 22", city="Stockholm", do="count"))


def test_company_orders_with_its_details() -> None:
    client = Client()
    put(client, guide())
    firm = {"is_business": "on", "company": "Malli Oy", "business_id": "12345671", "vat_number": "FI12345671"}
    first = order(client, go(client), **firm)
    assert first.status_code == 302, text_of(first)
    made = Order.objects.get()
    assert (made.company, made.business_id, made.vat_number) == ("Malli Oy", "1234567-1", "FI12345671")
    assert made.gross == Decimal("49.00")


def test_nothing_that_the_browser_sends_sets_a_price() -> None:
    client = Client()
    thing = guide()
    put(client, thing)
    cheat = {"gross": "0.01", "net": "0", "price": "0", "total": "0", "currency": "USD", f"n-{thing}": "0", "vat": "0"}
    order(client, go(client), **cheat, discount="49", coupon="X", vat_number_valid="1", country="FI")
    made = Order.objects.get()
    assert (made.gross, made.currency, made.discount, made.lines.get().quantity) == (Decimal(49), "EUR", 0, 1)


def test_other_country_costs_its_own_tax_and_is_shown_before_it_binds() -> None:
    client = Client()
    put(client, guide("125.50", vat_kind=VatKind.ELECTRONIC))
    swedish = {"country": "SE", "postal_code": "111 22", "city": "Stockholm"}
    response = order(client, go(client), **swedish)
    page = text_of(response)
    assert response.status_code == 409
    assert ("125,00" in page, "25 %" in page.replace("\N{NO-BREAK SPACE}", " ")) == (True, True)
    assert not Order.objects.exists()
    quote = re.search(r'name="quote" value="([0-9a-f-]{36})"', page)
    assert quote is not None
    order(client, quote[1], **swedish)
    assert Order.objects.get().gross == Decimal("125.00")


def test_stale_quote_with_another_price_comes_back_marked_and_nothing_is_lost() -> None:
    client, thing = Client(), guide("49.00")
    put(client, thing)
    quote = go(client)
    later = now()
    catalogue_actions.set_price(by=duty(), at=later, variant_id=thing, amount=Decimal(59), vat_included=True)
    Quote.objects.update(made_at=later, expires_at=later.replace(year=later.year + 1))
    Quote.objects.update(expires_at=now())
    response = order(client, quote, wishes="Soittakaa ovikelloa")
    page = text_of(response)
    assert response.status_code == 409
    assert "59,00" in page
    assert "49,00" in page
    assert "Soittakaa ovikelloa" in page
    assert re.search(r"<input[^>]*name=\"terms\"[^>]*checked", page)  # what she ticked herself stays as she left it
    assert not re.search(r"<input[^>]*name=\"marketing\"[^>]*checked", page)
    assert not Order.objects.exists()


def test_stale_quote_with_the_same_price_is_simply_ordered() -> None:
    client = Client()
    put(client, guide())
    quote = go(client)
    Quote.objects.update(made_at="2026-01-01T00:00Z", expires_at="2026-01-01T00:30Z")
    assert order(client, quote).status_code == 302
    assert Order.objects.count() == 1


def test_somebody_elses_quote_leads_to_ones_own_cart() -> None:
    thief, owner, thing = Client(), Client(), guide()
    put(owner, thing)
    put(thief, thing)
    response = order(thief, go(owner))
    assert (response.status_code, urlsplit(response["Location"]).path) == (302, at("cart"))
    assert not Order.objects.exists()


def test_second_press_and_back_button_show_the_same_order() -> None:
    client = Client()
    put(client, guide())
    quote = go(client)
    first = order(client, quote)
    again = order(client, quote, family_name="Toinen", acknowledged="")
    assert first["Location"] == again["Location"]
    assert Order.objects.count() == 1


def test_code_is_used_told_of_and_taken_off() -> None:
    client = Client()
    put(client, guide())
    assert client.post(at("cart"), {"do": "code", "code": "EI-OLE"}).status_code == 409
    made = make.coupon("SYKSY-10", at=now())
    assert client.post(at("cart"), {"do": "code", "code": " syksy 10"}).status_code == 302
    assert "44,10" in text_of(client.get(at("cart")))
    client.post(at("cart"), {"do": "uncode"})
    assert "44,10" not in text_of(client.get(at("cart")))
    client.post(at("cart"), {"do": "code", "code": "SYKSY10"})
    quote = go(client)
    coupons.stop(by=duty(), at=now(), coupon_id=made)
    response = order(client, quote)
    page = text_of(response)
    assert response.status_code == 409
    assert "49,00" in page
    assert not Order.objects.exists()
    assert Coupon.objects.get().used == 0


def test_what_is_withdrawn_stands_marked_in_the_cart() -> None:
    client, thing = Client(), guide()
    put(client, thing)
    quote = go(client)
    catalogue_actions.withdraw(by=duty(), at=now(), product_id=catalogue.product_of(thing))
    assert urlsplit(order(client, quote, country="SE", postal_code="111 22")["Location"]).path == at("cart")
    page = text_of(client.get(at("cart")))
    assert "Opas fi" in page
    assert 'value="checkout"' not in page  # the way is closed until it is put right


def test_as_many_as_there_are_is_one_press() -> None:
    client, thing = Client(), guide(stock=5)
    put(client, thing, "6")
    page = text_of(client.get(at("cart")))
    with override("fi"):
        assert gettext("Something has changed since you were here last. It is marked below.") not in page
        assert gettext("We do not have as many as you would like. It is marked below.") in page
    assert f'name="n-{thing}" value="5"' in page
    client.post(at("cart"), f"n-{thing}=6&n-{thing}=5", content_type="application/x-www-form-urlencoded")
    assert CartLine.objects.get().quantity == 5


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_terms_stand_open_with_the_model_form(language: str) -> None:
    page = text_of(Client().get(at("terms", language)))
    said = terms(language, current().controller)
    assert all(line in page for line in said.form_lines)
    assert not Terms.objects.exists()  # kept with the first order made under them


def test_left_carts_and_old_quotes_go_by_themselves() -> None:
    client = Client()
    put(client, guide())
    go(client)
    stores = {store.key: store for store in retention.stores()}
    nobody = duty()
    assert stores["shop.quotes"].clear(nobody, now() + timedelta(days=2), 10) == 1
    assert stores["shop.carts"].clear(nobody, now() + timedelta(days=29), 10) == 0
    assert stores["shop.carts"].clear(nobody, now() + timedelta(days=31), 10) == 1
    assert not CartLine.objects.exists()
