"""The life of a consent: which event leads from which state to which. Plain, so that every sequence can be tried.

``none → requested → pending → given → {withdrawn | expired | invalidated | superseded → given}``; ``requested →
refused``. A yes, a no and a withdrawal are the person's own word and lead from everywhere. What we did by ourselves
(asking, noticing that the time is up) never undoes her word.
"""

from collections.abc import Iterable
from functools import reduce

from seloste.consents.choices import OPTED_OUT, VALID, ConsentState

#: What only we do: asking her.
_ASKING = frozenset({ConsentState.REQUESTED, ConsentState.PENDING})
#: What happens to a consent that holds, and to no other.
_ENDING = frozenset({ConsentState.EXPIRED, ConsentState.INVALIDATED, ConsentState.SUPERSEDED})


def may_follow(state: ConsentState | None, event: ConsentState) -> bool:
    """Tell whether the event changes or confirms a consent that stands so; one that would not is never stored."""
    if event in _ASKING:
        return state not in VALID | OPTED_OUT
    if event in _ENDING:
        return state in VALID
    return True


def after(state: ConsentState | None, event: ConsentState) -> ConsentState | None:
    """Return where the consent stands after the event."""
    return event if may_follow(state, event) else state


def fold(events: Iterable[ConsentState]) -> ConsentState | None:
    """Return where a consent stands after all its events, in the order in which they were stored."""
    nothing: ConsentState | None = None
    return reduce(after, events, nothing)
