"""The tables of what was ordered and goes on: subscriptions with their changes, files, and work that is to be done."""

from seloste.services.models.deliveries import Deliverable, DownloadLink, ProjectOpening, ServiceActivation
from seloste.services.models.subscriptions import Subscription, SubscriptionChange, SubscriptionPeriod

__all__ = [
    "Deliverable",
    "DownloadLink",
    "ProjectOpening",
    "ServiceActivation",
    "Subscription",
    "SubscriptionChange",
    "SubscriptionPeriod",
]
