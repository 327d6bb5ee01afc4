"""What the room keeps about a person itself: that packages were made, and what was decided about records for them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from seloste.access.models import Package, Review
from seloste.kernel.kept import About, Kept, Record, Whose, always_goes, erase_rows

_STAFF = "which employee did it; the person is told when and for which purpose, not by whom (C-579/21)"
_LINK = "link between rows; goes with the row"

_PACKAGE = {
    "extent": _("What it held"),
    "language": _("Language"),
    "entries": _("Records in it"),
    "waiting": _("Records that still waited for a look"),
    "made_at": _("Made"),
    "expires_at": _("Waited until"),
    "downloaded_at": _("Downloaded"),
    "downloads": _("Times downloaded"),
    "size": _("Size in bytes"),
    "sha256": _("Fingerprint (SHA-256)"),
}
_REVIEW = {
    "verdict": _("What was decided"),
    "reasons": _("Why"),
    "decided_at": _("Decided"),
}


def _rows(model: Any, fields: Any, about: Callable[[Any], About]) -> Callable[[Whose], list[Record]]:  # noqa: ANN401
    def records(whose: Whose) -> list[Record]:
        rows = model.objects.filter(person__in=whose.persons).defer(*_HEAVY.get(model, ())).order_by("id")
        return [
            Record(id=row.pk, person=row.person, values={name: getattr(row, name) for name in fields}, about=about(row))
            for row in rows
        ]

    return records


_HEAVY: dict[Any, tuple[str, ...]] = {Package: ("sealed",)}

STORES = (
    Kept(
        key="access.packages",
        name=_("Packages of your data"),
        model=Package,
        categories=frozenset({"rights_request"}),
        fields=_PACKAGE,
        inner={
            "sealed": "the package itself: all of it is shown in its own place",
            "matter": _LINK,
            "made_by": _STAFF,
        },
        records=_rows(Package, _PACKAGE, lambda row: About(since_at=row.made_at, purposes=("rights",))),
        stays=always_goes,
        erase=partial(erase_rows, Package),
        order=10,
    ),
    Kept(
        key="access.reviews",
        name=_("What was left out for the sake of others"),
        model=Review,
        categories=frozenset({"rights_request"}),
        fields=_REVIEW,
        inner={
            "matter": _LINK,
            "store": "which table it was decided about; stands with the record itself",
            "record": _LINK,
            "passages": "places in a text; the text itself is shown without them",
            "mark": "keyed mark of what was looked at",
            "decided_by": _STAFF,
        },
        records=_rows(Review, _REVIEW, lambda row: About(since_at=row.decided_at, purposes=("rights",))),
        erase=partial(erase_rows, Review),
        order=10,
    ),
)
