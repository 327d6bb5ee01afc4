"""The order's page, withdrawing, money back and messages: what a customer does herself, and what an employee does."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from tests.make import AT, duty, version_id
from tests.payments import make as payments
from tests.shop import life_make as life
from tests.shop import make

from seloste.invoices.choices import Kind as VoucherKind
from seloste.invoices.models import Invoice
from seloste.kernel.refusals import Missing, NotAllowed
from seloste.mail.models import Message
from seloste.payments.models import Payment
from seloste.payments.models import Refund as MoneyBack
from seloste.shop import links
from seloste.shop.actions import delivering, messages, paying, refunding, states, withdrawing
from seloste.shop.choices import Happened, OrderState, PaysBy, RefundState, Side, Why, WithdrawalState
from seloste.shop.models import Order, OrderMessage, Refund, Withdrawal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published() -> None:
    version_id()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the pages look at the clock when it shows the day after."""
    for place in ("order", "withdrawal"):
        monkeypatch.setattr(f"seloste.shop.views.{place}.now", lambda: life.LATER)


def path(order: Order, *, mailed: bool = True) -> str:
    return links.path(order.id, language="fi", mailed=mailed)


def press(client: Client, order: Order, do: str, **told: Any) -> Any:  # noqa: ANN401
    return client.post(path(order), {"do": do, **told})


# --- The page ---------------------------------------------------------------------------------------------------------


def test_page_shows_the_order_to_whoever_has_its_link_and_to_nobody_else(client: Client, soon: None) -> None:
    order, other = life.bought(), life.bought(orderer=life.by("toinen@example.com"))
    page = client.get(path(order))
    text = page.content.decode()
    assert page.status_code == 200
    assert order.reference in text
    assert other.reference not in text
    assert "maija@example.com" not in text.replace(f"mailto:{make.MAIJA.email}", "")  # the page names nobody
    assert (page["X-Robots-Tag"], "no-store" in page["Cache-Control"]) == ("noindex, nofollow", True)
    assert not page.cookies
    letters = links.sign(order.id)
    for wrong in (letters[:-1] + ("A" if letters[-1] != "A" else "B"), "A" * 66, links.sign(uuid4())):
        refused = client.get(reverse("shop:order", args=[wrong]))
        assert refused.status_code == 404
        assert order.reference not in refused.content.decode()
    foreign = reverse("shop:voucher", args=[letters, other.invoice])
    assert client.get(foreign).status_code == 404
    paper = client.get(reverse("shop:voucher", args=[letters, order.invoice]))
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    assert client.get(reverse("shop:confirmation", args=[letters])).content[:5] == b"%PDF-"


def test_looking_changes_nothing_and_unknown_buttons_do_nothing(client: Client, soon: None) -> None:
    order = life.placed()
    before = Order.objects.values().get()
    client.get(path(order))
    client.head(path(order))
    assert press(client, order, "erase").status_code == 200
    assert client.get(reverse("shop:withdraw", args=[links.sign(order.id)])).status_code == 302
    assert Order.objects.values().get() == before


def test_unpaid_order_is_cancelled_by_its_customer_once(client: Client, soon: None) -> None:
    order = life.placed()
    assert press(client, order, "cancel").status_code == 302
    assert press(client, order, "cancel").status_code == 302
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED
    paid = life.bought(orderer=life.by("toinen@example.com"))
    assert press(client, paid, "cancel").status_code == 409
    paid.refresh_from_db()
    assert paid.state != OrderState.CANCELLED


def test_message_from_the_page_is_answered_by_mail_and_on_the_page(client: Client, soon: None) -> None:
    order, token = life.bought(), uuid4()
    for _press in range(2):
        assert press(client, order, "message", text="Milloin tämä tulee?", token=token).status_code == 302
    wrong = press(client, order, "message", text="", token=uuid4())
    assert wrong.status_code == 422
    by, answered = duty(), uuid4()
    for _press in range(2):
        messages.answer(by=by, at=life.LATER, order_id=order.id, text="Huomenna.", token=answered)
    assert sorted(OrderMessage.objects.values_list("side", "text")) == [
        ("in", "Milloin tämä tulee?"), ("out", "Huomenna."),
    ]  # fmt: skip
    assert OrderMessage.objects.get(side="in").handled_by == by.actor
    letter = Message.objects.get(key__contains=":answered.")
    assert "Huomenna." in letter.text
    assert "Huomenna." in client.get(path(order)).content.decode()
    with pytest.raises(Missing):
        messages.write(by=life.SYSTEM, at=life.LATER, order_id=life.placed().id, text="x", token=token)


def test_only_the_link_that_was_mailed_can_say_that_it_is_me(client: Client, soon: None) -> None:
    first = life.placed()
    waiting = life.placed()
    assert waiting.person_id is None
    shown = links.path(waiting.id, language="fi")
    client.post(shown, {"do": "link"})
    assert Order.objects.get(id=waiting.id).person_id is None
    assert press(client, waiting, "link").status_code == 302
    assert Order.objects.get(id=waiting.id).person_id == first.person_id


def test_unpaid_order_is_paid_from_its_page_by_the_same_payment(client: Client, soon: None) -> None:
    order = life.placed()
    Order.objects.filter(id=order.id).update(expires_at=life.LATER + timedelta(days=1))
    answer = press(client, order, "pay")
    assert answer.status_code == 302
    newest = Payment.objects.order_by("-created_at").first()
    assert newest is not None
    assert newest.reference in answer["Location"]
    assert newest.subject_key == f"order:{order.id}"


# --- Withdrawing ------------------------------------------------------------------------------------------------------


def withdraw(client: Client, order: Order, **told: Any) -> Any:  # noqa: ANN401
    url = reverse("shop:withdraw", args=[links.sign(order.id)])
    return client.post(url, {"token": uuid4(), "text": "", **told})


def test_withdrawal_from_the_page_is_acknowledged_at_once_with_its_words_and_time(client: Client, soon: None) -> None:
    order = life.bought()
    page = client.get(reverse("shop:withdraw", args=[links.sign(order.id)]))
    assert page.status_code == 200
    assert "checked" not in page.content.decode()
    assert withdraw(client, order, text="Ei sopinutkaan.").status_code == 302
    withdraw(client, order)
    row = Withdrawal.objects.get()
    assert (row.stated_at, row.state, row.order_id) == (life.LATER, WithdrawalState.STATED, order.id)
    assert (row.last_day_on.isoformat(), row.refund_due_on.isoformat()) == ("2026-12-09", "2026-12-10")  # type: ignore[union-attr]
    letter = Message.objects.get(key=f"withdrawal:{row.id}:stated")
    assert letter.address == order.email
    assert all(words in letter.text for words in (row.reference, "26.11.2026", "Ei sopinutkaan.", order.reference))


def test_withdrawal_that_is_accepted_returns_everything_once() -> None:
    order = life.bought()
    row = withdrawing.state(by=life.SYSTEM, at=life.LATER, order_id=order.id, token=uuid4())
    for _press in range(2):
        withdrawing.settle(by=duty("privacy"), at=life.LATER, withdrawal_id=row, to=WithdrawalState.ACCEPTED)
    order = life.forward(order, at=life.LATER)
    assert (order.state, order.refunded) == (OrderState.REFUNDED, order.paid)
    assert MoneyBack.objects.get().amount == order.gross
    note = Invoice.objects.get(kind=VoucherKind.CREDIT_NOTE)
    assert (note.credits_id, note.payable) == (order.invoice, order.gross)
    assert sorted(life.mails(order)) == ["confirmed", "refunded", "withdrawal"]
    assert life.history(order)[-3:] == ["WITHDRAWAL_SETTLED", "WITHDRAWN", "REFUNDED"]


def on_invoice(*wanted: tuple[UUID, int]) -> Order:
    return life.forward(life.placed(*wanted, pays_by=PaysBy.INVOICE))


def test_who_withdraws_from_a_part_keeps_the_rest() -> None:
    order = life.bought((life.guide(), 1), (life.guide(title="Vihko"), 1))
    first, second = order.lines.order_by("place")
    row = withdrawing.state(by=life.SYSTEM, at=life.LATER, order_id=order.id, token=uuid4(), lines=[second.id])
    withdrawing.settle(by=duty("privacy"), at=life.LATER, withdrawal_id=row, to=WithdrawalState.ACCEPTED)
    order = life.forward(order, at=life.LATER)

    assert (order.state, order.refunded) == (OrderState.PARTLY_REFUNDED, second.gross)
    assert refunding.left(order).lines == {first.id: first.gross, second.id: Decimal("0.00")}
    letter = Message.objects.get(key=f"order:{order.id}:withdrawal.{row}").text
    assert f"Peruutus koskee: {second.title}. Muu tilaus jatkuu." in letter


def test_what_nobody_paid_is_cancelled_or_credited_in_part() -> None:
    guide, book = life.guide(), life.guide(title="Vihko")
    whole, part = on_invoice((guide, 1)), on_invoice((guide, 1), (book, 1))
    line = part.lines.order_by("place")[1]
    for order, lines in ((whole, []), (part, [line.id])):
        row = withdrawing.state(by=life.SYSTEM, at=life.LATER, order_id=order.id, token=uuid4(), lines=lines)
        withdrawing.settle(by=duty("privacy"), at=life.LATER, withdrawal_id=row, to=WithdrawalState.ACCEPTED)
    whole, part = life.forward(whole, at=life.LATER), life.forward(part, at=life.LATER)

    assert (whole.state, part.state) == (OrderState.CANCELLED, OrderState.PLACED)
    notes = {note.credits_id: note.payable for note in Invoice.objects.filter(kind=VoucherKind.CREDIT_NOTE)}
    assert notes == {whole.invoice: whole.gross, part.invoice: line.gross}
    assert paying.look(f"invoice:{part.invoice}") is not None


def test_what_was_delivered_on_invoice_is_credited_when_withdrawn_from() -> None:
    order = on_invoice((life.guide(), 1))
    states.let_go(by=duty("privacy"), at=life.LATER, order_id=order.id)
    states.move(by=life.SYSTEM, at=life.LATER, order_id=order.id, to=OrderState.DELIVERED)
    row = withdrawing.state(by=life.SYSTEM, at=life.LATER, order_id=order.id, token=uuid4())
    withdrawing.settle(by=duty("privacy"), at=life.LATER, withdrawal_id=row, to=WithdrawalState.ACCEPTED)
    order = life.forward(order, at=life.LATER)

    assert order.state == OrderState.WITHDRAWN
    assert Invoice.objects.get(kind=VoucherKind.CREDIT_NOTE).payable == order.gross


def test_service_begun_on_request_is_paid_for_its_time_and_a_no_needs_words() -> None:
    order, by = life.bought(), duty("privacy")
    row = withdrawing.state(by=life.SYSTEM, at=life.LATER, order_id=order.id, token=uuid4())
    line = order.lines.get()
    for to in (WithdrawalState.PARTLY, WithdrawalState.DECLINED):
        with pytest.raises(Exception, match=r"cannot be empty|tyhjä"):
            withdrawing.settle(by=by, at=life.LATER, withdrawal_id=row, to=to, amounts={line.id: Decimal(40)})
    withdrawing.settle(
        by=by,
        at=life.LATER,
        withdrawal_id=row,
        to=WithdrawalState.PARTLY,
        amounts={line.id: Decimal("40.00")},
        answer="Palvelua on käytetty kolme päivää.",
    )
    order.refresh_from_db()
    assert (order.refunded, order.state) == (Decimal("40.00"), OrderState.PARTLY_REFUNDED)
    assert "Palvelua on käytetty" in Message.objects.get(key=f"order:{order.id}:withdrawal.{row}").text


def test_public_page_takes_every_withdrawal_in_the_same_way(client: Client, soon: None) -> None:
    order = life.bought()
    url = reverse("shop:withdrawal")

    clock_of = "seloste.shop.views.withdrawal.now"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock_of, lambda: life.LATER - timedelta(minutes=1))
        page = client.get(url)
        token = re.search(r'name="token" value="([^"]+)"', page.content.decode())
        assert token
    given = {"name": "Maija Mallikas", "email": order.email, "message": "", "website": "", "token": token[1]}
    known = client.post(url, {**given, "reference": order.reference.lower().replace("-", " ")})
    assert known.status_code == 200
    again = client.post(url, {**given, "reference": order.reference})
    row = Withdrawal.objects.get()
    assert row.order_id == order.id
    assert row.reference in known.content.decode()
    assert row.reference in again.content.decode()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock_of, lambda: life.LATER - timedelta(minutes=1))
        token = re.search(r'name="token" value="([^"]+)"', client.get(url).content.decode())
        assert token
    strange = client.post(
        url, {**given, "token": token[1], "reference": order.reference, "email": "joku.muu@example.com"}
    )
    assert strange.status_code == 200
    lost = Withdrawal.objects.get(order=None)
    assert Message.objects.get(key=f"withdrawal:{lost.id}:stated").address == "joku.muu@example.com"
    same = re.sub(r"P-\w{4}-\w{4}|[\w.]+@example\.com", "", strange.content.decode())
    assert same == re.sub(r"P-\w{4}-\w{4}|[\w.]+@example\.com", "", known.content.decode())
    assert Order.objects.get(id=order.id).state == order.state


# --- Money back -------------------------------------------------------------------------------------------------------


def test_never_more_goes_back_than_was_paid_and_each_key_once() -> None:
    order, by = life.bought((life.guide(), 2)), duty("privacy")
    line = order.lines.get()

    def back(amount: str | None, key: str) -> UUID:
        amounts = {line.id: Decimal(amount)} if amount else None
        return refunding.refund(by=by, at=life.LATER, order_id=order.id, key=key, why=Why.COMPLAINT, amounts=amounts)

    first = back("30.00", "a")
    assert back("30.00", "a") == first
    for too_much in ("68.01", "0.00", "-1.00"):
        with pytest.raises(refunding.TooMuch):
            back(too_much, f"no {too_much}")
    rest = back(None, "b")
    with pytest.raises(refunding.TooMuch):
        back(None, "c")
    order.refresh_from_db()
    assert (order.refunded, order.state) == (Decimal("98.00"), OrderState.REFUNDED)
    assert sorted(one.amount for one in Refund.objects.all()) == [Decimal(30), Decimal(68)]
    notes = Invoice.objects.filter(kind=VoucherKind.CREDIT_NOTE)
    assert sum(note.payable for note in notes) == Decimal("98.00")
    assert MoneyBack.objects.count() == 2
    assert rest != first


def test_refund_is_done_when_the_money_has_left() -> None:
    order = life.bought()
    refunding.refund(by=duty("privacy"), at=life.LATER, order_id=order.id, key="k", why=Why.GOODWILL)
    payment = Payment.objects.get(subject_key=f"order:{order.id}")
    payments.answer(payment, at=life.LATER, captured=4900, refunds={"r1": [4900, "done"]})
    row = Refund.objects.get()
    assert (row.state, row.done_at) == (RefundState.DONE, life.LATER)


def test_duty_without_the_purpose_returns_nothing() -> None:
    order = life.bought()
    for deed in (
        lambda by: refunding.refund(by=by, at=AT, order_id=order.id, key="k", why=Why.GOODWILL),
        lambda by: delivering.deliver(by=by, at=AT, order_id=order.id),
        lambda by: messages.answer(by=by, at=AT, order_id=order.id, text="x", token=uuid4()),
    ):
        with pytest.raises((Missing, NotAllowed)):
            deed(duty("marketing"))
    assert not Refund.objects.exists()


def test_customer_is_spoken_to_and_not_about() -> None:
    with override("en"):
        told = [str(one.told) for kind in (Why, Happened, Side, WithdrawalState) for one in kind]
    assert [words for words in told if "customer" in words.lower()] == []
