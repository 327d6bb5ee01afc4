"""Financial years, numbers, reference numbers, and how long vouchers are kept."""

from calendar import monthrange
from datetime import date
from decimal import Decimal

from stdnum.iso7064 import mod_97_10

from seloste.kernel.periods import Period, add

#: Ledgers are kept ten years from the end of the financial year (Kirjanpitolaki 1336/1997 2:10).
LEDGERS = Period(months=120)
#: Records of sales under the one-stop scheme: ten years from the end of the year of the supply (282/2011 art. 63c).
ONE_STOP = Period(months=120)


def year_end(on: date, ends: str) -> date:
    """Return the last day of the financial year in which the day lies; ``ends`` is its month and day, ``12-31``."""
    month, day = (int(part) for part in ends.split("-"))
    this = _day(on.year, month, day)
    return this if on <= this else _day(on.year + 1, month, day)


def _day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def last_day(year_ends_on: date, period: Period) -> date:
    """Return until when a voucher is kept: the period from the end of the calendar year in which the year ended."""
    return add(date(year_ends_on.year, 12, 31), period)


def one_stop_last_day(supplied_on: date) -> date:
    """Return until when a sale under the one-stop scheme is kept."""
    return add(date(supplied_on.year, 12, 31), ONE_STOP)


def ledgers_last_day(year_ends_on: date) -> date:
    """Return until when the list of numbers is kept, as a ledger is."""
    return max(add(year_ends_on, LEDGERS), last_day(year_ends_on, LEDGERS))


def number(year: int, seq: int) -> str:
    """Return the number as it is written: ``2026-00042``."""
    return f"{year}-{seq:05d}"


def reference_number(year: int, seq: int) -> str:
    """Return the Finnish reference number of the invoice: its number's digits and the check digit (7-3-1)."""
    digits = f"{year}{seq:05d}"
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """Return the check digit of a Finnish reference number: weights 7, 3, 1 from the right."""
    total = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def is_reference(typed: str) -> bool:
    """Tell whether the digits are a Finnish reference number (4 to 20 digits with the check digit)."""
    digits = typed.lstrip("0")
    return digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 20 and check_digit(digits[:-1]) == digits[-1]


def read_reference(typed: str) -> str:
    """Return the Finnish reference number in what a bank or a person wrote (also as RF…), or nothing."""
    text = "".join(typed.split()).upper()
    if text.startswith("RF"):
        text = text[4:] if text.isascii() and text.isalnum() and mod_97_10.is_valid(text[4:] + text[:4]) else ""
    return text.lstrip("0") if text and is_reference(text) else ""


def in_groups(reference: str) -> str:
    """Return the reference number as it is printed: groups of five from the right."""
    first = len(reference) % 5
    groups = [reference[:first], *(reference[i : i + 5] for i in range(first, len(reference), 5))]
    return " ".join(group for group in groups if group)


def creditor_reference(reference: str) -> str:
    """Return the reference as ISO 11649 has it: ``RF`` with its own check digits."""
    return f"RF{mod_97_10.calc_check_digits(reference + 'RF')}{reference}" if reference else ""


def bar_code(*, iban: str, amount: Decimal, reference: str, due_on: date) -> str:
    """Return the 54 digits of the Finnish bank bar code (version 4), which can be typed into an online bank.

    Nothing where the amount or the account does not fit into it.
    """
    hundredths = int(amount * 100)
    if not iban.startswith("FI") or not reference or hundredths >= 10**8 or hundredths <= 0:
        return ""
    return f"4{iban[2:]}{hundredths:08d}000{reference:0>20}{due_on:%y%m%d}"
