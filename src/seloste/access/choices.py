"""Closed lists of the room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Extent(TextChoices):
    """What a package is: everything about the person (art. 15), or what she gave and may take elsewhere (art. 20)."""

    ACCESS = "access", _("All data about you")
    PORTABILITY = "portability", _("The data you gave, to be moved")


class Verdict(TextChoices):
    """What an employee decided about a record in which other people may be named (art. 15(4))."""

    WHOLE = "whole", _("handed out whole")
    BLACKED = "blacked", _("handed out with passages blacked out")
    WITHHELD = "withheld", _("withheld")


class Stage(TextChoices):
    """How a package stands for whoever holds its link."""

    READY = "ready", _("ready to be downloaded")
    AGAIN = "again", _("downloaded a moment ago; an interrupted download may be repeated")
    USED = "used", _("downloaded")
    EXPIRED = "expired", _("its time is over")
