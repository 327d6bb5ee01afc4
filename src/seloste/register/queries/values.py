"""Values with everything the notice promises to know of them, and the earlier ones behind them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Words
from seloste.register import rules
from seloste.register.choices import CONTACT_CATEGORY, ContactKind, EndReason, Network
from seloste.register.models import (
    ContactPoint,
    Item,
    Name,
    NoticeDelivery,
    Position,
    PostalAddress,
)
from seloste.register.queries.corrections import Corrected, Said, corrections_of, statements_beside

#: A person's rows of one table, in words written once: to compose the same query anew for every page cost more than to
#: answer it. Of the notice only the number comes along: its text is some hundred kilobytes, and every row names one.
_ROWS = """
SELECT item.*, (SELECT version FROM notices_noticeversion notice WHERE notice.id = notice_version_id) AS version{also}
FROM {table} item WHERE person_id = %s{only} ORDER BY {order}, id
"""


_EMPLOYER = ", (SELECT name FROM register_organisation employer WHERE employer.id = item.organisation_id) AS employer"


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """A value that no longer counts: since when and why, and what it was unless it was corrected.

    What was corrected is ``sealed``: it opens for the person's rights alone (``corrections.open_sealed``).
    """

    text: str = ""
    sealed: bool = False
    ended_at: datetime
    ended_by: UUID
    reason: Words
    id: UUID
    removed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """A value with everything the notice promises to know of it (S5, S6; art. 15(1)(g))."""

    id: UUID
    kind: str
    label: Words
    text: str
    link: str = ""
    category: str
    source: str
    source_detail: str
    collected_at: datetime
    collected_by: UUID
    purposes: Sequence[str]
    keep_until: date | None
    notice_version: str
    verified: bool = False
    fields: Mapping[str, str]
    past: Sequence[Past] = ()
    statements: Sequence[Said] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Shown:
    """How the rows of one model are shown as values."""

    model: type[Item]
    kind: str
    category: Callable[[Any], str]
    label: Callable[[Any], Words]
    text: Callable[[Any], str]
    link: Callable[[Any], str] = lambda _row: ""
    fields: tuple[str, ...]
    also: str = ""


def _contact_link(row: ContactPoint) -> str:
    prefix = {ContactKind.EMAIL: "mailto:", ContactKind.PHONE: "tel:"}.get(ContactKind(row.kind))
    return f"{prefix}{row.value}" if prefix else row.value if row.value.startswith("https://") else ""


def _contact_label(row: ContactPoint) -> Words:
    return Network(row.network).label if row.network else ContactKind(row.kind).label


def _address_text(row: PostalAddress) -> str:
    place = f"{row.postal_code} {row.city}".strip()
    return ", ".join(part for part in (row.street, place, "" if row.country == "FI" else row.country) if part)


_SHOWN = (
    _Shown(
        model=Name,
        kind="name",
        category=lambda _row: "identity",
        label=lambda _row: _("Name"),
        text=lambda row: f"{row.given_name} {row.family_name}".strip(),
        fields=("given_name", "family_name"),
    ),
    _Shown(
        model=Position,
        kind="position",
        category=lambda _row: "position",
        label=lambda _row: _("Position"),
        text=lambda row: ", ".join(part for part in (row.title, row.employer) if part),
        link=lambda row: str(row.organisation_id),
        fields=("title",),
        also=_EMPLOYER,
    ),
    _Shown(
        model=ContactPoint,
        kind="contact",
        category=lambda row: CONTACT_CATEGORY[ContactKind(row.kind)],
        label=_contact_label,
        text=lambda row: row.value,
        link=_contact_link,
        fields=("kind", "network", "value"),
    ),
    _Shown(
        model=PostalAddress,
        kind="address",
        category=lambda _row: "contact",
        label=lambda _row: _("Postal address"),
        text=_address_text,
        fields=("street", "postal_code", "city", "country"),
    ),
)


def values_of(person_id: UUID, *, by: Duty, ends: Mapping[str, date]) -> tuple[list[Value], list[Value]]:
    """Return the values that count and those taken out of use, with corrections and the person's own word on them."""
    earlier = {one.became: one for one in corrections_of(person_id, by=by)}
    current: list[Value] = []
    removed: list[Value] = []
    for shown in _SHOWN:
        rows = _rows(shown, person_id, by=by)
        current += [_value(shown, row, earlier, ends) for row in rows if row.ended_at is None]
        removed += [_value(shown, row, earlier, ends) for row in rows if row.end_reason == EndReason.REMOVED]
    said = statements_beside(person_id, [value.id for value in current])
    return [replace(value, statements=said.get(value.id, ())) for value in current], removed


def _rows(shown: _Shown, person_id: UUID, *, by: Duty) -> list[Any]:
    rows = rows_of(shown.model, person_id, also=shown.also)
    return [row for row in rows if by.sees(shown.category(row), row.purposes)]


def rows_of(
    model: type[Item | NoticeDelivery], person_id: UUID, *, also: str = "", only: str = "", order: str = "collected_at"
) -> Iterable[Any]:
    """Return a person's rows of one table, with the number of the notice under which each was collected."""
    asked = _ROWS.format(table=model._meta.db_table, also=also, only=only, order=order)
    return model.objects.raw(asked, [person_id])


def _value(shown: _Shown, row: Any, earlier: Mapping[UUID, Corrected], ends: Mapping[str, date]) -> Value:  # noqa: ANN401 -- a row of any item model
    return Value(
        id=row.id,
        kind=shown.kind,
        label=shown.label(row),
        text=shown.text(row),
        link=shown.link(row),
        category=shown.category(row),
        source=row.source,
        source_detail=row.source_detail,
        collected_at=row.collected_at,
        collected_by=row.collected_by,
        purposes=row.purposes,
        keep_until=rules.latest_end(row.purposes, ends),
        notice_version=row.version,
        verified=getattr(row, "verified_at", None) is not None,
        fields={name: getattr(row, name) for name in shown.fields},
        past=list(_past(shown, row, earlier)),
    )


def _past(shown: _Shown, row: Any, earlier: Mapping[UUID, Corrected]) -> Iterable[Past]:  # noqa: ANN401 -- a row of any item model
    if row.ended_at is not None:
        yield Past(
            text=shown.text(row),
            ended_at=row.ended_at,
            ended_by=row.ended_by,
            reason=EndReason(row.end_reason).label,
            id=row.id,
            removed=True,
        )
    present = row.id
    while present in earlier:
        one = earlier[present]
        reason = EndReason.CORRECTED.label
        yield Past(
            sealed=True, ended_at=one.corrected_at, ended_by=one.corrected_by, reason=reason, id=one.id, removed=False
        )
        present = one.item
