"""What the tests of this room stand on: people with a bit of everything, entered through the real deeds."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from tests import make

from seloste.erasure import actions
from seloste.erasure.choices import Cause
from seloste.erasure.models import ErasureJob
from seloste.kernel.duty import system
from seloste.register import actions as register
from seloste.register.models import Person

AT = make.AT
BEFORE = datetime(2026, 6, 1, 9, tzinfo=UTC)
SYSTEM = system("rights")
PRIVACY = make.duty("privacy")


def invoiced(**rest: Any) -> UUID:  # noqa: ANN401 -- goes through
    """Return a customer whose name and address stand on an invoice of June 2026 besides."""
    person_id = make.person(at=BEFORE, email="maija@example.com", **rest)
    came = make.origin("order", purposes=("accounting", "customer_care"), at=BEFORE)
    register.add_address(
        by=make.duty("accounting"),
        at=BEFORE,
        person_id=person_id,
        origin=came,
        street="Mallikatu 1",
        postal_code="00100",
        city="Helsinki",
    )
    return person_id


def customer(*, email: str = "maija@example.com", at: datetime = BEFORE, **rest: Any) -> UUID:  # noqa: ANN401
    """Return somebody with a name, addresses, a note and feedback, for customer care and feedback alone."""
    person_id = make.person(at=at, email=email, phone="040 123 4567", **rest)
    by = make.duty()
    register.add_note(by=by, at=at, person_id=person_id, origin=make.origin(at=at), text="Soittaa aamulla.")
    feedback = make.origin(purposes=("feedback",), at=at)
    register.add_feedback(by=by, at=at, person_id=person_id, origin=feedback, text="Hyvin meni.", given_at=at)
    return person_id


def project(person_id: UUID, *, at: datetime = BEFORE) -> UUID:
    """Open a project for the person."""
    came = make.origin(purposes=("projects",), at=at)
    return register.open_project(
        by=make.duty(), at=at, person_id=person_id, origin=came, name="Lisenssien siirto", started_on=date(2026, 6, 1)
    )


def erased(person_id: UUID, *, cause: Cause = Cause.REQUEST, at: datetime = AT, **rest: Any) -> ErasureJob:  # noqa: ANN401
    """Erase the person now and return the job."""
    job_id = actions.erase(by=SYSTEM, at=at, person_id=person_id, cause=cause, **rest)
    return ErasureJob.objects.get(id=job_id)


def is_there(person_id: UUID) -> bool:
    """Tell whether the register still has the person."""
    return Person.objects.filter(id=person_id).exists()
