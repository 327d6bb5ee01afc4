"""Which state of an order may follow which, and what an order may still be asked for. Plain Python."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from seloste.shop.choices import Happened, OrderState

S = OrderState

#: The one table of moves. What is not in it cannot happen, whoever asks.
MOVES: Mapping[OrderState, frozenset[OrderState]] = {
    S.PLACED: frozenset({S.PAID, S.DELIVERING, S.CANCELLED}),
    S.PAID: frozenset({S.DELIVERING, S.DELIVERED, S.WITHDRAWN, S.PARTLY_REFUNDED, S.REFUNDED}),
    S.DELIVERING: frozenset({S.DELIVERED, S.CANCELLED, S.WITHDRAWN, S.PARTLY_REFUNDED, S.REFUNDED}),
    S.DELIVERED: frozenset({S.CLOSED, S.WITHDRAWN, S.PARTLY_REFUNDED, S.REFUNDED}),
    S.CLOSED: frozenset({S.WITHDRAWN, S.PARTLY_REFUNDED, S.REFUNDED}),
    S.CANCELLED: frozenset({S.PAID}),
    S.PARTLY_REFUNDED: frozenset({S.WITHDRAWN, S.REFUNDED}),
    S.WITHDRAWN: frozenset({S.PARTLY_REFUNDED, S.REFUNDED}),
    S.REFUNDED: frozenset(),
}

#: What the history says of a state that was reached.
SAID: Mapping[OrderState, Happened] = {
    S.PLACED: Happened.PLACED,
    S.PAID: Happened.PAID,
    S.DELIVERING: Happened.DELIVERING,
    S.DELIVERED: Happened.DELIVERED,
    S.CLOSED: Happened.CLOSED,
    S.CANCELLED: Happened.CANCELLED,
    S.WITHDRAWN: Happened.WITHDRAWN,
    S.PARTLY_REFUNDED: Happened.PARTLY_REFUNDED,
    S.REFUNDED: Happened.REFUNDED,
}

#: States in which something is still to be done for the customer: her data are needed for it (art. 6(1)(b)).
OPEN = frozenset({S.PLACED, S.PAID, S.DELIVERING})
#: States in which nothing will be delivered any more.
ENDED = frozenset({S.CANCELLED, S.WITHDRAWN, S.REFUNDED})
#: States that stay the first to be looked at when the next one is asked for after a part went back.
STILL_DELIVERING = frozenset({S.PAID, S.DELIVERING, S.PARTLY_REFUNDED})

#: A step that failed is tried again after this, doubled with each day that the order has waited.
AGAIN_AFTER = timedelta(minutes=5)
#: An order that was delivered is closed after so long: then its time of withdrawal is over as well.
CLOSES_AFTER = timedelta(days=30)

#: What an erasure had to leave for an order goes so long after its end: the last message has left by then.
ERASED_AFTER = timedelta(days=1)


def key_of(order: UUID) -> str:
    """Return the name by which payments and invoices know the order."""
    return f"order:{order}"


def may_move(old: OrderState, new: OrderState) -> bool:
    """Tell whether the state may follow."""
    return new in MOVES[old]


def state_after(events: Iterable[tuple[Happened, OrderState]]) -> OrderState | None:
    """Return the state that a history leads to: the one its last line names. None for no history."""
    last = None
    for _what, state in events:
        last = state
    return last


def may_cancel(state: OrderState, *, is_paid: bool) -> bool:
    """Tell whether the customer may still cancel by herself: while nothing is paid and nothing was begun."""
    return state is S.PLACED and not is_paid
