"""When a provider is asked about a payment again: soon at first, then more and more seldom, and at last no more."""

from datetime import datetime, timedelta

from seloste.payments.choices import HAD_MONEY, State

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

#: While it waits for payment: the payer may be on the provider's page, or the message may have been lost (P6).
OPEN = (2 * _MINUTE, 3 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 10 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE, _HOUR, 2 * _HOUR)
OPEN_THEN = 4 * _HOUR
#: How long a payment can be made before it counts as expired; what is paid later is found all the same.
OPEN_FOR = _DAY
#: After it failed or expired: a provider may still say that it was paid.
ENDED = (_HOUR, 5 * _HOUR, 18 * _HOUR, 2 * _DAY, 4 * _DAY)
#: After it was paid: refunds and disputes that nobody told of.
PAID = (_DAY, 6 * _DAY, 23 * _DAY, 60 * _DAY)
#: While the provider does not answer.
AWAY = (_MINUTE, 2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE)

#: How long a claim that it was paid may wait for the provider's own word before an employee is told.
CLAIM_WAITS = 15 * _MINUTE


def next_ask(state: State, asked: int, at: datetime) -> datetime | None:
    """Return when the provider is asked next, having been asked so many times in this state; None for no more."""
    if state is State.OPEN:
        return at + (OPEN[asked] if asked < len(OPEN) else OPEN_THEN)
    pauses = PAID if state in HAD_MONEY else ENDED
    return at + pauses[asked] if asked < len(pauses) else None


def next_try(tries: int, at: datetime) -> datetime:
    """Return when a provider that did not answer is tried again."""
    return at + AWAY[min(tries, len(AWAY) - 1)]
