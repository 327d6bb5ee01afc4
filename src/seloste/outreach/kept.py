"""What keeping in touch keeps about a person: what waits for her word, and which letters for many she is to get."""

from functools import partial

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from seloste.consents.queries import MARKETING
from seloste.kernel.kept import A_COPY, SHOWN, About, Kept, Record, Whose, always_goes, erase_rows, values_of
from seloste.outreach.choices import Opens
from seloste.outreach.models import Asked, Recipient
from seloste.register.models import Person

_ASKED_FIELDS = {
    "address": _("Address"),
    "wanted": _("What was asked for"),
    "opens": _("Which page the link opens"),
    "language": _("Language"),
    "asked_at": _("Asked"),
    "code_used_at": _("Code used"),
    "confirmed_at": _("Confirmed"),
}
_RECIPIENT_FIELDS = {
    "address": _("Address"),
    "language": _("Language"),
    "rule": _("By which rule"),
    "evidence": _("What the rule rests on"),
    "denied": _("Why it was not sent"),
}


def _asked(whose: Whose) -> list[Record]:
    """Return what was asked for at addresses that are theirs alone. Who asked is not known until she confirms."""
    return [
        Record(
            id=row.id,
            person=None,
            values=values_of(row, _ASKED_FIELDS),
            about=About(
                source="web_form",
                since_at=row.asked_at,
                purposes=(MARKETING if row.opens == Opens.PREFERENCES else "rights",),
                until=row.until_at.date(),
            ),
        )
        for row in Asked.objects.filter(mark__in=list(whose.marks)).order_by("asked_at", "id")
    ]


def _recipients(whose: Whose) -> list[Record]:
    """Return the letters that they were chosen for; by their address only where whoever had it is gone."""
    hers = Q(person_id__in=whose.persons) | Q(mark__in=list(whose.marks))
    rows = list(Recipient.objects.filter(hers).select_related("mailing").order_by("id"))
    others = {row.person_id for row in rows} - whose.persons
    here = set(Person.objects.filter(id__in=others).values_list("id", flat=True))
    return [
        Record(
            id=row.id,
            person=row.person_id if row.person_id in whose.persons else None,
            values=values_of(row, _RECIPIENT_FIELDS),
            about=About(since_at=row.mailing.chosen_at, purposes=(MARKETING,)),
        )
        for row in rows
        if row.person_id not in here
    ]


STORES = (
    Kept(
        key="outreach.asked",
        name=_("Requests for one's own page, and newsletters that wait to be confirmed"),
        model=Asked,
        categories=frozenset({"contact", "consent"}),
        fields=_ASKED_FIELDS,
        inner={"mark": A_COPY, "notice_version": SHOWN},
        records=_asked,
        stays=always_goes,
        erase=partial(erase_rows, Asked),
    ),
    Kept(
        key="outreach.recipients",
        name=_("Letters to many that the person was chosen for"),
        model=Recipient,
        categories=frozenset({"contact", "consent"}),
        fields=_RECIPIENT_FIELDS,
        inner={"person_id": "her own random number in the register", "mark": A_COPY},
        records=_recipients,
        stays=always_goes,
        erase=partial(erase_rows, Recipient),
    ),
)

__all__ = ["STORES"]
