"""The page of a payment lies at an address that the payment service knows: nobody comes from it to the order (P49)."""

import re
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client
from tests.make import version_id
from tests.payments import make as payments
from tests.shop.test_checkout import go, guide, order, put, text_of

from seloste.kernel.clock import now
from seloste.mail.models import Message
from seloste.payments.choices import Way
from seloste.payments.models import Payment
from seloste.shop import links
from seloste.shop.models import Order, Quote
from seloste.shop.rules.links import Kind

pytestmark = pytest.mark.django_db
LETTERS = re.compile(r"/tilaus/([\w-]+)/")


@pytest.fixture(autouse=True)
def published(monkeypatch: pytest.MonkeyPatch) -> None:
    version_id(now())
    monkeypatch.setattr("seloste.shop.views.checkout.open_ways", lambda: [Way.PAYTRAIL, Way.INVOICE])


def ordered() -> tuple[Client, Order, str]:
    """Order as a guest and leave for the provider; return the browser, the order and the page of its payment."""
    client = Client()
    put(client, guide())
    said = order(client, go(client), pays_by="paytrail")
    placed = Order.objects.latest("placed_at")
    page = f"/maksu/{payment_of(placed).reference}/"
    assert said["Location"] == f"{page}siirto/"
    return client, placed, page


def payment_of(placed: Order) -> Payment:
    return Payment.objects.get(subject_key=f"order:{placed.id}")


def led_to(client: Client, page: str) -> list[str]:
    """Return the orders to which what the browser gets at the page and behind it leads."""
    said = "".join(text_of(client.get(page + tail, follow=True)) for tail in ("", "siirto/", "paluu/", "keskeytys/"))
    return [str(links.read(letters)) for letters in sorted(set(LETTERS.findall(said)))]


def links_sent() -> list[Message]:
    return list(Message.objects.filter(key__contains=":link.").order_by("queued_at"))


@pytest.mark.parametrize("state", ["open", "paid"])
def test_only_the_browser_that_ordered_is_led_to_the_order(state: str) -> None:
    client, placed, page = ordered()
    other, _hers, _page = ordered()
    if state == "paid":  # told by the provider before the payer is back
        payments.paid(payment_of(placed), at=now())
    assert led_to(client, page) == [str(placed.id)]
    assert led_to(Client(), page) == []  # the provider, or the bank's app that opens another browser
    assert led_to(other, page) == []  # somebody else's cart is no proof
    made_up = Client()
    made_up.cookies["cart"] = "made-up"
    assert led_to(made_up, page) == []
    assert placed.reference in text_of(Client().get(page))  # the number it was told anyway
    shown = text_of(Client().get(page))
    assert not [one for one in (placed.email, placed.street, placed.family_name) if one in shown]
    letters = LETTERS.findall(text_of(client.get(page)))[0]
    opened = links.opened(letters)
    assert opened is not None
    assert opened.kind == Kind.SHOWN  # it proves nothing about the mailbox


def test_the_browser_is_known_for_a_day_and_while_its_cart_is_kept() -> None:
    client, placed, page = ordered()
    Order.objects.filter(id=placed.id).update(placed_at=now() - timedelta(hours=25))
    assert led_to(client, page) == []
    Order.objects.filter(id=placed.id).update(placed_at=now())
    assert led_to(client, page) == [str(placed.id)]
    Quote.objects.all().delete()
    assert led_to(client, page) == []


def test_link_goes_to_the_orders_own_address_and_the_answer_is_always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    _client, placed, page = ordered()
    moments = (now().replace(minute=0) + timedelta(seconds=second) for second in count())
    monkeypatch.setattr("seloste.payments.views.public.now", lambda: next(moments))  # all within one hour

    def ask(**told: Any) -> tuple[int, str, str]:  # noqa: ANN401 -- what a cheat sends along
        stranger = Client()
        said = stranger.post(f"{page}linkki/", told)
        return said.status_code, said["Location"], text_of(stranger.get(said["Location"]))

    answers = {ask(email="varas@example.com", address="varas@example.com", to="varas@example.com")}
    assert [(one.address, one.person) for one in links_sent()] == [(placed.email, placed.person_id)]
    letters = LETTERS.findall(links_sent()[0].text)[0]
    opened = links.opened(letters)
    assert opened is not None
    assert (opened.kind, links.read(letters)) == (Kind.MAILED, placed.id)
    answers |= {ask() for _time in range(6)}
    assert len(links_sent()) == 2  # no more within an hour, whoever asks
    assert len(answers) == 1
    assert not LETTERS.search(next(iter(answers))[2])


def test_unknown_payment_sends_nothing() -> None:
    ordered()
    assert Client().post(f"/maksu/{'0' * 32}/linkki/").status_code == 404
    assert links_sent() == []


def test_who_has_paid_comes_straight_to_her_order_and_is_thanked() -> None:
    client, placed, page = ordered()
    before = client.get(f"{page}paluu/", follow=True)
    payments.paid(payment_of(placed), at=now())
    after = client.get(f"{page}paluu/", follow=True)
    elsewhere = Client().get(f"{page}paluu/", follow=True)

    assert before.redirect_chain[-1][0].startswith(page)
    assert LETTERS.search(after.redirect_chain[-1][0])
    assert "Kiitos. Maksu on saapunut, ja vahvistus lähtee sähköpostiisi." in text_of(after)
    assert elsewhere.redirect_chain[-1][0].startswith(page)


def test_nobody_is_thanked_for_what_is_not_paid() -> None:
    _client, placed, _page = ordered()

    assert "Maksu on saapunut" not in text_of(Client().get(links.path(placed.id, language="fi") + "?tehty=pay"))
