"""Closed lists of the room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Opens(TextChoices):
    """What a link or a code that was asked for opens."""

    PREFERENCES = "preferences", _("what we may send")
    MYDATA = "mydata", _("one's own data")


class MailingState(TextChoices):
    """Where a mailing stands. Its audience is chosen once, and it is sent once."""

    DRAFT = "draft", _("draft")
    CHOSEN = "chosen", _("audience chosen")
    SENDING = "sending", _("being sent")
    STOPPED = "stopped", _("stopped")
    SENT = "sent", _("sent")
