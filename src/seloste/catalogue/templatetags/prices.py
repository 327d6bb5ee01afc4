"""Prices as people write them."""

from decimal import Decimal

from django import template
from django.utils.translation import get_language

from seloste.catalogue.shown.rates import in_per_cent
from seloste.kernel import money as kernel

register = template.Library()


@register.filter
def money(amount: Decimal) -> str:
    """Return the amount in euros as the page's language writes it: ``1 234,50 €``."""
    return kernel.shown(amount, get_language() or "fi")


@register.filter
def per_cent(rate: Decimal) -> str:
    """Return a rate as the page's language writes it: ``25,5 %``."""
    return in_per_cent(rate, get_language() or "fi")
