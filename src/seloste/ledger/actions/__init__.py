"""Deeds of the ledger: entering what must be done again after a restore, putting it on disk, doing it again."""

from seloste.ledger.actions.entering import enter, enter_many
from seloste.ledger.actions.flushing import BehindError, NotOnDiskError, flush, flush_all
from seloste.ledger.actions.replaying import (
    CannotRepeatError,
    LeftOverError,
    Replayed,
    is_replaying,
    replay,
    replay_with,
    search_with,
    settle,
)

__all__ = [
    "BehindError",
    "CannotRepeatError",
    "LeftOverError",
    "NotOnDiskError",
    "Replayed",
    "enter",
    "enter_many",
    "flush",
    "flush_all",
    "is_replaying",
    "replay",
    "replay_with",
    "search_with",
    "settle",
]
