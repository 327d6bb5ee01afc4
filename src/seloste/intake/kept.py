"""What the intake keeps about a person: what was said between us, and messages that wait for an employee."""

from functools import partial
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.erasure.canary import Canary
from seloste.intake.actions import note_interaction
from seloste.intake.models import Interaction, Submission
from seloste.kernel.clock import local_date
from seloste.kernel.kept import BY_STAFF, SHOWN, About, Kept, Record, Whose, erase_rows, values_of
from seloste.register.kept import items
from seloste.register.rules import keep_until

_FIELDS = {
    "reference": _("Number"),
    "form": _("Form"),
    "language": _("Language"),
    "received_at": _("Received"),
    "name": _("Name"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "company": _("Organisation"),
    "message": _("Message"),
    "state": _("State"),
    "decided_at": _("Decided"),
}


def _submissions(whose: Whose) -> list[Record]:
    """Return the messages that were entered for the people, and those that came from an address that is theirs alone.

    The person of the first is known. A message that waits, or was declined, belongs to nobody yet: the address in it
    is all that leads to her. The name in it proves nothing (namesakes).
    """
    lowered = {address.lower() for address in whose.addresses}
    by_address = Q(person=None) & (Q(lowered__in=lowered) & ~Q(email="") | Q(phone__in=whose.addresses) & ~Q(phone=""))
    rows = Submission.objects.annotate(lowered=Lower("email"))
    found = (
        rows.filter(Q(person_id__in=whose.persons) | by_address)
        if lowered
        else rows.filter(person_id__in=whose.persons)
    )
    return [
        Record(id=row.id, person=row.person_id, values=values_of(row, _FIELDS), about=_about(row))
        for row in found.order_by("received_at", "id")
    ]


def _about(row: Submission) -> About:
    form = current().form[row.form]
    basis = current().purpose[form.purpose].bases
    return About(
        source=form.source,
        source_detail=row.reference,
        since_at=row.received_at,
        purposes=(form.purpose,),
        bases=tuple(basis),
        until=keep_until(current(), form.purpose, local_date(row.decided_at or row.received_at)),
        names_others=True,
        own_words=True,
    )


def _is_own_message(row: Any) -> bool:  # noqa: ANN401 -- a row of the table
    return bool(row.kind == "message" and row.direction == "in" and row.source == "web_form")


def plant(canary: Canary) -> None:
    """Note a call with the person whom the nightly sweep plants and erases."""
    note_interaction(
        by=canary.by,
        at=canary.at,
        person_id=canary.person_id,
        origin=canary.origin,
        kind="call",
        text=canary.word("call"),
        occurred_at=canary.at,
    )


STORES = (
    items(
        "intake.interactions",
        _("Calls, meetings and messages"),
        Interaction,
        categories=frozenset({"correspondence"}),
        fields={
            "kind": _("Kind"),
            "direction": _("From whom"),
            "occurred_at": _("When"),
            "text": _("What was said"),
            "reference": _("Number"),
        },
        names_others=True,
        own_words=_is_own_message,
    ),
    Kept(
        key="intake.submissions",
        name=_("Messages from our web forms"),
        model=Submission,
        categories=frozenset({"identity", "contact", "organisation", "correspondence", "feedback"}),
        fields=_FIELDS,
        inner={"notice_version": SHOWN, "decided_by": BY_STAFF},
        records=_submissions,
        erase=partial(erase_rows, Submission),
    ),
)

__all__ = ["STORES", "plant"]
