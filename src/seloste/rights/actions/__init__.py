"""Deeds about requests: they arrive, it is found out who asks, they are decided, carried out, answered and closed."""

from seloste.rights.actions.answering import Delivery, answer, deliveries, deliveries_of, note_late
from seloste.rights.actions.at_once import do_at_once
from seloste.rights.actions.clarifying import clarify, extend, note_answer
from seloste.rights.actions.deciding import NotLawful, Ruling, carried_out, carry_out, decide, second
from seloste.rights.actions.drafting import draft
from seloste.rights.actions.effects import NobodyFound, NothingCarriesItOut, Task, carry_out_with, has_effect
from seloste.rights.actions.ending import close, close_by_itself, reopen, send_again, withdraw
from seloste.rights.actions.herself import do_as_she_says, finish, receive_from_herself
from seloste.rights.actions.packaging import NotWhole, StillToReview, make_again
from seloste.rights.actions.proving import (
    ProvesNothing,
    ask,
    assign,
    confirm_address,
    enter_code,
    give_up,
    install,
    note_check,
    offered,
    offered_for,
    strong,
    take_strong_result,
)
from seloste.rights.actions.receiving import (
    AT_ONCE,
    Arrival,
    NotARequest,
    Received,
    SentAlready,
    Wanted,
    acknowledge,
    add_right,
    receive,
    receive_from,
)
from seloste.rights.actions.sending import NoWay
from seloste.rights.actions.steps import CATEGORY, PURPOSE, NotYet, TooLate

__all__ = [
    "AT_ONCE",
    "CATEGORY",
    "PURPOSE",
    "Arrival",
    "Delivery",
    "NoWay",
    "NobodyFound",
    "NotARequest",
    "NotLawful",
    "NotWhole",
    "NotYet",
    "NothingCarriesItOut",
    "ProvesNothing",
    "Received",
    "Ruling",
    "SentAlready",
    "StillToReview",
    "Task",
    "TooLate",
    "Wanted",
    "acknowledge",
    "add_right",
    "answer",
    "ask",
    "assign",
    "carried_out",
    "carry_out",
    "carry_out_with",
    "clarify",
    "close",
    "close_by_itself",
    "confirm_address",
    "decide",
    "deliveries",
    "deliveries_of",
    "do_as_she_says",
    "do_at_once",
    "draft",
    "enter_code",
    "extend",
    "finish",
    "give_up",
    "has_effect",
    "install",
    "make_again",
    "note_answer",
    "note_check",
    "note_late",
    "offered",
    "offered_for",
    "receive",
    "receive_from",
    "receive_from_herself",
    "reopen",
    "second",
    "send_again",
    "strong",
    "take_strong_result",
    "withdraw",
]
