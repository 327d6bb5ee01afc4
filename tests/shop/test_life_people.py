"""Whose an order is, and the rights of whoever it is about: found, shown, corrected, restricted, erased (S9, S6)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from tests import make as everybody
from tests.make import AT, duty, person, version_id
from tests.shop import life_make as life
from tests.shop import make

from seloste.access.queries import contents
from seloste.consents.actions.acknowledgements import acknowledge
from seloste.consents.models.acknowledgements import Acknowledgement
from seloste.erasure import actions as erasure
from seloste.erasure.choices import Cause
from seloste.erasure.jobs import finish
from seloste.erasure.sweep import sweep
from seloste.invoices.models import Invoice
from seloste.kernel.duty import system, visitor
from seloste.kernel.refusals import Missing
from seloste.mail.models import Message
from seloste.register import actions as register
from seloste.register.models import ContactPoint, Ground, Name, NoticeDelivery, Organisation, Person, Position
from seloste.register.queries import whose
from seloste.register.queries.withheld import Withheld
from seloste.shop import kept, links
from seloste.shop.actions import linking, messages, states, withdrawing
from seloste.shop.actions.history import TooLate
from seloste.shop.choices import Linked, OrderState, PaysBy, Why
from seloste.shop.models import Order, OrderEvent, OrderMessage, Withdrawal
from seloste.shop.queries import people
from seloste.shop.retention import STORES
from seloste.shop.rules import course

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published() -> None:
    version_id()


def known(email: str = "maija@example.com") -> UUID:
    """Return somebody in the register who is reached at the address."""
    person_id = person("Maija", "Mallikas")
    register.add_contact_point(
        by=duty(), at=AT, person_id=person_id, origin=everybody.origin(), kind="email", value=email
    )
    return person_id


# --- Whose it is ------------------------------------------------------------------------------------------------------


def test_buyer_whom_nobody_knew_is_entered_with_what_she_gave_and_was_told_of_it() -> None:
    order = life.placed(orderer=life.by("uusi@example.com", phone="+358401234567"))
    person_id = order.person_id
    assert person_id is not None
    assert order.linked_how == Linked.NEW
    name = Name.objects.get(person_id=person_id)
    assert (name.given_name, name.family_name, name.source, name.source_detail) == (
        "Maija", "Mallikas", "order", order.reference,
    )  # fmt: skip
    assert set(ContactPoint.objects.filter(person_id=person_id).values_list("value", flat=True)) == {
        "uusi@example.com", "+358401234567",
    }  # fmt: skip
    ground = Ground.objects.get(person_id=person_id)
    assert (ground.purpose, ground.basis) == ("order", "contract")
    told = NoticeDelivery.objects.get(person_id=person_id)
    assert (told.article, told.delivered_at) == (13, order.placed_at)


def test_order_from_a_known_address_waits_and_changes_nobody() -> None:
    person_id = known()
    items = ContactPoint.objects.count(), Name.objects.count(), Ground.objects.count()
    order = life.bought(orderer=replace(make.MAIJA, family_name="Toinen", phone="+358409999999"))
    assert (order.person_id, order.linked_how) == (None, "")
    assert order.state != OrderState.PLACED  # it goes on meanwhile
    assert (ContactPoint.objects.count(), Name.objects.count(), Ground.objects.count()) == items
    assert Person.objects.get().id == person_id
    assert Acknowledgement.objects.get(about=order.reference).subject is None
    second = life.placed(orderer=life.by("toinen@example.com"))
    third = life.placed(orderer=life.by("TOINEN@example.com".lower()))
    assert (second.linked_how, third.linked_how) == (Linked.NEW, "")  # a returning address is never merged silently


def test_order_is_linked_by_whoever_reads_mail_at_the_address_and_by_no_one_else() -> None:
    person_id = known()
    order = life.placed()
    shown, mailed = links.sign(order.id), links.sign(order.id, mailed=True)
    assert shown != mailed
    assert people.provable(order.email) == person_id
    linking.by_link(by=visitor("order"), at=life.SOON, order_id=order.id)
    order.refresh_from_db()
    assert (order.person_id, order.linked_how) == (person_id, Linked.LINK)
    with pytest.raises(TooLate):
        linking.by_link(by=visitor("order"), at=life.SOON, order_id=order.id)

    other = life.placed(orderer=life.by("info@example.com"))
    assert other.linked_how == Linked.NEW
    common = life.placed(orderer=life.by("info@example.com"))  # a mailbox that many read proves nobody
    with pytest.raises(TooLate):
        linking.by_link(by=visitor("order"), at=life.SOON, order_id=common.id)


def test_order_from_ones_own_open_page_is_ones_own() -> None:
    person_id = known("toinen@example.com")
    order = life.placed(session_person_id=person_id)
    assert (order.person_id, order.linked_how) == (person_id, Linked.SESSION)


def test_employee_links_a_waiting_order_or_enters_somebody_new() -> None:
    person_id, by = known(), duty()
    one, two = life.placed(), life.placed()
    linking.same_person(by=by, at=life.LATER, order_id=one.id, person_id=person_id)
    new = linking.new_person(by=by, at=life.LATER, order_id=two.id, family_name="Namesake", given_name="Maija")
    assert Order.objects.get(id=one.id).person_id == person_id
    assert Order.objects.get(id=two.id).person_id == new != person_id
    assert Name.objects.get(person_id=new).family_name == "Namesake"
    with pytest.raises(Missing):
        linking.same_person(by=duty("marketing"), at=life.LATER, order_id=life.placed().id, person_id=person_id)


def test_company_is_found_by_its_exact_business_id_and_the_buyer_has_a_place_in_it() -> None:
    first = life.placed(orderer=make.FIRM, pays_by=PaysBy.INVOICE)
    again = life.placed(
        orderer=replace(make.FIRM, email="toinen@example.com", company="Malli Oy Ab"), pays_by=PaysBy.INVOICE
    )
    assert first.organisation_id == again.organisation_id == Organisation.objects.get().id
    assert Position.objects.count() == 2
    assert set(Ground.objects.values_list("purpose", "basis")) == {("order", "legitimate_interest")}


# --- Access, correction, restriction ----------------------------------------------------------------------------------


def found(person_id: UUID) -> dict[str, int]:
    hers = whose([person_id])
    return {store.key: len(store.records(hers)) for store in kept.STORES}


def test_everything_about_orders_is_shown_and_waiting_ones_by_an_address_that_is_hers_alone() -> None:
    order = life.bought(orderer=life.by("uusi@example.com"))
    assert order.person_id is not None
    waiting = life.placed(orderer=life.by("uusi@example.com", wishes="Soita ennen tuloa"))
    messages.write(by=visitor("order"), at=life.LATER, order_id=order.id, text="Missä lasku?", token=waiting.token)
    hers = found(order.person_id)
    assert (hers["shop.orders"], hers["shop.lines"], hers["shop.messages"], hers["shop.acceptances"]) == (2, 2, 1, 2)
    assert hers["shop.events"] >= 8

    whole = contents(by=_herself(), at=life.LATER, person_id=order.person_id, language="fi")
    said = " ".join(
        str(one.shown) for category in whole.categories for entry in category.entries for one in entry.values
    )
    assert order.reference in said
    assert waiting.reference in said
    assert all(words in said for words in ("Tilattu kaupasta", "49,00\N{NO-BREAK SPACE}€", "Suomi", "25,5"))
    assert not [raw for raw in (" checkout ", " 49.00 ", " 1.000 ", " 25.50 ") if raw in said]
    known("uusi@example.com")  # a second person has the address: what waits under it is nobody's to be shown
    assert found(order.person_id)["shop.orders"] == 1


def _herself() -> Any:  # noqa: ANN401
    from seloste.mydata.queries.entrance import herself

    return herself()


def test_correction_follows_into_what_is_open_and_leaves_what_was_agreed() -> None:
    done = life.bought(orderer=life.by("vanha@example.com"))
    person_id = done.person_id
    assert person_id is not None
    states.move(by=life.SYSTEM, at=life.LATER, order_id=done.id, to=OrderState.DELIVERED)
    open_one = life.placed(session_person_id=person_id, orderer=life.by("vanha@example.com"))
    by, name = duty(), Name.objects.get(person_id=person_id)
    point = ContactPoint.objects.get(person_id=person_id, kind="email")
    told: dict[str, Any] = {"by": by, "at": life.LATER, "origin": everybody.origin(), "person_id": person_id}
    register.correct(**told, kind="contact", item_id=point.id, values={"value": "uusi@example.com"})
    register.correct(**told, kind="name", item_id=name.id, values={"family_name": "Uusinimi", "given_name": "Maija"})
    open_one.refresh_from_db()
    done.refresh_from_db()
    assert (open_one.email, open_one.family_name) == ("uusi@example.com", "Uusinimi")
    assert (done.email, done.family_name) == ("uusi@example.com", "Mallikas")
    assert "CHANGED" in life.history(open_one)


def test_nothing_goes_by_itself_while_the_use_of_her_data_is_restricted() -> None:
    order = life.placed(orderer=life.by("uusi@example.com"))
    assert order.person_id is not None
    register.restrict(by=duty("privacy"), at=AT, person_id=order.person_id, reason="accuracy", source="email")
    order = life.pay(order)
    assert (order.state, order.confirmed_at, order.invoice) == (OrderState.PAID, None, None)
    with pytest.raises((Withheld, Missing)):
        states.cancel(by=duty(), at=AT, order_id=order.id, why=Why.BY_STAFF)
    assert life.mails(order) == []


# --- Erasure ----------------------------------------------------------------------------------------------------------


def erase(person_id: UUID, *, at: Any = life.LATER) -> None:  # noqa: ANN401
    erasure.erase(by=system("rights"), at=at, person_id=person_id, cause=Cause.REQUEST)


@pytest.mark.django_db(transaction=True)
def test_bought_paid_erased_the_order_goes_and_the_invoice_stays_as_it_was() -> None:
    """The whole way (I50, I55, I56): nothing of her is left but what bookkeeping must keep, bit by bit."""
    version_id()
    words = {"wishes": "Zqkanariatoive", "street": "Zqkanariakatu 7", "family_name": "Zqkanarianimi"}
    with life.fulfilling(lambda *_told: None):
        order = life.bought(orderer=life.by("zqkanaria@example.com", **words))
    person_id = order.person_id
    assert person_id is not None
    messages.write(by=visitor("order"), at=life.LATER, order_id=order.id, text="Zqkanariaviesti", token=order.token)
    messages.answer(by=duty(), at=life.LATER, order_id=order.id, text="Zqkanariavastaus", token=person_id)
    withdrawing.state(by=visitor("order"), at=life.LATER, order_id=order.id, token=order.id, text="Zqkanariaperuutus")
    withdrawing.take_back(by=visitor("order"), at=life.LATER, order_id=order.id)
    before = Invoice.objects.values().get()

    erase(person_id)

    assert not any(model.objects.exists() for model in (Order, OrderMessage, Withdrawal, OrderEvent, Message))
    assert Invoice.objects.values().get() == before
    assert Person.objects.get(id=person_id).blocked_at is not None
    left = sweep([*words.values(), "zqkanaria@example.com", "Zqkanariaviesti", "Zqkanariavastaus", "Zqkanariaperuutus"])
    assert {place.partition("_")[0] for place in left} == {"invoices"}, sorted(left)
    assert not {"Zqkanariatoive", "Zqkanariaviesti"} & {value for values in left.values() for value in values}


@pytest.mark.django_db(transaction=True)
def test_open_order_stays_with_its_reason_and_the_done_one_goes() -> None:
    version_id()
    done = life.placed(orderer=life.by("uusi@example.com"))
    assert done.person_id is not None
    states.cancel(by=life.SYSTEM, at=life.SOON, order_id=done.id, why=Why.BY_CUSTOMER)
    open_one = life.placed(session_person_id=done.person_id, orderer=life.by("uusi@example.com"))
    erase(done.person_id)
    assert list(Order.objects.values_list("id", flat=True)) == [open_one.id]
    assert ContactPoint.objects.filter(person_id=done.person_id, kind="email").exists()  # needed to deliver
    assert Person.objects.get(id=done.person_id).blocked_at is None  # staff must be able to see to it

    ended = life.LATER + timedelta(hours=1)
    states.cancel(by=life.SYSTEM, at=ended, order_id=open_one.id, why=Why.BY_CUSTOMER)
    life.forward(open_one, at=ended)
    assert Message.objects.filter(key__contains=":cancelled").count() == 1  # she is told before the rest goes
    finish(ended + timedelta(hours=1))
    assert Order.objects.exists()
    finish(ended + course.ERASED_AFTER)
    assert not Order.objects.exists()
    assert not Person.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_waiting_order_goes_with_the_address_that_leads_to_her_alone() -> None:
    version_id()
    person_id = known()
    waiting = life.placed()
    acknowledge(by=visitor("order"), at=AT, person_id=person_id, kind="order", language="fi", form="order", about="T-1")
    states.cancel(by=life.SYSTEM, at=life.SOON, order_id=waiting.id, why=Why.BY_CUSTOMER)
    erase(person_id)
    assert not Order.objects.exists()
    assert not OrderEvent.objects.exists()
    assert [row.subject for row in Acknowledgement.objects.all()] == [person_id]  # her own stays as proof


def test_orders_go_two_years_after_their_last_delivery_whoever_they_belong_to() -> None:
    known()
    waiting = life.placed()
    states.cancel(by=life.SYSTEM, at=life.SOON, order_id=waiting.id, why=Why.UNPAID)
    open_one = life.placed(orderer=life.by("uusi@example.com"))
    store = STORES[0]
    end = life.SOON + timedelta(days=731)
    assert sum(one.count for one in store.due(end.date())) == 1
    assert store.clear(system("order"), end - timedelta(days=2), 100) == 0
    assert store.clear(system("order"), end + timedelta(days=1), 100) == 1
    assert list(Order.objects.values_list("id", flat=True)) == [open_one.id]
    assert not OrderEvent.objects.filter(order=waiting.id).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shop_contractacceptance")
        assert cursor.fetchone() == (1,)
