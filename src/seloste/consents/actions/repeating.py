"""Saying again, in a database that was put back, what people said since. Said twice it changes nothing."""

from datetime import datetime
from uuid import UUID

from seloste.consents.actions.giving import withdraw
from seloste.consents.actions.objections import object_to
from seloste.consents.actions.suppressions import suppress
from seloste.consents.models import ConsentEvent
from seloste.declaration.load import current
from seloste.kernel.duty import Duty
from seloste.ledger.rules import Entry
from seloste.register.models import Person

#: Where the words came from was in the lost rows.
SOURCE = "other"


def say_no_again(by: Duty, _at: datetime, entry: Entry) -> None:
    """Repeat a refusal or withdrawal; of somebody who is not there, nothing could be sent anyway."""
    consent, _channel, _state = entry.codes
    if entry.subject and _has_said(entry.subject, consent):
        withdraw(by=by, at=entry.at, person_id=entry.subject, consent=consent, source=SOURCE)


def object_again(by: Duty, _at: datetime, entry: Entry) -> None:
    """Repeat an objection."""
    if entry.subject and _is_there(entry.subject):
        (purpose,) = entry.codes
        object_to(by=by, at=entry.at, person_id=entry.subject, purpose=purpose, source=SOURCE)


def suppress_again(by: Duty, _at: datetime, entry: Entry) -> None:
    """Close an address again, by its mark, whoever holds it now."""
    channel, reason = entry.codes
    suppress(by=by, at=entry.at, channel=channel, mark=entry.mark, reason=reason)


def _has_said(person_id: UUID, consent: str) -> bool:
    """Tell whether there is somebody, or something she said, that the no is about."""
    said = ConsentEvent.objects.filter(subject=person_id, wording__key=consent).exists()
    return said or (consent in current().consent and _is_there(person_id))


def _is_there(person_id: UUID) -> bool:
    return Person.objects.filter(id=person_id).exists()
