"""Closed lists of the room, and the reasons in words that a person is given."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Cause(TextChoices):
    """Why something is erased (art. 17(1))."""

    REQUEST = "request", _("the person asked for it")
    OBJECTION = "objection", _("the person objected, and nothing overrides that")
    WITHDRAWAL = "withdrawal", _("the person withdrew the consent it rested on")
    RETENTION = "retention", _("its time was up")


class JobState(TextChoices):
    """Where an erasure stands. Erasing and looking again are one transaction, so there is no state between."""

    PLANNED = "planned", _("planned")
    LEDGERED = "ledgered", _("entered in the ledger")
    VERIFIED = "verified", _("done and looked for again")
    FAILED = "failed", _("failed; it is tried again")
    STOPPED = "stopped", _("stopped before it began")


#: States from which an erasure still has something to do.
UNDER_WAY = (JobState.PLANNED, JobState.LEDGERED, JobState.FAILED)


class HoldKind(TextChoices):
    """Why everything about a person is kept although its time is up."""

    CLAIM = "claim", _("a legal claim is made, pursued or defended")
    AUTHORITY = "authority", _("an authority has ordered it to be kept")


#: What is cited to the person for a hold.
LAW_OF_HOLD = {HoldKind.CLAIM: "GDPR 17(3)(e)", HoldKind.AUTHORITY: "GDPR 17(3)(b)"}

#: Why something stays whose period is not over.
STILL_RUNNING = _("The storage period for this purpose is not over.")
LAW_OF_PERIOD = "GDPR 5(1)(e)"
#: Why the number of a person stays while something that points to her does.
NEEDED_BY_WHAT_STAYS = _("What stays needs it.")
