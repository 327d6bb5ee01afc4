"""Periods and dates of the declaration, said as people say them in the three languages."""

from datetime import date

from seloste.declaration.schema import Declaration
from seloste.kernel.periods import Period

#: Singular and plural of each unit; the Finnish plural is the partitive that follows a number.
_UNITS = {
    "fi": {"year": ("vuosi", "vuotta"), "month": ("kuukausi", "kuukautta"), "day": ("päivä", "päivää")},
    "sv": {"year": ("år", "år"), "month": ("månad", "månader"), "day": ("dag", "dagar")},
    "en": {"year": ("year", "years"), "month": ("month", "months"), "day": ("day", "days")},
}
#: Two years are called 24 months, in notices as in Period's own spelling.
_TWO_YEARS = 24
_AND = {"fi": " ja ", "sv": " och ", "en": " and "}
_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905 -- reads as the list it is
)


def period_words(period: Period, language: str) -> str:
    """Return the period as it is said: "24 kuukautta", "1 år", "3 years and 10 days".

    Whole years are said in years, except two, which everyone calls 24 months. An unknown language gets Finnish.
    """
    said = _known(language)
    parts = [_counted(count, unit, said) for count, unit in _counts(period) if count]
    return _AND[said].join(parts)


def _counts(period: Period) -> list[tuple[int, str]]:
    in_years = period.months % 12 == 0 and period.months != _TWO_YEARS
    months = (period.months // 12, "year") if in_years else (period.months, "month")
    return [months, (period.days, "day")]


def _counted(count: int, unit: str, language: str) -> str:
    one, many = _UNITS[language][unit]
    return f"{count} {one if count == 1 else many}"


def retention_words(declaration: Declaration, purpose_key: str, language: str) -> str:
    """Return how long a purpose keeps data: "24 kuukautta viimeisestä yhteydenpidosta"."""
    retention = declaration.purpose[purpose_key].retention
    start = declaration.start[retention.start].in_language(language)
    return f"{period_words(retention.period, language)} {start}"


def date_words(day: date, language: str) -> str:
    """Return the date as it is written: 22.11.2026 in Finland, in both languages; 22 November 2026 in English."""
    if _known(language) == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.day}.{day.month}.{day.year}"


def _known(language: str) -> str:
    return language if language in _UNITS else "fi"
