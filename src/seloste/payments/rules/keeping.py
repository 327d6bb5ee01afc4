"""How long what was heard of money is kept."""

from datetime import date, timedelta

from seloste.kernel.periods import Period, add

#: The words of a provider as they came may name the payer. They are proof while a payment can be disputed or asked for.
WORDS = timedelta(days=90)


def accounting_end(day: date, period: Period, *, year_ends: str) -> date:
    """Return the last day of the vouchers of a day, where the financial year ends on a month and day (``12-31``).

    The period runs from the end of the calendar year in which the financial year ended (KPL 1336/1997 2:10).
    """
    month, last = (int(part) for part in year_ends.split("-"))
    year = day.year if (day.month, day.day) <= (month, last) else day.year + 1
    return add(date(year, 12, 31), period)
