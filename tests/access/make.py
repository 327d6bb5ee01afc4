"""What the tests of this room stand on: a person of whom the register keeps something in every table."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from tests import make

from seloste.kernel.duty import visitor
from seloste.register import actions as register

AT = make.AT
BEFORE = datetime(2026, 6, 1, 9, tzinfo=UTC)
HERSELF = visitor("rights")
PRIVACY = make.duty("privacy")
CLERK = make.duty("customer_service")
#: What can be kept of a person by the tables of the register.
TOLD = ("given", "family", "email", "phone", "web", "street", "position", "note", "feedback", "project", "detail")


def canaries(mark: str) -> dict[str, str]:
    """Return a value for each field, with a mark in it that nobody else's has."""
    low = mark.lower()
    return {
        "given": f"Maija{low}",
        "family": f"Mallikas{low}",
        "email": f"{low}@example.com",
        "phone": f"+35840{int(mark[1:]) + 1_000_000:07d}",
        "web": f"https://{low}.example.com/",
        "street": f"Katu{low} 1",
        "position": f"Toimi {low}",
        "note": f"Muistiinpano {low} pitkästä puhelusta.",
        "feedback": f"Palaute {low}: hyvin toimii!",
        "project": f"Projekti {low}",
        "detail": f"Messut {low}",
    }


def person(mark: str = "K1", *, at: datetime = BEFORE, but: frozenset[str] = frozenset()) -> UUID:
    """Return a person with a value of her own in every table of the register, but those named."""
    told = {name: value for name, value in canaries(mark).items() if name not in but}
    reached = {kind: told[kind] for kind in ("email", "phone", "web") if kind in told}
    person_id = make.person(told["given"], told["family"], at=at, contacts=reached)
    common: dict[str, Any] = {"by": CLERK, "at": at, "person_id": person_id}
    came = make.origin("meeting", at=at, detail=told.get("detail", ""), purposes=("customer_care",))
    if "street" in told:
        register.add_address(**common, origin=came, street=told["street"], postal_code="00100", city="Helsinki")
    if "position" in told:
        company = register.add_organisation(by=CLERK, at=at, origin=came, name="Esimerkki Oy")
        register.add_position(**common, origin=came, organisation_id=company, title=told["position"])
    if "note" in told:
        register.add_note(**common, origin=came, text=told["note"])
    if "feedback" in told:
        given = make.origin("web_form", at=at, purposes=("feedback",))
        register.add_feedback(**common, origin=given, text=told["feedback"], given_at=at)
    if "project" in told:
        agreed = make.origin("contract", at=at, purposes=("projects",))
        register.open_project(**common, origin=agreed, name=told["project"], started_on=date(2026, 6, 1))
    return person_id


def later(hours: int = 1) -> datetime:
    """Return a moment after ``AT``."""
    return AT + timedelta(hours=hours)
