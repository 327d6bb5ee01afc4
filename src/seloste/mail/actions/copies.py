"""Copies of an address: what waits follows a correction."""

from datetime import datetime

from seloste.kernel.copies import Change
from seloste.kernel.duty import Duty
from seloste.kernel.marks import mark_of
from seloste.mail.choices import MessageKind, MessageState
from seloste.mail.models import Message
from seloste.register.choices import ContactKind


def follow_correction(_by: Duty, _at: datetime, change: Change) -> int:
    """Lead what waits for a person to her corrected address; what the law demands goes where it was proved to go."""
    before, after = change.before.get("value"), change.after.get("value")
    if change.kind != "contact" or change.before.get("kind") != ContactKind.EMAIL or not before or before == after:
        return 0
    waiting = Message.objects.filter(person=change.person, state=MessageState.QUEUED, address_mark=mark_of(before))
    waiting = waiting.exclude(kind=MessageKind.LEGAL)
    return int(waiting.update(address=after, address_mark=mark_of(str(after))))
