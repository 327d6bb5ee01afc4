"""What the room keeps about a person: that her page is open, for half an hour."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from seloste.kernel.clock import local_date
from seloste.kernel.kept import About, Kept, Record, Whose, always_goes, erase_rows, values_of
from seloste.mydata.models import Session

_FIELDS = {"address": _("Address"), "begun_at": _("Opened"), "proved_at": _("Proved last")}


def _sessions(whose: Whose) -> list[Record]:
    return [
        Record(
            id=row.id,
            person=row.person,
            values=values_of(row, _FIELDS),
            about=About(source="web_form", since_at=row.begun_at, purposes=("rights",), until=local_date(row.until_at)),
        )
        for row in Session.objects.filter(person__in=whose.persons).order_by("id")
    ]


STORES = (
    Kept(
        key="mydata.sessions",
        name=_("My data, open in a browser"),
        model=Session,
        categories=frozenset({"contact", "rights_request"}),
        fields=_FIELDS,
        records=_sessions,
        stays=always_goes,
        erase=partial(erase_rows, Session),
    ),
)
