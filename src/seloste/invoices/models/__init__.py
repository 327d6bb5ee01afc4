"""The tables of the room. Vouchers and what was paid of them are only added to."""

from seloste.invoices.models.bank import BankEntry, BankStatement, Match
from seloste.invoices.models.money import Reminder, Settlement
from seloste.invoices.models.numbers import Number, Series
from seloste.invoices.models.vouchers import Document, Invoice, Line, Party, Seller, VatRow

__all__ = [
    "BankEntry",
    "BankStatement",
    "Document",
    "Invoice",
    "Line",
    "Match",
    "Number",
    "Party",
    "Reminder",
    "Seller",
    "Series",
    "Settlement",
    "VatRow",
]
