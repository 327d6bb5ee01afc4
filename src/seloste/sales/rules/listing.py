"""A list as it is asked for: what stands in its address, and where in it one is.

Nothing that names anybody ever stands in an address: states, days, products, and the numbers under which things are
filed. A page of a list begins after a row and not after a number of rows, so the last page costs what the first does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from seloste.kernel.refusals import Words

Kind = Literal["moment", "day", "money", "text"]
Key = datetime | date | Decimal | str
#: How many rows a page has.
PAGE = 50
#: The words of the address that every list knows.
SOUGHT, PERIOD, SINCE, UNTIL, ORDER, AFTER, BEFORE = (
    "haku", "jakso", "alkaen", "asti", "jarjestys", "jalkeen", "ennen",
)  # fmt: skip
#: What was typed last and names somebody: it stays in the session, and the address says so.
TYPED = "oma"
#: The stretches of time that are one press away, in days.
PERIODS: Mapping[str, int] = {"tanaan": 1, "viikko": 7, "kuukausi": 30, "vuosi": 365}


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """One thing by which a list is narrowed. ``category`` is what a duty must see for it to be there."""

    key: str
    label: Words
    options: Sequence[tuple[str, Words]] | Callable[[], Sequence[tuple[str, Words]]]
    category: str

    def offered(self) -> list[tuple[str, Words]]:
        """Return what can be chosen now."""
        return list(self.options() if callable(self.options) else self.options)


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One way to order a list: by a column that always holds something, then by the id."""

    key: str
    label: Words
    column: str
    kind: Kind
    descends: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """A view that is there for everybody: a name and what its address asks. ``counts`` where its rows wait."""

    label: Words
    asks: Mapping[str, str]
    icon: str = ""
    counts: bool = False
    category: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """What can be asked of a list. The first order is the usual one; ``dates`` says which day a period is about."""

    key: str
    filters: Sequence[Filter]
    orders: Sequence[Order]
    ready: Sequence[Ready] = ()
    dates: Words = ""
    prefixes: str = ""

    def order(self, key: str) -> Order:
        """Return the order of that name; the usual one where there is none."""
        return next((order for order in self.orders if order.key == key), self.orders[0])


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """A row of a list, by what it is ordered by and by its id."""

    key: Key
    id: UUID

    def __str__(self) -> str:
        said = self.key.isoformat() if isinstance(self.key, date) else str(self.key)
        return f"{said}~{self.id.hex}"


def read_cursor(typed: str, kind: Kind) -> Cursor | None:
    """Return the row that the words of an address mean; None where they mean none."""
    said, _tilde, row = typed.rpartition("~")
    try:
        return Cursor(key=_read_key(said, kind), id=UUID(hex=row))
    except (ValueError, InvalidOperation):
        return None


def _read_key(said: str, kind: Kind) -> Key:
    if kind == "text":
        if len(said) > 100 or not said.isprintable():
            raise ValueError(said)
        return said
    if kind == "day":
        return date.fromisoformat(said)
    if kind == "money":
        amount = Decimal(said)
        if not amount.is_finite() or abs(amount) >= Decimal(10) ** 12:
            raise ValueError(said)
        return amount
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None:
        raise ValueError(said)
    return moment


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is asked of a list, as its address says it. ``typed`` is what the address keeps quiet: it names somebody."""

    at: datetime
    chosen: Mapping[str, str] = field(default_factory=dict)
    sought: str = ""
    typed: str = ""
    period: str = ""
    since: date | None = None
    until: date | None = None
    order: str = ""
    after: Cursor | None = None
    before: Cursor | None = None

    def words(self) -> dict[str, str]:
        """Return what stands in the address, without the place in the list."""
        said = {
            **self.chosen,
            SOUGHT: TYPED if self.typed else self.sought,
            PERIOD: self.period,
            SINCE: self.since.isoformat() if self.since and not self.period else "",
            UNTIL: self.until.isoformat() if self.until and not self.period else "",
            ORDER: self.order,
        }
        return {key: value for key, value in said.items() if value}

    def address(self, **changed: str) -> str:
        """Return the query of the same list with something changed; the place in the list is left behind."""
        said = {key: value for key, value in (self.words() | changed).items() if value}
        return f"?{urlencode(said)}" if said else "?"

    def kept(self) -> str:
        """Return what a saved view keeps: everything but what was looked for, which may lead to a customer."""
        return urlencode({key: value for key, value in self.words().items() if key != SOUGHT})

    def within(self, period: str, today: date) -> "Asked":
        """Return the same, in one of the ready periods that end today."""
        return replace(self, period=period, since=today - timedelta(days=PERIODS[period] - 1), until=today)
