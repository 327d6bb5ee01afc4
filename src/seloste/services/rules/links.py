"""What the customer's links open."""

from enum import IntEnum


class Kind(IntEnum):
    """What a link opens."""

    SUBSCRIPTION = 1  # the page of a subscription, where it can be changed and cancelled
    DOWNLOAD = 2  # a file, a few times within a few days
