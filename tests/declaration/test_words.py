"""Periods and dates said as people say them."""

from datetime import date

import pytest

from seloste.declaration.load import DEFAULT_FOLDER, load
from seloste.declaration.schema import LANGUAGES, Declaration, Start
from seloste.declaration.words import date_words, period_words, retention_words
from seloste.kernel.periods import parse_period


@pytest.fixture(scope="module")
def notice() -> Declaration:
    return load(DEFAULT_FOLDER)


@pytest.mark.parametrize(
    ("period", "fi", "sv", "en"),
    [
        ("P24M", "24 kuukautta", "24 månader", "24 months"),
        ("P2Y", "24 kuukautta", "24 månader", "24 months"),
        ("P1M", "1 kuukausi", "1 månad", "1 month"),
        ("P18M", "18 kuukautta", "18 månader", "18 months"),
        ("P12M", "1 vuosi", "1 år", "1 year"),
        ("P6Y", "6 vuotta", "6 år", "6 years"),
        ("P1D", "1 päivä", "1 dag", "1 day"),
        ("P30D", "30 päivää", "30 dagar", "30 days"),
        ("P2W", "14 päivää", "14 dagar", "14 days"),
        ("P1Y1D", "1 vuosi ja 1 päivä", "1 år och 1 dag", "1 year and 1 day"),
        ("P3M10D", "3 kuukautta ja 10 päivää", "3 månader och 10 dagar", "3 months and 10 days"),
    ],
)
def test_period_is_said_in_each_language(period: str, fi: str, sv: str, en: str) -> None:
    assert tuple(period_words(parse_period(period), language) for language in LANGUAGES) == (fi, sv, en)


def test_unknown_language_gets_finnish() -> None:
    assert period_words(parse_period("P24M"), "de") == "24 kuukautta"
    assert date_words(date(2026, 11, 2), "de") == "2.11.2026"


@pytest.mark.parametrize(
    ("purpose", "fi", "sv", "en"),
    [
        (
            "customer_care",
            "24 kuukautta viimeisestä yhteydenpidosta",
            "24 månader från den senaste kontakten",
            "24 months from the last contact",
        ),
        (
            "accounting",
            "6 vuotta sen kalenterivuoden päättymisestä, jona tilikausi on päättynyt",
            "6 år från utgången av det kalenderår under vilket räkenskapsperioden gick ut",
            "6 years from the end of the calendar year in which the financial year ended",
        ),
        (
            "web_security",
            "30 päivää tiedon keräämisestä",
            "30 dagar från det att uppgiften samlades in",
            "30 days from the collection of the data",
        ),
    ],
)
def test_retention_is_a_period_from_a_day(notice: Declaration, purpose: str, fi: str, sv: str, en: str) -> None:
    assert tuple(retention_words(notice, purpose, language) for language in LANGUAGES) == (fi, sv, en)


def test_every_start_has_words_that_follow_a_period(notice: Declaration) -> None:
    """In Finnish the day from which a period runs is in the elative case: *tilin viimeisestä käytöstä*."""
    assert set(notice.start) == set(Start)
    for text in notice.start.values():
        assert text.fi.split(",")[0].endswith(("sta", "stä"))
        assert text.sv.startswith("från ")
        assert text.en.startswith("from ")


def test_retention_of_an_unknown_purpose_is_refused(notice: Declaration) -> None:
    with pytest.raises(KeyError):
        retention_words(notice, "curiosity", "fi")


def test_date_is_written_as_in_each_language() -> None:
    day = date(2026, 11, 2)

    assert [date_words(day, language) for language in LANGUAGES] == ["2.11.2026", "2.11.2026", "2 November 2026"]
