"""What a cheat, a stranger and a hurried clerk would try in the shop; each of these once went through."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from pytest_django import Settings
from tests import make as everybody
from tests.catalogue import make as sold
from tests.invoices.camt import Paid, message
from tests.make import AT, duty, person, version_id
from tests.payments.make import paid as paid_online
from tests.shop import life_make as life
from tests.shop import make
from tests.shop.test_checkout import go, guide, order, put

from seloste.catalogue import actions as catalogue
from seloste.catalogue.actions.stock import SoldOut
from seloste.catalogue.transport import vies
from seloste.floods.actions import TooMany
from seloste.invoices import actions as invoices
from seloste.invoices import queries as books
from seloste.invoices.actions import bank
from seloste.invoices.models import Invoice
from seloste.kernel.clock import now
from seloste.kernel.duty import system, visitor
from seloste.payments import actions as payments
from seloste.payments.choices import Way
from seloste.payments.models import Payment, PaymentTrouble
from seloste.register import actions as register
from seloste.register.models import ContactPoint
from seloste.register.queries import whose
from seloste.shop import fulfil
from seloste.shop.actions import cart as carts
from seloste.shop.actions import paying, refunding, withdrawing
from seloste.shop.actions.coupons import CouponRefused
from seloste.shop.actions.history import TooLate
from seloste.shop.actions.withdrawing import Statement
from seloste.shop.choices import OrderState, PaysBy, Why
from seloste.shop.models import Coupon, Order, Quote, Withdrawal

pytestmark = pytest.mark.django_db
VICTIM, THIEF, NUMBER = "uhri@example.com", "varas@example.com", "+358401234567"


@pytest.fixture(autouse=True)
def published() -> None:
    version_id()


def known(email: str) -> UUID:
    person_id = person("Ulla", "Uhri")
    register.add_contact_point(
        by=duty(), at=AT, person_id=person_id, origin=everybody.origin(), kind="email", value=email
    )
    return person_id


# --- Somebody else's address or number at the checkout ----------------------------------------------------------------


def test_number_typed_at_a_checkout_leads_to_nobody_elses_waiting_order() -> None:
    known(VICTIM)
    hers = life.placed(orderer=life.by(VICTIM, phone=NUMBER))  # waits: she is known at the address
    assert hers.person_id is None
    thief = life.placed(orderer=life.by(THIEF, phone=NUMBER)).person_id
    assert thief is not None
    assert set(paying.orders_of(whose([thief], with_past=False)).values()) == {thief}
    assert hers.id not in paying.orders_of(whose([thief]))


def test_address_typed_on_ones_own_open_page_becomes_nobodys_contact() -> None:
    thief = known(THIEF)
    made = life.placed(session_person_id=thief, orderer=life.by(VICTIM))
    assert made.person_id == thief
    assert not ContactPoint.objects.filter(person=thief, value=VICTIM).exists()
    assert VICTIM not in whose([thief]).addresses


# --- The function for withdrawing as an oracle ------------------------------------------------------------------------


def _state(reference: str, email: str = VICTIM) -> str:
    made = withdrawing.state_openly(
        by=visitor("order"),
        at=AT,
        statement=Statement(name="Ulla Uhri", email=email, told_reference=reference),
        token=uuid4(),
        language="fi",
        network=make.NETWORK,
    )
    return Withdrawal.objects.get(id=made).reference


def test_second_statement_is_answered_the_same_whether_or_not_the_order_is_known() -> None:
    ours = life.placed(orderer=life.by(VICTIM), pays_by=PaysBy.INVOICE).reference
    assert _state(ours) != _state(ours)
    assert Withdrawal.objects.filter(order__reference=ours).count() == 1


def test_nobody_is_buried_in_acknowledgements_that_a_stranger_asked_for() -> None:
    for _time in range(5):
        _state("T-0000-0000")
    with pytest.raises(TooMany):
        _state("T-0000-0000")
    assert _state("T-0000-0000", "muu@example.com")


# --- Coupons ----------------------------------------------------------------------------------------------------------


def test_coupon_of_an_order_that_ended_is_not_used_once_more_by_a_late_payment() -> None:
    version_id(AT)
    make.coupon("KERRAN", limit=1)
    first = life.placed((life.guide(slug="a"), 1), code="KERRAN")
    life.forward(first, at=AT + timedelta(hours=25))
    assert Order.objects.get(id=first.id).state == OrderState.CANCELLED
    second = life.bought((life.guide(slug="b", title="Toinen"), 1), code="KERRAN", at=AT + timedelta(hours=26))
    assert second.paid > 0
    late = life.pay(first, at=AT + timedelta(hours=27))
    assert Coupon.objects.get().used == 1
    assert late.state == OrderState.CANCELLED


def test_coupon_is_taken_again_by_a_late_payment_where_it_is_still_there() -> None:
    make.coupon("KERRAN", limit=1)
    first = life.placed((life.guide(slug="a"), 1), code="KERRAN")
    life.forward(first, at=AT + timedelta(hours=25))
    assert Coupon.objects.get().used == 0
    life.pay(first, at=AT + timedelta(hours=27))
    assert Coupon.objects.get().used == 1


def test_codes_cannot_be_guessed_without_end() -> None:
    token = make.cart((life.guide(), 1))
    for place in range(60):
        with pytest.raises(CouponRefused):
            carts.use_code(at=AT, token=token, code=f"ARVAUS{place}", network=make.NETWORK)
    make.coupon("OIKEA")
    with pytest.raises(TooMany):
        carts.use_code(at=AT, token=token, code="OIKEA", network=make.NETWORK)


# --- Value added tax --------------------------------------------------------------------------------------------------


def test_check_of_an_invalid_vat_number_is_no_evidence(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    version_id(now())
    told = vies.Check(number="DE136695976", standing=vies.Standing.INVALID, consultation="WAPIAAAAX")
    monkeypatch.setattr(vies, "check", lambda *_a, **_k: told)
    client = Client()
    put(client, guide())
    quote = go(client)
    firm = {"is_business": "on", "company": "Muster GmbH", "vat_number": "DE136695976", "country": "DE"}
    firm |= {"postal_code": "10115", "city": "Berlin"}
    order(client, quote, **firm)
    quote = go(client) if not Order.objects.exists() else quote
    order(client, quote, **firm)
    assert set(Quote.objects.values_list("vat_evidence", flat=True)) == {""}


# --- Money ------------------------------------------------------------------------------------------------------------


def test_only_what_is_left_of_the_invoice_is_asked_online(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payments, "open_ways", lambda: [Way.PAYTRAIL])
    made = life.forward(life.placed(pays_by=PaysBy.INVOICE))
    assert made.invoice is not None
    invoices.credit(
        by=system("accounting"), at=life.SOON, invoice_id=made.invoice, why="Hyvitys", key="h", amount=Decimal("20.00")
    )
    reference, _id = paying.pay_again(by=visitor("order"), at=life.SOON, order_id=made.id)
    assert Payment.objects.get(reference=reference).amount == books.balance(made.invoice) == Decimal("29.00")


def test_line_whose_money_went_back_is_not_delivered_afterwards() -> None:
    with life.fulfilling(lambda *_told: fulfil.LATER):
        made = life.bought((life.guide(slug="a"), 1), (life.guide(slug="b", title="Toinen"), 1))
    gone, stays = made.lines.order_by("place")
    refunding.refund(
        by=duty(), at=life.SOON, order_id=made.id, key="k", why=Why.GOODWILL, amounts={gone.id: gone.gross}
    )
    given: list[Any] = []
    with life.fulfilling(lambda _by, _at, _order, line: given.append(line.id)):
        life.forward(made, at=life.LATER)
    assert given == [stays.id]


def test_order_whose_invoice_was_partly_credited_goes_on_when_the_rest_has_come() -> None:
    made = life.forward(life.placed(pays_by=PaysBy.INVOICE))
    assert made.invoice is not None
    by = system("accounting")
    invoices.credit(by=by, at=life.SOON, invoice_id=made.invoice, why="Hyvitys", key="h", amount=Decimal("20.00"))
    reference = Invoice.objects.values_list("reference", flat=True).get(id=made.invoice)
    bank.read(by=by, at=life.SOON, content=message(Paid(amount="29.00", reference=reference, key="A1")))
    assert books.balance(made.invoice) == 0
    paid = Order.objects.get(id=made.id)
    assert (paid.state, paid.paid) == (OrderState.PAID, Decimal("29.00"))
    refunding.refund(by=duty(), at=life.LATER, order_id=made.id, key="k", why=Why.GOODWILL)
    assert Order.objects.get(id=made.id).refunded == Decimal("29.00")


def test_order_whose_invoice_is_paid_at_the_bank_is_paid_and_nothing_is_asked_or_given_back() -> None:
    made = life.forward(life.placed(pays_by=PaysBy.INVOICE))
    assert made.invoice is not None
    reference = Invoice.objects.values_list("reference", flat=True).get(id=made.invoice)
    bank.read(
        by=system("accounting"), at=life.SOON, content=message(Paid(amount="49.00", reference=reference, key="A1"))
    )
    paid = Order.objects.get(id=made.id)
    assert (paid.state, paid.paid) == (OrderState.PAID, Decimal("49.00"))
    assert not PaymentTrouble.objects.exists()
    with pytest.raises(TooLate):
        paying.pay_again(by=visitor("order"), at=life.SOON, order_id=made.id)


def test_invoice_that_is_paid_online_is_thanked_for_and_what_comes_again_goes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(payments, "open_ways", lambda: [Way.PAYTRAIL])
    made = life.forward(life.placed(pays_by=PaysBy.INVOICE))
    assert made.invoice is not None
    letters, payment_id = paying.pay_again(by=visitor("order"), at=life.SOON, order_id=made.id)
    paid_online(Payment.objects.get(id=payment_id), at=life.SOON)
    assert Order.objects.get(id=made.id).state == OrderState.PAID
    page = Client().get(f"/maksu/{letters}/").content.decode()
    assert "Kiitos, maksu on saapunut" in page
    assert 'name="tapa"' not in page
    assert not PaymentTrouble.objects.exists()
    reference = Invoice.objects.values_list("reference", flat=True).get(id=made.invoice)
    bank.read(
        by=system("accounting"), at=life.LATER, content=message(Paid(amount="49.00", reference=reference, key="A1"))
    )
    assert Order.objects.get(id=made.id).paid == Decimal("49.00")
    assert books.balance(made.invoice) in {
        Decimal(0),
        Decimal("-49.00"),
    }  # put to it by itself, or waiting for a person


def test_order_whose_invoice_was_credited_whole_is_not_taken_for_paid() -> None:
    made = life.forward(life.placed(pays_by=PaysBy.INVOICE))
    assert made.invoice is not None
    invoices.credit(by=system("accounting"), at=life.SOON, invoice_id=made.invoice, why="Hyvitys", key="h")
    unpaid = Order.objects.get(id=made.id)
    assert (unpaid.state, unpaid.paid) == (OrderState.PLACED, Decimal(0))
    with pytest.raises(TooLate):
        paying.pay_again(by=visitor("order"), at=life.SOON, order_id=made.id)


def test_what_was_taken_off_sale_is_not_ordered_with_an_older_quote() -> None:
    variant = life.guide()
    token = make.cart((variant, 1))
    quote = make.quote(token)
    catalogue.withdraw(by=duty(), at=AT, product_id=sold.product_of(variant))
    with pytest.raises(SoldOut):
        make.place(token, quote)
    assert not Order.objects.exists()
