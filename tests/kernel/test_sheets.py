"""Files for spreadsheets: they open as they should, and nothing in them is run."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from seloste.kernel.sheets import Cell, as_csv, inert, written

LIVE = [
    "=1", "=cmd|calc", "+358 40", "-1", "@SUM(A1)", "\t=1", "\tx", "\r=1", "\rx", "\n=1", " =1", "\uff1d1", "\u00a0=1",
    "\ufeff=1",
]  # fmt: skip


@pytest.mark.parametrize("cell", LIVE)
def test_text_that_could_be_a_formula_is_none(cell: str) -> None:
    assert (inert(cell), written(cell)[0]) == (f"'{cell}", "'")


@pytest.mark.parametrize("cell", ["", "Mallila Oy", "T-1234-5678", "a=b", "  "])
def test_other_text_stays_as_it_is(cell: str) -> None:
    assert inert(cell) == cell


def test_numbers_and_days_stay_what_they_are() -> None:
    cells: list[Cell] = [-5, Decimal("-1234.50"), date(2026, 11, 23), datetime(2026, 11, 23, 9, 5, tzinfo=UTC), None]

    assert [written(cell) for cell in cells] == ["-5", "-1234,50", "2026-11-23", "2026-11-23 09:05", ""]


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_file_is_read_back_as_it_was_with_nothing_live_in_it(quoting: int) -> None:
    text = as_csv([["Nimi", "Summa"], ['=1;"2"', Decimal("1.50")], ["Ääkkönen\nOy", None]], quoting=quoting)

    assert text.startswith("\ufeff")
    assert text.endswith("\r\n")
    rows = list(csv.reader(text.removeprefix("\ufeff").splitlines(keepends=True), delimiter=";"))
    assert rows == [["Nimi", "Summa"], ['\'=1;"2"', "1,50"], ["Ääkkönen\nOy", ""]]
