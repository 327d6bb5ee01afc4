"""The life of a subscription as days and money: pure, so that every course of it can be tried.

A period is paid for as a whole when it begins. What is left of it at a price is the price times the days left through
all its days, in whole cents; every amount between two periods is a difference of two such rests. So no amount depends
on the order of rounding: going up and down again on a day costs nothing, and whatever was billed for a period is
exactly the sum of what its parts were used for.

Days are dates in Helsinki; ``until_on`` is the first day that is not paid. Periods are counted from ``anchor_on`` and
never from one another: what began on the 31st comes back to the 31st after February.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from seloste.kernel.money import NOTHING, cents
from seloste.kernel.periods import Period, add
from seloste.services.choices import Interval, State, Wrong

#: How long a pause may last, so that nothing sleeps for ever.
LONGEST_PAUSE = Period(months=6)
#: How long before a price rises the customer is told at least (days).
TELL_RISE_BEFORE = 30
MOST = 999

_MONTHS = {Interval.MONTH: 1, Interval.YEAR: 12}


class NotPossibleError(ValueError):
    """The change cannot be made; ``wrong`` says why."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.value)
        self.wrong = wrong


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What is subscribed to and for how much: ``unit`` is the price of one for one period."""

    variant: UUID
    interval: str
    quantity: int
    unit: Decimal

    @property
    def price(self) -> Decimal:
        """Return the price of a whole period."""
        return cents(self.unit * self.quantity)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rise:
    """Another price that was told in time: it holds for periods that begin on the day or later."""

    unit: Decimal
    on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where a subscription stands. Of the present period's ``length`` days ``used`` were used before ``since_on``.

    ``number`` counts periods from the anchor; it is -1 where the anchor is the end of the present period. A coupon took
    ``discount`` off the present one: that much is never paid back.
    """

    state: str
    terms: Terms
    anchor_on: date
    number: int
    length: int
    used: int
    since_on: date
    discount: Decimal = NOTHING
    next_terms: Terms | None = None
    rise: Rise | None = None
    resumes_on: date | None = None

    @property
    def until_on(self) -> date:
        """Return the first day that is not paid; while paused, what it would be if it went on as was agreed."""
        return (self.resumes_on or self.since_on) + timedelta(days=self.length - self.used)

    def left(self, on: date) -> int:
        """Return how many paid days are left on the morning of the day."""
        if self.state == State.ENDED:
            return 0
        if self.state == State.PAUSED:
            return self.length - self.used
        return max(0, min(self.length - self.used, (self.until_on - on).days))

    @property
    def coming(self) -> Terms:
        """Return the terms of the next period."""
        if self.next_terms is not None:
            return self.next_terms
        if self.rise is not None and self.rise.on <= self.until_on:
            return replace(self.terms, unit=self.rise.unit)
        return self.terms


#: A standing and what is billed for coming to it; a negative amount is owed to the customer.
Step = tuple[Standing, Decimal]


def rest(price: Decimal, left: int, length: int) -> Decimal:
    """Return what so many days of a period are worth at a price, in whole cents."""
    return cents(price * left / length)


def begins(anchor_on: date, interval: str, number: int) -> date:
    """Return the first day of the period: the same day of a later month, or its last day."""
    return add(anchor_on, Period(months=_MONTHS[Interval(interval)] * number)) if number else anchor_on


def _length(anchor_on: date, interval: str, number: int) -> int:
    return (begins(anchor_on, interval, number + 1) - begins(anchor_on, interval, number)).days


def start(terms: Terms, *, on: date, discount: Decimal = NOTHING) -> Step:
    """Begin on the day; the first period is billed whole, less what a coupon takes off."""
    _check(terms)
    length = _length(on, terms.interval, 0)
    standing = Standing(
        state=State.ACTIVE, terms=terms, anchor_on=on, number=0, length=length, used=0, since_on=on, discount=discount
    )
    return standing, terms.price - discount


def difference(standing: Standing, terms: Terms, *, on: date) -> Decimal:
    """Return what other terms cost for the rest of the period; negative where they cost less."""
    left = standing.left(on)
    new, old = (rest(price, left, standing.length) for price in (terms.price, standing.terms.price))
    return new - old


def switch(standing: Standing, terms: Terms, *, on: date) -> Step:
    """Change to the terms now. Whatever waited for the end of the period is called off.

    A price that was told for later holds as long as the same thing is subscribed to.
    """
    _check(terms)
    if standing.state != State.ACTIVE:
        raise NotPossibleError(Wrong.NOT_ACTIVE)
    if terms.interval != standing.terms.interval:
        raise NotPossibleError(Wrong.OTHER_INTERVAL)
    if terms == standing.terms:
        raise NotPossibleError(Wrong.ALREADY)
    rise = standing.rise if terms.variant == standing.terms.variant else None
    return replace(standing, terms=terms, next_terms=None, rise=rise), difference(standing, terms, on=on)


def upgrade(standing: Standing, terms: Terms, *, on: date) -> Step:
    """Change to what costs as much or more, now; the rest of the period is billed by its days."""
    if terms.interval == standing.terms.interval and terms.price < standing.terms.price:
        raise NotPossibleError(Wrong.NOT_LARGER)
    return switch(standing, terms, on=on)


def schedule(standing: Standing, terms: Terms) -> Standing:
    """Change to the terms when the present period ends; nothing is billed before."""
    _check(terms)
    if standing.state not in {State.ACTIVE, State.PAUSED}:
        raise NotPossibleError(Wrong.NOT_ACTIVE)
    if terms in {standing.terms, standing.next_terms}:
        raise NotPossibleError(Wrong.ALREADY)
    return replace(standing, next_terms=terms)


def call_off(standing: Standing) -> Standing:
    """Take back what was to change when the period ends."""
    if standing.next_terms is None or standing.state == State.ENDED:
        raise NotPossibleError(Wrong.ALREADY)
    return replace(standing, next_terms=None)


def raise_price(standing: Standing, *, unit: Decimal, on: date, today: date) -> Standing:
    """Set the price for periods that begin on the day or later: a higher one in good time, a lower one at once."""
    if standing.state == State.ENDED:
        raise NotPossibleError(Wrong.ENDED)
    if unit == standing.terms.unit:
        raise NotPossibleError(Wrong.ALREADY)
    if standing.next_terms is not None:
        raise NotPossibleError(Wrong.WAITS)
    if unit > standing.terms.unit and (on - today).days < TELL_RISE_BEFORE:
        raise NotPossibleError(Wrong.TOO_SOON)
    return replace(standing, rise=Rise(unit=unit, on=on))


def pause(standing: Standing, *, on: date, resumes_on: date) -> Standing:
    """Stop using days until it goes on; the paid days that are left are kept."""
    if standing.state != State.ACTIVE:
        raise NotPossibleError(Wrong.NOT_ACTIVE)
    if not on < resumes_on <= add(on, LONGEST_PAUSE):
        raise NotPossibleError(Wrong.PAUSE_DAY)
    used = standing.length - standing.left(on)
    return replace(standing, state=State.PAUSED, used=used, since_on=on, resumes_on=resumes_on)


def resume(standing: Standing, *, on: date) -> Standing:
    """Go on: the days that are left run from the day, and later periods are counted from where they end."""
    if standing.state != State.PAUSED:
        raise NotPossibleError(Wrong.NOT_PAUSED)
    since = max(on, standing.since_on)
    going = replace(standing, state=State.ACTIVE, since_on=since, resumes_on=None)
    ended_on = standing.since_on + timedelta(days=standing.length - standing.used)
    if going.until_on == ended_on:  # paused for no day: the day of the month stays what it was
        return going
    return replace(going, anchor_on=going.until_on, number=-1)


def cancel(standing: Standing, *, on: date) -> Step:
    """Cancel: it goes on until the end of what is paid. Paused, it ends now and what was paid ahead is owed back."""
    if standing.state == State.PAUSED:
        return stop(standing, on=on)
    if standing.state != State.ACTIVE:
        raise NotPossibleError(Wrong.ALREADY)
    return replace(standing, state=State.CANCELLED, next_terms=None, rise=None), NOTHING


def keep(standing: Standing, *, on: date) -> Standing:
    """Take a cancellation back while what was paid still runs."""
    if standing.state != State.CANCELLED or on >= standing.until_on:
        raise NotPossibleError(Wrong.NOT_CANCELLED)
    return replace(standing, state=State.ACTIVE)


def put_back(standing: Standing, terms: Terms, *, on: date, is_renewed: bool) -> Step:
    """Go on with the terms that there were before a change that was withdrawn from; what waited is called off.

    What the change cost goes back by itself. Only where a later period was billed at the larger price, the difference
    for the days left of that one is owed beside it.
    """
    _check(terms)
    if standing.state == State.ENDED:
        raise NotPossibleError(Wrong.ENDED)
    owed = difference(standing, terms, on=on) if is_renewed else NOTHING
    rise = standing.rise if terms.variant == standing.terms.variant else None
    return replace(standing, terms=terms, next_terms=None, rise=rise), min(NOTHING, owed)


def stop(standing: Standing, *, on: date, returned: Terms | None = None) -> Step:
    """End it on the day; what is left of what was paid is owed back.

    ``returned`` are the terms the period began with, where the money of that goes back by itself: then only what was
    paid for a larger one since is owed beside it.
    """
    if standing.state == State.ENDED:
        raise NotPossibleError(Wrong.ENDED)
    left = standing.left(on)
    owed = rest(standing.terms.price, left, standing.length)
    owed -= rest(returned.price if returned else standing.discount, left, standing.length)
    used = standing.length - left
    ended = replace(
        standing, state=State.ENDED, used=used, since_on=max(on, standing.since_on), next_terms=None, rise=None,
        resumes_on=None,
    )  # fmt: skip
    return ended, -max(NOTHING, owed)


def is_due(standing: Standing, *, on: date) -> bool:
    """Tell whether the present period is over."""
    return standing.state in {State.ACTIVE, State.CANCELLED} and on >= standing.until_on


def renew(standing: Standing, *, on: date) -> Step:
    """Begin the next period on the day on which the present one ended, however late; it is billed whole."""
    if standing.state != State.ACTIVE or not is_due(standing, on=on):
        raise NotPossibleError(Wrong.NOT_ACTIVE)
    terms, begins_on = standing.coming, standing.until_on
    goes_on = terms.interval == standing.terms.interval
    anchor_on, number = (standing.anchor_on, standing.number + 1) if goes_on else (begins_on, 0)
    is_risen = standing.rise is not None and standing.rise.on > begins_on and terms.variant == standing.terms.variant
    renewed = Standing(
        state=State.ACTIVE,
        terms=terms,
        anchor_on=anchor_on,
        number=number,
        length=_length(anchor_on, terms.interval, number),
        used=0,
        since_on=begins_on,
        rise=standing.rise if is_risen else None,
    )
    return renewed, terms.price


def expire(standing: Standing, *, on: date) -> Standing:
    """End what was cancelled, once what was paid is over."""
    if standing.state != State.CANCELLED or not is_due(standing, on=on):
        raise NotPossibleError(Wrong.NOT_CANCELLED)
    return stop(standing, on=standing.until_on)[0]


def _check(terms: Terms) -> None:
    if not 1 <= terms.quantity <= MOST:
        raise NotPossibleError(Wrong.QUANTITY)


# --- Reminders --------------------------------------------------------------------------------------------------------

#: How many days before a renewal the customer is reminded, the earliest first. Each month's invoice is one by itself.
REMIND_BEFORE: Mapping[Interval, tuple[int, ...]] = {Interval.YEAR: (30, 7), Interval.MONTH: ()}
#: A reminder that has not left so many days before the renewal does not leave by itself: somebody has to see to it.
UNTOLD_FROM = 28
#: What was told longer before a renewal was no reminder of it.
LONGEST_TOLD = 60
#: A yearly renewal is billed only when it was told of at least so many days before.
TOLD_BEFORE = {Interval.YEAR: 7, Interval.MONTH: 0}


def reminder_due(standing: Standing, *, on: date, told: frozenset[int]) -> int | None:
    """Return which reminder is due (days before), the latest that is; None where none is, or it was sent already.

    A reminder that could not be sent in time is sent late rather than never, once.
    """
    if standing.state != State.ACTIVE:
        return None
    ahead = (standing.until_on - on).days
    due = [days for days in REMIND_BEFORE[Interval(standing.terms.interval)] if ahead <= days]
    return due[-1] if due and due[-1] not in told else None


def tell_otherwise(standing: Standing, *, on: date, told_for: date | None) -> Standing:
    """Take it that the customer was told of the coming renewal on the day, in another way than by our message."""
    if standing.state != State.ACTIVE:
        raise NotPossibleError(Wrong.NOT_ACTIVE)
    if not REMIND_BEFORE[Interval(standing.terms.interval)] or told_for == standing.until_on:
        raise NotPossibleError(Wrong.NO_REMINDER)
    if (standing.until_on - on).days > LONGEST_TOLD:
        raise NotPossibleError(Wrong.TOLD_EARLY)
    return standing


def may_renew(standing: Standing, *, on: date, told_on: date | None) -> bool:
    """Tell whether the next period may be billed: it has begun, and a yearly one was told of in time."""
    if standing.state != State.ACTIVE or not is_due(standing, on=on):
        return False
    days = TOLD_BEFORE[Interval(standing.terms.interval)]
    return not days or (told_on is not None and (on - told_on).days >= days)
