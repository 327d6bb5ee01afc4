"""How amounts, periods and changes are said, in the language in which they are read."""

from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from seloste.kernel.money import shown
from seloste.services.choices import Interval


def money(amount: Decimal) -> str:
    """Return the amount as it is written in the language."""
    return shown(abs(amount), get_language() or "fi")


def price(amount: Decimal, interval: str, *, is_gross: bool) -> str:
    """Return what a period costs: ``12,50 € a month, including VAT``."""
    told = {"price": money(amount)}
    if interval == Interval.YEAR:
        return (_("%(price)s a year, including VAT") if is_gross else _("%(price)s a year, plus VAT")) % told
    return (_("%(price)s a month, including VAT") if is_gross else _("%(price)s a month, plus VAT")) % told


def per(interval: str, *, is_gross: bool) -> str:
    """Return for how long a price holds, and whether tax is in it: ``a month, including VAT``."""
    if interval == Interval.YEAR:
        return _("a year, including VAT") if is_gross else _("a year, plus VAT")
    return _("a month, including VAT") if is_gross else _("a month, plus VAT")


def sum_of(amount: Decimal, *, is_gross: bool) -> str:
    """Return what is billed once: ``12,50 €, including VAT``."""
    told = {"price": money(amount)}
    return (_("%(price)s, including VAT") if is_gross else _("%(price)s, plus VAT")) % told


def called(title: str, quantity: int) -> str:
    """Return what is subscribed to, with its number where that is not one."""
    return title if quantity == 1 else f"{quantity} × {title}"
