"""Closed lists of the room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Standing(TextChoices):
    """Whether an address opens the page of the person it reaches, and if not, why."""

    OPENS = "opens", _("opens the page")
    NOBODY = "nobody", _("is not in the register")
    TOO_NEW = "too_new", _("has not been in the register long enough")
    SHARED = "shared", _("reaches several people")
    BOUNCES = "bounces", _("messages to it come back")
