"""Messages about a subscription leave through the outbox, in the transaction of what they tell."""

from collections.abc import Callable
from datetime import datetime

from seloste.kernel.duty import Duty
from seloste.mail import actions as mail
from seloste.mail.choices import KeepBody, MessageKind
from seloste.mail.rules import NotSendable
from seloste.services.actions.door import Then
from seloste.services.letter import Written
from seloste.services.models import Subscription, SubscriptionChange

PURPOSE = "order"


def tell(write: Callable[[Subscription, SubscriptionChange], Written], *, must: bool = False) -> Then:
    """Return what tells the customer of a change; with ``must`` the change is refused where she cannot be told."""

    def then(row: Subscription, made: SubscriptionChange, by: Duty, at: datetime) -> None:
        send(row, write(row, made), by=by, at=at, key=f"services:change:{made.id}", must=must)

    return then


def send(row: Subscription, written: Written, *, by: Duty, at: datetime, key: str, must: bool = False) -> bool:
    """Queue a message to the customer and tell whether it can leave; the same key again adds nothing."""
    order = row.order
    try:
        mail.queue(
            by=by,
            at=at,
            key=key,
            kind=MessageKind.SERVICE,
            purpose=PURPOSE,
            person_id=order.person_id,
            address=order.email,
            language=order.language,
            subject=written.subject,
            text=written.text,
            keep_for=KeepBody.SHORT,
        )
    except (mail.MayNotContact, NotSendable):
        if must:
            raise
        return False
    return True
