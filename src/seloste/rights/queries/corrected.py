"""What was corrected or completed in a matter, what can be, and which recipients were told (art. 16, 19)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from seloste.disclosures import queries as disclosures
from seloste.disclosures.choices import NoticeState
from seloste.kernel import timeline
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, Words
from seloste.register import queries as register
from seloste.register.models import Correction, Statement
from seloste.rights.choices import Outcome, Right, State
from seloste.rights.models import Request, RequestItem
from seloste.rights.queries.desk import check_duty

#: Of a contact point only the address is written anew: which kind it is stays as it is.
_FIXED = {"kind", "network"}
#: What these rights change.
CHANGING = (Right.RECTIFICATION, Right.COMPLETION)


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """Something that is held about the person and can be corrected, as it stands."""

    kind: str
    id: UUID
    label: Words
    text: str
    purposes: Sequence[str]
    fields: Mapping[str, str]
    statements: Sequence[register.Said] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Correcting:
    """One thing that was asked and granted, and what of the person's data it can be done to."""

    request_id: UUID
    reference: str
    language: str
    source: str
    item_id: UUID
    right: Right
    person_id: UUID
    person_name: str
    message: str
    held: Sequence[Held]

    def one(self, kind: str, item_id: UUID) -> Held:
        """Return one of what is held; Missing where it is not hers, or not there any more."""
        found = next((held for held in self.held if (held.kind, held.id) == (kind, item_id)), None)
        if found is None:
            raise Missing
        return found


@transaction.atomic
def correcting(*, by: Duty, at: datetime, request_id: UUID, item_id: UUID) -> Correcting:
    """Return what can be corrected or completed; Missing unless that was asked, granted and is not done yet."""
    check_duty(by)
    item = RequestItem.objects.select_related("request").filter(id=item_id, request_id=request_id).first()
    if item is None or not _is_open(item) or item.request.person is None:
        raise Missing
    person = register.person_page(by=by, at=at, person_id=item.request.person)
    return Correcting(
        request_id=request_id,
        reference=item.request.reference,
        language=item.request.language,
        source=item.request.channel,
        item_id=item_id,
        right=Right(item.right),
        person_id=person.id,
        person_name=person.name or person.reference,
        message=item.request.message,
        held=[*_values(person), *_entries(by, person.id)],
    )


def _is_open(item: RequestItem) -> bool:
    return (
        item.right in CHANGING
        and item.request.state == State.FULFILLING
        and item.outcome in {Outcome.GRANTED, Outcome.PARTLY}
        and item.carried_out_at is None
    )


def _values(person: register.PersonPage) -> list[Held]:
    return [
        Held(
            kind=value.kind,
            id=value.id,
            label=value.label,
            text=value.text,
            purposes=value.purposes,
            fields={name: text for name, text in value.fields.items() if name not in _FIXED},
            statements=value.statements,
        )
        for value in person.values
    ]


#: Entries of the timeline that hold a text, and as which kind they are corrected.
_WRITTEN = {
    "note": "note",
    "feedback": "feedback",
    "project": "project",
    **dict.fromkeys(("call", "meeting", "message", "social", "email", "public_find"), "interaction"),
}


def _entries(by: Duty, person_id: UUID) -> list[Held]:
    entries = [entry for entry in timeline.entries(by, person_id) if entry.kind in _WRITTEN]
    said = register.statements_beside(person_id, [entry.id for entry in entries])
    return [
        Held(
            kind=_WRITTEN[entry.kind],
            id=entry.id,
            label=entry.title,
            text=entry.text,
            purposes=entry.purposes,
            fields=_parts(entry),
            statements=said.get(entry.id, ()),
        )
        for entry in entries
    ]


def _parts(entry: timeline.Entry) -> dict[str, str]:
    if entry.kind != "project":
        return {"text": entry.text}
    name, _line, description = entry.text.partition("\n")
    return {"name": name, "description": description}


# --- What was done ----------------------------------------------------------------------------------------------------


def corrections_in(reference: str, person_id: UUID, scope: str = "") -> list[Correction]:
    """Return the corrections that were made in a matter; ``scope`` may name the one item that was to be corrected."""
    wanted = Q(request=reference) | (Q(item=UUID(scope)) if _is_id(scope) else Q())
    return list(Correction.objects.filter(wanted, person_id=person_id).defer("before").order_by("corrected_at", "id"))


def statements_in(reference: str, person_id: UUID) -> list[Statement]:
    """Return the statements that were set beside something in a matter."""
    return list(Statement.objects.filter(person_id=person_id, source_detail=reference, ended_at=None).order_by("id"))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def words(request: Request, item: RequestItem) -> str:
    """Return what the answer says was done: what kind of thing, never its value, and which recipients know."""
    if request.person is None or item.carried_out_at is None or item.right not in CHANGING:
        return ""
    if item.right == Right.COMPLETION:
        kinds = [row.kind for row in statements_in(request.reference, request.person)]
        said = _("Your statement stands beside: %(what)s.")
        matters: list[str] = []
    else:
        rows = corrections_in(request.reference, request.person, item.scope)
        kinds, matters = [row.kind for row in rows], [str(row.id) for row in rows]
        said = _("Corrected: %(what)s. What stood there before is sealed and is not used any more.")
    if not kinds:
        return ""
    what = ", ".join(dict.fromkeys(str(_called(kind)) for kind in kinds))
    return "\n".join([said % {"what": what}, *_told(request, matters)])


def _called(kind: str) -> Words:
    return {
        "name": _("name"),
        "contact": _("contact details"),
        "address": _("postal address"),
        "position": _("position"),
        "feedback": _("feedback"),
        "note": _("note"),
        "project": _("project"),
        "interaction": _("message or call"),
    }.get(kind, kind)


def _told(request: Request, matters: Sequence[str]) -> list[str]:
    """Return to whom else the data had been given, and whether they know (art. 19)."""
    if request.person is None:
        return []
    notices = [told for told in disclosures.told_of(request.person) if told.matter in {*matters, request.reference}]
    lines = []
    for one in sorted(notices, key=lambda told: told.recipient):
        name = disclosures.name_of(one.recipient, request.language)
        lines.append(_state_words(one.state, one.reason) % {"name": name})
    return [capfirst(line) for line in dict.fromkeys(lines)]


def _state_words(state: NoticeState, reason: str) -> str:
    if state == NoticeState.IMPOSSIBLE:
        return _("%(name)s, to whom the data had been given, could not be told") + f": {reason}."
    if state == NoticeState.SENT:
        return _("%(name)s, to whom the data had been given, has been told.")
    return _("%(name)s, to whom the data had been given, is being told.")
