"""Deeds of the room: plan and carry out an erasure, stop one that has not begun, hold what must not go yet."""

from seloste.erasure.actions.erasing import (
    FINISH,
    ChangedMeanwhileError,
    NotFinishedError,
    TooLate,
    carry_on,
    erase,
    finish,
    forget_addresses,
    schedule,
    stop,
)
from seloste.erasure.actions.execution import NotVerifiedError
from seloste.erasure.actions.holds import HeldAlready, NotAHold, hold, release_hold, review_hold
from seloste.erasure.actions.replaying import erase_again

__all__ = [
    "FINISH",
    "ChangedMeanwhileError",
    "HeldAlready",
    "NotAHold",
    "NotFinishedError",
    "NotVerifiedError",
    "TooLate",
    "carry_on",
    "erase",
    "erase_again",
    "finish",
    "forget_addresses",
    "hold",
    "release_hold",
    "review_hold",
    "schedule",
    "stop",
]
