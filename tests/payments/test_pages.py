"""The payer's pages: in her language, without cookie and script, and without a field for a card (P55)."""

import re
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.test import Client
from tests.payments import make

from seloste.kernel.clock import now
from seloste.payments import actions, http
from seloste.payments.actions import following
from seloste.payments.choices import Way
from seloste.payments.models import Payment, PaymentEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("providers")]

STATES = ("open", "invoice", "paid", "failed", "refunded", "odd", "twice", "waiting", "leaving", "expired")


@pytest.fixture(autouse=True)
def order(monkeypatch: pytest.MonkeyPatch) -> dict[str, actions.Standing]:
    """Things that are paid for, by their keys."""
    known: dict[str, actions.Standing] = {}
    default = actions.Standing(reference="T-7K3M-9QXD", email="maija@example.com")
    matter = actions.Matter(look=lambda key: known.get(key, default))
    monkeypatch.setitem(following.matters, "thing", matter)
    return known


class Seen(HTMLParser):
    """What stands in a page: elements with what they load, and the names of fields."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))


def address(what: str) -> str:
    """Make a payment in a state; return the address of its page."""
    at = now()
    one = make.payment(Way.INVOICE if what == "invoice" else Way.PAYTRAIL, at=at, key="thing:1")
    if what in {"paid", "refunded", "twice"}:
        make.paid(one, at=at)
    if what == "refunded":
        make.answer(one, refunds={"r": [4990, "done"]})
    if what == "failed":
        make.answer(one, ended="failed")
    if what == "odd":
        make.answer(one, captured=1)
    if what == "twice":
        second = Payment(**{**Payment.objects.values().get(), "id": "01a2065b-9cc1-7000-8000-000000000001"})
        second.reference, second.paid_at, second.state, second.paid_amount = "f" * 32, None, "open", Decimal(0)
        second.save(force_insert=True)
        one = make.paid(second, at=at + timedelta(minutes=1))
    if what == "expired":
        Payment.objects.filter(id=one.id).update(expected_at=at - timedelta(days=1))
    if what in {"waiting", "leaving"}:
        Payment.objects.filter(id=one.id).update(provider_id="tx", pay_url="https://pay.example.com/tx", asked_at=at)
    tail = {"waiting": "?odota=1", "leaving": "siirto/"}.get(what, "")
    return f"/maksu/{one.reference}/{tail}"


def held() -> tuple[list[object], int]:
    return list(Payment.objects.order_by("id").values_list()), PaymentEvent.objects.count()


@pytest.mark.parametrize("what", STATES)
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_stands_without_cookie_script_frame_or_card(what: str, language: str) -> None:
    client = Client()
    where = address(what)
    before = held()
    said = client.get(where if language == "fi" else f"/{language}{where}")
    assert (said.status_code, dict(client.cookies)) == (200, {})
    assert said["Referrer-Policy"] == "same-origin"
    assert "noindex" in said["X-Robots-Tag"]
    assert "no-store" in said["Cache-Control"]
    policy = said["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert not re.search(r"https?:|frame-src|unsafe", policy)
    html = said.content.decode()
    assert f'<html lang="{language}"' in html
    elements = Seen(html).elements
    assert not {tag for tag, _ in elements} & {"iframe", "frame", "object", "embed"}
    loaded = [each for _, values in elements for name, each in values.items() if name in {"src", "action"}]
    assert all(one.startswith("/") or not one for one in loaded)
    fields = {values.get("name", "") for tag, values in elements if tag in {"input", "select", "textarea"}}
    assert not [name for name in fields if re.search(r"card|kortti|pan|cvc|cvv|number|exp", name)]
    assert not re.search(r'autocomplete="cc-', html)
    assert (list(before[0]), before[1]) == (
        list(Payment.objects.order_by("id").values_list()),
        PaymentEvent.objects.count(),
    )


def test_what_can_be_done_follows_from_the_state(order: dict[str, actions.Standing]) -> None:
    client = Client()

    def ways(what: str) -> int:
        Payment.objects.all().delete()
        return client.get(address(what)).content.decode().count('name="tapa"')

    assert {what: ways(what) for what in ("open", "invoice", "failed", "expired")} == dict.fromkeys(
        ("open", "invoice", "failed", "expired"), 2
    )
    assert {what: ways(what) for what in ("paid", "refunded", "odd", "waiting")} == dict.fromkeys(
        ("paid", "refunded", "odd", "waiting"), 0
    )
    order["thing:1"] = actions.Standing(reference="T-1", is_wanted=False)
    assert ways("open") == 0


def test_the_page_leaves_by_a_refresh_and_a_link_and_never_by_a_forms_redirect() -> None:
    html = Client().get(address("leaving")).content.decode()
    assert '<meta http-equiv="refresh" content="0;url=https://pay.example.com/tx">' in html
    assert 'href="https://pay.example.com/tx"' in html


def test_who_guesses_or_comes_from_elsewhere_gets_nothing() -> None:
    client = Client()
    one = make.payment(at=now())
    for tail in ("", "siirto/", "paluu/", "keskeytys/", "uudelleen/", "tapa/", "linkki/"):
        assert client.get(f"/maksu/{'0' * 32}/{tail}").status_code == 404
        assert client.post(f"/maksu/{'0' * 32}/{tail}").status_code == 404
    said = client.post(
        f"/maksu/{one.reference}/uudelleen/", {"tapa": "stripe"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert (said.status_code, Payment.objects.count()) == (403, 1)
    for way in ("", "invoice", "x", "paytrail\x00"):
        said = client.post(f"/maksu/{one.reference}/uudelleen/", {"tapa": way})
        assert (said.status_code, Payment.objects.count()) == (409, 1)
    assert client.get(f"/maksu/{one.reference}/uudelleen/").status_code == 302


@pytest.mark.parametrize("what", STATES)
def test_address_that_a_provider_knows_leads_to_nothing_of_the_payers(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setitem(following.senders, "thing", lambda key, _at: sent.append(key))
    where = address(what)
    html = Client().get(where).content.decode()
    assert not re.search(r"/tilaus/|maija@|Mallikas", html)
    link = where.partition("?")[0].removesuffix("siirto/") + "linkki/"
    assert Client().get(link).status_code == 302
    assert sent == []  # looking sends nothing
    assert Client().post(link, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    said = Client().post(link)
    assert (said.status_code, said["Location"], sent) == (302, link.removesuffix("linkki/") + "?linkki=1", ["thing:1"])


def test_browser_that_may_see_it_is_led_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(following.senders, "thing", lambda _key, _at: None)
    monkeypatch.setitem(http.paths, "thing", lambda request, key: f"/tilaus/{key}" if request.COOKIES else "")
    where, client = address("paid"), Client()
    assert "linkki/" in client.get(where).content.decode()
    client.cookies["cart"] = "x"
    html = client.get(where).content.decode()
    assert ('href="/tilaus/thing:1"' in html, "linkki/" in html) == (True, False)


def test_strange_counts_in_the_address_do_nothing() -> None:
    where = address("waiting").partition("?")[0]
    for query in ("?odota=-1", "?odota=x", "?odota=99999999", "?odota=²"):
        assert Client().get(where + query).status_code == 200
    assert "http-equiv" not in Client().get(where + "?odota=24").content.decode()
