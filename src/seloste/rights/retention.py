"""What of this room goes when its time is up: a matter, three years after it ended, with everything said in it."""

from datetime import date, datetime

from django.db.models import Exists, Func, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.kernel import retention
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.retention import Due, Store
from seloste.mail import actions as mail
from seloste.mail.models import Message
from seloste.register.models import Person
from seloste.rights.models import ClockEvent, Correspondence, Request

_PURPOSE = "rights"


def _ended() -> QuerySet[Request]:
    """Return the matters that have ended. One that is open is kept however old it is."""
    return Request.objects.filter(ended_at__isnull=False)


def _last_day(moment: str = "ended_at") -> Func:
    return retention.last_day(moment, current().purpose[_PURPOSE].retention.period)


def _due(until: date) -> list[Due]:
    return retention.due_by_day(_ended(), _last_day(), until)


def _clear(_by: Duty, at: datetime, limit: int) -> int:
    """Delete matters whose time is up, what happened in them first: the table lets each event go when it is as old."""
    over = _ended().annotate(over_after=_last_day()).filter(over_after__lt=local_date(at)).values_list("id", flat=True)
    ids = list(over.select_for_update(of=("self",))[:limit])
    ClockEvent.objects.filter(request__in=ids).delete()
    Request.objects.filter(id__in=ids).delete()
    return len(ids)


REQUESTS = Store(
    key="rights.requests",
    name=_("Data protection requests"),
    purpose=_PURPOSE,
    due=_due,
    clear=_clear,
    held=lambda: retention.held(Request.objects.all()),
)


# --- The last word to somebody who is gone ----------------------------------------------------------------------------


def _letters_to_the_gone() -> QuerySet[Message]:
    """Return the messages of matters whose person is no longer in the register, once they have met their fate.

    An erasure lets the answer to her own request leave (12(3)); what it said stays with the matter.
    """
    is_here = Exists(Person.objects.filter(id=OuterRef("person")))
    gone = Request.objects.filter(~is_here, person__isnull=False)
    letters = Correspondence.objects.filter(request__in=gone, message_id__isnull=False)
    return Message.objects.filter(id__in=letters.values("message_id"), ended_at__isnull=False)


def _clear_letters(_by: Duty, at: datetime, limit: int) -> int:
    over = _letters_to_the_gone().annotate(last=retention.last_day("ended_at")).filter(last__lt=local_date(at))
    return mail.forget(message_ids=list(over.values_list("id", flat=True)[:limit]))


LAST_WORDS = Store(
    key="rights.last_words",
    name=_("Answers to people who have been erased"),
    purpose=_PURPOSE,
    due=lambda until: retention.due_by_day(_letters_to_the_gone(), retention.last_day("ended_at"), until),
    clear=_clear_letters,
    shorter=_("The message with the answer to an erased person's request goes the night after it has left."),
)

STORES = (REQUESTS, LAST_WORDS)
