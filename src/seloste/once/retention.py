"""What of this room goes when its time is up."""

from django.utils.translation import gettext_lazy as _

from seloste.kernel import retention
from seloste.kernel.periods import Period
from seloste.kernel.retention import Store
from seloste.once.actions import REMEMBERED
from seloste.once.models import SentForm

_LAST = retention.last_day("sent_at", Period(days=REMEMBERED.days))

SENT_FORMS = Store(
    key="once.sent_forms",
    name=_("Marks of forms that were sent"),
    purpose="staff_access",
    due=lambda until: retention.due_by_day(SentForm.objects.all(), _LAST, until),
    clear=lambda _by, at, limit: retention.delete_over(SentForm.objects.all(), _LAST, at, limit),
    held=lambda: retention.held(SentForm.objects.all()),
    shorter=_("A form is not sent twice a day apart."),
)
