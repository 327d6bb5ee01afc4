"""Deeds of the payments: begin, redirect, receive, settle, refund; and what other rooms hang on them."""

from seloste.payments.actions.beginning import begin, note_given, redirect
from seloste.payments.actions.following import (
    Matter,
    Standing,
    look,
    register,
    send_link,
    send_links_with,
    sends_link,
    when,
)
from seloste.payments.actions.hearing import receive
from seloste.payments.actions.refunding import refund, refund_by_hand, refunded_by_hand, resolve_refund
from seloste.payments.actions.refusals import AlreadyPaid, Busy, MoreThanPaid, NotPayable, ProviderAway, Settled
from seloste.payments.actions.settling import close, settle
from seloste.payments.actions.transfers import received_transfer, transfer_undone
from seloste.payments.actions.troubles import settle_trouble
from seloste.payments.transport import Forged, open_ways, undeclared

__all__ = [
    "AlreadyPaid",
    "Busy",
    "Forged",
    "Matter",
    "MoreThanPaid",
    "NotPayable",
    "ProviderAway",
    "Settled",
    "Standing",
    "begin",
    "close",
    "look",
    "note_given",
    "open_ways",
    "receive",
    "received_transfer",
    "redirect",
    "refund",
    "refund_by_hand",
    "refunded_by_hand",
    "register",
    "resolve_refund",
    "send_link",
    "send_links_with",
    "sends_link",
    "settle",
    "settle_trouble",
    "transfer_undone",
    "undeclared",
    "when",
]
