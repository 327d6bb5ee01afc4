"""From which database messages leave. A restored or copied one must not send what the other has sent already.

Three things must agree with the row that was written when messages began to leave from here: the installation's own
random id, which is kept in its folder and not in the database; the database server's number and timeline, with the
number and name of the database; and how often messages have been taken, which the folder remembers as well, so that
a database put back to an earlier day is noticed even in its old place.
"""

import fcntl
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Refusal
from seloste.mail.models import Home

_PLACE = """
SELECT (SELECT system_identifier::text FROM pg_control_system()) || '/'
       || (SELECT timeline_id::text FROM pg_control_checkpoint()),
       oid::text || '/' || datname
FROM pg_database WHERE datname = current_database()
"""


class NotHome(Refusal):
    """This database is a copy, or was put back: nothing leaves until somebody has taken it over."""

    status = 409


class Standing(StrEnum):
    """Whether messages may leave from this database."""

    HOME = "home"
    NEW = "new"
    COPIED = "copied"
    PUT_BACK = "put_back"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What tells one database from every other."""

    installation: str
    cluster: str
    database: str


def here() -> Place:
    """Return the place this process works in."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACE)
        cluster, database = cursor.fetchone()
    return Place(installation=settings.INSTALL_ID, cluster=cluster, database=database)


def standing() -> Standing:
    """Tell whether messages may leave from here."""
    row = Home.objects.first()
    if row is None:
        return Standing.NEW
    return _standing(row, here())


def _standing(row: Home, place: Place) -> Standing:
    if (row.installation, row.cluster, row.database) != (place.installation, place.cluster, place.database):
        return Standing.COPIED
    return Standing.PUT_BACK if row.claims < _remembered(place) else Standing.HOME


def ensure(*, by: Duty, at: datetime) -> None:
    """Move in where nobody has: before the first message of a database is queued."""
    if not Home.objects.exists():
        move_in(by=by, at=at)


@transaction.atomic
def move_in(*, by: Duty, at: datetime) -> None:
    """Write down that messages leave from here, whatever was written before."""
    place = here()
    claims = max(_claims(), _remembered(place))
    Home.objects.update_or_create(
        id=1,
        defaults={
            "installation": place.installation,
            "cluster": place.cluster,
            "database": place.database,
            "claims": claims,
            "adopted_at": at,
            "adopted_by": by.actor,
        },
    )


def _claims() -> int:
    return Home.objects.values_list("claims", flat=True).first() or 0


def count_claim(*, by: Duty, at: datetime) -> None:
    """Count that messages are taken; NotHome where they must not leave from here."""
    ensure(by=by, at=at)
    row = Home.objects.select_for_update().get()
    found = _standing(row, here())
    if found is not Standing.HOME:
        raise NotHome(_("This database is a copy or was put back: nothing leaves until `seloste mail adopt`."))
    Home.objects.filter(id=1).update(claims=F("claims") + 1)


def remember() -> None:
    """Write into the installation's folder how often messages have been taken: after the commit, before any leaves.

    One sender at a time, each with the count of that moment: the file never says less than it said before.
    """
    path = _mark(here())
    with path.with_name(f".{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        row = Home.objects.get()
        draft = path.with_name(f".{path.name}.new")
        draft.write_text(f"{row.installation} {row.claims}\n", encoding="ascii")
        draft.replace(path)


def _remembered(place: Place) -> int:
    """Return the count in the folder; 0 where it is another installation's, or there is none."""
    try:
        known, _space, count = _mark(place).read_text(encoding="ascii").strip().partition(" ")
    except FileNotFoundError:
        return 0
    return int(count) if known == place.installation and count.isdigit() else 0


def _mark(place: Place) -> Path:
    """Return the file of the count, one for each database that messages ever left from: two never mix theirs."""
    path: Path = settings.OUTBOX_MARK
    return path.with_name(f"{path.name}-{sha256(f'{place.cluster} {place.database}'.encode()).hexdigest()[:12]}")
