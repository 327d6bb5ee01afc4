"""Everything about one person as it is shown and handed out, in words of one language. Plain values, no tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

#: What a value can be in JSON.
Plain = str | int | float | bool | None | list[Any] | dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A key of the notice and what it is called."""

    key: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """One value of a record: as a machine reads it, and as she does. ``shown`` is empty where nothing is held."""

    key: str
    name: str
    value: Plain
    shown: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """Who receives data of a purpose as the notice declares it; ``transfer`` is empty inside the EEA."""

    key: str
    name: str
    kind: str
    country: str
    transfer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One record about her. Its words are left out while they wait for an employee's look (``is_held_back``).

    ``left_out`` tells why passages are blacked out or the words withheld, with the law. ``until`` is the last day;
    ``until_words`` says the criterion where the day is not known yet. ``is_portable``: she gave it herself, and it
    rests on her consent or on a contract (art. 20(1)). ``files`` are values that are files,
    by the names they get in a package.
    """

    store: str
    id: str
    kind: str
    values: Sequence[Value]
    source: Named | None
    source_detail: str
    since_at: datetime | None
    purposes: Sequence[Named]
    bases: Sequence[Named]
    until: date | None
    until_words: str
    recipients: Sequence[Recipient]
    is_current: bool
    is_held_back: bool
    left_out: str
    is_portable: bool
    files: Mapping[str, bytes]

    @property
    def shown(self) -> Sequence[Value]:
        """Return the values there are."""
        return [value for value in self.values if value.shown]

    @property
    def plain(self) -> Mapping[str, Plain]:
        """Return the values by their keys."""
        return {value.key: value.value for value in self.values}


@dataclass(frozen=True, kw_only=True, slots=True)
class Category:
    """A declared category with what is held of it. ``elsewhere`` names the ones under which more of it stands."""

    key: str
    name: str
    what: str
    entries: Sequence[Entry]
    elsewhere: Sequence[Named]

    @property
    def is_log(self) -> bool:
        """Tell whether it is the record of use: told by day and purpose, and line by line for machines alone."""
        return self.key == "read_log"

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing of it is held."""
        return not self.entries and not self.elsewhere


@dataclass(frozen=True, kw_only=True, slots=True)
class LookUp:
    """How often an employee looked at her data or worked on them on a day, and for what; by whom is not told."""

    on: date
    purpose: Named
    times: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Disclosed:
    """To whom data of hers went in fact, and when (C-154/21)."""

    recipient: Named
    first_on: date
    last_on: date
    categories: Sequence[Named]
    purposes: Sequence[Named]
    transfer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PurposeTold:
    """A purpose for which her data are held, and what art. 15(1) wants told of it."""

    key: str
    name: str
    why: str
    basis: str
    article: str
    interest: str
    period: str
    recipients: str
    until: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RightTold:
    """A right of hers and how to use it."""

    key: str
    name: str
    text: str
    article: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Company:
    """Who answers for the register."""

    name: str
    address: str
    email: str
    phone: str
    business_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Contents:
    """Everything about one person at one moment."""

    person_id: UUID
    reference: str
    name: str
    language: str
    at: datetime
    company: Company
    notice_version: str
    notice_url: str
    categories: Sequence[Category]
    purposes: Sequence[PurposeTold]
    look_ups: Sequence[LookUp]
    recipients: Sequence[Recipient]
    disclosed: Sequence[Disclosed]
    rights: Sequence[RightTold]
    complaint: str
    automated: str

    @property
    def entries(self) -> Sequence[Entry]:
        """Return every record, each once."""
        return [entry for category in self.categories for entry in category.entries]

    @property
    def held_back(self) -> Sequence[Entry]:
        """Return the records that wait for an employee's look."""
        return [entry for entry in self.entries if entry.is_held_back]
