"""The life of a subscription, tried over random courses against a reckoning of its own, day by day and in fractions."""

import itertools
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seloste.kernel.money import shared
from seloste.services.choices import State, Wrong
from seloste.services.rules import life
from seloste.services.rules.life import NotPossibleError, Standing, Terms

ONE, TWO = UUID(int=1), UUID(int=2)
DAY = timedelta(days=1)


def terms(unit: str = "10.00", *, interval: str = "month", quantity: int = 1, variant: UUID = ONE) -> Terms:
    return Terms(variant=variant, interval=interval, quantity=quantity, unit=Decimal(unit))


def begun(on: date, unit: str = "10.00", interval: str = "month") -> Standing:
    return life.start(terms(unit, interval=interval), on=on)[0]


def run(standing: Standing, to: date) -> Standing:
    while life.is_due(standing, on=to) and standing.state == State.ACTIVE:
        standing, _amount = life.renew(standing, on=to)
    return standing


prices = st.integers(0, 5_000_00).map(lambda number: Decimal(number) / 100)
days = st.dates(date(2023, 1, 1), date(2029, 12, 31))
intervals = st.sampled_from(["month", "year"])


# --- Periods ----------------------------------------------------------------------------------------------------------


def test_periods_come_back_to_the_31st() -> None:
    standing = begun(date(2027, 1, 31))
    ends = []
    for _n in range(5):
        ends.append(standing.until_on)
        standing, _amount = life.renew(standing, on=standing.until_on)
    assert ends == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31), date(2027, 6, 30)]


def test_a_leap_day_comes_back_after_four_years() -> None:
    standing = begun(date(2024, 2, 29), interval="year")
    ends = []
    for _n in range(4):
        ends.append(standing.until_on)
        standing, _amount = life.renew(standing, on=standing.until_on)
    assert ends == [date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]


@given(start=days, interval=intervals, count=st.integers(1, 30))
def test_periods_leave_no_day_out_and_none_twice(start: date, interval: str, count: int) -> None:
    standing, covered = begun(start, interval=interval), start
    for _n in range(count):
        assert standing.since_on == covered
        covered = standing.until_on
        standing, _amount = life.renew(standing, on=covered)
    months = count * (12 if interval == "year" else 1)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    assert covered == date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def test_a_late_renewal_begins_where_the_last_one_ended() -> None:
    late, _amount = life.renew(begun(date(2026, 3, 10)), on=date(2026, 4, 25))
    assert (late.since_on, late.until_on) == (date(2026, 4, 10), date(2026, 5, 10))


# --- Parts of a period ------------------------------------------------------------------------------------------------


@given(start=days, old=prices, new=prices, at=st.integers(0, 366), interval=intervals)
def test_up_and_at_once_down_again_costs_nothing(
    start: date, old: Decimal, new: Decimal, at: int, interval: str
) -> None:
    first, on = begun(start, str(old), interval), start + at * DAY
    if old == new:
        return
    second, up = life.switch(first, terms(str(new), interval=interval, variant=TWO), on=on)
    back, down = life.switch(second, terms(str(old), interval=interval), on=on)
    assert up + down == 0
    assert back == first


@given(start=days, old=prices, more=prices, at=st.integers(0, 400), interval=intervals)
def test_an_upgrade_is_never_paid_back_and_never_dearer_than_the_whole(
    start: date, old: Decimal, more: Decimal, at: int, interval: str
) -> None:
    new = terms(str(old + more), interval=interval, variant=TWO)
    _standing, amount = life.upgrade(begun(start, str(old), interval), new, on=start + at * DAY)
    assert 0 <= amount <= more


@given(price=prices, length=st.integers(28, 366), cuts=st.lists(st.integers(0, 366), max_size=8))
def test_the_parts_of_a_period_are_the_whole(price: Decimal, length: int, cuts: list[int]) -> None:
    marks = [0, *sorted(min(cut, length) for cut in cuts), length]
    left = [life.rest(price, length - mark, length) for mark in marks]
    parts = [earlier - later for earlier, later in itertools.pairwise(left)]
    assert sum(parts) == price
    assert min(parts) >= 0
    fair = shared(price, [Decimal(b - a) for a, b in itertools.pairwise(marks)])
    assert all(abs(mine - other) <= Decimal("0.01") for mine, other in zip(parts, fair, strict=True))


def test_half_a_month_more_costs_half_the_difference() -> None:
    standing = begun(date(2026, 4, 1), "30.00")
    assert life.difference(standing, terms("60.00"), on=date(2026, 4, 16)) == Decimal("15.00")


def test_a_downgrade_waits_for_the_end_and_can_be_called_off() -> None:
    standing = life.schedule(begun(date(2026, 4, 1), "30.00"), terms("10.00", variant=TWO))
    assert standing.coming.unit == Decimal("10.00")
    assert life.call_off(standing).coming.unit == Decimal("30.00")
    renewed, amount = life.renew(standing, on=date(2026, 5, 1))
    assert (amount, renewed.next_terms, renewed.until_on) == (Decimal("10.00"), None, date(2026, 6, 1))


def test_another_interval_begins_when_the_period_ends() -> None:
    standing = begun(date(2026, 1, 31))
    yearly = terms("100.00", interval="year")
    with pytest.raises(NotPossibleError) as refused:
        life.upgrade(standing, yearly, on=date(2026, 2, 2))
    assert refused.value.wrong == Wrong.OTHER_INTERVAL
    renewed, amount = life.renew(life.schedule(standing, yearly), on=date(2026, 2, 28))
    assert (amount, renewed.until_on, renewed.length) == (Decimal("100.00"), date(2027, 2, 28), 365)


# --- Pauses, prices, ends ---------------------------------------------------------------------------------------------


def test_a_pause_keeps_the_days_that_are_paid() -> None:
    paused = life.pause(begun(date(2026, 4, 1)), on=date(2026, 4, 11), resumes_on=date(2026, 6, 1))
    assert (paused.left(date(2026, 5, 1)), paused.until_on) == (20, date(2026, 6, 21))
    on = life.resume(paused, on=date(2026, 5, 20))
    assert (on.until_on, on.left(date(2026, 5, 20))) == (date(2026, 6, 9), 20)
    renewed, _amount = life.renew(on, on=date(2026, 6, 9))
    assert (renewed.since_on, renewed.until_on) == (date(2026, 6, 9), date(2026, 7, 9))


def test_a_pause_of_no_day_changes_nothing() -> None:
    standing = run(begun(date(2026, 1, 31)), date(2026, 2, 28))
    on = date(2026, 3, 10)
    again = life.resume(life.pause(standing, on=on, resumes_on=on + DAY), on=on)
    assert again.until_on == standing.until_on == date(2026, 3, 31)
    assert life.renew(again, on=date(2026, 3, 31))[0].until_on == date(2026, 4, 30)


@pytest.mark.parametrize("resumes_on", [date(2026, 4, 11), date(2026, 4, 1), date(2026, 10, 12)])
def test_a_pause_ends_after_today_and_within_six_months(resumes_on: date) -> None:
    with pytest.raises(NotPossibleError) as refused:
        life.pause(begun(date(2026, 4, 1)), on=date(2026, 4, 11), resumes_on=resumes_on)
    assert refused.value.wrong == Wrong.PAUSE_DAY


def test_a_cancellation_takes_effect_when_the_period_ends_and_can_be_taken_back() -> None:
    cancelled, amount = life.cancel(begun(date(2026, 4, 1)), on=date(2026, 4, 11))
    assert (cancelled.state, cancelled.until_on, int(amount)) == (State.CANCELLED, date(2026, 5, 1), 0)
    assert life.keep(cancelled, on=date(2026, 4, 30)).state == State.ACTIVE
    ended = life.expire(cancelled, on=date(2026, 5, 3))
    assert (ended.state, ended.left(date(2026, 5, 3))) == (State.ENDED, 0)


def test_whoever_cancels_while_paused_gets_back_what_was_paid_ahead() -> None:
    paused = life.pause(begun(date(2026, 4, 1), "30.00"), on=date(2026, 4, 11), resumes_on=date(2026, 6, 1))
    ended, amount = life.cancel(paused, on=date(2026, 5, 1))
    assert ended.state == State.ENDED
    assert amount == Decimal("-20.00")


def test_nobody_gets_back_more_than_was_paid_with_a_discount() -> None:
    cheap = replace(begun(date(2026, 4, 1), "30.00"), discount=Decimal("30.00"))
    assert life.stop(cheap, on=date(2026, 4, 2))[1] == 0


def test_a_rise_is_told_thirty_days_before_and_spares_periods_that_began() -> None:
    standing, today = begun(date(2026, 4, 1)), date(2026, 4, 20)
    with pytest.raises(NotPossibleError) as refused:
        life.raise_price(standing, unit=Decimal("12.00"), on=date(2026, 5, 19), today=today)
    assert refused.value.wrong == Wrong.TOO_SOON
    told = life.raise_price(standing, unit=Decimal("12.00"), on=date(2026, 5, 20), today=today)
    may, amount = life.renew(told, on=date(2026, 5, 1))
    june, dearer = life.renew(may, on=date(2026, 6, 1))
    assert (amount, dearer, june.rise) == (Decimal("10.00"), Decimal("12.00"), None)


def test_reminders_come_once_each_and_a_yearly_bill_only_after_one() -> None:
    standing = begun(date(2026, 1, 1), interval="year")
    due = [
        (on, days)
        for on in (date(2026, 11, 1) + n * DAY for n in range(60))
        if (days := life.reminder_due(standing, on=on, told=frozenset()))
    ]
    assert due[0] == (date(2026, 12, 2), 30)
    assert (date(2026, 12, 25), 7) in due
    assert life.reminder_due(standing, on=date(2026, 12, 2), told=frozenset({30})) is None
    assert not life.may_renew(standing, on=date(2027, 1, 1), told_on=None)
    assert not life.may_renew(standing, on=date(2027, 1, 1), told_on=date(2026, 12, 28))
    assert life.may_renew(standing, on=date(2027, 1, 1), told_on=date(2026, 12, 25))
    assert life.may_renew(begun(date(2026, 1, 1)), on=date(2026, 2, 1), told_on=None)


# --- Whole lives against a reckoning of its own -----------------------------------------------------------------------

deeds = st.sampled_from(["up", "down", "more", "later", "pause", "resume", "cancel", "keep", "rise", "stop"])
courses = st.lists(st.tuples(st.integers(0, 45), deeds, st.integers(1, 60)), max_size=14)


class Reckoning:
    """A second way of counting: each day that was used costs its share of the price of that day, as a fraction."""

    def __init__(self) -> None:
        self.used = Fraction(0)
        self.billed = Decimal(0)
        self.steps = 0

    def day(self, standing: Standing) -> None:
        """Count one day."""
        if standing.state in {State.ACTIVE, State.CANCELLED}:
            self.used += Fraction(standing.terms.price) / standing.length


def deed(standing: Standing, what: str, number: int, on: date) -> tuple[Standing, Decimal]:
    """Do one of the deeds, or let it be refused."""
    now = standing.terms
    other = replace(now, unit=now.unit + number, variant=TWO if now.variant == ONE else ONE)
    smaller = replace(now, unit=max(Decimal(0), now.unit - number), variant=TWO if now.variant == ONE else ONE)
    nothing = Decimal(0)
    done: dict[str, Any] = {
        "up": lambda: life.upgrade(standing, other, on=on),
        "down": lambda: life.switch(standing, smaller, on=on),
        "more": lambda: life.switch(standing, replace(now, quantity=min(number, 999)), on=on),
        "later": lambda: (life.schedule(standing, smaller), nothing),
        "pause": lambda: (life.pause(standing, on=on, resumes_on=on + number * DAY), nothing),
        "resume": lambda: (life.resume(standing, on=on), nothing),
        "cancel": lambda: life.cancel(standing, on=on),
        "keep": lambda: (life.keep(standing, on=on), nothing),
        "rise": lambda: (
            life.raise_price(standing, unit=now.unit + number, on=on + (30 + number) * DAY, today=on),
            nothing,
        ),
        "stop": lambda: life.stop(standing, on=on) if number == 1 else (standing, nothing),
    }
    try:
        after: tuple[Standing, Decimal] = done[what]()
    except NotPossibleError:
        return standing, nothing
    return after


def morning(standing: Standing, on: date) -> tuple[Standing, Decimal]:
    """What the sweep does each day."""
    if standing.state == State.PAUSED and standing.resumes_on == on:
        standing = life.resume(standing, on=on)
    if life.is_due(standing, on=on):
        if standing.state == State.CANCELLED:
            return life.expire(standing, on=on), Decimal(0)
        return life.renew(standing, on=on)
    return standing, Decimal(0)


@settings(max_examples=250, deadline=None)
@given(start=days, interval=intervals, unit=prices, course=courses, tail=st.integers(0, 400))
def test_what_is_billed_is_what_was_used(
    start: date, interval: str, unit: Decimal, course: list[tuple[int, str, int]], tail: int
) -> None:
    standing, amount = life.start(terms(str(unit), interval=interval), on=start)
    count, on = Reckoning(), start
    count.billed += amount
    for wait, what, number in [*course, (tail, "", 0)]:
        for _n in range(wait):
            count.day(standing)
            on += DAY
            standing, amount = morning(standing, on)
            count.billed += amount
        if what:
            standing, amount = deed(standing, what, number, on)
            count.billed += amount
            count.steps += 1
        assert 0 <= standing.used <= standing.length
    ahead = Fraction(standing.terms.price) * standing.left(on) / standing.length
    assert abs(count.used + ahead - Fraction(count.billed)) <= Fraction(1, 100) * (count.steps + 1)
    if not course:
        whole, _rest = life.stop(standing, on=on)
        assert whole.state == State.ENDED
