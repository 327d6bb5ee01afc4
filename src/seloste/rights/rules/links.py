"""What a link to a request opens, and until when. Whoever holds one sees how the matter stands, and nothing of her."""

from datetime import datetime, timedelta
from enum import IntEnum


class Kind(IntEnum):
    """What a link opens beyond how the matter stands."""

    VIEW = 1  # shown in the browser that sent the form: nothing more
    MAIL = 2  # sent to the address that was typed: shows that the address is hers
    ANSWER = 3  # sent to where the answer may go: the answer itself
    STOP = 4  # sent to every old address: stops an erasure that is planned


#: How long after the end of the matter a link still opens its page.
OPEN_AFTER = timedelta(days=90)


def is_over(ended_at: datetime | None, at: datetime) -> bool:
    """Tell whether the page is no longer shown."""
    return ended_at is not None and at > ended_at + OPEN_AFTER
