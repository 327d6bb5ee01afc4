"""Where consents and objections stand: folds of events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from seloste.consents.choices import VALID, Channel, ConsentState, ObjectionState, SuppressionState
from seloste.consents.models import ConsentEvent, ObjectionEvent, Suppression, Wording
from seloste.consents.rules.contact import Consent
from seloste.declaration.load import current
from seloste.kernel.marks import mark_of
from seloste.register.models import Person

MARKETING = "direct_marketing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where one declared consent of a person stands, by which event, and to which words."""

    consent: str
    channel: Channel
    state: ConsentState | None
    at: datetime | None = None
    valid_until: date | None = None
    language: str = ""
    text: str = ""
    receipt: UUID | None = None


def consent_of(person_id: UUID, purpose: str, channel: str) -> Consent | None:
    """Return where one consent stands: the fold of its events; None where nothing has happened."""
    last = _last_event(person_id, purpose, channel)
    if last is None:
        return None
    return Consent(state=_state(last), evidence=str(last.reference), valid_until=last.valid_until)


def _state(last: ConsentEvent) -> ConsentState:
    """A consent to words that the notice no longer says does not hold: the wording is what was consented to."""
    state = ConsentState(last.state)
    return state if state not in VALID or _is_said(last.wording) else ConsentState.INVALIDATED


def _is_said(wording: Wording) -> bool:
    asked = current().consent.get(wording.key)
    return asked is not None and asked.text.in_language(wording.language) == wording.text


def wordings_said() -> list[int]:
    """Return the ids of the wordings that the notice says today, word for word."""
    return [wording.id for wording in Wording.objects.all() if _is_said(wording)]


def objects(person_id: UUID, purpose: str) -> bool:
    """Tell whether the person's last word on the purpose is an objection."""
    last = ObjectionEvent.objects.filter(subject=person_id, purpose=purpose).order_by("-id").first()
    return last is not None and last.state == ObjectionState.OBJECTED


def is_suppressed(channel: str, address: str = "", *, mark: bytes | None = None) -> bool:
    """Tell whether the address, or the one of the mark, is not to be contacted by the channel."""
    return bool(suppressions(channel, mark or mark_of(address)))


def suppressions(channel: str, mark: bytes) -> set[str]:
    """Return the reasons that stand for not contacting the address of the mark: each one's last word is ``added``."""
    said = Suppression.objects.filter(channel=channel, mark=mark).order_by("reason", "-id").distinct("reason")
    return {row.reason for row in said if row.state == SuppressionState.ADDED}


def standings(person_id: UUID, *, today: date) -> Sequence[Standing]:
    """Return where every declared consent to marketing stands for the person on the day."""
    asked = [(key, Channel(asked.channel)) for key, asked in current().consent.items() if asked.purpose == MARKETING]
    return [_standing(key, channel, person_id=person_id, today=today) for key, channel in asked]


def _standing(consent: str, channel: Channel, *, person_id: UUID, today: date) -> Standing:
    last = _last_event(person_id, MARKETING, channel)
    if last is None:
        return Standing(consent=consent, channel=channel, state=None)
    state = _state(last)
    ended = state in VALID and last.valid_until is not None and last.valid_until < today
    return Standing(
        consent=consent,
        channel=channel,
        state=ConsentState.EXPIRED if ended else state,
        at=last.at,
        valid_until=last.valid_until,
        language=last.wording.language,
        text=last.wording.text,
        receipt=last.reference,
    )


def language_to(person_id: UUID, consent: str) -> str:
    """Return the language of the last words that a person answered; her own where she has answered none."""
    asked = current().consent.get(consent)
    last = _last_event(person_id, asked.purpose, asked.channel) if asked else None
    if last is not None:
        return last.wording.language
    return Person.objects.filter(id=person_id).values_list("language", flat=True).first() or "fi"


def _last_event(person_id: UUID, purpose: str, channel: str) -> ConsentEvent | None:
    events = ConsentEvent.objects.filter(subject=person_id, purpose=purpose, channel=channel)
    return events.select_related("wording").order_by("-id").first()
