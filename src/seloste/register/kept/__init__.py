"""What the register keeps about a person, for whoever shows, moves or erases it."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.kept import (
    A_COPY,
    BY_STAFF,
    SHOWN,
    About,
    Kept,
    Record,
    Stay,
    Surviving,
    Whose,
    erase_rows,
    values_of,
)
from seloste.kernel.periods import add
from seloste.register.kept import organisations
from seloste.register.kept.items import PROVENANCE, items
from seloste.register.kept.needed import needed
from seloste.register.models import (
    ContactPoint,
    Correction,
    Feedback,
    Ground,
    Name,
    Note,
    NoticeDelivery,
    Organisation,
    Person,
    Position,
    PostalAddress,
    Project,
    Restriction,
    Statement,
)
from seloste.register.queries import corrections

__all__ = ["STORES", "items", "needed"]


def _rows(model: Any, fields: Sequence[str], about: Callable[[Any], About]) -> Callable[[Whose], list[Record]]:  # noqa: ANN401
    def records(whose: Whose) -> list[Record]:
        rows = model.objects.filter(person_id__in=whose.persons).order_by("id")
        return [
            Record(id=row.pk, person=row.person_id, values=values_of(row, fields), about=about(row)) for row in rows
        ]

    return records


def _persons(whose: Whose) -> list[Record]:
    return [
        Record(
            id=row.id,
            person=row.id,
            values=values_of(row, _PERSON_FIELDS),
            about=About(since_at=row.created_at),
        )
        for row in Person.objects.filter(id__in=whose.persons).order_by("id")
    ]


def _while_anything_stays(_record: Record, surviving: Surviving) -> Stay | None:
    """Keep the number of the person, and what goes with it, for as long as one of her purposes lasts."""
    return max(surviving.purposes.values(), key=lambda stay: stay.until or date.max, default=None)


def _ground_stays(record: Record, surviving: Surviving) -> Stay | None:
    return surviving.purposes.get(record.values["purpose"])


_PERSON_FIELDS = {
    "reference": _("Number"),
    "kind": _("Kind"),
    "language": _("Language"),
    "restricted_at": _("Use restricted since"),
    "blocked_at": _("Erased but for what the law keeps, since"),
}
_GROUND_FIELDS = {
    "purpose": _("Purpose"),
    "basis": _("Legal basis"),
    "since_on": _("Since"),
    "runs_from": _("The period runs from"),
    "keep_until": _("Until"),
    "ended_at": _("Ended"),
}
_RESTRICTION_FIELDS = {
    "reason": _("Ground"),
    "since_at": _("Since"),
    "detail": _("Matter"),
    "told_at": _("Told that it ends"),
    "ended_at": _("Ended"),
}
_CORRECTION_FIELDS = {
    "kind": _("What"),
    "before": _("What it was before"),
    "request": _("Request"),
    "corrected_at": _("Corrected"),
}


def _corrections(whose: Whose) -> list[Record]:
    """Return the sealed records, opened: what was held of her is hers to see. Who asks is recorded by the asker."""
    found = []
    for row in Correction.objects.filter(person_id__in=whose.persons).order_by("id"):
        held = corrections.opened(row)
        found.append(
            Record(
                id=row.id,
                person=row.person_id,
                values={
                    "kind": row.kind,
                    "before": corrections.text_of(held["values"]),
                    "request": row.request,
                    "corrected_at": row.corrected_at,
                },
                about=About(
                    source=held["source"],
                    source_detail=held["source_detail"],
                    since_at=row.corrected_at,
                    purposes=("rights",),
                    until=add(local_date(row.corrected_at), current().purpose["rights"].retention.period),
                    is_current=False,
                    names_others=row.kind in {"note", "feedback", "project", "interaction"},
                ),
            )
        )
    return found


def _only_for_a_claim(_record: Record, surviving: Surviving) -> Stay | None:
    """Let what was wrong go with everything else, unless a claim from a contract may turn on it."""
    return surviving.purposes.get("contract_management")


_DELIVERY_FIELDS = {
    "article": _("Article"),
    "language": _("Language"),
    "due_on": _("To be given by"),
    "delivered_at": _("Given"),
    "channel": _("How"),
}

STORES = (
    items(
        "register.names",
        _("Names"),
        Name,
        categories=frozenset({"identity"}),
        fields={"given_name": _("First name"), "family_name": _("Last name")},
        inner={"by_family": A_COPY, "by_given": A_COPY},
    ),
    items(
        "register.contact_points",
        _("E-mail addresses, numbers and web addresses"),
        ContactPoint,
        categories=frozenset({"contact", "web_address", "social_profile", "ip_address"}),
        fields={
            "kind": _("Kind"),
            "network": _("Network"),
            "value": _("Value"),
            "original": _("As it was given"),
            "verified_at": _("Confirmed"),
            "bounced_at": _("Messages came back"),
            "prohibition_checked_on": _("Looked up in the prohibition register"),
        },
        inner={"mark": A_COPY, "key": A_COPY},
    ),
    items(
        "register.addresses",
        _("Postal addresses"),
        PostalAddress,
        categories=frozenset({"contact"}),
        fields={
            "street": _("Street address"),
            "postal_code": _("Postal code"),
            "city": _("City"),
            "country": _("Country"),
        },
        inner={"mark": A_COPY},
    ),
    items(
        "register.positions",
        _("Positions and workplaces"),
        Position,
        categories=frozenset({"position", "organisation"}),
        fields={
            "organisation": _("Organisation"),
            "title": _("Position"),
            "relevance": _("What of our services concerns the work"),
        },
    ),
    Kept(
        key="register.organisations",
        name=_("Organisations that we know through this person alone"),
        model=Organisation,
        categories=frozenset({"organisation"}),
        fields=organisations.FIELDS,
        inner={**PROVENANCE, "key": A_COPY},
        records=organisations.records,
        erase=organisations.erase,
        order=60,
    ),
    items(
        "register.feedback",
        _("Feedback"),
        Feedback,
        categories=frozenset({"feedback"}),
        fields={"text": _("Feedback"), "given_at": _("Given")},
        names_others=True,
        own_words=lambda row: bool(row.source == "web_form"),
    ),
    items(
        "register.projects",
        _("Projects"),
        Project,
        categories=frozenset({"project"}),
        fields={
            "name": _("Project"),
            "description": _("Description"),
            "state": _("State"),
            "started_on": _("Started"),
            "closed_on": _("Closed"),
        },
        names_others=True,
    ),
    items(
        "register.notes",
        _("Notes"),
        Note,
        categories=frozenset({"correspondence"}),
        fields={"text": _("Note")},
        names_others=True,
    ),
    items(
        "register.statements",
        _("Your own statements"),
        Statement,
        categories=frozenset({"rights_request"}),
        fields={"text": _("Statement"), "kind": _("What it stands beside")},
    ),
    Kept(
        key="register.corrections",
        name=_("What was corrected"),
        model=Correction,
        categories=frozenset({"rights_request"}),
        fields=_CORRECTION_FIELDS,
        inner={"purposes": SHOWN, "corrected_by": BY_STAFF},
        records=_corrections,
        stays=_only_for_a_claim,
        erase=partial(erase_rows, Correction),
        order=90,
    ),
    Kept(
        key="register.grounds",
        name=_("Why we hold the data"),
        model=Ground,
        categories=frozenset({"provenance"}),
        fields=_GROUND_FIELDS,
        inner={"started_by": BY_STAFF, "ended_by": BY_STAFF},
        records=_rows(
            Ground,
            list(_GROUND_FIELDS),
            lambda row: About(
                purposes=(row.purpose,),
                bases=(row.basis,),
                until=row.keep_until,
                is_current=row.ended_at is None,
            ),
        ),
        stays=_ground_stays,
        erase=partial(erase_rows, Ground),
        order=90,
    ),
    Kept(
        key="register.restrictions",
        name=_("Restrictions of use"),
        model=Restriction,
        categories=frozenset({"rights_request"}),
        fields=_RESTRICTION_FIELDS,
        inner={"source": SHOWN, "since_by": BY_STAFF, "ended_by": BY_STAFF},
        records=_rows(
            Restriction,
            list(_RESTRICTION_FIELDS),
            lambda row: About(
                source=row.source, since_at=row.since_at, purposes=("rights",), is_current=row.ended_at is None
            ),
        ),
        stays=_while_anything_stays,
        erase=partial(erase_rows, Restriction),
        order=90,
    ),
    Kept(
        key="register.information",
        name=_("When we told about this register"),
        model=NoticeDelivery,
        categories=frozenset({"provenance"}),
        fields=_DELIVERY_FIELDS,
        inner={"notice_version": SHOWN, "delivered_by": BY_STAFF},
        records=_rows(
            NoticeDelivery,
            list(_DELIVERY_FIELDS),
            lambda row: About(since_at=row.delivered_at, purposes=("rights",)),
        ),
        stays=_while_anything_stays,
        erase=partial(erase_rows, NoticeDelivery),
        order=90,
    ),
    Kept(
        key="register.person",
        name=_("Number in the register"),
        model=Person,
        categories=frozenset({"identity", "rights_request"}),
        fields=_PERSON_FIELDS,
        inner={"created_at": SHOWN, "created_by": BY_STAFF},
        records=_persons,
        stays=_while_anything_stays,
        erase=partial(erase_rows, Person),
        order=99,
    ),
)
