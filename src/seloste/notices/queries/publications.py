"""Which notices there have been, and which is published now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from seloste.declaration import canonical, diff
from seloste.declaration.diff import Change, ChangeClass
from seloste.declaration.load import current
from seloste.declaration.schema import Declaration
from seloste.kernel.refusals import Missing, Refusal
from seloste.notices.models import NoticeVersion
from seloste.notices.rules.comparison import both
from seloste.notices.rules.publishing import is_higher


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """A published notice, without its words."""

    id: int
    version: str
    text_hash: str
    change_class: ChangeClass
    effective_from: date
    published_at: datetime


class NotPublished(Refusal):
    """The notice that this process runs by has not been published."""


def version_of(row: NoticeVersion) -> Version:
    """Return the version that the row is."""
    return Version(
        id=row.id,
        version=row.version,
        text_hash=row.text_hash,
        change_class=ChangeClass(row.change_class),
        effective_from=row.effective_from,
        published_at=row.published_at,
    )


_published: dict[str, Version] = {}


def declared_hash() -> str:
    """Return the hash of the notice this process runs by."""
    return canonical.said(current()).text_hash


def current_version() -> Version:
    """Return the published version of the notice this process runs by, which every form and item refers to.

    Asked of the database once a process; inside a transaction it is asked anew, for what stands there may never be.
    """
    mark = declared_hash()
    if connection.in_atomic_block:
        return _by_hash(mark)
    if mark not in _published:
        _published[mark] = _by_hash(mark)
    return _published[mark]


def current_version_id() -> int:
    """Return the id of the published version that every form and item refers to."""
    return current_version().id


def _by_hash(mark: str) -> Version:
    row = NoticeVersion.objects.defer("declaration").filter(text_hash=mark).first()
    if row is None:
        raise NotPublished(_("The notice has not been published: run seloste notice publish."))
    return version_of(row)


def versions() -> list[Version]:
    """Return all published versions, newest first."""
    return [version_of(row) for row in NoticeVersion.objects.defer("declaration").order_by("-id")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A version, and the number of the one before it; empty for the first."""

    version: Version
    previous: str


def steps() -> list[Step]:
    """Return all published versions, newest first, each with the one it replaced."""
    found = versions()
    before = [*(one.version for one in found[1:]), ""]
    return [Step(version=one, previous=number) for one, number in zip(found, before, strict=False)]


def version(version_id: int) -> Version:
    """Return one version; Missing where there is none."""
    return version_of(_row(id=version_id))


def _row(**wanted: object) -> NoticeVersion:
    row = NoticeVersion.objects.filter(**wanted).order_by("-id").first()
    if row is None:
        raise Missing
    return row


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """A published notice with its words: as a declaration where its shape is still the present one."""

    version: Version
    values: dict[str, object]
    declared: Declaration | None


def published(number: str) -> Published:
    """Return the notice of the version number, such as ``2.0``; Missing where none was published under it."""
    row = _row(version=number)
    return Published(version=version_of(row), values=row.declaration, declared=_declared(row.declaration))


def _declared(values: dict[str, object]) -> Declaration | None:
    try:
        return canonical.read(values)
    except ValidationError:  # an older shape: its sentences are shown as they stand
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """What changed from one version to a later one, and how heavy the whole change is."""

    before: Version
    after: Version
    changes: Sequence[Change]
    change_class: ChangeClass
    values: Mapping[str, Any]


def difference(first: str, second: str) -> Difference:
    """Compare two published versions by their numbers, the lower one as the earlier."""
    before, after = (
        _row(version=number) for number in ((second, first) if is_higher(first, second) else (first, second))
    )
    found = diff.changes(before.declaration, after.declaration)
    return Difference(
        before=version_of(before),
        after=version_of(after),
        changes=found,
        change_class=diff.heaviest(found),
        values=both(before.declaration, after.declaration),
    )


def unpublished_changes() -> list[Change]:
    """Return how the loaded notice differs from the last published one."""
    last = NoticeVersion.objects.order_by("-id").first()
    return diff.changes(last.declaration if last else {}, canonical.said(current()).values)
