"""Amounts in templates."""

from decimal import Decimal

from django import template

from seloste.sales.shown.cells import euros as in_words

register = template.Library()


@register.filter
def euros(amount: Decimal | None) -> str:
    """Return the amount as the reader writes it; nothing where there is none."""
    return "" if amount is None else in_words(amount)
