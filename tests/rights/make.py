# ruff: noqa: ANN401 -- values go through to the deeds
"""What the tests of this room stand on: a request that arrived, an employee who answers requests, a known person."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests import make

from seloste.kernel.duty import visitor
from seloste.mail.models import Message
from seloste.register.models import ContactPoint
from seloste.rights import actions, jobs
from seloste.rights.choices import Channel, Method, Outcome, Reason, Right, State, Way
from seloste.rights.models import Request, RequestItem

ADDRESS = "maija@example.com"
#: A Wednesday; the first month ends on Monday 28 December 2026 (25 and 26 are holidays, 27 a Sunday).
AT = make.AT
BEFORE = datetime(2026, 6, 1, 9, tzinfo=UTC)
#: One actor in the duty that answers requests, and another.
PRIVACY, OTHER = make.duty("privacy"), make.duty("privacy")
HERSELF = visitor("rights")


def known(email: str = ADDRESS, *, at: datetime = BEFORE, **rest: Any) -> UUID:
    """Return a person who has been in the register for half a year."""
    return make.person(at=at, email=email, **rest)


def arrival(*rights: Right | actions.Wanted, at: datetime = AT, **changes: Any) -> actions.Arrival:
    """Return a request as the public form brings it."""
    wanted = [one if isinstance(one, actions.Wanted) else actions.Wanted(right=one) for one in rights]
    told: dict[str, Any] = {
        "channel": Channel.WEB_FORM,
        "language": "fi",
        "received_at": at,
        "wanted": wanted,
        "notice_version_id": make.version_id(BEFORE),
        "token": uuid4(),
        "name": "Maija Mallikas",
        "email": ADDRESS,
        "message": "Haluan nähdä tietoni.",
    }
    return actions.Arrival(**{**told, **changes})


def received(*rights: Right | actions.Wanted, at: datetime = AT, by: Any = HERSELF, **changes: Any) -> UUID:
    """Return a request that arrived."""
    return actions.receive(by=by, at=at, arrival=arrival(*rights, at=at, **changes)).id


def request(request_id: UUID) -> Request:
    """Return the request as it stands."""
    return Request.objects.get(id=request_id)


def item(request_id: UUID) -> RequestItem:
    """Return the one thing that the request asks."""
    return RequestItem.objects.get(request=request_id)


def proved(*rights: Right | actions.Wanted, at: datetime = AT, **changes: Any) -> UUID:
    """Return a request of a known person who confirmed her address."""
    if not ContactPoint.objects.filter(value=ADDRESS).exists():
        known()
    request_id = received(*rights, at=at, **changes)
    actions.confirm_address(by=HERSELF, at=at + timedelta(hours=1), request_id=request_id)
    return request_id


def ruled(request_id: UUID, outcome: Outcome, reason: Reason | None = None, *, at: datetime = AT, **rest: Any) -> None:
    """Decide everything that is asked in the same way."""
    at += timedelta(hours=2)
    words = {"reasons": "Perustelut."} if reason else {}
    for one in RequestItem.objects.filter(request=request_id, outcome=""):
        ruling = actions.Ruling(outcome=outcome, reason=reason, **{**words, **rest})
        actions.decide(by=PRIVACY, at=at, item_id=one.id, ruling=ruling)


def carried_out(request_id: UUID, *, at: datetime = AT) -> None:
    """Carry out all that was granted."""
    for one in RequestItem.objects.filter(request=request_id, outcome__in=[Outcome.GRANTED, Outcome.PARTLY]):
        actions.carry_out(by=PRIVACY, at=at + timedelta(hours=3), item_id=one.id)


def answered(request_id: UUID, *, at: datetime = AT, way: Way = Way.EMAIL) -> None:
    """Send the answer."""
    actions.answer(by=PRIVACY, at=at + timedelta(hours=4), request_id=request_id, way=way)


def arrived(at: datetime = AT) -> None:
    """Have the mail server take everything that waits."""
    from seloste.kernel.duty import system
    from seloste.mail import actions as mail
    from seloste.mail.rules.course import Outcome as Fate
    from seloste.mail.rules.course import Result

    for claim in mail.claim(by=system("rights"), at=at):
        mail.step(by=system("rights"), at=at, release=claim)
        done = mail.Done(claim=claim, result=Result(outcome=Fate.ACCEPTED, verb="data"))
        mail.step(by=system("rights"), at=at, done=done)


def mailed(address: str = ADDRESS) -> list[str]:
    """Return the texts queued for the address, the oldest first."""
    return list(Message.objects.filter(address=address).order_by("queued_at", "id").values_list("text", flat=True))


def swept(at: datetime = AT) -> int:
    """Let the worker do what it does."""
    return jobs.do_at_once(at + timedelta(seconds=1)) + jobs.watch_the_clock(at + timedelta(seconds=1))


def check(request_id: UUID, *, at: datetime = AT, **changes: Any) -> None:
    """Note a check by an employee."""
    told: dict[str, Any] = {
        "method": Method.MANUAL,
        "reason": "Pyyntö tuli uudesta osoitteesta.",
        "evidence": "Soitto numeroon, joka on ollut meillä vuodesta 2024.",
        "is_proved": True,
    }
    actions.note_check(by=PRIVACY, at=at + timedelta(hours=1), request_id=request_id, **{**told, **changes})


def states() -> Sequence[State]:
    """Return where all requests stand."""
    return [State(state) for state in Request.objects.order_by("id").values_list("state", flat=True)]
