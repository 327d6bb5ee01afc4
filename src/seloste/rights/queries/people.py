"""How the people who ask can be reached, and since when: asked for whoever decides what proves and what receives."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.ids import read_reference
from seloste.kernel.periods import Period, parse_period
from seloste.kernel.refusals import Missing
from seloste.register.choices import ContactKind
from seloste.register.models import ContactPoint, Organisation, Person, Position, PostalAddress
from seloste.register.queries import Replaced, lately_replaced
from seloste.register.rules import address_line, is_common_mailbox
from seloste.rights.choices import OPEN
from seloste.rights.models import Request
from seloste.rights.rules import identity
from seloste.rights.rules.identity import OnFile

#: The kinds that a message can be sent to, or a code said at.
_REACHING = (ContactKind.EMAIL, ContactKind.PHONE)


def cooling(on: date) -> Period:
    """Return how long before a request an address must have been on file to prove or to receive anything."""
    return parse_period(current().rule_on("contact_point_proves_after", on).value)


def on_file(person_id: UUID) -> list[OnFile]:
    """Return the person's addresses and numbers that count now, the one on file longest first."""
    points = ContactPoint.objects.filter(person_id=person_id, kind__in=_REACHING, ended_at=None)
    posts = PostalAddress.objects.filter(person_id=person_id, ended_at=None)
    found = [*(_point(row) for row in points), *(_post(row) for row in posts)]
    return sorted(found, key=lambda one: (one.since_at, one.id))


def fit(person_id: UUID, *, received_at: datetime) -> list[OnFile]:
    """Return those of them that prove and receive."""
    return identity.fit(on_file(person_id), received_at=received_at, cooling=cooling(local_date(received_at)))


def to_be_told(person_id: UUID, *, received_at: datetime, but: str = "") -> list[str]:
    """Return the e-mail addresses to be told of a request: all old ones, also one that was lately changed (T6)."""
    period = cooling(local_date(received_at))
    lately = received_at - timedelta(days=period.days + 1)
    rows = ContactPoint.objects.filter(person_id=person_id, kind=ContactKind.EMAIL)
    counted = rows.filter(Q(ended_at=None) | Q(ended_at__gte=lately)).order_by("id")
    before = [_replaced(row, person_id) for row in lately_replaced(person_id, since=lately)]
    known = [*(_point(row) for row in counted), *before]
    points = identity.fit(known, received_at=received_at, cooling=period)
    return [address for address in dict.fromkeys(point.value for point in points) if address != but]


def asks(person: str) -> Exists:
    """Return the condition that a person's request is open: nothing of her goes by itself while she waits."""
    return Exists(Request.objects.filter(person=OuterRef(person), state__in=OPEN))


def holders(email: str) -> Sequence[UUID]:
    """Return the persons who are reached at the e-mail address."""
    rows = ContactPoint.objects.filter(kind=ContactKind.EMAIL, value=email, ended_at=None)
    return list(rows.order_by("id").values_list("person_id", flat=True).distinct()) if email else []


def person_called(typed: str) -> UUID:
    """Return the person with the number that was typed; Missing where there is none.

    Whether she may be seen is asked by the deed that follows.
    """
    found = Person.objects.filter(reference=read_reference(typed) or "").values_list("id", flat=True).first()
    if found is None:
        raise Missing
    return found


def _point(row: ContactPoint) -> OnFile:
    return OnFile(
        id=row.id,
        kind=row.kind,
        value=row.value,
        since_at=max(identity.made_at(row.id), row.collected_at),
        is_shared=_is_shared(row) or _is_of_a_place_she_left(row),
        bounces=row.bounced_at is not None,
    )


def _replaced(row: Replaced, person_id: UUID) -> OnFile:
    """Return an address that was corrected lately, as it was: whoever reads mail there must hear of it (T6)."""
    since_at = max(identity.made_at(row.id), row.since_at)
    others = ContactPoint.objects.filter(kind=ContactKind.EMAIL, value=row.value, ended_at=None)
    return OnFile(
        id=row.id,
        kind=ContactKind.EMAIL,
        value=row.value,
        since_at=since_at,
        is_shared=is_common_mailbox(row.value) or others.exclude(person_id=person_id).exists(),
        bounces=row.bounced,
    )


def _is_shared(row: ContactPoint) -> bool:
    is_common = row.kind == ContactKind.EMAIL and is_common_mailbox(row.value)
    others = ContactPoint.objects.filter(mark=row.mark, kind=row.kind, ended_at=None).exclude(person_id=row.person_id)
    return is_common or others.exists()


def _is_of_a_place_she_left(row: ContactPoint) -> bool:
    """Tell whether the mailbox is that of an employer she no longer works for: somebody else reads it by now (T7)."""
    domain = row.value.rpartition("@")[2].lower() if row.kind == ContactKind.EMAIL else ""
    held = Position.objects.filter(person_id=row.person_id).select_related("organisation")
    left = [one.organisation for one in held if one.ended_at is not None]
    still = {one.organisation_id for one in held if one.ended_at is None}
    return bool(domain) and any(domain in _domains(one) for one in left if one.id not in still)


def _domains(organisation: Organisation) -> set[str]:
    host = (urlsplit(organisation.website).hostname or "").removeprefix("www.")
    return {host, organisation.email.rpartition("@")[2].lower()} - {""}


def _post(row: PostalAddress) -> OnFile:
    line = address_line(row.street, row.postal_code, row.city, row.country)
    since_at = max(identity.made_at(row.id), row.collected_at)
    return OnFile(id=row.id, kind="post", value=line, since_at=since_at)
