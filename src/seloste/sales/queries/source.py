"""Where the rows of a list come from, for the page and for the file alike: what is on screen is what leaves."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.sales.queries import listing as pages
from seloste.sales.rules.listing import Asked, Cursor, Listing

Line = TypeVar("Line")
#: The most rows that a file takes: more are no list but a copy of the register.
MOST = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Found(Generic[Line]):
    """A page of lines, where the pages beside it begin, and how many lines there are in all (up to a thousand)."""

    lines: Sequence[Line]
    newer: Cursor | None
    older: Cursor | None
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Source(Generic[Line]):
    """A list's rows. ``may_see`` says for whom it is there; ``rows`` are those the duty sees, narrowed as asked."""

    listing: Listing
    deed: str
    categories: Sequence[str]
    may_see: Callable[[Duty], bool]
    rows: Callable[[Duty, Asked], "QuerySet[Any]"]
    lines: Callable[[Duty, datetime, Sequence[Any]], list[Line]]
    persons: Callable[[Line], UUID | None]

    def check(self, by: Duty) -> None:
        """Raise Missing where the list is not there for the duty."""
        if "read" not in by.may or not self.may_see(by):
            raise Missing

    @transaction.atomic
    def page(self, *, by: Duty, asked: Asked) -> Found[Line]:
        """Return one page of the list."""
        self.check(by)
        rows = self.rows(by, asked)
        found = pages.page(rows, self.listing.order(asked.order), asked)
        lines = self.lines(by, asked.at, found.rows)
        self._record(by, asked.at, self.deed, lines)
        return Found(lines=lines, newer=found.newer, older=found.older, count=pages.counted(rows))

    @transaction.atomic
    def some(self, *, by: Duty, at: datetime, ids: Iterable[UUID]) -> list[Line]:
        """Return these rows of the list, for doing something to all of them; what is not the duty's is left out."""
        self.check(by)
        rows = self.rows(by, Asked(at=at)).filter(id__in=list(ids))
        lines = self.lines(by, at, list(pages.ordered(rows, self.listing.orders[0])))
        self._record(by, at, self.deed, lines)
        return lines

    def whole(self, *, by: Duty, asked: Asked) -> list[Line]:
        """Return every line of the list, one more than a file may have where there are more. The caller records it."""
        self.check(by)
        rows = pages.ordered(self.rows(by, asked), self.listing.order(asked.order))[: MOST + 1]
        return self.lines(by, asked.at, list(rows))

    def count(self, *, by: Duty, asked: Asked) -> int:
        """Return how many rows there are, up to a thousand and one. No personal data, no record."""
        return pages.counted(self.rows(by, asked)) if self.may_see(by) else 0

    def _record(self, by: Duty, at: datetime, deed: str, lines: Sequence[Line]) -> None:
        persons = {person for line in lines if (person := self.persons(line)) is not None}
        seen = [category for category in self.categories if category in by.categories]
        record(by=by, at=at, deed=deed, subjects=sorted(persons), categories=seen)
