"""Each night a person who does not exist is entered, erased by the real engine, and then looked for everywhere.

What is found of her is what would be left of anybody. She is clearly invented, restricted from her first moment (so no
list shows her and nothing is sent to her) and gone within seconds. Only what was written since she came is looked at:
she cannot be in anything older, so the sweep takes about as long as reading the tables once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from secrets import choice
from string import ascii_lowercase
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from seloste.audit.actions import runs
from seloste.audit.models import SweepState
from seloste.audit.rules import QUIET_HOUR, is_due
from seloste.declaration.load import current
from seloste.erasure import actions
from seloste.erasure.choices import Cause
from seloste.erasure.sweep import Horizon, Sightings, forget_statistics, sweep
from seloste.kernel import kept
from seloste.kernel.clock import HELSINKI, elapsed, local_date
from seloste.kernel.duty import NOBODY, Duty, system
from seloste.mail import actions as mail
from seloste.mail.choices import MessageKind, Why
from seloste.notices.queries import current_version_id
from seloste.register import actions as register
from seloste.register.models import ContactPoint, Name
from seloste.register.rules import Origin

_log = structlog.stdlib.get_logger("seloste.erasure")

#: Where the last sweep is remembered, beside the states of the sweeps that the worker runs.
KEY = "erasure.sweep"
#: Nobody is called this, and no mail can reach this domain (RFC 2606).
FAMILY, DOMAIN = "Kanarialintu", "kanarialintu.example.com"
#: A house that was only just set up has nothing to prove yet.
FIRST_AFTER = timedelta(hours=20)
#: After a red sweep it is tried again this often, and rings until it is green.
AGAIN_AFTER = timedelta(hours=1)
_LETTERS = 14


class LeftBehindError(RuntimeError):
    """Something was left of a person who was erased. The places are told, no value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Canary:
    """The person while she is planted. Each ``word`` of hers stands in one place and nowhere else in the world."""

    by: Duty
    at: datetime
    person_id: UUID
    origin: Origin
    words: dict[str, str] = field(default_factory=dict)

    def word(self, place: str) -> str:
        """Return the word for a place."""
        return self.words.setdefault(place, "Zq" + "".join(choice(ascii_lowercase) for _ in range(_LETTERS)))

    @property
    def email(self) -> str:
        """Return her address."""
        return f"{self.word('email').lower()}@{DOMAIN}"


#: Rooms above this one plant what they keep about her.
_planters: dict[str, Callable[[Canary], None]] = {}


def plant_with(room: str, planter: Callable[[Canary], None]) -> None:
    """Have a room plant something of each canary, in the transaction in which she is entered."""
    _planters[room] = planter


# --- The night --------------------------------------------------------------------------------------------------------


def nightly(at: datetime) -> int:
    """Prove once a night that an erasure leaves nothing; LeftBehindError, every time, while it leaves something."""
    state = SweepState.objects.filter(sweep=KEY).first()
    if state is None:
        runs.note_idle(sweep=KEY, at=at)
        return 0
    if not _is_time(state, at):
        if state.failures:
            raise LeftBehindError(state.error)
        return 0
    return _prove(state, at)


def _is_time(state: SweepState, at: datetime) -> bool:
    local = at.astimezone(HELSINKI)
    if state.failures:
        return at - state.looked_at >= AGAIN_AFTER
    if state.worked_at is None:
        return at - state.looked_at >= FIRST_AFTER and local.time() >= QUIET_HOUR
    return is_due(local, local_date(state.worked_at))


def _prove(state: SweepState, at: datetime) -> int:
    """Refresh what PostgreSQL remembers of columns, then plant, erase and look; note how it went."""
    began = elapsed()
    forget_statistics(store.model._meta.db_table for store in kept.kept())
    left = prove(at)
    ended_at = at + timedelta(seconds=elapsed() - began)
    if left:
        places = ", ".join(left)
        runs.note_failed(sweep=KEY, started_at=at, at=ended_at, error=places[:500], failures=state.failures + 1)
        raise LeftBehindError(places)
    runs.note_done(sweep=KEY, started_at=at, ended_at=ended_at, done=1)
    return 1


def prove(at: datetime) -> Sightings:
    """Plant somebody, erase her and return where anything of her is left."""
    for person_id in _left_by_a_crash():
        actions.erase(by=system("rights"), at=at, person_id=person_id, cause=Cause.REQUEST)
    since = Horizon.now()
    canary = plant(at)
    actions.erase(by=system("rights"), at=at, person_id=canary.person_id, cause=Cause.REQUEST)
    return look(canary, since)


def look(canary: Canary, since: Horizon | None = None) -> Sightings:
    """Return where anything of the canary is found: in the database, and in the files that we write."""
    values = [*canary.words.values(), canary.email]
    return sweep(values, since=since, folder=settings.SWEPT_FOLDER, leave_out=settings.NOT_SWEPT)


def _left_by_a_crash() -> list[UUID]:
    """Return canaries of nights that ended in the middle. Who really has such a name has no such address."""
    named = Name.objects.filter(family_name=FAMILY, collected_by=NOBODY).values("person_id")
    hers = ContactPoint.objects.filter(person_id__in=named, value__endswith=f"@{DOMAIN}")
    return list(hers.values_list("person_id", flat=True).distinct())


# --- Planting ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def plant(at: datetime) -> Canary:
    """Enter the person with something in every room, restricted before anybody can see her."""
    by = _duty()
    name = Canary(by=by, at=at, person_id=NOBODY, origin=_origin("customer_care", at))
    person_id = register.add_person(
        by=by, at=at, origin=name.origin, given_name=name.word("given name"), family_name=FAMILY
    )
    canary = Canary(by=by, at=at, person_id=person_id, origin=name.origin, words=name.words)
    _plant_items(canary)
    _plant_message(canary)
    for planter in _planters.values():
        planter(canary)
    register.restrict(by=by, at=at, person_id=person_id, reason="accuracy", source="other")
    return canary


def _duty() -> Duty:
    """Return the duty of the system, which here does all that employees do."""
    declared = current()
    return Duty(
        actor=NOBODY,
        role="system",
        purpose="rights",
        purposes=frozenset(declared.purpose),
        categories=frozenset(declared.category),
        may=frozenset({"read", "write"}),
    )


def _origin(purpose: str, at: datetime) -> Origin:
    return Origin(
        source="phone", detail="", collected_at=at, purposes=(purpose,), notice_version_id=current_version_id()
    )


def _plant_items(canary: Canary) -> None:
    told: dict[str, Any] = {"by": canary.by, "at": canary.at, "person_id": canary.person_id, "origin": canary.origin}
    add = partial(register.add_contact_point, **told)
    add(kind="email", value=canary.email)
    add(kind="web", value=f"https://{canary.word('web').lower()}.{DOMAIN}")
    register.add_address(**told, street=f"{canary.word('street')}katu 1", postal_code="00100", city="Helsinki")
    register.add_note(**told, text=canary.word("note"))
    organisation = register.organisation_called(
        by=canary.by, at=canary.at, origin=canary.origin, name=canary.word("organisation")
    )
    register.add_position(**told, organisation_id=organisation, title=canary.word("position"))
    feedback: dict[str, Any] = {**told, "origin": _origin("feedback", canary.at)}
    register.add_feedback(**feedback, text=canary.word("feedback"), given_at=canary.at)
    _plant_correction(canary)


def _plant_correction(canary: Canary) -> None:
    """Correct her name, so that there is something old as well."""
    named = Name.objects.get(person_id=canary.person_id, ended_at=None)
    values = {"given_name": canary.word("corrected name"), "family_name": FAMILY}
    register.correct(by=canary.by, at=canary.at, kind="name", item_id=named.id, origin=canary.origin, values=values)


def _plant_message(canary: Canary) -> None:
    """Write a message and call it off in the same breath: no process ever sees it waiting."""
    message_id = mail.queue(
        by=system("customer_care"),
        at=canary.at,
        key=f"canary:{canary.person_id}",
        kind=MessageKind.SERVICE,
        purpose="customer_care",
        person_id=canary.person_id,
        address=canary.email,
        language="fi",
        subject=canary.word("subject"),
        text=canary.word("text"),
    )
    mail.cancel(by=system("customer_care"), at=canary.at, message_id=message_id, why=Why.CALLED_OFF)
