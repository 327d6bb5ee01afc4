"""The closed lists of the room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What came of a turn of a sweep."""

    IDLE = "idle", _("nothing to do")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    WAITS_FOR_CLOCK = "waits_for_clock", _("waits for the right time")
