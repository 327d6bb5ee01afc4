"""The words with which a reminder begins; an employee changes them as the matter asks."""

from datetime import date
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import override
from stdnum import iban

from seloste.invoices.rules import numbering
from seloste.invoices.rules.voucher import Voucher
from seloste.kernel.money import shown


def reminder(told: Voucher, *, left: Decimal, due_on: date) -> tuple[str, str]:
    """Return subject and text of a reminder, in the language of the invoice."""
    with override(told.language):
        values = {
            "number": told.number,
            "due": formats.date_format(told.due_on, "SHORT_DATE_FORMAT"),
            "left": shown(left, told.language),
            "new": formats.date_format(due_on, "SHORT_DATE_FORMAT"),
            "iban": iban.format(told.seller.iban),
            "reference": numbering.in_groups(told.reference),
            "seller": told.seller.name,
        }
        subject = _("Reminder of invoice %(number)s") % values
        text = _(
            "Hello,\n\n"
            "our invoice %(number)s was due on %(due)s, and we cannot see that it has been paid: "
            "%(left)s is left to pay. Perhaps it was forgotten. Please pay it by %(new)s.\n\n"
            "Account: %(iban)s\n"
            "Reference number: %(reference)s\n"
            "Amount: %(left)s\n\n"
            "The invoice is attached. If you have paid in the last few days, or something about the invoice is not "
            "right, please answer this message.\n\n"
            "%(seller)s"
        )
        return subject, text % values
