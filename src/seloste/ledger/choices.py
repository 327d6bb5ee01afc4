"""The closed lists of the room."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What an entry says happened. Whoever restores a backup does again what is in ``REPEATED``."""

    ERASE = "erase", _("an erasure began")
    ERASED = "erased", _("an erasure was proved")
    BLOCKED = "blocked", _("what the law keeps was closed")
    CONSENT_NO = "consent_no", _("a consent was refused or withdrawn")
    OBJECTED = "objected", _("an objection")
    OBJECTION_LIFTED = "objection_lifted", _("an objection was lifted")
    SUPPRESSED = "suppressed", _("an address was closed")
    SUPPRESSION_LIFTED = "suppression_lifted", _("an address was opened")
    RESTRICTED = "restricted", _("processing was restricted")
    RESTRICTION_LIFTED = "restriction_lifted", _("a restriction ended")


#: What must be done again in a database that was put back to a time before it.
REPEATED = frozenset({Kind.ERASE, Kind.CONSENT_NO, Kind.OBJECTED, Kind.SUPPRESSED, Kind.RESTRICTED})
#: What takes the word back: one that was lifted later is not said again.
LIFTED_BY = {
    Kind.OBJECTED: Kind.OBJECTION_LIFTED,
    Kind.SUPPRESSED: Kind.SUPPRESSION_LIFTED,
    Kind.RESTRICTED: Kind.RESTRICTION_LIFTED,
}

#: The code of an erasure after which nothing was left: of such a person nothing may be found after a restore.
EVERYTHING = "all"
#: The code of an erasure because a time was up: where it was not proved, the next night's run finds who is due.
TIME_WAS_UP = "retention"


class Standing(StrEnum):
    """Whether the database may be used, by what the file outside it says."""

    WHOLE = "whole"
    BEHIND = "behind"
    FORKED = "forked"
    MISSING = "missing"
    SHORTENED = "shortened"
    DAMAGED = "damaged"
    UNSETTLED = "unsettled"
