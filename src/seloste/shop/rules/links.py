"""What a link to an order's page says besides the order."""

from enum import IntEnum


class Kind(IntEnum):
    """How the link came to whoever holds it. Both open the same page."""

    SHOWN = 1  # in the browser in which it was ordered: shows nothing about whose the address is
    MAILED = 2  # sent to the address of the order: whoever has it reads mail there
