"""What the rooms keep about a person: a room registers each table once, and everything asks here.

What a person may see (art. 15), move (art. 20) and have erased (art. 17), and what is looked for afterwards, all come
from this one list. So nothing can be erased that is not shown, and nothing shown that erasing forgets. The census holds
the list to the models: a table with personal data that is neither here nor declared to be about nobody in the register
(:func:`not_of_a_person`) fails the build.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models

from seloste.kernel.refusals import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Whose:
    """The people whose data are looked for: by their ids, and by what leads to them and to nobody else.

    ``addresses`` are e-mail addresses and numbers in their normal form, ``marks`` the keyed marks of these. One that a
    second person in the register has too is not among them: what is found by it could be hers.
    """

    persons: frozenset[UUID]
    addresses: frozenset[str] = frozenset()
    marks: frozenset[bytes] = frozenset()
    seen: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, what: str, ask: Callable[[], Any]) -> Any:  # noqa: ANN401 -- whatever is asked
        """Return what several stores of a room need to know of the people, asked once for all of them."""
        if what not in self.seen:
            self.seen[what] = ask()
        return self.seen[what]

    def afresh(self) -> "Whose":
        """Return the same people, of whom everything is asked anew."""
        return replace(self, seen={})


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What is known of a record: where from, since when, for which purposes, on which bases, and its last day."""

    source: str = ""
    source_detail: str = ""
    since_at: datetime | None = None
    purposes: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    until: date | None = None
    is_current: bool = True
    #: May hold what other people wrote or what is written about them: looked through before it is handed out (15(4)).
    names_others: bool = False
    #: Every word of it is hers, as she typed it in a form of ours: looked through only where it names somebody we know.
    own_words: bool = False
    #: Which of the store's categories it is, where they differ from row to row.
    category: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One row about one person. ``values`` are by the names of the store's ``fields``, as Python has them.

    ``person`` is None where the row was found by an address and belongs to nobody in the register yet. ``known`` is
    what its store knows of it beside the values, to say whether it stays; nobody is shown it.
    """

    id: Any
    person: UUID | None
    values: Mapping[str, Any]
    about: About
    known: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stay:
    """Why a record outlives an erasure: the law as it is cited to the person, the reason in words, and the last day.

    ``until`` is None while what it waits for has no date. What ``blocks`` may be read for bookkeeping, a legal claim
    and the person's rights, and for nothing else.
    """

    law: str
    why: Words
    until: date | None = None
    blocks: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Surviving:
    """What is left of a person's purposes once an erasure has ended those that it can: purpose → why it stays."""

    purposes: Mapping[str, Stay] = field(default_factory=dict)
    today: date

    def keeps(self, about: About) -> Stay | None:
        """Return why a record of such purposes stays: of several reasons the one that lasts longest."""
        found = [self.purposes[purpose] for purpose in about.purposes if purpose in self.purposes]
        return max(found, key=lambda stay: stay.until or date.max, default=None)


def goes_with_its_purposes(record: Record, surviving: Surviving) -> Stay | None:
    """Let a record stay exactly as long as one of its purposes does (the rule of nearly every table)."""
    return surviving.keeps(record.about)


def always_goes(_record: Record, _surviving: Surviving) -> Stay | None:
    """Let nothing of it stay."""
    return None


#: Reasons that hold in every room for a personal field that the person is not shown.
BY_STAFF = "which employee did it; the person is told when and for which purpose, not by whom (C-579/21)"
A_COPY = "a copy of what is shown, folded or keyed so that it can be found"
SHOWN = "shown with every record: where from, since when, for which purposes, until when"


def values_of(row: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """Return the values of a row by the names of the fields."""
    return {name: getattr(row, name) for name in fields}


def erase_rows(model: type[models.Model], ids: Sequence[Any]) -> int:
    """Delete the rows and nothing else; the database refuses where another table still needs one."""
    rows = model._base_manager.filter(pk__in=ids)  # noqa: SLF001 -- Django's own door
    return rows._raw_delete(rows.db)  # noqa: SLF001 -- one statement


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """One table of a room. ``key`` is ``room.what``; ``name`` is what the person reads above it.

    ``fields`` are what she is shown, in the order of reading, each with its name; ``inner`` are the personal fields
    that she is not shown, with the reason (a folded copy for search, the name of an employee). ``records`` returns all
    rows about the people, live and past. ``stays`` says of one record why it outlives an erasure, None where it goes.
    ``erase`` deletes rows by their ids and returns how many; it is called in the order of ``order``, smallest first, so
    that what points to a row goes before it. ``narrow`` leaves rows that stay held for the surviving purposes alone.
    """

    key: str
    name: Words
    model: type[models.Model]
    categories: frozenset[str]
    fields: Mapping[str, Words]
    inner: Mapping[str, str] = field(default_factory=dict)
    records: Callable[[Whose], Sequence[Record]]
    stays: Callable[[Record, Surviving], Stay | None] = goes_with_its_purposes
    erase: Callable[[Sequence[Any]], int]
    narrow: Callable[[Sequence[Any], frozenset[str]], int] | None = None
    order: int = 50


_kept: dict[str, Kept] = {}
_of_nobody: dict[str, str] = {}


def keep(*stores: Kept) -> None:
    """Register tables. Called in the room's ``AppConfig.ready``."""
    _kept.update({store.key: store for store in stores})


def kept() -> list[Kept]:
    """Return every registered table, in the order in which their rows go."""
    return sorted(_kept.values(), key=lambda store: (store.order, store.key))


def not_of_a_person(label: str, reason: str) -> None:
    """Say of a model (``room.Model``) with personal fields why nothing in it can be found by a person.

    Where the reason is that it cannot be connected with anybody (art. 11), the sweep proves it: see ``erasure.sweep``.
    """
    _of_nobody[label] = reason


def of_nobody() -> Mapping[str, str]:
    """Return the models that say so, with their reasons."""
    return dict(_of_nobody)


# --- Who may still be needed ------------------------------------------------------------------------------------------

#: Tells of the people which purposes must go on although erasure was asked for, and why (art. 17(1)(a), 17(3)).
Needed = Callable[[frozenset[UUID], date], Mapping[UUID, Mapping[str, Stay]]]
_needed: dict[str, Needed] = {}


def needed_for(room: str, answer: Needed) -> None:
    """Register what a room still needs people's data for: an order under way, a contract in force, a claim."""
    _needed[room] = answer


def still_needed(persons: frozenset[UUID], today: date) -> dict[UUID, dict[str, Stay]]:
    """Return what the rooms still need: person → purpose → why. Of two reasons the one that lasts longer counts."""
    found: dict[UUID, dict[str, Stay]] = {}
    for answer in _needed.values():
        for person, purposes in answer(persons, today).items():
            mine = found.setdefault(person, {})
            for purpose, stay in purposes.items():
                known = mine.get(purpose)
                if known is None or (stay.until or date.max) > (known.until or date.max):
                    mine[purpose] = stay
    return found
