"""Prices as people write them."""

from decimal import Decimal

from babel.numbers import format_decimal
from django import template
from django.utils.translation import get_language

from seloste.kernel import money as kernel

register = template.Library()


@register.filter
def money(amount: Decimal) -> str:
    """Return the amount in euros as the page's language writes it: ``1 234,50 €``."""
    return kernel.shown(amount, get_language() or "fi")


@register.filter
def per_cent(rate: Decimal) -> str:
    """Return a rate as the page's language writes it: ``25,5 %``."""
    language = get_language() or "fi"
    number = format_decimal(rate, locale=language)
    return f"{number}%" if language == "en" else f"{number}\N{NO-BREAK SPACE}%"
