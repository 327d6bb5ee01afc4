"""Fills the outbox by the product's own deed, and tells what stands in it; asked over standard input, line by line."""

import json
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from seloste.config import preparation

#: Half of the messages are marketing to these people, by turns.
PEOPLE = 50
_KNOWN: list[UUID] = []


def main() -> None:
    """Answer until standard input ends."""
    with preparation.house():
        for line in sys.stdin:
            asked = json.loads(line)
            began = time.perf_counter()
            _fill(asked.get("count", 0), datetime.fromtimestamp(asked["at"], tz=UTC))
            told = {"seconds": time.perf_counter() - began, **_told(every=asked.get("every", False))}
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


def _fill(count: int, at: datetime) -> None:
    """Queue messages, a hundred to a transaction, as a mailing does."""
    from django.db import transaction  # noqa: PLC0415 -- Django is set up by now

    if count and not _KNOWN:
        _KNOWN.extend(_person(number, at) for number in range(PEOPLE))
    for first in range(0, count, 100):
        with transaction.atomic():
            for number in range(first, min(first + 100, count)):
                _queue(number, at)


def _person(number: int, at: datetime) -> UUID:
    """Return an invented person who has been informed, whose address is hers, and who has consented."""
    from seloste.consents.actions import give_confirmed  # noqa: PLC0415 -- Django is set up by now
    from seloste.kernel.duty import system, visitor  # noqa: PLC0415
    from seloste.notices.actions import ensure_published  # noqa: PLC0415
    from seloste.notices.queries import current_version_id  # noqa: PLC0415
    from seloste.register import actions as register  # noqa: PLC0415
    from seloste.register.rules import Origin  # noqa: PLC0415

    ensure_published(at=at)
    by = system("direct_marketing")
    came = Origin(
        source="web_form", collected_at=at, purposes=("direct_marketing",), notice_version_id=current_version_id()
    )
    person_id = register.add_person(by=by, at=at, origin=came, given_name="Outi", family_name=f"Odottava {number}")
    address = f"outi.odottava.{number}@example.com"
    register.add_contact_point(by=by, at=at, person_id=person_id, origin=came, kind="email", value=address)
    register.note_information_given(by=by, at=at, person_id=person_id, channel="web_form", given_at=at)
    register.verify_contact_point(by=by, at=at, person_id=person_id, address=address)
    give_confirmed(
        by=visitor("direct_marketing"),
        at=at,
        person_id=person_id,
        consent="marketing_email",
        language="fi",
        address=address,
        request_reference=f"P-{number}",
        message_id=f"<{number}@example.com>",
    )
    return person_id


def _queue(number: int, at: datetime) -> None:
    from django.conf import settings  # noqa: PLC0415 -- Django is set up by now

    from seloste.kernel.duty import system  # noqa: PLC0415
    from seloste.mail.actions import queue  # noqa: PLC0415
    from seloste.mail.choices import MessageKind  # noqa: PLC0415
    from seloste.mail.rules import OptOut  # noqa: PLC0415

    is_marketing = number % 2 == 0
    place = number // 2 % PEOPLE
    own = settings.PUBLIC_ORIGIN
    queue(
        by=system("direct_marketing" if is_marketing else "customer_care"),
        at=at,
        key=f"bench:{uuid4()}",
        kind=MessageKind.MARKETING if is_marketing else MessageKind.SERVICE,
        purpose="direct_marketing" if is_marketing else "customer_care",
        person_id=_KNOWN[place],
        address=f"outi.odottava.{place}@example.com",
        language="fi",
        subject="Uusi versio on täällä" if is_marketing else "Vastaus kysymykseesi",
        text="Hei!\n\nTässä on muutama rivi tekstiä, niin kuin viesteissä on.\n\nTerveisin\nHusgrove",
        opt_out=OptOut(one_click_url=f"{own}/suostumukset/peru/abc/", preferences_url=f"{own}/suostumukset/abc/")
        if is_marketing
        else None,
    )


def _told(*, every: bool) -> Mapping[str, Any]:
    from seloste.mail.models import Message, MessageEvent  # noqa: PLC0415 -- Django is set up by now
    from seloste.mail.queries import whole_counts  # noqa: PLC0415

    counts = whole_counts()
    told = {"waiting": counts.get("queued", 0), "states": counts}
    if every:
        unknown = MessageEvent.objects.filter(state="unknown").values("message").distinct().count()
        rows = Message.objects.values_list("message_id", "state", "kind", "resent")
        told |= {"rows": list(rows), "ever_unknown": unknown}
    return told


if __name__ == "__main__":
    main()
