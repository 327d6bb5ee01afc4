"""What consents keep about a person: the proof of her yes and of her no.

It outlives an erasure: that we were allowed to write to her, and that we stopped, is ours to prove (art. 5(2), 7(1)),
for as long as a claim about it can be made. From then on it goes (see ``retention``).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from seloste.consents.models import ConsentEvent, ObjectionEvent, Suppression
from seloste.consents.models.acknowledgements import Acknowledgement
from seloste.consents.queries import MARKETING
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

_HER_NUMBER = "her own random number in the register"
_LAW = "GDPR 5(2), 7(1), 17(3)(e)"
_PROOF = _("It proves what the person allowed and forbade, and that we kept to it, for as long as a claim can be made.")
_NO_MORE = Stay(
    law="GDPR 21(3), 17(3)(e)",
    why=_(
        "A sealed mark of the address keeps us from writing to it again. The address cannot be read from it. It stays"
        " for as long as we send marketing at all."
    ),
    blocks=False,
)

_CONSENT_FIELDS = {
    "at": _("When"),
    "purpose": _("Purpose"),
    "channel": _("By which way"),
    "state": _("What was said"),
    "wording": _("To which words"),
    "source": _("Where from"),
    "form": _("Form"),
    "evidence_kind": _("What proves it"),
    "evidence": _("Where the proof is kept"),
    "evidence_on": _("Day of the proof"),
    "cause": _("Why it ended"),
    "valid_until": _("Valid until"),
    "reference": _("Number of the receipt"),
}
_OBJECTION_FIELDS = {
    "at": _("When"),
    "purpose": _("Purpose"),
    "state": _("What was said"),
    "source": _("Where from"),
    "evidence_kind": _("What proves it"),
    "evidence": _("Where the proof is kept"),
    "evidence_on": _("Day of the proof"),
    "reference": _("Number"),
}
_ACKNOWLEDGEMENT_FIELDS = {
    "at": _("When"),
    "kind": _("Of what"),
    "words": _("Which words"),
    "form": _("Form"),
    "about": _("Order"),
    "reference": _("Number"),
}
_SUPPRESSION_FIELDS = {
    "at": _("When"),
    "channel": _("By which way"),
    "reason": _("Reason"),
    "state": _("What was noted"),
    "evidence_kind": _("What proves it"),
    "evidence": _("Where the proof is kept"),
    "evidence_on": _("Day of the proof"),
}
_BY = {"actor": BY_STAFF, "role": BY_STAFF}


def _events(
    model: type[Model], fields: Iterable[str], about: Callable[[Any], About], words: str = ""
) -> Callable[[Whose], Sequence[Record]]:
    """Return how the events of the people are found; ``words`` names the field that leads to the words they saw."""

    def records(whose: Whose) -> list[Record]:
        rows: Any = model._base_manager.filter(subject__in=whose.persons).order_by("id")  # noqa: SLF001 -- Django's own door
        rows = rows.select_related(words) if words else rows
        return [
            Record(id=row.pk, person=row.subject, values=_values(row, fields, words), about=about(row)) for row in rows
        ]

    return records


def _values(row: Any, fields: Iterable[str], words: str) -> Mapping[str, Any]:  # noqa: ANN401 -- a row of any of them
    values = values_of(row, fields)
    return {**values, words: values[words].text} if words else values


#: Tells the references of what people acknowledged something about: reference → whose it is, None while it waits.
Matters = Callable[[Whose], Mapping[str, UUID | None]]
_matters: dict[str, Matters] = {}


def matters_with(room: str, answer: Matters) -> None:
    """Have a room above tell which of its references are the people's. Called once, in ``AppConfig.ready``."""
    _matters[room] = answer


def _acknowledgements(whose: Whose) -> list[Record]:
    """Return what the people acknowledged, and what was acknowledged with an order that is, or may be, theirs."""
    about = {reference: person for answer in _matters.values() for reference, person in answer(whose).items()}
    hers = Q(subject__in=whose.persons) | Q(subject=None, about__in=list(about))
    rows = Acknowledgement.objects.filter(hers).select_related("words").order_by("id")
    return [
        Record(
            id=row.pk,
            person=row.subject or about[row.about],
            values=_values(row, _ACKNOWLEDGEMENT_FIELDS, "words"),
            known=_OF_A_PERSON if row.subject is not None else "",
            about=_said(row),
        )
        for row in rows
    ]


def _suppressions(whose: Whose) -> list[Record]:
    """Return what is remembered of addresses that are theirs alone. Whose an address is, the list does not know."""
    rows = Suppression.objects.filter(mark__in=list(whose.marks)).order_by("id")
    return [
        Record(
            id=row.pk,
            person=None,
            values=values_of(row, _SUPPRESSION_FIELDS),
            about=About(since_at=row.at, purposes=(MARKETING,)),
        )
        for row in rows
    ]


def _is_proof(record: Record, surviving: Surviving) -> Stay:
    """Keep it for the period of the rights, from the event or from the erasure: whichever is later."""
    said_on = local_date(record.values["at"])
    until = add(max(said_on, surviving.today), current().purpose["rights"].retention.period)
    return Stay(law=_LAW, why=_PROOF, until=until, blocks=False)


def _stays_forbidden(_record: Record, _surviving: Surviving) -> Stay:
    return _NO_MORE


def _acknowledgement_stays(record: Record, surviving: Surviving) -> Stay | None:
    """Keep what a person of the register acknowledged; what came with a waiting order goes with the order."""
    return _is_proof(record, surviving) if record.known == _OF_A_PERSON else None


#: What is known of a row that names its person itself.
_OF_A_PERSON = "of a person"


def _proof(
    key: str, name: Words, model: type[Model], *, fields: Mapping[str, Words], inner: Mapping[str, str], words: str = ""
) -> Kept:
    return Kept(
        key=key,
        name=name,
        model=model,
        categories=frozenset({"consent"}),
        fields=fields,
        inner={"subject": _HER_NUMBER, **_BY, **inner},
        records=_events(model, fields, _said, words),
        stays=_is_proof,
        erase=partial(erase_rows, model),
    )


def _said(row: Any) -> About:  # noqa: ANN401 -- a row of any of them
    return About(source=getattr(row, "source", ""), since_at=row.at, purposes=(getattr(row, "purpose", "rights"),))


STORES = (
    _proof(
        "consents.events",
        _("Consents"),
        ConsentEvent,
        fields=_CONSENT_FIELDS,
        inner={"notice_version": SHOWN, "mark": A_COPY},
        words="wording",
    ),
    _proof("consents.objections", _("Objections"), ObjectionEvent, fields=_OBJECTION_FIELDS, inner={}),
    Kept(
        key="consents.acknowledgements",
        name=_("What the person acknowledged"),
        model=Acknowledgement,
        categories=frozenset({"provenance"}),
        fields=_ACKNOWLEDGEMENT_FIELDS,
        inner={"subject": _HER_NUMBER, "notice_version": SHOWN, **_BY},
        records=_acknowledgements,
        stays=_acknowledgement_stays,
        erase=partial(erase_rows, Acknowledgement),
    ),
    Kept(
        key="consents.suppressions",
        name=_("Addresses that we do not write to"),
        model=Suppression,
        categories=frozenset({"consent"}),
        fields=_SUPPRESSION_FIELDS,
        inner={"mark": A_COPY, **_BY},
        records=_suppressions,
        stays=_stays_forbidden,
        erase=partial(erase_rows, Suppression),
    ),
)

__all__ = ["STORES", "matters_with"]
