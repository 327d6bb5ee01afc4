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


class Knock(TextChoices):
    """What somebody does so often that it must be counted."""

    ASKED_FOR = "asked_for", _("asked for an address")
    ASKED_FROM = "asked_from", _("asked from a network")
    GUESSED_FROM = "guessed_from", _("typed a code from a network")
