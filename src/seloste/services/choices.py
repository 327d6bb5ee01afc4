"""Closed lists of what was ordered and how it changes."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from seloste.kernel.refusals import Words


class Interval(TextChoices):
    """For how long one period is paid."""

    MONTH = "month", _("month")
    YEAR = "year", _("year")


class State(TextChoices):
    """Where a subscription stands. One that was cancelled goes on until the end of what is paid."""

    ACTIVE = "active", _("in force")
    PAUSED = "paused", _("paused")
    CANCELLED = "cancelled", _("notice given")
    ENDED = "ended", _("ended")


class ChangeKind(TextChoices):
    """What can happen to a subscription (S5.3)."""

    STARTED = "started", _("started")
    UPGRADE = "upgrade", _("larger")
    DOWNGRADE = "downgrade", _("smaller")
    QUANTITY = "quantity", _("number changed")
    PAUSE = "pause", _("paused")
    RESUME = "resume", _("goes on")
    CANCEL = "cancel", _("notice given")
    KEEP = "keep", _("cancellation taken back")
    CALLED_OFF = "called_off", _("coming change called off")
    RENEW = "renew", _("renewed")
    PRICE = "price", _("price changes")
    TOLD = "told", _("told of the renewal")
    RETURNED = "returned", _("money returned")
    PUT_BACK = "put_back", _("put back as it was")
    ENDED = "ended", _("ended")


class AskedBy(TextChoices):
    """Who wanted a change."""

    CUSTOMER = "customer", _("the customer")
    US = "us", _("we")
    CONTRACT = "contract", _("the contract itself")

    @property
    def told(self) -> Words:
        """Return who wanted it, to the customer herself."""
        said: dict[AskedBy, Words] = {
            AskedBy.CUSTOMER: _("at your request"),
            AskedBy.US: _("by us"),
            AskedBy.CONTRACT: _("as agreed"),
        }
        return said[self]


class TaskState(TextChoices):
    """Where something stands that an employee does for an order."""

    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    DROPPED = "dropped", _("not needed any more")


class Wrong(TextChoices):
    """Why a change cannot be made, in words that whoever asked for it can act on."""

    NOT_ACTIVE = "not_active", _("This subscription is not in force now, so it cannot be changed in this way.")
    NOT_PAUSED = "not_paused", _("This subscription is not paused.")
    NOT_CANCELLED = "not_cancelled", _("This subscription has not been cancelled, or it has already ended.")
    ALREADY = "already", _("This subscription is already so.")
    ENDED = "ended", _("This subscription has ended.")
    OTHER_INTERVAL = "other_interval", _("Another length of period begins when the present one ends.")
    NOT_LARGER = "not_larger", _("This costs less than now: it begins when the present period ends.")
    QUANTITY = "quantity", _("The number has to be between 1 and 999.")
    PAUSE_DAY = "pause_day", _("Choose a day after today and at most six months from now.")
    TOO_SOON = "too_soon", _("A higher price has to be told at least %(days)s days before.")
    WAITS = "waits", _("Another change waits already. Call it off first.")
    NOT_OFFERED = "not_offered", _("This is not offered now.")
    NO_REMINDER = "no_reminder", _("The renewal of this subscription needs no reminder, or it has been told already.")
    TOLD_EARLY = "told_early", _("A reminder counts for sixty days at most. Choose a later day.")
    NOTHING_OWED = "nothing_owed", _("Nothing is owed for this change any more.")
    CHANGED = "changed", _("The price has changed since you looked. Look at the new one before you confirm.")
