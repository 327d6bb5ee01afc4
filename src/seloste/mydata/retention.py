"""What of this room goes when its time is up."""

from django.utils.translation import gettext_lazy as _

from seloste.kernel import retention
from seloste.kernel.retention import Store
from seloste.mydata.models import Session

SESSIONS = Store(
    key="mydata.sessions",
    name=_("My data, open in a browser"),
    purpose="rights",
    due=lambda until: retention.due_by_day(Session.objects.all(), retention.last_day("until_at"), until),
    clear=lambda _by, at, limit: retention.delete_over(
        Session.objects.all(), retention.last_day("until_at"), at, limit
    ),
    held=lambda: retention.held(Session.objects.all()),
    shorter=_("A page stays open for half an hour; the worker deletes it within minutes after."),
)

STORES = (SESSIONS,)
