"""The customer's pages: what is seen first, what a press does, and what somebody else's link opens."""

import re
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.test import Client
from tests.make import duty
from tests.services import make

from seloste.catalogue import actions as sold
from seloste.kernel.clock import now
from seloste.services.choices import State
from seloste.services.models import Deliverable, DownloadLink, Subscription, SubscriptionChange
from seloste.services.queries import links
from seloste.services.rules.links import Kind
from seloste.shop import links as orders
from seloste.shop.choices import OrderSource
from seloste.shop.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def plans() -> list[UUID]:
    return make.plans("30.00", "60.00", "10.00", at=now())


def begun(variant: UUID) -> tuple[Subscription, str]:
    row = make.of(make.paid([(variant, 1)], at=now()))
    return row, f"/tilauspalvelu/{links.letters_of(Kind.SUBSCRIPTION, row.id)}/"


def get(path: str, **query: str) -> str:
    response = Client().get(path, query)
    assert response.status_code == 200, response.content.decode()[:400]
    return str(response.content.decode())


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_the_price_is_seen_before_and_the_same_is_billed(plans: list[UUID]) -> None:
    low, high, _least = plans
    row, path = begun(low)
    seen = get(f"{path}muuta/", variant=str(high), quantity="1")
    assert "30,00" in seen
    assert SubscriptionChange.objects.count() == 1
    sent = {name: hidden(seen, name) for name in ("token", "variant", "quantity", "shown")}
    for _twice in range(2):
        response = Client().post(f"{path}muuta/", sent)
        assert response.status_code == 302
    row.refresh_from_db()
    assert row.variant == high
    bill = Order.objects.get(source=OrderSource.CHANGE)
    assert bill.gross == Decimal(sent["shown"]) == Decimal("30.00")


def test_a_price_from_the_browser_sets_nothing(plans: list[UUID]) -> None:
    low, high, _least = plans
    row, path = begun(low)
    sent = {"token": str(uuid4()), "variant": str(high), "quantity": "1", "shown": "0.01"}
    response = Client().post(f"{path}muuta/", sent)
    assert response.status_code == 409
    row.refresh_from_db()
    assert row.variant == low


@pytest.mark.parametrize("quantity", ["0", "-1", "1000", "1.5", "yksi", "9" * 40, ""])
def test_a_number_that_cannot_be_is_told_at_its_field(plans: list[UUID], quantity: str) -> None:
    _row, path = begun(plans[0])
    response = Client().get(f"{path}muuta/", {"variant": str(plans[1]), "quantity": quantity})
    assert response.status_code == 422
    sent = {"token": str(uuid4()), "variant": str(plans[1]), "quantity": quantity, "shown": "30.00"}
    assert Client().post(f"{path}muuta/", sent).status_code == 422
    assert Subscription.objects.get().quantity == 1


def test_cancelling_takes_two_presses_and_can_be_taken_back(plans: list[UUID]) -> None:
    row, path = begun(plans[0])
    page = get(f"{path}irtisano/")
    assert ("voit myös peruuttaa sopimuksen" in page) is ("/peruuta/" in page.split("<footer", 1)[0]) is True
    token = hidden(page, "token")
    row.refresh_from_db()
    assert row.state == State.ACTIVE
    assert Client().post(f"{path}irtisano/", {"token": token}).status_code == 302
    row.refresh_from_db()
    assert row.state == State.CANCELLED
    assert Client().post(path, {"do": "keep", "token": str(uuid4())}).status_code == 302
    row.refresh_from_db()
    assert row.state == State.ACTIVE
    # the button of an old page, pressed again: the same token does nothing more
    assert Client().post(f"{path}irtisano/", {"token": token}).status_code == 302
    row.refresh_from_db()
    assert row.state == State.ACTIVE


def test_a_pause_needs_a_day_that_can_be(plans: list[UUID]) -> None:
    row, path = begun(plans[0])
    token = hidden(get(f"{path}tauko/"), "token")
    for day in ("", "eilen", "2020-01-01", "2999-01-01"):
        assert Client().post(f"{path}tauko/", {"token": token, "resumes_on": day}).status_code in {409, 422}
    month_on = date.fromordinal(now().date().toordinal() + 40)
    assert Client().post(f"{path}tauko/", {"token": token, "resumes_on": month_on.isoformat()}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.resumes_on) == (State.PAUSED, month_on)


def test_a_link_that_is_not_ours_opens_nothing_and_looking_changes_nothing(plans: list[UUID]) -> None:
    row, path = begun(plans[0])
    letters = links.letters_of(Kind.SUBSCRIPTION, row.id)
    forged = [
        letters[:-1] + ("A" if letters[-1] != "A" else "B"),
        letters + "A",
        links.letters_of(Kind.SUBSCRIPTION, uuid4()),
        links.letters_of(Kind.DOWNLOAD, row.id),
        orders.sign(row.order_id),
        "x",
    ]
    for wrong in forged:
        for page in ("", "muuta/", "tauko/", "irtisano/"):
            assert Client().get(f"/tilauspalvelu/{wrong}/{page}").status_code == 404
        assert Client().post(f"/tilauspalvelu/{wrong}/irtisano/", {"token": str(uuid4())}).status_code == 404
    for page in ("", "muuta/", "tauko/", "irtisano/"):
        response = Client().get(f"{path}{page}")
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert not response.cookies
    row.refresh_from_db()
    assert row.version == 1


# --- Files ------------------------------------------------------------------------------------------------------------

CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 3000


@pytest.fixture
def bought() -> Deliverable:
    from tests.catalogue import make as catalogue

    variant = catalogue.on_sale(at=now())
    sold.add_file(by=duty(), at=now(), variant_id=variant, name="opas-1.pdf", content=CONTENT)
    order = make.paid([(variant, 1)], at=now())
    return Deliverable.objects.get(order=order)


def new_link(bought: Deliverable) -> str:
    path = f"/tilaus/{orders.sign(bought.order_id)}/lataus/{bought.id}/"
    response = Client().post(path)
    assert response.status_code == 302
    return str(response["Location"])


def test_a_file_comes_whole_and_a_few_times(bought: Deliverable) -> None:
    path = new_link(bought)
    assert "opas-1.pdf" in get(path)
    assert DownloadLink.objects.get().used == 0
    response = Client().post(path)
    assert b"".join(response) == CONTENT
    assert response["Content-Disposition"].startswith("attachment; filename*=UTF-8''opas-1.pdf")
    assert b"".join(Client().post(path)) == CONTENT  # broke off: within minutes it is not counted again
    assert DownloadLink.objects.get().used == 1
    DownloadLink.objects.update(used=5, last_used_at=None)
    assert Client().post(path).status_code == 410
    assert new_link(bought) != path


def test_a_link_that_ran_out_or_a_file_that_went_back_gives_nothing(bought: Deliverable) -> None:
    path = new_link(bought)
    Deliverable.objects.update(withdrawn_at=now())
    assert Client().post(path).status_code == 410
    for answer in (Client().get(path), Client().post(path)):  # whoever was given the file is not given the order
        assert b"/tilaus/" not in answer.content
    assert Client().post(f"/tilaus/{orders.sign(bought.order_id)}/lataus/{bought.id}/").status_code == 410


def test_somebody_elses_order_gives_no_link_to_the_file(bought: Deliverable) -> None:
    other = make.subscribed(title="Muu", email="muu@example.com", at=now())
    path = f"/tilaus/{orders.sign(other.order_id)}/lataus/{bought.id}/"
    assert Client().post(path).status_code == 404
    assert not DownloadLink.objects.exists()
    assert Client().get(f"/lataus/{links.letters_of(Kind.DOWNLOAD, uuid4())}/").status_code == 404


# --- Her own page -----------------------------------------------------------------------------------------------------


def test_her_own_page_shows_all_she_ordered_and_nobody_elses(plans: list[UUID]) -> None:
    from tests.mydata import make as hers

    person = hers.known("tiina@example.com")
    client = hers.browser_of("tiina@example.com")
    order = make.paid([(plans[0], 1)], at=now(), email="tiina@example.com", session_person_id=person)
    other = make.paid([(plans[1], 1)], at=now(), email="muu@example.com")
    page = client.get("/omat-tiedot/tilaukset/").content.decode()
    assert order.reference in page
    assert other.reference not in page
    assert f"/tilauspalvelu/{links.letters_of(Kind.SUBSCRIPTION, make.of(order).id)}/" in page
    assert "/omat-tiedot/tilaukset/" in client.get("/omat-tiedot/").content.decode()
    assert Client().get("/omat-tiedot/tilaukset/")["Location"] == "/omat-tiedot/"
    assert Client().get("/tilaukset/")["Location"] == "/omat-tiedot/tilaukset/"
