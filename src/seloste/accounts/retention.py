"""What of this room goes when its time is up: what an employee leaves behind, and what lives for hours.

The period of ``staff_access`` runs from the end of the employment, which is the day the login was closed. What no
employee did (a visitor, the system) has no employment that could end: for its events the same period runs from the
event itself. The database lets no event and no signature go sooner than that (see the tables' guards).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from seloste.accounts.models import Invitation, Session, UndertakingSignature, User
from seloste.accounts.rules import OWN_LOGIN
from seloste.audit.models import AuditEvent
from seloste.declaration.load import current
from seloste.kernel import retention
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.periods import Period, add
from seloste.kernel.retention import Due, Store


def _period() -> Period:
    return current().purpose[OWN_LOGIN].retention.period


SESSIONS = Store(
    key="accounts.sessions",
    name=_("Sessions"),
    purpose=OWN_LOGIN,
    due=lambda until: retention.due_by_day(Session.objects.all(), retention.last_day("expire_date"), until),
    clear=lambda _by, at, limit: retention.delete_over(
        Session.objects.all(), retention.last_day("expire_date"), at, limit
    ),
    held=lambda: retention.held(Session.objects.all()),
    shorter=_("A session ends after eight hours at the latest."),
)

INVITATIONS = Store(
    key="accounts.invitations",
    name=_("Links of invitation"),
    purpose=OWN_LOGIN,
    due=lambda until: retention.due_by_day(Invitation.objects.all(), retention.last_day("expires_at"), until),
    clear=lambda _by, at, limit: retention.delete_over(
        Invitation.objects.all(), retention.last_day("expires_at"), at, limit
    ),
    held=lambda: retention.held(Invitation.objects.all()),
    shorter=_("A link works for a day."),
)


# --- Logins -----------------------------------------------------------------------------------------------------------


def _closed() -> QuerySet[User]:
    return User.objects.filter(is_active=False)


def _clear_logins(_by: Duty, at: datetime, limit: int) -> int:
    """Delete logins with their second factors, links and signatures; what they did is told by the record alone."""
    over = _closed().annotate(last=retention.last_day("disabled_at", _period())).filter(last__lt=local_date(at))
    ids = list(over.values_list("id", flat=True)[:limit])
    UndertakingSignature.objects.filter(user_id__in=ids).delete()
    Session.objects.filter(account_id__in=ids).delete()
    User.objects.filter(id__in=ids).delete()
    return len(ids)


LOGINS = Store(
    key="accounts.logins",
    name=_("Logins of former employees"),
    purpose=OWN_LOGIN,
    due=lambda until: retention.due_by_day(_closed(), retention.last_day("disabled_at", _period()), until),
    clear=_clear_logins,
    held=lambda: retention.held(_closed()),
)


# --- The record of use ------------------------------------------------------------------------------------------------

#: The actors of the record, one after the other by its index: the table is far too long to be read for them.
_ACTORS = """
WITH RECURSIVE one AS (
    (SELECT actor FROM audit_auditevent ORDER BY actor LIMIT 1)
    UNION ALL
    SELECT (SELECT event.actor FROM audit_auditevent event WHERE event.actor > one.actor ORDER BY event.actor LIMIT 1)
    FROM one WHERE one.actor IS NOT NULL
)
SELECT one.actor, login.is_active, login.disabled_at
FROM one LEFT JOIN accounts_user login ON login.id = one.actor WHERE one.actor IS NOT NULL
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Actors:
    """Whose events may go: of former employees all at once on their last day, of nobody's each on its own."""

    last_days: Mapping[UUID, date]
    nobodies: Sequence[UUID]


def _actors() -> _Actors:
    with connection.cursor() as cursor:
        cursor.execute(_ACTORS)
        found: list[tuple[UUID, bool | None, datetime | None]] = cursor.fetchall()
    closed = {actor: add(local_date(at), _period()) for actor, is_active, at in found if is_active is False and at}
    return _Actors(last_days=closed, nobodies=[actor for actor, is_active, _at in found if is_active is None])


def _of_nobody(nobodies: Sequence[UUID], until: date) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(actor__in=nobodies, at__lt=retention.begun_before(until, _period()))


def _due_events(until: date) -> list[Due]:
    actors = _actors()
    counted = Counter({
        due.on: due.count
        for due in retention.due_by_day(_of_nobody(actors.nobodies, until), retention.last_day("at", _period()), until)
    })  # fmt: skip
    for actor, last in actors.last_days.items():
        if last <= until:
            counted[last] += AuditEvent.objects.filter(actor=actor).count()
    return [Due(on=on, count=count) for on, count in sorted(counted.items()) if count]


def _clear_events(_by: Duty, at: datetime, limit: int) -> int:
    actors, today = _actors(), local_date(at)
    gone = [actor for actor, last in actors.last_days.items() if last < today]
    ids = AuditEvent.objects.filter(actor__in=gone).values_list("id", flat=True)[:limit]
    _all, by_model = AuditEvent.objects.filter(id__in=list(ids)).delete()
    cleared = by_model.get(AuditEvent._meta.label, 0)
    if cleared == limit:
        return cleared
    rest = _of_nobody(actors.nobodies, today)
    return cleared + retention.delete_over(rest, retention.last_day("at", _period()), at, limit - cleared)


READ_LOG = Store(
    key="accounts.read_log",
    name=_("Record of use"),
    purpose=OWN_LOGIN,
    due=_due_events,
    clear=_clear_events,
    held=lambda: retention.held(AuditEvent.objects.all()),
)


# --- Marks that count attempts ----------------------------------------------------------------------------------------

_LIMITS_DUE = """
SELECT (expires AT TIME ZONE 'Europe/Helsinki')::date, count(*) FROM cache_entry
WHERE (expires AT TIME ZONE 'Europe/Helsinki')::date <= %s GROUP BY 1 ORDER BY 1
"""
_LIMITS_CLEAR = """
DELETE FROM cache_entry WHERE cache_key IN (
    SELECT cache_key FROM cache_entry WHERE (expires AT TIME ZONE 'Europe/Helsinki')::date < %s LIMIT %s)
"""


def _due_limits(until: date) -> list[Due]:
    with connection.cursor() as cursor:
        cursor.execute(_LIMITS_DUE, [until])
        return [Due(on=on, count=count) for on, count in cursor.fetchall()]


def _clear_limits(_by: Duty, at: datetime, limit: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_LIMITS_CLEAR, [local_date(at), limit])
        return int(cursor.rowcount)


def _held_limits() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache_entry")
        return int(cursor.fetchone()[0])


LIMITS = Store(
    key="accounts.limits",
    name=_("Counters of attempts"),
    purpose="web_security",
    due=_due_limits,
    clear=_clear_limits,
    held=_held_limits,
    shorter=_("A counter says something for an hour at most."),
)

STORES = (SESSIONS, INVITATIONS, LOGINS, READ_LOG, LIMITS)
