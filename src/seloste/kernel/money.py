"""Money: euro amounts as decimals with two places, and nothing but decimals.

Rounding is half up, as on an invoice (EN 16931, BR-DEC and BR-CO rules); a binary fraction is refused by its type.
"""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from babel.numbers import format_currency

#: The one currency of the shop (ISO 4217).
EURO = "EUR"
CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


def cents(amount: Decimal) -> Decimal:
    """Return the amount rounded to whole cents, half up (away from zero)."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def in_cents(amount: Decimal) -> int:
    """Return the amount as a number of cents, as payment providers want it; ValueError for parts of a cent."""
    whole = amount.scaleb(2)
    if whole != whole.to_integral_value():
        message = f"not whole cents: {amount}"
        raise ValueError(message)
    return int(whole)


def from_cents(number: int) -> Decimal:
    """Return the amount that so many cents are."""
    return Decimal(number).scaleb(-2).quantize(CENT)


def shared(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Return the amount in parts that are proportional to the weights and together exactly the amount.

    Largest remainders get the cents left over; where all weights are nothing, the first part is all of it.
    ValueError for a negative weight or no weights at all.
    """
    if not weights or min(weights) < 0:
        raise ValueError("weights must be there and not negative")
    whole = sum(weights)
    if not whole:
        return [amount, *[NOTHING] * (len(weights) - 1)]
    exact = [amount * weight / whole for weight in weights]
    parts = [part.quantize(CENT, ROUND_DOWN) for part in exact]
    left = in_cents(cents(amount - sum(parts)))
    step = CENT if left > 0 else -CENT
    by_remainder = sorted(range(len(parts)), key=lambda i: abs(exact[i] - parts[i]), reverse=True)
    for i in by_remainder[: abs(left)]:
        parts[i] += step
    return parts


def shown(amount: Decimal, language: str) -> str:
    """Return the amount as it is written in the language: ``1 234,50 €``; one below nothing with a minus sign."""
    return format_currency(amount, EURO, locale=language).replace("-", "\N{MINUS SIGN}")
