"""What the register keeps about a person, for whoever shows, moves or erases it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import Exists, F, Func, OuterRef, Subquery, TextField, Value
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
from seloste.kernel.refusals import Words
from seloste.register import rules
from seloste.register.choices import CONTACT_CATEGORY, ContactKind, ProjectState
from seloste.register.models import (
    ContactPoint,
    Correction,
    Feedback,
    Ground,
    Item,
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

#: The fields of every item that say where it is from.
_PROVENANCE: Mapping[str, str] = {
    **dict.fromkeys(("source", "source_detail", "collected_at", "purposes", "ended_at", "end_reason"), SHOWN),
    "notice_version": SHOWN,
    "collected_by": BY_STAFF,
    "ended_by": BY_STAFF,
}

#: person → purpose → (basis, last day).
_Grounds = Mapping[UUID, Mapping[str, tuple[str, date]]]


def _grounds(persons: frozenset[UUID]) -> _Grounds:
    found: dict[UUID, dict[str, tuple[str, date]]] = {}
    rows = Ground.objects.filter(person_id__in=persons, ended_at=None)
    for person, purpose, basis, until in rows.values_list("person_id", "purpose", "basis", "keep_until"):
        found.setdefault(person, {})[purpose] = (basis, until)
    return found


def _about(row: Any, grounds: Mapping[str, tuple[str, date]], *, names_others: bool, own_words: bool) -> About:  # noqa: ANN401
    ends = {purpose: until for purpose, (_basis, until) in grounds.items()}
    return About(
        source=row.source,
        source_detail=row.source_detail,
        since_at=row.collected_at,
        purposes=tuple(row.purposes),
        bases=tuple(sorted({grounds[purpose][0] for purpose in row.purposes if purpose in grounds})),
        until=rules.latest_end(row.purposes, ends),
        is_current=row.ended_at is None,
        names_others=names_others,
        own_words=own_words,
        category=CONTACT_CATEGORY[ContactKind(row.kind)] if isinstance(row, ContactPoint) else "",
    )


def _by_nobody(_row: Any) -> bool:  # noqa: ANN401 -- a row of any table of items
    return False


def item_records(
    model: type[Item],
    fields: Sequence[str],
    *,
    names_others: bool,
    own_words: Callable[[Any], bool] = _by_nobody,
    whose: Whose,
) -> list[Record]:
    """Return all rows of a table of items about the people, live and past."""
    grounds: _Grounds = whose.once("register.grounds", lambda: _grounds(whose.persons))
    rows: Any = model._default_manager.filter(person_id__in=whose.persons).order_by("id")  # noqa: SLF001
    if "organisation" in fields:
        rows = rows.select_related("organisation")
    return [
        Record(
            id=row.pk,
            person=row.person_id,
            values={name: _value(row, name) for name in fields},
            about=_about(row, grounds.get(row.person_id, {}), names_others=names_others, own_words=own_words(row)),
        )
        for row in rows
    ]


def _value(row: Any, name: str) -> Any:  # noqa: ANN401 -- any row and any of its values
    return row.organisation.name if name == "organisation" else getattr(row, name)


def items(
    key: str,
    name: Words,
    model: type[Item],
    *,
    categories: frozenset[str],
    fields: Mapping[str, Words],
    inner: Mapping[str, str] | None = None,
    names_others: bool = False,
    own_words: Callable[[Any], bool] = _by_nobody,
) -> Kept:
    """Return the entry of a table of items; rooms above that keep items of their own use it too.

    ``own_words`` tells of a row whether the person typed all of it in a form of ours.
    """
    return Kept(
        key=key,
        name=name,
        model=model,
        categories=categories,
        fields=fields,
        inner={**_PROVENANCE, **(inner or {})},
        records=lambda whose: item_records(
            model, list(fields), names_others=names_others, own_words=own_words, whose=whose
        ),
        erase=partial(erase_rows, model),
        narrow=partial(_hold_for_less, model),
    )


def _hold_for_less(model: type[Item], ids: Sequence[Any], purposes: frozenset[str]) -> int:
    """Take every other purpose from the rows."""
    rows: Any = model._default_manager.filter(pk__in=ids)  # noqa: SLF001
    left = Func(
        F("purposes"),
        Value(sorted(purposes), output_field=ArrayField(TextField())),
        template="ARRAY(SELECT p FROM unnest(%(expressions)s) p)",
        arg_joiner=") p INTERSECT SELECT p FROM unnest(",
        output_field=ArrayField(TextField()),
    )
    return int(rows.update(purposes=left))


# --- What is no item --------------------------------------------------------------------------------------------------


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


# --- Organisations of one -------------------------------------------------------------------------------------------


def _her_organisations(whose: Whose) -> list[Record]:
    """Return the organisations in which nobody else in the register has, or had, a position.

    The name of a sole trader, or her association's address, says as much about her as her own.
    """
    mine = Position.objects.filter(person_id__in=whose.persons, organisation_id=OuterRef("pk"))
    others = Position.objects.filter(organisation_id=OuterRef("pk")).exclude(person_id__in=whose.persons)
    first = Subquery(mine.order_by("id").values("person_id")[:1])
    rows = Organisation.objects.filter(Exists(mine), ~Exists(others)).annotate(holder=first).order_by("id")
    purposes = _purposes_of_positions(whose.persons)
    return [
        Record(
            id=row.id,
            person=row.holder,
            values=values_of(row, _ORGANISATION_FIELDS),
            about=About(
                source=row.source,
                source_detail=row.source_detail,
                since_at=row.collected_at,
                purposes=tuple(sorted(purposes.get(row.id, set()))),
                is_current=row.ended_at is None,
            ),
        )
        for row in rows
    ]


def _purposes_of_positions(persons: frozenset[UUID]) -> dict[UUID, set[str]]:
    """Return what each organisation of the people is held for: what their positions in it are held for."""
    found: dict[UUID, set[str]] = {}
    rows = Position.objects.filter(person_id__in=persons)
    for organisation, purposes in rows.values_list("organisation_id", "purposes"):
        found.setdefault(organisation, set()).update(purposes)
    return found


def _erase_organisations(ids: Sequence[Any]) -> int:
    """Delete organisations that nobody belongs to any more: somebody may have joined one meanwhile."""
    belongs = Position.objects.filter(organisation_id=OuterRef("pk"))
    empty = Organisation.objects.filter(pk__in=ids).filter(~Exists(belongs))
    return erase_rows(Organisation, list(empty.values_list("pk", flat=True)))


_ORGANISATION_FIELDS = {
    "reference": _("Number"),
    "name": _("Name"),
    "business_id": _("Business id"),
    "website": _("Website"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
}
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
        fields=_ORGANISATION_FIELDS,
        inner={**_PROVENANCE, "key": A_COPY},
        records=_her_organisations,
        erase=_erase_organisations,
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


# --- What is still needed ---------------------------------------------------------------------------------------------


def needed(persons: frozenset[UUID], today: date) -> dict[UUID, dict[str, Stay]]:
    """Return what the law, or a project under way, asks us to keep: purpose → why (art. 17(1)(a), 17(3)(b))."""
    found: dict[UUID, dict[str, Stay]] = {}
    for person, purposes in _grounds(persons).items():
        for purpose, (basis, until) in purposes.items():
            if basis == "legal_obligation" and until >= today and purpose in current().purpose:
                found.setdefault(person, {})[purpose] = _by_law(purpose, until)
    open_projects = Project.objects.filter(person_id__in=persons, state=ProjectState.OPEN, ended_at=None)
    for person in open_projects.values_list("person_id", flat=True).distinct():
        found.setdefault(person, {})["projects"] = Stay(
            law="GDPR 17(1)(a), 6(1)(b)", why=_("A project agreed with the customer is under way."), blocks=False
        )
    return found


def _by_law(purpose: str, until: date) -> Stay:
    declared = current().purpose[purpose]
    law = declared.retention.law or declared.law
    return Stay(law=f"GDPR 17(3)(b); {law}", why=_("The law obliges us to keep the data."), until=until)
