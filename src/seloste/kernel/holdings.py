"""What each table holds about people, said beside the table in the terms of the declaration.

Every model carries a ``holds`` mapping of all its fields; tables of other people's packages are declared with
:func:`declare`. The census (``notices.rules``) compares both with the code and with the database itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Personal:
    """A field that holds personal data of the declared categories: one, but for a column that serves several kinds."""

    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotPersonal:
    """A field that holds nothing about a person, and why that is so."""

    reason: str


Holding = Personal | NotPersonal
Holdings = Mapping[str, Holding]


def personal(*categories: str) -> Personal:
    """Declare that a field holds personal data of the categories (keys of ``notice/categories.toml``)."""
    return Personal(categories)


def not_personal(reason: str) -> NotPersonal:
    """Declare that a field holds nothing about a person. The reason is read by the controller."""
    return NotPersonal(reason)


@dataclass(frozen=True, slots=True)
class Table:
    """The declared columns of a table that no model of ours describes."""

    name: str
    holds: Holdings = field(default_factory=dict)


_foreign: dict[str, Table] = {}


def declare(table: str, **holds: Holding) -> None:
    """Declare the columns of a table that another package made."""
    if table in _foreign and _foreign[table].holds != holds:
        message = f"table {table} is declared twice, differently"
        raise ValueError(message)
    _foreign[table] = Table(table, holds)


def foreign_tables() -> Mapping[str, Table]:
    """Return the declared tables of other packages, by name."""
    return dict(_foreign)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClosedList:
    """A list in the code that repeats a list of the declaration; ``of`` is the declared one, such as ``source``.

    A ``whole`` one says no less than the declared one, as the choices of a model's field do.
    """

    what: str
    of: str
    values: frozenset[str]
    whole: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """A public form: the names of its fields. ``made_from_notice`` where it asks just what of them is declared."""

    names: frozenset[str]
    made_from_notice: bool


_lists: dict[str, ClosedList] = {}
_asked: dict[str, Asking] = {}


def must_be_among(what: str, values: Iterable[str], *, of: str) -> None:
    """Have the census fail where a list of the code names what the declared one does not."""
    _lists[what] = ClosedList(what=what, of=of, values=frozenset(values), whole=False)


def closed_lists() -> Mapping[str, ClosedList]:
    """Return the lists that rooms registered, by what they are."""
    return dict(_lists)


def asks(form: str, names: Iterable[str]) -> None:
    """Say what a public form asks: the names of its fields that take an answer about a person."""
    _asked[form] = Asking(names=frozenset(names), made_from_notice=False)


def can_ask(form: str, names: Iterable[str]) -> None:
    """Say what a public form that is made from the notice is able to ask: it asks what of this is declared."""
    _asked[form] = Asking(names=frozenset(names), made_from_notice=True)


def forms_asked() -> Mapping[str, Asking]:
    """Return the registered public forms, by the key of the declared form."""
    return dict(_asked)
