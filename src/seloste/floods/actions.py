"""Counting what strangers do, so that nobody can have us do it without end. One count serves every public form.

The counts stand in a table: in the cache they would be lost when it is culled, and two presses at one moment would
count as one.
"""

from datetime import datetime

from django.db import connection
from django.utils.crypto import salted_hmac

from seloste.floods.rules import Limit, hour_of
from seloste.kernel.clock import local_date
from seloste.kernel.refusals import Refusal, Words


class TooMany(Refusal):
    """More than a person does within an hour."""

    status = 429


def refuse_flood(what: str, whose: str, *, at: datetime, limit: Limit, words: Words) -> None:
    """Count once more, and raise TooMany in these words where it is too often.

    In a transaction the refusal takes its own count back: whoever waits an hour may go on.
    """
    if not is_few(what, whose, at=at, limit=limit):
        raise TooMany(words)


def is_few(what: str, whose: str, *, at: datetime, limit: Limit) -> bool:
    """Count once more, and tell whether it is still few enough.

    ``what`` is ``room.deed``; ``whose`` is a network or the mark of an address and is not kept. Two at one moment wait
    for each other at the row until the first one's transaction ends, so together they never pass the limit.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [what, _day_mark(what, whose, at=at), hour_of(at)])
        this_hour, today = cursor.fetchone()
    return limit.allows(this_hour=this_hour, today=today)


#: One statement, so that nothing comes between looking and counting. A moment of the hour before, which waited at the
#: row until the hour was over, counts for the hour that has begun.
_COUNT = """
INSERT INTO floods_knock AS kept (what, mark, hour, this_hour, today) VALUES (%s, %s, %s, 1, 1)
ON CONFLICT (what, mark) DO UPDATE SET
    this_hour = CASE WHEN kept.hour < EXCLUDED.hour THEN 1 ELSE kept.this_hour + 1 END,
    hour = GREATEST(kept.hour, EXCLUDED.hour),
    today = kept.today + 1
RETURNING this_hour, today
"""


def _day_mark(what: str, whose: str, *, at: datetime) -> bytes:
    """Return a keyed mark for the day: tomorrow's is another, and one thing's mark says nothing of another's."""
    return salted_hmac(f"seloste.floods.{what} {local_date(at).isoformat()}", whose, algorithm="sha256").digest()
