"""What the room does by itself: it writes the letters that were asked for, and lets sessions go."""

from datetime import datetime

from seloste.mydata.actions import entering


def write_letters(at: datetime) -> int:
    """Write the letters to the addresses that were typed."""
    return entering.write_letters(at)


def forget_what_is_over(at: datetime) -> int:
    """Let go of pages whose time is up."""
    return entering.forget_what_is_over(at)
