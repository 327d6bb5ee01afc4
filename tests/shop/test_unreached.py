"""A confirmation that came back: seen at the desk and by the buyer, its address put right, sent again."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _
from tests.desk import make as desk
from tests.make import AT, duty, version_id
from tests.shop import life_make as life

from seloste.kernel.refusals import Missing, Refusal
from seloste.mail.choices import MessageState
from seloste.mail.models import Message
from seloste.register.models import ContactPoint, Correction, PostalAddress
from seloste.shop import fulfil, links
from seloste.shop.actions import correcting, delivering
from seloste.shop.actions.correcting import Corrected
from seloste.shop.models import Order
from seloste.shop.queries.unreached import unreached

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published() -> None:
    version_id()


def bounced(**rest: Any) -> Order:  # noqa: ANN401
    """Return an order that waits for its delivery and whose confirmation came back."""
    with life.fulfilling(lambda *_told: fulfil.LATER):
        order = life.bought((life.guide(), 1), orderer=life.by("ei-ole@example.com", **rest))
    Message.objects.filter(key=f"order:{order.id}:confirmed").update(
        state=MessageState.FAILED, why="refused", ended_at=life.SOON, next_try_at=None, body_until=AT.date()
    )
    return order


def waits(browser: Client) -> list[str]:
    page: Any = browser.get(reverse("sales:orders"), {"odottaa": "vahvistus"})
    return [line["cells"][0]["text"] for line in page.context["lines"]]


def test_what_came_back_is_something_to_do_until_it_was_sent_to_the_right_address(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seloste.sales.views.order.now", lambda: life.LATER)
    order, other, browser = bounced(), life.bought(orderer=life.by("toinen@example.com")), desk.client()
    hers = client.get(links.path(order.id, language="fi", mailed=True)).content.decode()

    assert (unreached(), waits(browser)) == ({order.id}, [order.reference])
    home: Any = browser.get(reverse("desk:home"))
    assert [card["count"] for card in home.context["cards"] if card["url"].endswith("=vahvistus")] == [1]
    assert (
        _("The confirmation did not arrive.") in browser.get(reverse("sales:order", args=[order.id])).content.decode()
    )
    assert _("The confirmation was sent, but it did not arrive") in hers
    assert _("Our confirmation did not reach your e-mail address.") in hers
    its = client.get(links.path(other.id, language="fi", mailed=True)).content.decode()
    assert _("Our confirmation did not reach your e-mail address.") not in its

    place = reverse("sales:deed", args=[order.id, "korjaa"])
    form = browser.get(place).context["form"]
    given = {name: form[name].value() or "" for name in form.fields if name not in {"token", "again"}}
    told = {**given, "token": str(uuid4()), "source": "phone", "again": "on"}
    assert browser.post(place, told | {"email": "maija"}).status_code == 422
    assert browser.post(place, told | {"email": "on@example.com", "street": "Uusikatu 2"}).status_code == 302

    order.refresh_from_db()
    assert (order.email, order.street) == ("on@example.com", "Uusikatu 2")
    assert (unreached(), waits(browser)) == (set(), [])
    again = Message.objects.filter(key__startswith=f"order:{order.id}:confirmed.").get()
    assert again.address == "on@example.com"
    point = ContactPoint.objects.get(person=order.person, kind="email")
    assert (point.value, point.source) == ("on@example.com", "phone")
    assert PostalAddress.objects.get(person=order.person).street == "Uusikatu 2"
    assert Correction.objects.filter(person=order.person).count() == 2, "what there was is kept, sealed"
    assert "CHANGED" in life.history(order)


def test_delivery_goes_elsewhere_without_the_register_and_a_waiting_order_is_nobodys_by_an_old_link() -> None:
    life.bought(orderer=life.by("ei-ole@example.com"))  # somebody is known at the address: the next order waits
    order = bounced()
    assert order.person_id is None
    place = {"street": "Mökkitie 3", "postal_code": "90100", "city": "Oulu"}
    told = Corrected(source="phone", email="ei-ole2@example.com", delivery=place)
    assert correcting.correct(by=duty(), at=life.LATER, order_id=order.id, told=told)
    assert not correcting.correct(by=duty(), at=life.LATER, order_id=order.id, told=told)
    order.refresh_from_db()
    assert (order.delivery_street, order.delivery_country, order.email) == ("Mökkitie 3", "FI", "ei-ole2@example.com")
    assert not Correction.objects.exists()
    with pytest.raises(Refusal):
        correcting.correct(
            by=duty(), at=life.LATER, order_id=order.id,
            told=Corrected(source="phone", delivery={**place, "postal_code": "1"}),
        )  # fmt: skip
    with pytest.raises(Missing):
        correcting.correct(by=duty("marketing"), at=life.LATER, order_id=order.id, told=told)


def test_buyer_has_the_confirmation_sent_again_and_not_without_end(client: Client) -> None:
    order = life.bought()
    page = links.path(order.id, language="fi", mailed=True)
    sent = [client.post(page, {"do": "confirmation"}).status_code for _n in range(3)]
    assert sent == [302, 302, 429]
    assert Message.objects.filter(key__startswith=f"order:{order.id}:confirmed.", address=order.email).count() == 2


def test_addresses_of_what_is_done_stay_as_they_were_agreed() -> None:
    order, later = life.bought(), AT + timedelta(days=3)
    delivering.deliver(by=duty(), at=life.LATER, order_id=order.id)
    place = {"street": "Uusikatu 2", "postal_code": "00100", "city": "Helsinki"}
    with pytest.raises(Refusal):
        correcting.correct(by=duty(), at=later, order_id=order.id, told=Corrected(source="phone", place=place))
    told = Corrected(source="phone", email="on@example.com")
    assert correcting.correct(by=duty(), at=later, order_id=order.id, told=told)
