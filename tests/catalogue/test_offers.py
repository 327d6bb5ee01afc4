"""What is on sale at a moment, and for how much."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from tests.catalogue import make
from tests.make import AT, duty

from seloste.catalogue import actions, queries
from seloste.catalogue.actions.deeds import ChangedMeanwhile, NotSellable
from seloste.catalogue.actions.stock import SoldOut
from seloste.catalogue.choices import Interval, ProductKind
from seloste.catalogue.queries import files
from seloste.catalogue.rules.prices import Marked, lowest_before
from seloste.catalogue.rules.words import Words
from seloste.kernel.refusals import NotAllowed

pytestmark = pytest.mark.django_db


def test_offer_of_what_is_on_sale() -> None:
    variant = make.on_sale(stock=2)

    offer = queries.offer(variant, AT)

    assert offer is not None
    assert (offer.amount, offer.vat_included, offer.available, offer.stock) == (Decimal("49.00"), True, True, 2)
    assert (offer.title("sv"), offer.title("xx"), offer.has_file) == ("Opas sv", "Opas fi", False)
    vat = offer.vat(at=AT)
    unit = offer.unit(vat, at=AT)
    assert (vat.rate, unit.gross, unit.net) == (Decimal("25.5"), Decimal("49.00"), Decimal("39.04"))


def test_no_offer_of_what_is_unknown_or_a_draft_or_without_price() -> None:
    draft = make.product()
    priced, unpriced = make.variant(draft), make.variant(draft, None)

    assert queries.offers([priced, unpriced, uuid4()], AT) == {}


def test_what_a_product_may_be_changed_to() -> None:
    product = make.product(kind=ProductKind.SUBSCRIPTION)
    monthly = make.variant(product, "10.00", interval=Interval.MONTH)
    yearly = make.variant(product, "100.00", interval=Interval.YEAR)
    actions.publish(by=duty(), at=AT, product_id=product)

    assert [offer.variant_id for offer in queries.offers_of(product, AT)] == [monthly, yearly]


def test_withdrawn_is_still_known_but_not_available() -> None:
    variant = make.on_sale()
    actions.withdraw(by=duty(), at=AT, product_id=make.product_of(variant))

    offer = queries.offer(variant, AT)

    assert offer is not None
    assert not offer.available


def test_price_holds_from_its_day_and_can_be_taken_back() -> None:
    variant, later = make.on_sale(), AT + timedelta(days=7)
    actions.set_price(by=duty(), at=AT, variant_id=variant, amount=Decimal(60), valid_from=later)

    def amounts() -> list[Decimal]:
        return [o.amount for at in (AT, later) if (o := queries.offer(variant, at))]

    assert amounts() == [Decimal("49.00"), Decimal("60.00")]
    back = AT + timedelta(hours=1)
    actions.set_price(by=duty(), at=back, variant_id=variant, amount=Decimal(49), valid_from=later)
    assert amounts() == [Decimal("49.00"), Decimal("49.00")]


#: Prices by the day on which they began, and what is told as the lowest of the 30 days before, by day.
REDUCTIONS = [
    ([(0, "100", False), (40, "80", True)], [(39, None), (40, "100"), (70, "100"), (200, "100")]),
    ([(0, "100", False), (20, "70", False), (25, "100", False), (40, "80", True)], [(40, None)]),
    ([(0, "100", False), (20, "70", False), (25, "100", False), (40, "60", True)], [(40, "70")]),
    ([(0, "70", False), (5, "100", False), (40, "80", True)], [(40, "100")]),
    ([(0, "100", False), (40, "80", True), (50, "60", True)], [(45, "100"), (55, "100"), (100, "100"), (101, "80")]),
    ([(0, "100", False), (40, "60", True), (50, "80", True)], [(45, "100"), (55, None)]),
    ([(0, "100", False), (40, "80", True), (50, "100", False), (55, "80", True)], [(52, None), (55, None)]),
    ([(0, "100", True)], [(1, None)]),
    ([(-10, "200", False), (-5, "100", False), (10, "90", True)], [(10, "100")]),
]


@pytest.mark.parametrize(("history", "told"), REDUCTIONS)
def test_reduction_tells_the_lowest_of_the_thirty_days_before(
    history: list[tuple[int, str, bool]], told: list[tuple[int, str | None]]
) -> None:
    def moment(day: int) -> datetime:
        return AT + timedelta(days=day)

    prices = [
        Marked(id=uuid4(), amount=Decimal(amount), vat_included=True, since=moment(day), is_reduction=reduced)
        for day, amount, reduced in history
    ]
    found = [
        lowest_before(prices, moment(day), on_sale_since=moment(0), gross=lambda price: price.amount) for day, _ in told
    ]

    assert found == [amount and Decimal(amount) for _, amount in told]


def test_reduction_of_what_is_on_sale_is_told() -> None:
    variant = make.on_sale(amount="100.00", at=AT - timedelta(days=60))
    actions.set_price(by=duty(), at=AT - timedelta(days=5), variant_id=variant, amount=Decimal(80), is_reduction=True)

    found = [queries.lowest_30_days(variant, AT - timedelta(days=days)) for days in (6, 0)]

    assert (found, queries.lowest_30_days(uuid4(), AT)) == ([None, Decimal("100.00")], None)


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "NaN", "Infinity", "10000001"])
def test_price_that_is_none_is_refused(amount: str) -> None:
    variant = make.on_sale()

    with pytest.raises(NotSellable):
        actions.set_price(by=duty(), at=AT, variant_id=variant, amount=Decimal(amount))


def test_nothing_is_published_while_something_is_missing() -> None:
    draft = make.product()

    with pytest.raises(NotSellable):
        actions.publish(by=duty(), at=AT, product_id=draft)
    make.variant(draft)
    actions.publish(by=duty(), at=AT, product_id=draft)
    with pytest.raises(NotSellable):
        actions.describe(by=duty(), at=AT, product_id=draft, words={"sv": Words(title="")})


def test_kind_decides_how_often_is_charged() -> None:
    draft = make.product(kind=ProductKind.SUBSCRIPTION)

    with pytest.raises(NotSellable):
        make.variant(draft)
    make.variant(draft, interval=Interval.YEAR)


def test_only_who_handles_orders_and_what_was_seen_changes_it() -> None:
    draft = make.product()

    for role in ("marketing", "accounting", "technical", "owner"):
        with pytest.raises(NotAllowed):
            actions.describe(by=duty(role), at=AT, product_id=draft, words=make.words("Toinen"))
    with pytest.raises(ChangedMeanwhile):
        actions.describe(by=duty(), at=AT, product_id=draft, words=make.words("Toinen"), seen=0)


def test_stock_is_never_oversold() -> None:
    variant = make.on_sale(stock=3)

    actions.take(variant, 2)
    with pytest.raises(SoldOut):
        actions.take(variant, 2)
    actions.give_back(variant, 1)
    actions.take(variant, 2)
    endless = make.on_sale("Loputon")
    actions.take(endless, 999)
    assert [queries.offers([variant, endless], AT)[v].available for v in (variant, endless)] == [False, True]


def test_file_is_what_its_name_says_and_comes_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    variant = make.on_sale()
    content = b"%PDF-1.7 " + bytes(range(256)) * 10
    for name, wrong in (("opas.zip", content), ("../opas.pdf", content), ("opas.exe", b"MZ"), ("opas.pdf", b"")):
        with pytest.raises(NotSellable):
            actions.add_file(by=duty(), at=AT, variant_id=variant, name=name, content=wrong)

    first = actions.add_file(by=duty(), at=AT, variant_id=variant, name="opas.pdf", content=content)
    second = actions.add_file(by=duty(), at=AT + timedelta(1), variant_id=variant, name="opas2.pdf", content=content)
    monkeypatch.setattr(files, "PIECE", 1000)

    found = files.newest(variant)
    assert found is not None
    assert (found.id, found.name, found.size, files.file(first) is not None) == (second, "opas2.pdf", 2569, True)
    assert [len(piece) for piece in files.chunks(first)] == [1000, 1000, 569]
    assert b"".join(files.chunks(first)) == content
