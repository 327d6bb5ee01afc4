"""Placing an order: one transaction, once, at the frozen price, with its three records (P49, P51, P56, I22-I24)."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override
from tests.catalogue import make as catalogue
from tests.make import AT, duty, person, version_id
from tests.shop import make

from seloste.catalogue import actions as catalogue_actions
from seloste.catalogue.actions.stock import SoldOut
from seloste.catalogue.choices import Interval, ProductKind, VatKind
from seloste.catalogue.models import Variant
from seloste.consents.models import ConsentEvent
from seloste.consents.models.acknowledgements import Acknowledgement
from seloste.kernel.refusals import Missing
from seloste.outreach.models import Asked
from seloste.payments.models import Payment
from seloste.shop.actions import cart as carts
from seloste.shop.actions import coupons, placing
from seloste.shop.actions import quote as quotes
from seloste.shop.actions.coupons import CouponRefused
from seloste.shop.choices import OrderState, PaysBy
from seloste.shop.models import Cart, CartLine, ContractAcceptance, Coupon, Order, Quote, Redemption, WithdrawalWaiver
from seloste.shop.queries import cart as queries
from seloste.shop.rules.buyers import Orderer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published() -> None:
    version_id()


def nothing_was_stored() -> bool:
    return not any(
        model.objects.exists() for model in (Order, Acknowledgement, ContractAcceptance, Redemption, Payment, Asked)
    )


def test_order_holds_what_was_agreed_and_costs_what_was_shown() -> None:
    guide = catalogue.on_sale(amount="49.00", stock=5)
    made = Order.objects.get(id=make.order((guide, 3)))
    line = made.lines.get()

    assert (made.gross, made.vat, made.net, made.discount) == tuple(map(Decimal, ("147.00", "29.87", "117.13", "0.00")))
    assert (line.title, line.quantity, line.unit_gross, line.vat_rate) == ("Opas fi", 3, Decimal(49), Decimal("25.5"))
    assert (made.state, made.reference[0], made.family_name) == (OrderState.PLACED, "T", "Mallikas")
    assert Variant.objects.get(id=guide).stock == 2
    acceptance = ContractAcceptance.objects.get(order_id=made.id)
    assert (acceptance.button, acceptance.gross, acceptance.terms.language) == ("Tilaan ja maksan", made.gross, "fi")
    acknowledged = Acknowledgement.objects.get(about=made.reference)
    assert (acknowledged.form, acknowledged.kind) == ("order", "order")
    assert not ConsentEvent.objects.exists()  # I24: neither an order nor its terms make a consent
    assert not CartLine.objects.exists()


@pytest.mark.parametrize("lacking", ["acknowledged", "terms"])
def test_order_without_acknowledgement_or_terms_stores_nothing(lacking: str) -> None:
    token = make.cart((catalogue.on_sale(), 1))
    quote_id = make.quote(token)
    without: dict[str, Any] = {lacking: False}
    with pytest.raises(placing.NotAcknowledged) as refused:
        make.place(token, quote_id, agreed=replace(make.AGREED, **without))
    assert (refused.value.status, refused.value.field) == (422, lacking)
    assert nothing_was_stored()
    assert CartLine.objects.count() == 1


def test_marketing_is_asked_by_a_link_and_only_where_it_was_wanted() -> None:
    make.order()
    assert not Asked.objects.exists()
    made = Order.objects.get(
        id=make.order(
            orderer=replace(make.MAIJA, email="toinen@example.com"), agreed=replace(make.AGREED, marketing=True)
        )
    )
    asked = Asked.objects.get()
    assert (asked.address, asked.wanted, asked.language) == (made.email, ["marketing_email"], "fi")
    assert not ConsentEvent.objects.exists()  # nothing holds before the link is pressed


def test_same_quote_again_is_the_same_order() -> None:
    token = make.cart((catalogue.on_sale(stock=2), 1), code=coupon_code())
    quote_id = make.quote(token)
    first = make.place(token, quote_id)
    again = make.place(token, quote_id, orderer=replace(make.MAIJA, family_name="Muu"))  # gone back to, and changed
    assert first == again
    assert (Order.objects.count(), Coupon.objects.get().used, Variant.objects.get().stock) == (1, 1, 1)
    assert queries.basket(token, at=AT, language="fi").last_order == (first, Order.objects.get().reference)


def coupon_code(code: str = "SYKSY-10", percent: str = "10") -> str:
    make.coupon(code, percent=percent)
    return code


# --- Bad input (issue I, P49) -----------------------------------------------------------------------------------------


def test_somebody_elses_quote_does_not_exist() -> None:
    guide = catalogue.on_sale()
    mine, hers = make.cart((guide, 1)), make.cart((guide, 1))
    quote_id = make.quote(hers)
    for token, wanted in ((mine, quote_id), ("", quote_id), (mine, uuid4())):
        with pytest.raises(Missing):
            make.place(token, wanted)
    assert nothing_was_stored()


def test_stale_quote_is_refused() -> None:
    guide = catalogue.on_sale()
    token = make.cart((guide, 1))
    quote_id = make.quote(token)
    with pytest.raises(placing.Stale):
        make.place(token, quote_id, at=AT + timedelta(minutes=30))
    carts.change(at=AT, token=token, quantities={guide: 2}, language="fi")
    with pytest.raises(placing.Stale):
        make.place(token, quote_id)  # the cart is another one
    fresh = make.quote(token)
    for other in (replace(make.MAIJA, country="SE", postal_code="111 22"), make.FIRM):
        with pytest.raises(placing.Stale):
            make.place(token, fresh, orderer=other)  # another buyer: another tax
    assert nothing_was_stored()


def test_price_that_rises_after_the_quote_holds_for_half_an_hour() -> None:
    guide = catalogue.on_sale(amount="49.00")
    token = make.cart((guide, 1))
    quote_id = make.quote(token)
    later = AT + timedelta(minutes=5)
    catalogue_actions.set_price(by=duty(), at=later, variant_id=guide, amount=Decimal(59), vat_included=True)
    assert queries.basket(token, at=later, language="fi").items[0].was == Decimal("49.00")  # told at the cart
    made = Order.objects.get(id=make.place(token, quote_id, at=later))
    assert made.gross == Decimal("49.00")


def test_what_is_sold_out_meanwhile_is_refused_whole() -> None:
    guide, last = catalogue.on_sale("Opas"), catalogue.on_sale("Viimeinen", stock=1)
    token, other = make.cart((guide, 1), (last, 1)), make.cart((last, 1))
    quote_id = make.quote(token)
    make.place(other, make.quote(other))
    with pytest.raises(SoldOut):
        make.place(token, quote_id)
    assert Order.objects.count() == 1
    with pytest.raises(quotes.NotAsItWas):
        make.quote(token)
    assert [item.is_gone for item in queries.basket(token, at=AT, language="fi").items] == [False, True]


def test_database_keeps_amounts_currency_and_buyer_whole() -> None:
    made = Order.objects.filter(id=make.order())
    for bad in (
        {"gross": Decimal(-1)},
        {"currency": "USD"},
        {"gross": Decimal("0.01")},
        {"state": "given"},
        {"country": "fi"},
        {"family_name": ""},
        {"is_business": True},
        {"vat_number": "FI12345671"},
        {"refunded": Decimal(1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            made.update(**bad)


# --- Tax --------------------------------------------------------------------------------------------------------------


def test_tax_follows_the_country_and_a_checked_number_alone() -> None:
    service = catalogue.on_sale("Palvelu", "125.50", vat_kind=VatKind.ELECTRONIC)

    def gross(orderer: Orderer, *, valid: bool = False) -> Decimal:
        quote_id = make.quote(make.cart((service, 1)), orderer=orderer, vat_number_valid=valid)
        found: Decimal = Quote.objects.get(id=quote_id).gross
        return found

    swede = replace(make.MAIJA, country="SE", postal_code="111 22")
    swedish_firm = replace(make.FIRM, country="SE", vat_number="SE556188840401", business_id="")
    assert gross(make.MAIJA) == Decimal("125.50")
    assert gross(swede) == Decimal("125.00")  # Swedish tax of 25 per cent, through the One Stop Shop
    assert gross(swedish_firm) == Decimal("125.00")  # the number was not found valid: taxed
    assert gross(swedish_firm, valid=True) == Decimal("100.00")  # reverse charge
    assert gross(make.FIRM) == Decimal("125.50")


# --- What a consumer gives up -----------------------------------------------------------------------------------------


def test_waivers_are_kept_in_the_words_that_were_shown() -> None:
    service = catalogue.on_sale("Palvelu", kind=ProductKind.SUBSCRIPTION, interval=Interval.MONTH)
    with override("fi"):
        made = Order.objects.get(id=make.order((service, 1), agreed=replace(make.AGREED, service_now=True)))
        words = placing.waiver_words(WithdrawalWaiver.objects.get().kind)  # type: ignore[arg-type]
    assert WithdrawalWaiver.objects.get(order=made).words == words
    assert [(line.wants_start_now, line.waives_withdrawal) for line in made.lines.all()] == [(True, False)]
    firm = Order.objects.get(
        id=make.order((service, 1), orderer=make.FIRM, agreed=replace(make.AGREED, service_now=True))
    )
    assert not firm.waivers.exists()  # a company has nothing to give up


# --- Paying -----------------------------------------------------------------------------------------------------------


def test_what_costs_nothing_is_paid() -> None:
    made = Order.objects.get(id=make.order((catalogue.on_sale(), 1), code=coupon_code("KAIKKI", percent="100")))
    assert (made.gross, made.state, made.payment) == (Decimal("0.00"), OrderState.PAID, None)


def test_payment_is_begun_with_the_order() -> None:
    made = Order.objects.get(id=make.order(pays_by=PaysBy.PAYTRAIL))
    payment = Payment.objects.get()
    assert (made.payment, payment.amount, payment.subject_key) == (payment.id, made.gross, f"order:{made.id}")
    assert made.expires_at == AT + timedelta(hours=24)


STEPS = ("coupons.redeem", "take", "_agree", "linking.settle", "acknowledge", "states.placed", "payments.begin")


@pytest.mark.parametrize("step", [*STEPS, "carts.clear", "_ask_for_marketing"])
def test_process_that_dies_at_any_step_leaves_nothing_and_the_next_press_orders_once(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a kill does to one transaction is what an exception does: the database takes all of it back."""
    token = make.cart((catalogue.on_sale(stock=4), 1), code=coupon_code())
    quote_id = make.quote(token)
    agreed = replace(make.AGREED, marketing=True)

    def dies(*_told: object, **_named: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as falling:
        falling.setattr(f"seloste.shop.actions.placing.{step}", dies)
        with pytest.raises(RuntimeError):
            make.place(token, quote_id, agreed=agreed, pays_by=PaysBy.PAYTRAIL)
    assert nothing_was_stored()
    assert (Coupon.objects.get().used, Variant.objects.get().stock, CartLine.objects.count()) == (0, 4, 1)
    make.place(token, quote_id, agreed=agreed, pays_by=PaysBy.PAYTRAIL)
    assert (Order.objects.count(), Payment.objects.count(), Asked.objects.count()) == (1, 1, 1)
    assert (Coupon.objects.get().used, Variant.objects.get().stock, CartLine.objects.count()) == (1, 3, 0)


# --- Coupons (P51, T17) -----------------------------------------------------------------------------------------------


def test_coupon_takes_off_once_and_is_free_again_when_the_order_is_cancelled() -> None:
    make.coupon("SYKSY-10", limit=1)
    guide = catalogue.on_sale(amount="49.00")
    made = Order.objects.get(id=make.order((guide, 1), code="ｓyksy 10"))
    assert (made.gross, made.discount, made.coupon_code) == (Decimal("44.10"), Decimal("4.90"), "SYKSY-10")
    with pytest.raises(CouponRefused):
        make.cart((guide, 1), code="SYKSY10")
    by = duty()
    assert coupons.release(by=by, at=AT, order_id=made.id)
    assert not coupons.release(by=by, at=AT, order_id=made.id)  # repeating it gives nothing more back
    assert Coupon.objects.get().used == 0
    make.cart((guide, 1), code="SYKSY10")


@pytest.mark.parametrize(
    ("rest", "when"),
    [
        ({"valid_from": AT + timedelta(days=1)}, AT),
        ({"valid_until": AT + timedelta(days=1)}, AT + timedelta(days=1)),
    ],
)
def test_coupon_outside_its_days_is_refused(rest: dict[str, Any], when: datetime) -> None:
    make.coupon(**rest)
    with pytest.raises(CouponRefused):
        coupons.usable("SYKSY-10", at=when)
    with pytest.raises(CouponRefused):
        coupons.usable("TUNTEMATON", at=AT)


def test_coupon_that_ended_meanwhile_is_refused_at_the_order() -> None:
    made = make.coupon()
    token = make.cart((catalogue.on_sale(), 1), code="SYKSY-10")
    quote_id = make.quote(token)
    coupons.stop(by=duty(), at=AT, coupon_id=made)
    with pytest.raises(CouponRefused):
        make.place(token, quote_id)
    assert nothing_was_stored()
    assert Quote.objects.get(id=make.quote(token)).discount == 0


def test_coupon_for_one_use_an_address() -> None:
    make.coupon(per_address=1)
    guide = catalogue.on_sale()
    make.order((guide, 1), code="SYKSY-10")
    with pytest.raises(CouponRefused):
        make.order((guide, 1), code="SYKSY-10", orderer=replace(make.MAIJA, email="MAIJA@example.com"))
    make.order((guide, 1), code="SYKSY-10", orderer=replace(make.MAIJA, email="toinen@example.com"))


def test_coupon_makes_no_second_of_its_code_however_written() -> None:
    make.coupon("SYKSY-10")
    with pytest.raises(coupons.NoCoupon):
        make.coupon("ｓyksy10")
    with pytest.raises(IntegrityError), transaction.atomic():
        Coupon.objects.update(limit=1, used=2)  # the last line


# --- The cart ---------------------------------------------------------------------------------------------------------


def test_cart_of_an_unknown_token_is_a_new_one() -> None:
    guide = catalogue.on_sale()
    token = carts.put(
        at=AT, token="chosen-by-somebody", variant_id=guide, quantity=1, language="fi", network=make.NETWORK
    )
    assert token != "chosen-by-somebody"
    assert bytes(Cart.objects.get().key_hash) != token.encode()
    for _again in range(2):
        carts.put(at=AT, token=token, variant_id=guide, quantity=600, language="fi", network=make.NETWORK)
    assert CartLine.objects.get().quantity == 999


def test_returning_buyer_is_never_joined_silently() -> None:
    known = person(email="maija@example.com")
    made = Order.objects.get(id=make.order())
    assert (made.person_id, made.linked_how) == (None, "")
    assert Acknowledgement.objects.filter(about=made.reference).exists()
    assert not Acknowledgement.objects.filter(subject=known).exists()
