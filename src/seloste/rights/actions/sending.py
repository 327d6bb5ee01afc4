"""Letters leave: through the outbox where there is an address, or as paper or speech that an employee notes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.refusals import Refusal
from seloste.mail import actions as mail
from seloste.mail.choices import KeepBody, MessageKind
from seloste.mail.rules import NotSendable
from seloste.rights.actions.steps import PURPOSE
from seloste.rights.choices import Letter, Way
from seloste.rights.letter import Written
from seloste.rights.models import Correspondence, Request


class NoWay(Refusal):
    """A letter that has nowhere to go by the way that was chosen."""


def send(
    request: Request,
    letter: Letter,
    written: Written,
    *,
    by: Duty,
    at: datetime,
    to: str = "",
    person_id: UUID | None = None,
    mailed: Written | None = None,
) -> UUID:
    """Queue the letter as a message the law demands and keep it with the matter; NoWay where it cannot leave.

    ``mailed`` are the words of the message where they are others: an answer stays here, and only its link leaves.
    """
    address, message = to or request.email, mailed or written
    letter_id = new_id(at)
    if not address:
        raise NoWay(_("There is no e-mail address to send this to. Send it by letter."))
    try:
        message_id = mail.queue(
            by=by,
            at=at,
            key=f"rights:{letter_id}",
            kind=MessageKind.LEGAL,
            purpose=PURPOSE,
            person_id=person_id,
            address=address,
            language=request.language,
            subject=message.subject,
            text=message.text,
            keep_for=KeepBody.SHORT,
        )
    except (mail.MayNotContact, NotSendable):
        raise NoWay(_("Messages to this address do not arrive. Send it by letter.")) from None
    keep(request, letter, written, by=by, at=at, way=Way.EMAIL, letter_id=letter_id, to=address, message_id=message_id)
    return message_id


def keep(
    request: Request,
    letter: Letter,
    written: Written,
    *,
    by: Duty,
    at: datetime,
    way: Way,
    letter_id: UUID | None = None,
    to: str = "",
    message_id: UUID | None = None,
) -> None:
    """Keep what was said with the matter."""
    Correspondence.objects.create(
        id=letter_id or new_id(at),
        request=request,
        letter=letter,
        way=way,
        address=to,
        language=request.language,
        subject=written.subject,
        text=written.text,
        tells_remedies=written.tells_remedies,
        sent_at=at,
        sent_by=by.actor,
        message_id=message_id,
    )


def try_to_send(
    request: Request, letter: Letter, written: Written, *, by: Duty, at: datetime, mailed: Written | None = None
) -> bool:
    """Send where it can be sent to the address that was given; tell whether it could."""
    try:
        send(request, letter, written, by=by, at=at, mailed=mailed)
    except NoWay:
        return False
    return True


def say(request: Request, letter: Letter, written: Written, *, by: Duty, at: datetime, way: Way) -> None:
    """Send by e-mail, or note that an employee says or posts it."""
    if way is Way.EMAIL:
        send(request, letter, written, by=by, at=at)
    else:
        keep(request, letter, written, by=by, at=at, way=way)


def warn(request: Request, addresses: Sequence[str], written: Written, *, by: Duty, at: datetime) -> None:
    """Tell the older addresses of the person that a request was made; one that does not work tells nobody."""
    for address in addresses:
        try:
            send(request, Letter.WARNING, written, by=by, at=at, to=address, person_id=request.person)
        except NoWay:
            continue
