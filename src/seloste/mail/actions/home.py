"""Where messages leave from: a copied database sends nothing until somebody takes it over."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.mail import home
from seloste.mail.actions.fates import settle
from seloste.mail.choices import MessageState, Why
from seloste.mail.models import Home, Message


@transaction.atomic
def adopt(*, by: Duty, at: datetime, cancel_waiting: bool) -> int:
    """Have messages leave from this database from now on; return how many that waited were cancelled.

    What was being handed over when the copy was made is unknown. What waited may have left from the other database:
    with ``cancel_waiting`` it is cancelled, without it everything that waits will be sent from here.
    """
    held = Message.objects.select_for_update().filter(state=MessageState.HANDED_OVER)
    for message in held:
        settle(message, MessageState.UNKNOWN, Why.LEASE_LOST, by=by, at=at)
    waiting = Message.objects.select_for_update().filter(state__in=[MessageState.QUEUED, MessageState.CLAIMED])
    cancelled = list(waiting) if cancel_waiting else []
    for message in cancelled:
        settle(message, MessageState.CANCELLED, Why.COPIED, by=by, at=at)
    home.move_in(by=by, at=at)
    record(by=by, at=at, deed="outbox.adopted")
    return len(cancelled)


@transaction.atomic
def note_relay(*, at: datetime, trouble: str) -> None:
    """Note for the desk that the mail server is in trouble, or that it is well again (no words)."""
    changed = Home.objects.filter(~Q(relay_trouble=trouble))
    changed.update(relay_trouble=trouble, relay_trouble_at=at if trouble else None)
