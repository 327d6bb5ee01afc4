"""The structured invoice in the words of its language."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from seloste.declaration.words import date_words
from seloste.invoices.queries.reading import voucher
from seloste.invoices.rules import finvoice as finnish
from seloste.invoices.rules import ubl as written
from seloste.invoices.rules.voucher import Voucher


def ubl_of(told: Voucher) -> bytes:
    """Return the voucher as a UBL document of EN 16931."""
    return written.ubl(told, words_of(told))


def ubl(invoice_id: UUID) -> bytes:
    """Return the UBL document of an invoice. The caller says who may see it and records the look."""
    return ubl_of(voucher(invoice_id))


def finvoice_of(told: Voucher) -> bytes:
    """Return the voucher as a Finvoice 3.0 document."""
    return finnish.finvoice(told, words_of(told).terms)


def words_of(told: Voucher) -> written.Words:
    """Return what is said in words, in the invoice's language."""
    with override(told.language):
        return written.Words(terms=_terms(told), discount=_("Discount"))


def _terms(told: Voucher) -> str:
    if told.is_credit:
        return ""
    if not told.payable:
        return _("Paid. Nothing is left to pay.")
    return _("To be paid by %(day)s with the reference number.") % {"day": date_words(told.due_on, told.language)}
