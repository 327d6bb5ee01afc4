"""What of this room goes when its time is up."""

from datetime import date, datetime

from django.db.models import Func, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from seloste.consents.queries import MARKETING
from seloste.declaration.load import current
from seloste.kernel import retention
from seloste.kernel.duty import Duty
from seloste.kernel.retention import Due, Store
from seloste.outreach.choices import MailingState
from seloste.outreach.models import Asked, Recipient

ASKED = Store(
    key="outreach.asked",
    name=_("Requests for one's own page, and newsletters that wait to be confirmed"),
    purpose=MARKETING,
    due=lambda until: retention.due_by_day(Asked.objects.all(), retention.last_day("until_at"), until),
    clear=lambda _by, at, limit: retention.delete_over(Asked.objects.all(), retention.last_day("until_at"), at, limit),
    held=Asked.objects.count,
    shorter=_("A request waits two days for the person at the address; the worker deletes it within minutes after."),
)


def _recipients() -> QuerySet[Recipient]:
    """Return who got a letter, or would have got one; the moment is when the letter was sent or chosen last."""
    return Recipient.objects.filter(mailing__state__in=[MailingState.SENT, MailingState.STOPPED, MailingState.CHOSEN])


def _last_day() -> Func:
    period = current().purpose[MARKETING].retention.period
    return retention.last_day(
        Coalesce("mailing__stopped_at", "mailing__done_at", "mailing__sent_at", "mailing__chosen_at"), period
    )


def _due(until: date) -> list[Due]:
    return retention.due_by_day(_recipients(), _last_day(), until)


def _clear(_by: Duty, at: datetime, limit: int) -> int:
    """Delete lists whose time is up, and the numbers of letters whose list is gone stay: they name nobody."""
    return retention.delete_over(_recipients(), _last_day(), at, limit)


RECIPIENTS = Store(
    key="outreach.recipients",
    name=_("Who got which letter"),
    purpose=MARKETING,
    due=_due,
    clear=_clear,
    held=Recipient.objects.count,
)

STORES = (ASKED, RECIPIENTS)
