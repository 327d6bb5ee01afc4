"""Deeds of the outbox: a message is queued once, taken, released, and meets its fate. One door for each step."""

from seloste.mail.actions.copies import follow_correction
from seloste.mail.actions.home import adopt, note_relay
from seloste.mail.actions.leaving import Claim, Done, claim, expire, give_back, set_aside, step
from seloste.mail.actions.queueing import MARKETING, MayNotContact, queue
from seloste.mail.actions.settling import TooLate, cancel, decide_unknown, forget, reconcile

__all__ = [
    "MARKETING",
    "Claim",
    "Done",
    "MayNotContact",
    "TooLate",
    "adopt",
    "cancel",
    "claim",
    "decide_unknown",
    "expire",
    "follow_correction",
    "forget",
    "give_back",
    "note_relay",
    "queue",
    "reconcile",
    "set_aside",
    "step",
]
