"""What happened to a person's subscriptions and files, on her timeline."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seloste.kernel.duty import Duty
from seloste.kernel.timeline import Entry
from seloste.services.models import Deliverable, SubscriptionChange
from seloste.services.queries import words

PURPOSE = "order"
#: How many of the newest changes stand on the timeline; all of them are on the subscription's own sheet.
NEWEST = 200


def timeline_entries(_by: Duty, person_id: UUID) -> Sequence[Entry]:
    """Return the changes of the person's subscriptions, and the files that she bought."""
    return [*_changes(person_id), *_files(person_id)]


def _changes(person_id: UUID) -> list[Entry]:
    rows = SubscriptionChange.objects.filter(subscription__order__person=person_id).select_related("subscription")
    return [_change(row) for row in rows.order_by("-at", "-number")[:NEWEST]]


def _change(row: SubscriptionChange) -> Entry:
    told = {
        "what": words.called(row.title, row.quantity),
        "kind": row.get_kind_display(),
        "price": words.price(row.unit * row.quantity, row.interval, is_gross=row.subscription.is_gross),
    }
    return Entry(
        id=row.id,
        kind="subscription",
        at=row.at,
        title=gettext_lazy("Subscription"),
        text=_("%(what)s: %(kind)s (%(price)s)") % told,
        source=row.source,
        source_detail=", ".join(part for part in (row.asked_name, row.source_detail) if part),
        purposes=(PURPOSE,),
        category="order",
        collected_by=row.entered_by,
        reference=row.subscription.reference,
        marks=(row.get_asked_by_display(),),
    )


def _files(person_id: UUID) -> list[Entry]:
    rows = Deliverable.objects.filter(order__person=person_id).select_related("order").order_by("-granted_at")
    return [
        Entry(
            id=row.id,
            kind="file",
            at=row.granted_at,
            title=gettext_lazy("File to download"),
            text=row.title,
            source="order",
            purposes=(PURPOSE,),
            category="order",
            reference=row.order.reference,
        )
        for row in rows[:NEWEST]
    ]
