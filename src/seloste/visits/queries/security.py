"""Looking into the security log. Every look is recorded, like a look at a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Min, QuerySet, Sum
from django.db.models.functions import Coalesce

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing
from seloste.visits.choices import Reason
from seloste.visits.models import SecurityLine

PURPOSE, CATEGORIES = "web_security", frozenset({"security_log", "ip_address"})
PAGE, ADDRESSES = 100, 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Sought:
    """Which lines: from ``since`` to before ``until``; nothing given means any. ``status`` is the first digit."""

    since: datetime | None = None
    until: datetime | None = None
    address: str = ""
    status: int | None = None
    reason: str = ""
    before: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LogLine:
    """One line of the log."""

    number: int
    at: datetime
    address: str
    method: str
    path: str
    status: int
    ms: int
    request: str
    agent: str
    reason: str
    times: int

    @property
    def reason_words(self) -> str:
        """Return why the line is there."""
        return str(Reason(self.reason).label)


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressGroup:
    """What came from one address in the time: how many requests, of how many kinds, when first and last."""

    address: str
    requests: int
    reasons: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The newest lines, the addresses from which most came, and the number from which older ones follow."""

    lines: Sequence[LogLine]
    addresses: Sequence[AddressGroup]
    older: int | None


def may_look(by: Duty) -> bool:
    """Tell whether the duty includes the protection of the services and what is held for it."""
    return PURPOSE in by.purposes and by.categories >= CATEGORIES


@transaction.atomic
def look(*, by: Duty, at: datetime, sought: Sought) -> Found:
    """Return what was sought; Missing where it is no part of the duty. The look is recorded."""
    if not may_look(by):
        raise Missing
    record(by=by.working_on(PURPOSE), at=at, deed="security_log.read", categories=CATEGORIES)
    rows = _within(sought)
    older = {} if sought.before is None else {"id__lt": sought.before}
    lines = [_line(row) for row in rows.filter(**older).order_by("-id")[:PAGE]]
    last = lines[-1].number if len(lines) == PAGE else None
    return Found(lines=lines, addresses=[] if sought.before else _addresses(rows), older=last)


def _within(sought: Sought) -> "QuerySet[SecurityLine]":
    asked: Mapping[str, object] = {
        "at__gte": sought.since,
        "at__lt": sought.until,
        "address": sought.address or None,
        "reason": sought.reason or None,
        "status__range": None if sought.status is None else (sought.status * 100, sought.status * 100 + 99),
    }
    return SecurityLine.objects.filter(**{name: value for name, value in asked.items() if value is not None})


def _addresses(rows: "QuerySet[SecurityLine]") -> list[AddressGroup]:
    grouped = (
        rows.values("address")
        .annotate(
            requests=Coalesce(Sum("times"), 0),
            reasons=Count("reason", distinct=True),
            first_at=Min("at"),
            last_at=Max("at"),
        )
        .order_by("-requests", "address")
    )
    return [AddressGroup(**(row | {"address": row["address"] or ""})) for row in grouped[:ADDRESSES]]


def _line(row: SecurityLine) -> LogLine:
    return LogLine(
        number=row.id,
        at=row.at,
        address=row.address or "",
        method=row.method,
        path=row.path,
        status=row.status,
        ms=row.ms,
        request=row.request,
        agent=row.agent,
        reason=row.reason,
        times=row.times,
    )
