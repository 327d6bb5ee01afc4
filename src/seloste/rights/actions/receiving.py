"""A request arrives, in whatever way: entered with the moment at which it reached the company (art. 12(2)–(3))."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.declaration.load import current
from seloste.floods import actions as floods
from seloste.floods.rules import Limit
from seloste.intake.actions import refuse_flood
from seloste.kernel import sweeps
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import free_reference, new_id
from seloste.kernel.marks import mark_of
from seloste.kernel.refusals import Refusal
from seloste.kernel.text import plain_text
from seloste.register.choices import Language
from seloste.register.rules import LINE, TEXT, normal_email
from seloste.rights import letter
from seloste.rights.actions import sending
from seloste.rights.actions.steps import (
    CATEGORY,
    check_duty,
    check_may_enter,
    locked,
    move,
    note,
    set_identity,
    too_late,
)
from seloste.rights.choices import Channel, Happened, Identity, Letter, Right, State, Way
from seloste.rights.models import Request, RequestItem
from seloste.rights.queries import links
from seloste.rights.rules import clock, course
from seloste.rights.rules.course import Deed
from seloste.rights.rules.links import Kind

#: What carries out at once what needs no proof.
AT_ONCE = "rights.at_once"
#: Confirmations that strangers can have us send to one address.
TO_AN_ADDRESS = Limit(an_hour=3, a_day=6)
#: Said on the spot by whoever took the call.
_SPOKEN = {Channel.PHONE: Way.PHONE, Channel.IN_PERSON: Way.IN_PERSON}


class NotARequest(Refusal):
    """Something that cannot be entered as it is."""


class SentAlready(Refusal):
    """The form went through before, and what is written in it now is something else."""

    status = 409


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One thing that is asked; ``scope`` names the consent, the purpose or the ground, where it was said."""

    right: Right
    scope: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """A request as it came. ``received_at`` is when it reached the company, not when somebody read it."""

    channel: Channel
    language: str
    received_at: datetime
    wanted: Sequence[Wanted]
    notice_version_id: int
    token: UUID
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    message: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """The request's id, and the number that the person is given."""

    id: UUID
    reference: str


@transaction.atomic
def receive(*, by: Duty, at: datetime, arrival: Arrival) -> Received:
    """Enter a request and confirm that it arrived. The same form sent twice is one request.

    Whether the register knows the person is neither asked nor told: the work and the answer are the same (P30).
    """
    request, is_new = take_in(by=by, at=at, arrival=arrival)
    if is_new:
        _confirm(request, by=by, at=at)
        sweeps.wake(AT_ONCE)
    return Received(id=request.id, reference=request.reference)


def take_in(*, by: Duty, at: datetime, arrival: Arrival) -> tuple[Request, bool]:
    """Enter a request, in the caller's transaction; return it, and whether it is new or the same form sent again."""
    check_may_enter(by)
    read = _read(arrival, at=at)
    earlier = Request.objects.filter(token=arrival.token).first()
    if earlier is not None:
        return _sent_before(earlier, read, arrival), False
    try:
        with transaction.atomic():
            request = _enter(arrival, read, by=by, at=at)
    except IntegrityError:  # the twin of a double click, at the same moment
        return _sent_before(Request.objects.get(token=arrival.token), read, arrival), False
    note(request, Happened.RECEIVED, by=by, at=at, happened_at=arrival.received_at)
    return request, True


@transaction.atomic
def receive_from(*, by: Duty, at: datetime, arrival: Arrival, network: str) -> Received:
    """Enter a request that a visitor sent; TooMany where the network sends more than people write."""
    if not Request.objects.filter(token=arrival.token).exists():
        refuse_flood(network, at=at)
    return receive(by=by, at=at, arrival=arrival)


def _read(arrival: Arrival, *, at: datetime) -> dict[str, str]:
    """Read what was written; NotARequest where nothing is asked, or it comes from the future."""
    if not arrival.wanted:
        raise NotARequest(_("Choose at least one thing that is asked for."), field="rights")
    if arrival.received_at > at:
        raise NotARequest(_("This is in the future."), field="received_at")
    if arrival.language not in Language.values:
        raise NotARequest(_("Requests are answered in Finnish, Swedish or English."), field="language")
    read = {name: plain_text(getattr(arrival, name), field=name)[:LINE] for name in ("name", "phone")}
    texts = {name: plain_text(getattr(arrival, name), field=name, lines=True)[:TEXT] for name in ("address", "message")}
    email = normal_email(plain_text(arrival.email), field="email") if arrival.email else ""
    return {**read, **texts, "email": email}


def _sent_before(earlier: Request, read: dict[str, str], arrival: Arrival) -> Request:
    rights = {(one.right.value, one.scope) for one in arrival.wanted}
    is_same = all(getattr(earlier, name) == value for name, value in read.items())
    if not is_same or rights != set(earlier.items.values_list("right", "scope")):
        words = _("This form was sent once already, as %(reference)s. To send what is written now as well, send again.")
        raise SentAlready(words % {"reference": earlier.reference})
    return earlier


def _enter(arrival: Arrival, read: dict[str, str], *, by: Duty, at: datetime) -> Request:
    rights = [one.right for one in arrival.wanted]
    due = clock.due(arrival.received_at, law=clock.figures(current(), local_date(arrival.received_at)))
    request = Request.objects.create(
        id=new_id(at),
        reference=free_reference("R", is_taken=lambda drawn: Request.objects.filter(reference=drawn).exists()),
        token=arrival.token,
        channel=arrival.channel,
        language=arrival.language,
        notice_version_id=arrival.notice_version_id,
        received_at=arrival.received_at,
        entered_at=at,
        entered_by=by.actor,
        mark=mark_of(read["email"]) if read["email"] else b"",
        identity=Identity.OPEN if course.needs_proof(rights) else Identity.NOT_NEEDED,
        runs_from_at=arrival.received_at,
        first_due_on=due.first,
        strict_due_on=due.strict,
        legal_due_on=due.legal,
        **read,
    )
    RequestItem.objects.bulk_create(
        # one after the other, so that their ids keep the order in which they were asked
        RequestItem(id=new_id(at + timedelta(milliseconds=place)), request=request, right=one.right, scope=one.scope)
        for place, one in enumerate(dict.fromkeys(arrival.wanted))
    )
    return request


def _confirm(request: Request, *, by: Duty, at: datetime) -> None:
    """Confirm the receipt where that can be done at once: by e-mail, or because it was said on the spot."""
    way = _SPOKEN.get(Channel(request.channel))
    if request.email and _may_be_sent_to(request, at=at):
        if _mail_confirmation(request, by=by, at=at):
            acknowledged(request, by=by, at=at)
    elif way is not None:
        sending.keep(request, Letter.ACKNOWLEDGEMENT, confirmation(request), by=by, at=at, way=way)
        acknowledged(request, by=by, at=at)


def _mail_confirmation(request: Request, *, by: Duty, at: datetime) -> bool:
    """Send the confirmation to the address that was given; tell whether that could be done.

    Only the message itself holds the link that shows whose the address is: what is kept for colleagues to read, and
    what goes on paper, holds the one that shows how the matter stands.
    """
    mailed = confirmation(request, Kind.MAIL)
    return sending.try_to_send(request, Letter.ACKNOWLEDGEMENT, confirmation(request), by=by, at=at, mailed=mailed)


def confirmation(request: Request, kind: Kind = Kind.VIEW) -> letter.Written:
    """Return the words that confirm the receipt, with a link of the kind."""
    link = links.url_of(request.id, kind, language=request.language)
    needs_proof = request.identity != Identity.NOT_NEEDED
    return letter.write(Letter.ACKNOWLEDGEMENT, request, link=link, needs_proof=needs_proof)


def _may_be_sent_to(request: Request, *, at: datetime) -> bool:
    """Count the request, and tell whether its address has had fewer than the limits of an hour and a day."""
    return floods.is_few("rights.received_for", bytes(request.mark).hex(), at=at, limit=TO_AN_ADDRESS)


def acknowledged(request: Request, *, by: Duty, at: datetime) -> None:
    """Note that the person knows of the receipt, and lead the request on."""
    move(request, Deed.ACKNOWLEDGE, by=by, at=at)
    note(request, Happened.ACKNOWLEDGED, by=by, at=at)
    if request.identity == Identity.ASKED:
        move(request, Deed.ASK_IDENTITY, by=by, at=at)
    elif request.identity != Identity.OPEN:
        move(request, Deed.BEGIN, by=by, at=at)


@transaction.atomic
def acknowledge(*, by: Duty, at: datetime, request_id: UUID, way: Way) -> None:
    """Confirm the receipt of a request to which no message left by itself."""
    check_duty(by)
    request = locked(request_id)
    if request.state != State.RECEIVED:
        return
    if way is not Way.EMAIL:
        sending.keep(request, Letter.ACKNOWLEDGEMENT, confirmation(request), by=by, at=at, way=way)
    elif not _mail_confirmation(request, by=by, at=at):
        raise sending.NoWay(_("Messages to this address do not arrive. Send it by letter."))
    acknowledged(request, by=by, at=at)


@transaction.atomic
def add_right(*, by: Duty, at: datetime, request_id: UUID, right: Right) -> None:
    """Add what the person's own words ask for, where no box said it: whatever it is called, it is a request."""
    check_duty(by)
    request = locked(request_id)
    if request.state not in {State.RECEIVED, State.ACKNOWLEDGED, State.IDENTITY, State.ASSESSING}:
        raise too_late(request)
    if request.items.filter(right=right).exists():
        return
    RequestItem.objects.create(id=new_id(at), request=request, right=right)
    request.items.filter(right=Right.QUESTION, outcome="").delete()
    if request.identity == Identity.NOT_NEEDED and course.needs_proof([right]):
        set_identity(request, Identity.OPEN)
    record(by=by, at=at, deed="request.right_added", categories=[CATEGORY], item=request.id)
    sweeps.wake(AT_ONCE)
