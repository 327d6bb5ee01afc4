"""What the room does by itself: what needs no proof is carried out, late answers are recorded, answered matters end."""

from datetime import datetime, timedelta

from seloste.accounts.models import User
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty, system
from seloste.mail import actions as mail
from seloste.mail.choices import MessageKind
from seloste.mail.models import Message
from seloste.mail.rules import NotSendable
from seloste.rights import actions, letter
from seloste.rights.actions import erasing
from seloste.rights.choices import OPEN, Right, State
from seloste.rights.models import Request, RequestItem
from seloste.rights.rules import clock
from seloste.rights.rules.clock import Alarm

#: A person who is not content says so by then; the matter can be opened again afterwards all the same.
CLOSED_AFTER = timedelta(days=30)
_MOST = 500


def settle_erasures(at: datetime) -> int:
    """Note which erasures are done and told to all recipients, and answer those that nobody had to weigh."""
    return erasing.settle(by=system(actions.PURPOSE), at=at)


def do_at_once(at: datetime) -> int:
    """Carry out objections to marketing and withdrawals of consent that have come in."""
    waiting = RequestItem.objects.filter(
        right__in=[Right.MARKETING_OBJECTION, Right.WITHDRAWAL], outcome="", request__state__in=OPEN
    )
    requests = waiting.order_by("request_id").values_list("request_id", flat=True).distinct()[:_MOST]
    return sum(actions.do_at_once(by=_itself(), at=at, request_id=request_id) for request_id in requests)


def watch_the_clock(at: datetime) -> int:
    """Record every last day that passed without an answer, and close what has been answered long enough."""
    late = Request.objects.filter(state__in=OPEN).order_by("strict_due_on").values_list("id", flat=True)
    answered = Request.objects.filter(state=State.ANSWERED, answered_at__lt=at - CLOSED_AFTER)
    return sum(
        [
            *(
                actions.note_late(by=_itself(), at=at, request_id=one)
                for one in late.filter(strict_due_on__lt=local_date(at))[:_MOST]
            ),
            *(
                actions.close_by_itself(by=_itself(), at=at, request_id=one)
                for one in answered.values_list("id", flat=True)[:_MOST]
            ),
        ]
    )


# --- Alarms -----------------------------------------------------------------------------------------------------------

#: Who is told that a last day comes near, and who besides when it has passed: those who answer, and the owner.
ANSWERS, OWNS = "privacy", "owner"


def ring(at: datetime) -> int:
    """Tell those who answer requests how near each last day is, once for each alarm; the owner, hourly, when late.

    The message says the number of the request and the day, and nothing of the person.
    """
    last = local_date(at) + timedelta(days=15)
    open_ones = Request.objects.filter(state__in=OPEN, strict_due_on__lte=last).order_by("strict_due_on", "id")
    return sum(_ring(request, at=at) for request in open_ones[:_MOST])


def _ring(request: Request, *, at: datetime) -> int:
    alarm = clock.ringing(request.strict_due_on, at)
    if alarm is None:
        return 0
    roles = {ANSWERS, OWNS} if alarm is Alarm.LATE else {ANSWERS}
    told = User.objects.filter(role__in=roles, is_active=True).order_by("id")
    return sum(_tell(user, request, alarm, at=at) for user in told)


def _tell(user: User, request: Request, alarm: Alarm, *, at: datetime) -> int:
    hour = at.strftime("%Y%m%d%H") if alarm is Alarm.LATE and user.role == OWNS else ""
    key = f"rights-alarm:{request.id}:{request.strict_due_on}:{alarm.value}{hour}:{user.id}"
    if Message.objects.filter(key=key).exists():
        return 0
    written = letter.alarm(request, language=user.language, is_late=alarm is Alarm.LATE)
    try:
        mail.queue(
            by=_itself(),
            at=at,
            key=key,
            kind=MessageKind.SERVICE,
            purpose=actions.PURPOSE,
            person_id=None,
            address=user.email,
            language=user.language,
            subject=written.subject,
            text=written.text,
        )
    except (
        mail.MayNotContact,
        NotSendable,
    ):  # a login whose address takes no mail: the desk shows it all the same
        return 0
    return 1


def _itself() -> Duty:
    return system(actions.PURPOSE)
