# ruff: noqa: ANN401 -- answers of the test client
"""Sales by the day: what counts when, what is kept, who sees it, and that it stays quick."""

import csv
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.desk import make as desk
from tests.sales import make

from seloste.kernel.clock import local_date, now
from seloste.sales.actions.figures import keep_figures
from seloste.sales.models import Figure
from seloste.sales.rules.periods import bars
from seloste.shop.models import Order, Refund
from seloste.visits.rules.spans import Span

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def page(role: str = "customer_service", **asked: str) -> Any:
    return desk.client(role).get(reverse("sales:sales"), asked)


def some_sales() -> None:
    at = now()
    for number in range(5):
        make.order(at=at - number * DAY, state="paid", paid_at=at - number * DAY, price="100.00")
    swedish = make.order(at=at - 3 * DAY, state="paid", paid_at=at - 3 * DAY, price="50.00", country="SE")
    make.order(at=at - 40 * DAY, state="paid", paid_at=at - 40 * DAY, price="250.00")
    make.order()
    line = swedish.lines.get()
    Refund.objects.create(
        id=uuid4(), key="r", order=swedish, amount=20, parts=[{"line": str(line.id), "gross": "20.00"}], why="goodwill",
        state="done", asked_at=at - 3 * DAY, asked_by=uuid4(), done_at=at - 2 * DAY,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("role", "status"),
    [("customer_service", 200), ("accounting", 200), ("owner", 200), ("marketing", 404), ("technical", 404)],
)
def test_sales_are_for_those_who_sell_keep_books_or_answer_for_it(role: str, status: int) -> None:
    assert page(role).status_code == status


def test_figures_are_the_same_before_and_after_days_are_kept() -> None:
    some_sales()
    before = page().context["tables"], page().context["rows"]

    kept = keep_figures(now())
    again = keep_figures(now())

    assert (kept, again) == (40, 0)
    assert Figure.objects.filter(day=local_date(now())).count() == 0
    after = page().context["tables"], page().context["rows"]
    assert before == after
    total = sum((row["now"].gross for row in after[1]), Decimal(0))
    assert total == Decimal("550.00")
    countries = {row["name"]: row["sums"] for row in after[0][1]["rows"]}
    assert (countries["Ruotsi"].gross, countries["Ruotsi"].returned) == (Decimal("50.00"), Decimal("20.00"))
    Order.objects.filter(refunds=None).delete()
    assert page().context["figures"][0]["value"] == "450 €"  # today was not kept, and went with its order


def test_sales_are_compared_drawn_and_taken_out_without_anybody() -> None:
    some_sales()

    shown = page(vertaa="ennen", pylvas="week", mitta="tilaukset")
    text = shown.content.decode()
    file = desk.client().get(reverse("sales:sales"), {"muoto": "csv"})

    first = shown.context["figures"][0]
    assert [first[name] for name in ("value", "earlier", "change")] == ["550 €", "250 €", "+120 %"]
    assert [one["current"] for one in shown.context["measures"]] == [False, True, False]
    assert len(shown.context["chart"].bars) in {5, 6}
    assert "Mallikas" not in text
    rows = list(csv.reader(file.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[1][5] == "550,00"
    assert not any("Mallikas" in cell for row in rows for cell in row)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"alkaen": "2026-05-02", "asti": "2026-05-01"}, "asti"),
        ({"alkaen": "2999-01-01"}, "alkaen"),
        ({"alkaen": "1999-01-01"}, "alkaen"),
        ({"asti": "1999-01-01"}, "asti"),
        ({"alkaen": "x"}, "alkaen"),
        ({"pylvas": "hour"}, "pylvas"),
        ({"mitta": "asiakkaat"}, "mitta"),
    ],
)
def test_days_that_cannot_be_are_told(asked: dict[str, str], field: str) -> None:
    answer = page(**asked)

    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)


def test_a_year_is_answered_from_few_rows_in_few_questions() -> None:
    some_sales()
    keep_figures(now())
    browser = desk.client()
    browser.get(reverse("sales:sales"))

    with CaptureQueriesContext(
        connection,
    ) as asked:
        browser.get(reverse("sales:sales"), {"jakso": "12", "vertaa": "vuosi"})

    of_orders = [one["sql"] for one in asked if "shop_orderline" in one["sql"]]
    assert len(of_orders) <= 2  # today alone, sold and returned
    assert len(bars(Span(first=local_date(now()) - 364 * DAY, last=local_date(now())), "month")) in {12, 13}
