"""Closed lists of giving data to others."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class How(TextChoices):
    """By which means data were given, or a recipient was told."""

    EMAIL = "email", _("by e-mail")
    LETTER = "letter", _("by letter")
    PHONE = "phone", _("on the telephone")
    IN_PERSON = "in_person", _("face to face")
    SYSTEM = "system", _("through the recipient's own system")


class Because(TextChoices):
    """Why a recipient has to be told (art. 19)."""

    RECTIFIED = "rectified", _("the data were corrected")
    COMPLETED = "completed", _("the data were completed")
    ERASED = "erased", _("the data were erased")
    RESTRICTED = "restricted", _("the use of the data was restricted")
    RELEASED = "released", _("the restriction ended")


class NoticeState(TextChoices):
    """Whether a recipient has been told."""

    DUE = "due", _("to be told")
    SENT = "sent", _("told")
    IMPOSSIBLE = "impossible", _("could not be told")


class Impossible(TextChoices):
    """Why a recipient is not told: the two reasons of art. 19, and a recipient that is there no longer."""

    GONE = "gone", _("the recipient no longer exists and nobody took over its data")
    IMPOSSIBLE = "impossible", _("telling proved impossible")
    DISPROPORTIONATE = "disproportionate", _("telling would take a disproportionate effort")
    HAS_NONE = "has_none", _("the recipient has shown that it no longer holds the data")
