"""What this room keeps about a person: to whom her data were given, and what these recipients were told."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from seloste.disclosures.choices import NoticeState
from seloste.disclosures.models import Disclosure, RecipientNotice
from seloste.kernel.kept import BY_STAFF, SHOWN, About, Kept, Record, Stay, Surviving, Whose, erase_rows, values_of

_GIVEN = {
    "recipient": _("Recipient"),
    "categories": _("What was given"),
    "purpose": _("Purpose"),
    "basis": _("Legal basis"),
    "given_at": _("Given"),
    "how": _("How"),
    "reference": _("Number"),
}
_TOLD = {
    "recipient": _("Recipient"),
    "because": _("Why it has to be told"),
    "state": _("State"),
    "created_at": _("Since"),
    "mailed_at": _("A message was sent"),
    "settled_at": _("Settled"),
    "how": _("How"),
    "reason": _("Why it could not be told"),
}


def _rows(model: Any, fields: Sequence[str], since: str) -> Callable[[Whose], list[Record]]:  # noqa: ANN401 -- either model
    def records(whose: Whose) -> list[Record]:
        return [
            Record(
                id=row.id,
                person=row.person,
                values=values_of(row, fields),
                about=About(since_at=getattr(row, since), purposes=("rights",), until=row.keep_until),
            )
            for row in model.objects.filter(person__in=whose.persons).order_by("id")
        ]

    return records


def _shows_whom_to_tell(record: Record, _surviving: Surviving) -> Stay:
    return Stay(
        law="GDPR 5(2), 19",
        why=_("It shows to whom data were given, so that they can be told. Nothing stays but a random number."),
        until=record.about.until,
        blocks=False,
    )


def _still_to_be_told(record: Record, _surviving: Surviving) -> Stay:
    due = record.values["state"] == NoticeState.DUE
    why = (
        _("The recipient has not been told yet. Sealed until then, it says by what the recipient finds the person.")
        if due
        else _("It shows that the recipient was told. Nothing stays but a random number.")
    )
    return Stay(law="GDPR 5(2), 19", why=why, until=record.about.until, blocks=False)


def _forget_references(ids: Sequence[Any], _purposes: frozenset[str]) -> int:
    """Leave of an entry nothing that leads to the person but her former random id."""
    return Disclosure.objects.filter(id__in=ids).exclude(reference="").update(reference="")


STORES = (
    Kept(
        key="disclosures.given",
        name=_("To whom data were given"),
        model=Disclosure,
        categories=frozenset({"rights_request"}),
        fields=_GIVEN,
        inner={"person": SHOWN, "noted_at": SHOWN, "noted_by": BY_STAFF},
        records=_rows(Disclosure, list(_GIVEN), "given_at"),
        stays=_shows_whom_to_tell,
        erase=partial(erase_rows, Disclosure),
        narrow=_forget_references,
    ),
    Kept(
        key="disclosures.told",
        name=_("What recipients were told"),
        model=RecipientNotice,
        categories=frozenset({"rights_request", "identity", "contact"}),
        fields=_TOLD,
        inner={
            "person": SHOWN,
            "matter": "the number of the request or correction, which is shown with it",
            "words": "her own name and addresses and what changed, sealed until the recipient was told",
            "created_by": BY_STAFF,
            "settled_by": BY_STAFF,
        },
        records=_rows(RecipientNotice, list(_TOLD), "created_at"),
        stays=_still_to_be_told,
        erase=partial(erase_rows, RecipientNotice),
    ),
)
