"""What of this room goes when its time is up."""

from django.utils.translation import gettext_lazy as _

from seloste.floods.models import Knock
from seloste.kernel import retention
from seloste.kernel.retention import Store

KNOCKS = Store(
    key="floods.knocks",
    name=_("Flood marks of addresses and networks"),
    purpose="web_security",
    due=lambda until: retention.due_by_day(Knock.objects.all(), retention.last_day("hour"), until),
    clear=lambda _by, at, limit: retention.delete_over(Knock.objects.all(), retention.last_day("hour"), at, limit),
    held=lambda: retention.held(Knock.objects.all()),
    shorter=_("A mark counts the requests of a day; the next day it says nothing."),
)
