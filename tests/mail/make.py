"""What the tests of the outbox are told, and a mail server of their own that really speaks SMTP."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from tests import make
from tests.consents.make import ADDRESS, confirmed, reachable

from seloste.consents import actions as consents
from seloste.kernel.duty import system
from seloste.mail import actions
from seloste.mail.choices import MessageKind
from seloste.mail.rules import OptOut

BY = system("direct_marketing")


def opt_out() -> OptOut:
    """Return addresses of our own where marketing is forbidden."""
    own = settings.PUBLIC_ORIGIN
    return OptOut(one_click_url=f"{own}/suostumukset/peru/abc/", preferences_url=f"{own}/suostumukset/abc/")


def told(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- what the deed is told
    """Return what `queue` is told about a service message."""
    make.version_id()
    return {
        "by": BY,
        "at": make.AT,
        "key": f"test:{uuid4()}",
        "kind": MessageKind.SERVICE,
        "purpose": "customer_care",
        "person_id": None,
        "address": ADDRESS,
        "language": "fi",
        "subject": "Vastaus kysymykseesi",
        "text": "Hei!\n\nOlemme auki arkisin kello 9–16.",
        **changes,
    }


def service(**changes: Any) -> UUID:  # noqa: ANN401 -- as above
    """Queue a service message; return its id."""
    return actions.queue(**told(**changes))


def consenting() -> UUID:
    """Return a person who has consented to marketing by e-mail."""
    return consenting_at(make.AT)


def consenting_at(at: datetime) -> UUID:
    """Return a person who consented at the moment."""
    person_id = reachable()
    consents.give_confirmed(**confirmed(person_id, at=at))
    return person_id


def marketing(person_id: UUID | None = None, **changes: Any) -> UUID:  # noqa: ANN401 -- as above
    """Queue a marketing message to a person who has consented; return its id."""
    said = {
        "kind": MessageKind.MARKETING,
        "purpose": "direct_marketing",
        "person_id": person_id or consenting(),
        "subject": "Uusi versio on täällä",
        "text": "Hei!\n\nUusi versio on ilmestynyt.",
        "opt_out": opt_out(),
    }
    return actions.queue(**told(**{**said, **changes}))
