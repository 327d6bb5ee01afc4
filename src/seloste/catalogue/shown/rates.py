"""Rates of tax as people write them."""

from decimal import Decimal

from babel.numbers import format_decimal


def in_per_cent(rate: Decimal, language: str) -> str:
    """Return a rate as the language writes it: ``25,5 %``."""
    number = format_decimal(rate, locale=language)
    return f"{number}%" if language == "en" else f"{number}\N{NO-BREAK SPACE}%"
