"""Deeds of invoicing."""

from seloste.invoices.actions.crediting import TooMuchCredited, credit
from seloste.invoices.actions.issuing import NotReady, belong, issue, issued, orders_belong, our_own, when_issued
from seloste.invoices.actions.numbers import WrongNumber, void
from seloste.invoices.actions.settling import settle, when_settled
from seloste.invoices.rules.bill import Bill, Buyer, Discount, Item

__all__ = [
    "Bill",
    "Buyer",
    "Discount",
    "Item",
    "NotReady",
    "TooMuchCredited",
    "WrongNumber",
    "belong",
    "credit",
    "issue",
    "issued",
    "orders_belong",
    "our_own",
    "settle",
    "void",
    "when_issued",
    "when_settled",
]
