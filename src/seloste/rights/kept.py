"""What the procedure keeps about a person: her requests and everything that happened to them.

It stays when she is erased, for three years from the end of the matter: how else could we, or she, show that it was
done (art. 5(2), 17(3)(e))?
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Model, Q
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
from seloste.rights.choices import SOURCE_OF, Channel, Letter
from seloste.rights.models import ClockEvent, Correspondence, IdentityCheck, Request, RequestItem

_PURPOSE = "rights"
_WHY = _("It shows that the person's request was answered as the law demands, and goes three years after its end.")
_RECKONED = "reckoned from what happened, which is shown"

_REQUEST_FIELDS = {
    "reference": _("Number"),
    "channel": _("How it came"),
    "language": _("Language"),
    "received_at": _("Received"),
    "entered_at": _("Entered"),
    "name": _("Name"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "address": _("Address"),
    "message": _("Message"),
    "state": _("State"),
    "identity": _("Proof of who asks"),
    "email_confirmed_at": _("Address confirmed"),
    "strict_due_on": _("To be answered by"),
    "legal_due_on": _("Last day by law"),
    "extended_at": _("More time was needed"),
    "answered_at": _("Answered"),
    "ended_at": _("Ended"),
}
_ITEM_FIELDS = {
    "right": _("What was asked"),
    "scope": _("Of what"),
    "outcome": _("Decision"),
    "reason_code": _("Reason"),
    "law": _("Law"),
    "reasons": _("Reasons in words"),
    "evidence": _("What proves the reason"),
    "decided_at": _("Decided"),
    "seconded_at": _("Confirmed by a second employee"),
    "carried_out_at": _("Carried out"),
    "told_at": _("Told"),
}
_CLOCK_FIELDS = {
    "what": _("What happened"),
    "doubt": _("What was asked"),
    "reasons": _("Reasons in words"),
    "at": _("When"),
    "noted_at": _("Noted"),
}
_LETTER_FIELDS = {
    "letter": _("Letter"),
    "way": _("How it went"),
    "address": _("Address"),
    "language": _("Language"),
    "subject": _("Subject"),
    "text": _("Text"),
    "tells_remedies": _("Tells how to complain"),
    "sent_at": _("Sent"),
}
_CHECK_FIELDS = {
    "method": _("How"),
    "reason": _("Why it was needed"),
    "address": _("Address"),
    "evidence": _("What was found"),
    "result": _("Result"),
    "asked_at": _("Asked"),
    "decided_at": _("Decided"),
}

#: request → (person, last day).
_Matters = Mapping[UUID, tuple[UUID | None, date | None]]


def _requests(whose: Whose) -> Any:  # noqa: ANN401 -- a query set
    """Return the people's requests, and those from an address that is theirs alone where nobody is found to have asked.

    The letters of a matter about somebody else who used the same address are not theirs.
    """
    mine = Q(person__in=whose.persons) | Q(person=None, mark__in=list(whose.marks)) & ~Q(mark=b"")
    return Request.objects.filter(mine).order_by("received_at", "id")


def _last_day(request: Request) -> date | None:
    if request.ended_at is None:
        return None
    return add(local_date(request.ended_at), current().purpose[_PURPOSE].retention.period)


def _matters(whose: Whose) -> _Matters:
    found: _Matters = whose.once("rights.matters", lambda: _asked_for(whose))
    return found


def _asked_for(whose: Whose) -> _Matters:
    rows = _requests(whose).only("id", "person", "ended_at")
    return {row.id: (row.person, _last_day(row)) for row in rows}


def _request_records(whose: Whose) -> list[Record]:
    return [
        Record(
            id=row.id,
            person=row.person,
            values=values_of(row, _REQUEST_FIELDS),
            about=About(
                source=SOURCE_OF[Channel(row.channel)],
                source_detail=row.reference,
                since_at=row.received_at,
                purposes=(_PURPOSE,),
                until=_last_day(row),
                names_others=True,
                own_words=True,  # what she asks is what she said, whoever typed it
            ),
        )
        for row in _requests(whose)
    ]


def _by_nobody(_row: Any) -> bool:  # noqa: ANN401 -- any row
    return False


def _is_from_her(row: Any) -> bool:  # noqa: ANN401 -- a row of the table
    """Tell whether it is what she wrote: what we wrote to her she has already."""
    return bool(row.letter == Letter.FROM_PERSON)


def _of_requests(
    model: type[Model],
    fields: Mapping[str, Words],
    *,
    request: str,
    at: str,
    by_her: Callable[[Any], bool] = _by_nobody,
) -> Callable[[Whose], list[Record]]:
    """Return how the rows that belong to the people's requests are found; ``by_her`` tells what she said herself."""

    def records(whose: Whose) -> list[Record]:
        matters = _matters(whose)
        rows: Any = model._base_manager.filter(**{f"{request}__in": list(matters)}).order_by("id")  # noqa: SLF001
        return [_record(row, matters[getattr(row, request)]) for row in rows]

    def _record(row: Any, matter: tuple[UUID | None, date | None]) -> Record:  # noqa: ANN401 -- a row of the table
        person, until = matter
        is_hers = by_her(row)
        about = About(
            since_at=getattr(row, at), purposes=(_PURPOSE,), until=until, names_others=is_hers, own_words=is_hers
        )
        return Record(id=row.pk, person=person, values=values_of(row, fields), about=about)

    return records


def _is_proof(record: Record, _surviving: Surviving) -> Stay:
    return Stay(law="GDPR 5(2), 17(3)(e)", why=_WHY, until=record.about.until, blocks=False)


def _proof(
    key: str,
    name: Words,
    model: type[Model],
    *,
    fields: Mapping[str, Words],
    inner: Mapping[str, str],
    records: Callable[[Whose], Sequence[Record]],
    categories: frozenset[str] = frozenset({"rights_request"}),
    order: int = 40,
) -> Kept:
    return Kept(
        key=key,
        name=name,
        model=model,
        categories=categories,
        fields=fields,
        inner=inner,
        records=records,
        stays=_is_proof,
        erase=partial(erase_rows, model),
        order=order,
    )


STORES = (
    _proof(
        "rights.requests",
        _("Data protection requests"),
        Request,
        fields=_REQUEST_FIELDS,
        inner={
            "mark": A_COPY,
            "notice_version": SHOWN,
            "runs_from_at": _RECKONED,
            "first_due_on": _RECKONED,
            "entered_by": BY_STAFF,
            "answered_by": BY_STAFF,
            "ended_by": BY_STAFF,
        },
        records=_request_records,
        categories=frozenset({"rights_request", "identity", "contact", "correspondence"}),
        order=50,
    ),
    _proof(
        "rights.items",
        _("What was asked and decided"),
        RequestItem,
        fields=_ITEM_FIELDS,
        inner=dict.fromkeys(("decided_by", "seconded_by", "carried_out_by"), BY_STAFF),
        records=_of_requests(RequestItem, _ITEM_FIELDS, request="request_id", at="decided_at"),
    ),
    _proof(
        "rights.events",
        _("What happened to the requests"),
        ClockEvent,
        fields=_CLOCK_FIELDS,
        inner={"actor": BY_STAFF, "role": BY_STAFF},
        records=_of_requests(ClockEvent, _CLOCK_FIELDS, request="request", at="at"),
    ),
    _proof(
        "rights.letters",
        _("Letters about the requests"),
        Correspondence,
        fields=_LETTER_FIELDS,
        inner={"sent_by": BY_STAFF},
        records=_of_requests(Correspondence, _LETTER_FIELDS, request="request_id", at="sent_at", by_her=_is_from_her),
        categories=frozenset({"rights_request", "contact", "correspondence"}),
    ),
    _proof(
        "rights.checks",
        _("How it was found out who asks"),
        IdentityCheck,
        fields=_CHECK_FIELDS,
        inner={"asked_by": BY_STAFF, "decided_by": BY_STAFF},
        records=_of_requests(IdentityCheck, _CHECK_FIELDS, request="request_id", at="asked_at"),
        categories=frozenset({"rights_request", "contact"}),
    ),
)

__all__ = ["STORES"]
