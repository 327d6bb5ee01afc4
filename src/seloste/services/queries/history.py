"""What a subscription was before one of its changes, and whether it can become that again."""

from django.db.models import QuerySet

from seloste.services.choices import ChangeKind, State
from seloste.services.models import SubscriptionChange

#: Changes that leave what is subscribed to as it is.
_SAME = (
    *(ChangeKind.RENEW, ChangeKind.PAUSE, ChangeKind.RESUME, ChangeKind.CANCEL, ChangeKind.KEEP, ChangeKind.PRICE),
    *(ChangeKind.TOLD, ChangeKind.CALLED_OFF, ChangeKind.RETURNED),
)


def before(made: SubscriptionChange) -> SubscriptionChange:
    """Return the change that made the subscription what it was before this one."""
    earlier = SubscriptionChange.objects.filter(subscription=made.subscription_id, number__lt=made.number)
    found = earlier.filter(title=made.was_title).order_by("-number").first()
    return found or earlier.order_by("number")[0]


def is_renewed(made: SubscriptionChange) -> bool:
    """Tell whether a later period was billed at what the change made of it."""
    return bool(_later(made).filter(kind=ChangeKind.RENEW).exists())


def may_be_put_back(made: SubscriptionChange) -> bool:
    """Tell whether the subscription is still what the change made it, so that undoing it leaves what was before."""
    row = made.subscription
    if row.state == State.ENDED or made.was_unit is None or made.was_quantity is None:
        return False
    is_other = _later(made).exclude(kind__in=_SAME).exists()
    return not is_other and (row.variant, row.quantity) == (made.variant, made.quantity)


def _later(made: SubscriptionChange) -> "QuerySet[SubscriptionChange]":
    return SubscriptionChange.objects.filter(subscription=made.subscription_id, number__gt=made.number)
