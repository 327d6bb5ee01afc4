# ruff: noqa: ANN401 -- answers of the test client
"""Withdrawals at the desk: a right that stands is not refused lightly, and the order that was meant is offered."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests import make as general
from tests.desk import make as desk
from tests.sales import make
from tests.services import make as services

from seloste.audit.models import AuditEvent
from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.shop.actions import withdrawing
from seloste.shop.actions.withdrawing import Statement
from seloste.shop.choices import WithdrawalState
from seloste.shop.models import Order, Withdrawal

pytestmark = pytest.mark.django_db


def stated(order: Order) -> Withdrawal:
    found = withdrawing.state(by=visitor("order"), at=now(), order_id=order.id, token=uuid4())
    return Withdrawal.objects.get(id=found)


def send(browser: Client, row: Withdrawal, **told: Any) -> Any:
    place = reverse("sales:withdrawal", args=[row.id])
    return browser.post(place, {"token": str(uuid4()), "to": "declined", **told})


def test_right_that_stands_is_refused_only_after_a_look_at_it_and_with_a_reason() -> None:
    row, browser = stated(make.order(state="paid", paid_at=now())), desk.client()
    reason = "Tilaus tehtiin yrityksen nimissä, joten kuluttajan peruuttamisoikeutta ei ole."

    assert "looked" in send(browser, row, answer="Ei onnistu.").context["form"].errors
    assert "looked" in send(browser, row, answer=reason).context["form"].errors
    assert "answer" in send(browser, row, answer="Ei onnistu.", looked="on").context["form"].errors
    row.refresh_from_db()
    assert row.state == WithdrawalState.STATED
    assert send(browser, row, answer=reason, looked="on").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.answer) == (WithdrawalState.DECLINED, reason)


def test_who_gives_back_nothing_by_other_amounts_has_to_look_as_well() -> None:
    order = make.order(state="paid", paid_at=now())
    row, line = stated(order), order.lines.get()
    said = send(desk.client(), row, to="partly", answer="Ei onnistu.", **{f"line-{line.id}": "0"})
    assert "looked" in said.context["form"].errors


def test_where_the_time_is_over_a_reason_is_enough() -> None:
    at = now().replace(year=now().year - 1)
    row, browser = stated(make.order(state="paid", paid_at=at, at=at)), desk.client()
    assert "looked" not in browser.get(reverse("sales:withdrawal", args=[row.id])).context["form"].fields
    assert send(browser, row, answer="Aika on ohi.").status_code == 302


def test_orders_of_the_address_are_offered_where_the_number_is_unknown() -> None:
    person = general.person(purposes=("order",), at=now())
    hers, other = make.order(person_id=person, email="Maija@example.com"), make.order(email="toinen@example.com")
    said = Statement(name="Maija", email="maija@example.com", told_reference="T-1111-1111")
    found = withdrawing.state_openly(
        by=visitor("order"), at=now(), statement=said, token=uuid4(), language="fi", network="192.0.2.9"
    )
    browser, place = desk.client(), reverse("sales:match", args=[found])
    page = browser.get(place)
    assert [one.reference for one in page.context["matter"].others] == [hers.reference]
    assert other.reference not in page.content.decode()
    assert AuditEvent.objects.filter(deed="order.searched", subjects=[person], item=found).exists()
    assert browser.post(place, {"token": str(uuid4()), "reference": hers.reference}).status_code == 302
    assert Withdrawal.objects.get(id=found).order_id == hers.id


def test_subscription_is_led_to_by_those_alone_who_may_open_it() -> None:
    row = services.subscribed(at=now())
    Order.objects.filter(id=row.order_id).update(paid_at=now())
    page = reverse("sales:order", args=[row.order_id])
    link = reverse("sales:service", args=[row.id])
    for role, is_led in (("customer_service", True), ("accounting", False)):
        text = desk.client(role).get(page).content.decode()
        assert row.title in text
        assert (link in text) == is_led
