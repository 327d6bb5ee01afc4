"""What tests are about, made through the real deeds: every person here came in lawfully."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from seloste.declaration.load import current
from seloste.intake import actions as intake
from seloste.kernel.duty import Duty, visitor
from seloste.notices import actions as notices
from seloste.notices.models import NoticeVersion
from seloste.register import actions as register
from seloste.register.rules import Origin

#: Noon in Helsinki on a Wednesday.
AT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
#: The number of the notice as it stands: pinned in one test (tests/declaration/test_seed.py) and nowhere else.
VERSION = current().meta.version


def duty(role: str = "customer_service", actor: UUID | None = None) -> Duty:
    """Return an employee of the declared role at work."""
    declared = current().role[role]
    return Duty(
        actor=actor or uuid4(),
        role=role,
        purpose=declared.purposes[0],
        purposes=frozenset(declared.purposes),
        categories=frozenset(declared.categories),
        may=frozenset(declared.may),
    )


def version_id(at: datetime = AT) -> int:
    """Return the published notice, publishing it where that has not been done."""
    notices.ensure_published(at=at)
    return NoticeVersion.objects.order_by("-id").values_list("id", flat=True)[0]


def origin(
    source: str = "phone", *, purposes: tuple[str, ...] = ("customer_care",), at: datetime = AT, detail: str = ""
) -> Origin:
    """Return where values come from."""
    return Origin(source=source, detail=detail, collected_at=at, purposes=purposes, notice_version_id=version_id(at))


def person(
    given_name: str = "Maija",
    family_name: str = "Mallikas",
    *,
    by: Duty | None = None,
    at: datetime = AT,
    source: str = "phone",
    purposes: tuple[str, ...] = ("customer_care",),
    contacts: Mapping[str, str] | None = None,
    email: str = "",
    phone: str = "",
    web: str = "",
) -> UUID:
    """Enter a person with her contact points by kind, or as ``email=``, ``phone=``, ``web=``; return her id."""
    by = by or duty()
    came = origin(source, purposes=purposes, at=at)
    person_id = register.add_person(by=by, at=at, origin=came, given_name=given_name, family_name=family_name)
    told = {"email": email, "phone": phone, "web": web, **(contacts or {})}
    for kind, value in [(kind, value) for kind, value in told.items() if value]:
        register.add_contact_point(by=by, at=at, person_id=person_id, origin=came, kind=kind, value=value)
    return person_id


def message(form: str = "contact", *, at: datetime = AT, **values: str) -> str:
    """Let a visitor send a form; return the message's reference."""
    written = {
        "name": "Maija Mallikas",
        "email": "maija@example.com",
        "message": "Hei! Kysyisin tilauksestani.",
    } | values
    asked = current().form[form].asks
    told: dict[str, Any] = {name: written.get(name, "") for name in asked}
    return intake.receive(
        by=visitor(current().form[form].purpose),
        at=at,
        form=form,
        values=told,
        token=uuid4(),
        language="fi",
        notice_version_id=version_id(at),
        network="192.0.2.7",
    )
