# ruff: noqa: ANN401 -- values go through to the deeds and to the test client
"""What the desk's tests stand on: a signed-in employee, a person, and the answers of pages."""

from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.test import Client
from django.urls import reverse
from tests import make
from tests.accounts import make as staff

from seloste.intake.models import Submission
from seloste.kernel.clock import now
from seloste.register import actions as register

#: Tables that a look may write to: the record of the look, and the session it was made in.
LOOKS = {"audit_auditevent", "accounts_session"}


def client(role: str = "customer_service") -> Client:
    """Return the browser of an employee, ready for the desk; the notice is published."""
    make.version_id(now())
    return staff.client_of(role)


def person(**rest: Any) -> UUID:
    """Return a person who was entered just now."""
    return make.person(at=now(), **rest)


def message(form: str = "contact", **values: str) -> UUID:
    """Return a message that arrived just now."""
    reference = make.message(form, at=now(), **values)
    return Submission.objects.values_list("id", flat=True).get(reference=reference)


def organisation(name: str = "Mallila Oy") -> UUID:
    """Return an organisation that was entered just now."""
    at = now()
    return register.add_organisation(by=make.duty(), at=at, origin=make.origin(at=at), name=name)


def send(browser: Client, page: str, /, *args: object, **values: object) -> Any:
    """Send a desk form with a fresh mark, as the page would."""
    return browser.post(reverse(page, args=args), {"token": str(uuid4()), **values})


def tables() -> dict[str, tuple[int, int]]:
    """Return of every table but those of looks how many rows it has and the newest transaction that wrote one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = sorted({row[0] for row in cursor.fetchall()} - LOOKS)
        counted = {}
        for name in names:
            cursor.execute(f'SELECT count(*), coalesce(max(xmin::text::bigint), 0) FROM public."{name}"')  # noqa: S608
            counted[name] = cursor.fetchone()
    return counted
