"""What the tests of consents are told: evidence, words, and persons who can be reached."""

from datetime import date
from typing import Any
from uuid import UUID

from tests import make

from seloste.consents.choices import EvidenceKind
from seloste.consents.rules.evidence import Evidence
from seloste.kernel.clock import local_date
from seloste.kernel.duty import visitor
from seloste.register.actions import note_information_given, verify_contact_point

ADDRESS = "maija@example.com"
#: What a visitor's duty is here: the person herself.
HERSELF = visitor("direct_marketing")


def evidence(on: date | None = None, kind: str = "signed_paper", kept: str = "Kansio M3, lehti 12") -> Evidence:
    """Return evidence of a day, by default the day of the tests."""
    return Evidence(kind=EvidenceKind(kind), kept=kept, on=on or local_date(make.AT))


def told(person_id: UUID, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- what the deeds are told
    """Return what the deeds about words are told; the notice is published."""
    make.version_id()
    said = {"consent": "marketing_email", "language": "fi", "source": "meeting"}
    return {"by": make.duty("marketing"), "at": make.AT, "person_id": person_id, **said, **changes}


def yes(person_id: UUID, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- as above
    """Return what the deed of giving is told."""
    at = changes.get("at", make.AT)
    return told(person_id, **{"evidence": evidence(local_date(at)), **changes})


def confirmed(person_id: UUID, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- as above
    """Return what the deed of giving by confirmation is told."""
    said = {"by": HERSELF, "address": ADDRESS, "request_reference": "P-1", "message_id": "<1@example.com>"}
    told_ = {**told(person_id), **said, **changes}
    return {name: value for name, value in told_.items() if name != "source"}


def reachable(**rest: Any) -> UUID:  # noqa: ANN401 -- goes through to the person
    """Return a person who has been informed and whose e-mail address is known to be hers."""
    person_id = make.person(email=ADDRESS, **rest)
    note_information_given(by=make.duty(), at=make.AT, person_id=person_id, channel="phone", given_at=make.AT)
    verify_contact_point(by=HERSELF, at=make.AT, person_id=person_id, address=ADDRESS)
    return person_id
