"""Whose time is up. A ground that is over, or that was ended, ends what rests on it alone."""

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from seloste.erasure.choices import UNDER_WAY, Cause
from seloste.erasure.models import ErasureJob, Hold
from seloste.kernel.clock import HELSINKI
from seloste.kernel.periods import Period
from seloste.kernel.retention import Due, due_by_day, last_day
from seloste.register.choices import RestrictionReason
from seloste.register.models import Ground, Person, Restriction

#: A person for whom there is no purpose is somebody's half-finished work for so long, and a leftover after.
UNFINISHED = Period(days=1)
#: Restrictions that stop the end of a period: the person wants the data kept (art. 18(1)(b), (c)).
STOPS = (RestrictionReason.UNLAWFUL, RestrictionReason.CLAIM)


#: What a room says people wait for, such as the answer to what they asked: given the name of the column of their id.
Waits = Callable[[str], Exists]
_waits: dict[str, Waits] = {}


def wait_while(room: str, condition: Waits) -> None:
    """Have nobody's data go by themselves while the room's condition holds. Called in ``AppConfig.ready``."""
    _waits[room] = condition


def _stopped(person: str, today: date) -> Q:
    """Return the condition of people whose data go on: held, restricted to stay, or with a job of their own."""
    held = Hold.objects.filter(person_id=OuterRef(person), released_at=None).exclude(until__lt=today)
    restricted = Restriction.objects.filter(person_id=OuterRef(person), reason__in=STOPS, ended_at=None)
    jobs = ErasureJob.objects.filter(person=OuterRef(person), cause=Cause.RETENTION, state__in=UNDER_WAY)
    found = Q(Exists(held)) | Q(Exists(restricted)) | Q(Exists(jobs))
    for condition in _waits.values():
        found |= Q(condition(person))
    return found


def _ended_only(grounds: QuerySet[Ground]) -> QuerySet[Ground]:
    """Return grounds that were ended and not begun again."""
    again = Ground.objects.filter(person_id=OuterRef("person_id"), purpose=OuterRef("purpose"), ended_at=None)
    return grounds.filter(ended_at__isnull=False).exclude(Exists(again))


def _over(purpose: str, until: date) -> tuple[QuerySet[Ground], QuerySet[Ground]]:
    """Return the grounds of the purpose that end by the day: by their period, and because somebody ended them."""
    grounds = Ground.objects.filter(purpose=purpose)
    return grounds.filter(ended_at=None, keep_until__lte=until), _ended_only(grounds)


def _nobodys(before: date) -> QuerySet[Person]:
    """Return people who are there for no purpose at all, and not since today."""
    moment = datetime.combine(before - timedelta(days=UNFINISHED.days), time(), tzinfo=HELSINKI)
    return Person.objects.filter(created_at__lt=moment).exclude(Exists(Ground.objects.filter(person_id=OuterRef("id"))))


def people(purpose: str | None, *, today: date, limit: int) -> list[UUID]:
    """Return at most so many people for whom the purpose is over (None: who never had one)."""
    if purpose is None:
        nobodys = _nobodys(today).exclude(_stopped("id", today))
        return list(nobodys.order_by("id").values_list("id", flat=True)[:limit])
    found: dict[UUID, None] = {}
    for grounds, is_over in zip(_over(purpose, today), _before(today), strict=True):
        rows = grounds.filter(is_over).exclude(_stopped("person_id", today)).order_by("keep_until", "id")
        found.update(dict.fromkeys(rows.values_list("person_id", flat=True)[: limit - len(found)]))
    return list(found)


def _before(today: date) -> tuple[Q, Q]:
    """Return what makes a ground over: its last day, or the day on which it was ended, is not today any more."""
    return Q(keep_until__lt=today), Q(ended_at__lt=datetime.combine(today, time(), tzinfo=HELSINKI))


def still(persons: Collection[UUID], purpose: str | None, *, today: date) -> list[UUID]:
    """Return which of the people are still due for the purpose."""
    if purpose is None:
        return list(_nobodys(today).filter(id__in=persons).values_list("id", flat=True))
    over = [grounds.filter(is_over) for grounds, is_over in zip(_over(purpose, today), _before(today), strict=True)]
    return sorted(
        {one for rows in over for one in rows.filter(person_id__in=persons).values_list("person_id", flat=True)}
    )


def without_job(persons: Collection[UUID]) -> int:
    """Count the people for whom no job says that they could not be erased."""
    jobs = ErasureJob.objects.filter(person__in=persons, cause=Cause.RETENTION, state__in=UNDER_WAY)
    return len(set(persons) - set(jobs.values_list("person", flat=True)))


def by_day(purpose: str | None, until: date) -> list[Due]:
    """Count the people for whom the purpose is over by the day, by their last day."""
    if purpose is None:
        return due_by_day(_nobodys(until).exclude(_stopped("id", until)), last_day("created_at", UNFINISHED), until)
    counted: dict[date, int] = {}
    for grounds, moment in zip(_over(purpose, until), (F("keep_until"), last_day("ended_at")), strict=True):
        for one in due_by_day(grounds.exclude(_stopped("person_id", until)), moment, until):
            counted[one.on] = counted.get(one.on, 0) + one.count
    return [Due(on=day, count=count) for day, count in sorted(counted.items())]


def held(purpose: str | None, *, most: int) -> int:
    """Count the people held for the purpose, at most one more than ``most``."""
    if purpose is None:
        return 0
    return Ground.objects.filter(purpose=purpose, ended_at=None).order_by()[: most + 1].count()


def holds_to_review(today: date) -> int:
    """Count the holds in force that should have been looked at again (I57)."""
    return Hold.objects.filter(released_at=None, review_on__lt=today).exclude(until__lt=today).count()
