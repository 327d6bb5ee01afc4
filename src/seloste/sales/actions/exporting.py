"""Deeds of taking a list out: to whose use it goes is written down, of every person on it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.disclosures import actions as disclosures
from seloste.disclosures.choices import How
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, Refusal

#: A disclosure is noted person by person: of more than this, nobody has looked whether each may be given.
MOST_GIVEN = 500


class NotTaken(Refusal):
    """The list cannot leave so."""


@transaction.atomic
def take_out(
    *,
    by: Duty,
    at: datetime,
    listing: str,
    persons: Iterable[UUID],
    count: int,
    categories: Sequence[str],
    recipient: str = "",
    purpose: str = "",
) -> None:
    """Note that a list leaves the system; to a recipient, of every person on it (art. 15(1)(c), 19).

    Missing for a job role that takes nothing out. What may go to the recipient is refused by ``disclosures``.
    """
    if "export" not in by.may:
        raise Missing
    concerned = sorted(set(persons))
    record(by=by, at=at, deed="list.taken_out", subjects=concerned, categories=categories, count=count)
    if not recipient:
        return
    if len(concerned) > MOST_GIVEN:
        raise NotTaken(_("A list for somebody else has at most 500 people. Narrow it first."), field="given_to")
    for person in concerned:
        disclosures.note_disclosure(
            by=by,
            at=at,
            person_id=person,
            recipient=recipient,
            categories=categories,
            purpose=purpose,
            how=How.SYSTEM,
            reference=f"{listing}-{at:%Y%m%d%H%M}",
        )
