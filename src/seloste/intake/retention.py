"""What of this room goes when its time is up. A person's calls and meetings go with her grounds, not here."""

from datetime import date, datetime

from django.db.models import Func, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.intake import rules
from seloste.intake.choices import SubmissionState
from seloste.intake.models import Submission
from seloste.kernel import retention
from seloste.kernel.duty import Duty
from seloste.kernel.periods import Period
from seloste.kernel.refusals import Words
from seloste.kernel.retention import Due, Store

_DECLINED_KEPT = Period(days=rules.DECLINED_KEPT.days)


def _declined() -> QuerySet[Submission]:
    return Submission.objects.filter(state=SubmissionState.DECLINED)


DECLINED = Store(
    key="intake.declined",
    name=_("Declined messages"),
    purpose="customer_care",
    due=lambda until: retention.due_by_day(_declined(), retention.last_day("decided_at", _DECLINED_KEPT), until),
    clear=lambda _by, at, limit: retention.delete_over(
        _declined(), retention.last_day("decided_at", _DECLINED_KEPT), at, limit
    ),
    held=lambda: retention.held(_declined()),
    shorter=_("A message that was not meant for us can be brought back for two weeks; then it goes."),
)


def messages_of(form: str, *, purpose: str, name: Words) -> Store:
    """Return the store of a form's messages. The last activity is the decision; where nobody decided, the arrival."""

    def rows() -> QuerySet[Submission]:
        return Submission.objects.filter(form=form).exclude(state=SubmissionState.DECLINED)

    def due(until: date) -> list[Due]:
        return retention.due_by_day(rows(), _last_day(purpose), until)

    def clear(_by: Duty, at: datetime, limit: int) -> int:
        return retention.delete_over(rows(), _last_day(purpose), at, limit)

    return Store(
        key=f"intake.{form}", name=name, purpose=purpose, due=due, clear=clear, held=lambda: retention.held(rows())
    )


def _last_day(purpose: str) -> Func:
    period = current().purpose[purpose].retention.period
    return retention.last_day(Coalesce("decided_at", "received_at"), period)


CONTACT = messages_of("contact", purpose="customer_care", name=_("Messages of the contact form"))
FEEDBACK = messages_of("feedback", purpose="feedback", name=_("Messages of the feedback form"))

STORES = (DECLINED, CONTACT, FEEDBACK)
