"""Coupons in a list."""

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from seloste.sales.choices import ListKey
from seloste.sales.queries.coupons import SOURCE, STANDS, CouponOnList
from seloste.sales.rules.columns import Badge, Column
from seloste.sales.shown.cells import euros
from seloste.sales.shown.listing import Shelf
from seloste.shop.choices import CouponKind

TONES = {"voimassa": ("good", "check"), "tulossa": ("", "clock"), "loppunut": ("", "check"), "paattynyt": ("", "cross")}


def takes(line: CouponOnList) -> str:
    """Return what it takes off."""
    if line.kind is CouponKind.AMOUNT:
        return euros(line.value)
    return f"{number_format(line.value.normalize())} %"


def badge(line: CouponOnList) -> Badge:
    """Return the mark of how it stands."""
    tone, icon = TONES[line.stands]
    return Badge(text=capfirst(str(STANDS[line.stands])), tone=tone, icon=icon)


COLUMNS = (
    Column(
        key="code",
        label=gettext_lazy("Code"),
        category="order",
        value=lambda line: line.shown,
        url=lambda line: reverse("sales:coupon", args=[line.id]),
        order="koodi",
    ),
    Column(key="takes", label=gettext_lazy("Takes off"), is_plain=True, category="order", value=takes),
    Column(
        key="state",
        label=gettext_lazy("State"),
        is_plain=True,
        category="order",
        value=lambda line: capfirst(str(STANDS[line.stands])),
        badge=badge,
    ),
    Column(
        key="used",
        label=gettext_lazy("Used"),
        category="order",
        value=lambda line: line.used,
        note=lambda line: f"/ {line.limit}" if line.limit is not None else "",
        shape="number",
    ),
    Column(key="valid_from", label=gettext_lazy("From"), category="order", value=lambda line: line.valid_from),
    Column(key="valid_until", label=gettext_lazy("Until"), category="order", value=lambda line: line.valid_until),
    Column(
        key="note",
        label=gettext_lazy("For what"),
        is_rare=True,
        is_plain=True,
        category="order",
        value=lambda line: line.note,
    ),
)

SHELF = Shelf(
    key=ListKey.COUPONS,
    source=SOURCE,
    place="sales:coupons",
    title=gettext_lazy("Coupons"),
    about=gettext_lazy("Codes that take something off. A code is never used more often than its limit says."),
    seek="",
    columns=COLUMNS,
    empty=gettext_lazy("No coupons yet"),
    empty_text=gettext_lazy("Make one when there is a campaign."),
    icon="contract",
)
