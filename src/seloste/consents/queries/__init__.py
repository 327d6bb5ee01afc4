"""Questions about consents: where each stands, what a person has said, and whether she may be contacted."""

from seloste.consents.queries.audience import Chosen, choose
from seloste.consents.queries.contact import (
    Answer,
    Marketing,
    decide,
    hold_all_still,
    hold_still,
    marketing,
    may_i_contact,
    persons_with,
)
from seloste.consents.queries.history import timeline_entries
from seloste.consents.queries.panel import Address, Line, Panel, Restricted, Work, addresses, marketing_panel
from seloste.consents.queries.receipts import Receipt, receipt, receipt_page, receipt_pdf
from seloste.consents.queries.states import MARKETING, Standing, consent_of, is_suppressed, language_to, objects
from seloste.kernel.marks import mark_of

__all__ = [
    "MARKETING",
    "Address",
    "Answer",
    "Chosen",
    "Line",
    "Marketing",
    "Panel",
    "Receipt",
    "Restricted",
    "Standing",
    "Work",
    "addresses",
    "choose",
    "consent_of",
    "decide",
    "hold_all_still",
    "hold_still",
    "is_suppressed",
    "language_to",
    "mark_of",
    "marketing",
    "marketing_panel",
    "may_i_contact",
    "objects",
    "persons_with",
    "receipt",
    "receipt_page",
    "receipt_pdf",
    "timeline_entries",
]
