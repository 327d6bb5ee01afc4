"""What follows when something is paid for: rooms above say it for each kind of product, and the shop does it.

The deed is called in a transaction of its own for each order, once its payment has arrived; where it fails, or the
process dies, it is called again. So it must do nothing the second time (the line's id says which that is).
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from seloste.kernel.duty import Duty

if TYPE_CHECKING:
    from seloste.shop.models import Order, OrderLine

#: What a deed answers where the delivery itself comes later: goods on their way, a project that was opened.
LATER = object()

#: Fulfils one line of a paid order: ``deed(by, at, order, line)``. None: it is delivered. ``LATER``: it was only begun.
Deed = Callable[[Duty, datetime, "Order", "OrderLine"], object]
_deeds: dict[str, Deed] = {}


def when_paid(kind: str, deed: Deed) -> None:
    """Say how a kind of product is fulfilled. Called once, in the room's ``AppConfig.ready``."""
    _deeds[str(kind)] = deed


def deed_for(kind: str) -> Deed | None:
    """Return how the kind is fulfilled; None where an employee delivers it and says so."""
    return _deeds.get(kind)


#: Ends what a line gave, once the contract was withdrawn from or all of its money returned.
Ending = Callable[[Duty, datetime, "Order", "OrderLine"], object]
_endings: dict[str, Ending] = {}


def when_returned(kind: str, deed: Ending) -> None:
    """Say what ends with a line of the kind. Called once, in ``AppConfig.ready``; the deed may be called again."""
    _endings[str(kind)] = deed


def returned(by: Duty, at: datetime, order: "Order", line: "OrderLine") -> None:
    """End what the line gave, in the transaction in which its contract or its money goes back."""
    deed = _endings.get(line.kind)
    if deed is not None:
        deed(by, at, order, line)
