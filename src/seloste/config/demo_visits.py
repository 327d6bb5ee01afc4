"""Two invented years of visits and a month of the security log, for trying the product: the same every time.

Addresses are those kept free for documentation (RFC 5737, RFC 3849).
"""
# ruff: noqa: S311 -- invented counts need no secrecy, only to be the same every time

import math
import random
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction

from seloste.kernel.clock import HELSINKI, local_date
from seloste.visits.actions import entering
from seloste.visits.models import DayCount
from seloste.visits.rules.security import Line
from seloste.visits.rules.spans import DAY, HOURS_KEPT, hours_of, moment

DAYS = 735

_PAGES = {
    "home": 38, "notices:page": 17, "intake:contact": 16, "intake:feedback": 7, "terminal:page": 3, "notices:pdf": 4,
    "notices:versions": 2, "notices:version": 1, "intake:thanks": 5, "notices:difference": 0.3,
}  # fmt: skip
_REFERRERS = {
    "": 41, "google.com": 26, "bing.com": 5, "duckduckgo.com": 4, "linkedin.com": 6, "l.facebook.com": 4,
    "kauppakamari.example.org": 3, "yrittajat.example.org": 3, "uutiset.example.com": 2, "foorumi.example.com": 1.2,
    "chatgpt.com": 1.5, "ecosia.org": 0.6, "blogg.example.com": 0.4, "other": 0.4,
}  # fmt: skip
_LANGUAGES = {"fi": 81, "sv": 11, "en": 8}
_DEVICES = {"computer": 55, "phone": 40, "tablet": 4, "other": 0.4}
_ROBOTS = {
    "named": 55, "nameless": 9, "no_page": 18, "head": 3, "ahead": 2, "monitor": 12, "spam": 0.5, "objected": 6,
}  # fmt: skip
#: Campaigns: from how many days ago, for how many days, how much stronger the first day is.
_CAMPAIGNS = (
    ("kevat-2026", 240, 12, 1.1),
    ("syysmessut", 62, 6, 1.4),
    ("hostmassan", 60, 5, 0.4),
    ("joulu2026", 9, 9, 0.9),
)
#: How much of a day's reading falls on each hour of the clock.
_HOURS = (2, 1, 1, 1, 1, 2, 5, 12, 24, 30, 32, 28, 24, 30, 31, 27, 22, 18, 17, 18, 20, 17, 10, 5)

_SCANS = ("/wp-login.php", "/.env", "/xmlrpc.php", "/.git/config", "/phpmyadmin/", "/admin/", "/old/index.html")


def is_loaded() -> bool:
    """Say whether anything has been counted before today."""
    return DayCount.objects.exists()


@transaction.atomic
def load(*, at: datetime) -> int:
    """Enter the invented counts and lines; return of how many days. Does nothing where anything is counted already."""
    if is_loaded():
        return 0
    dice, today = random.Random(20241122), local_date(at)
    older: dict[tuple[date, str, str], int] = {}
    for ago in range(DAYS, -1, -1):
        day = today - ago * DAY
        counts = _counts(dice, day, ago)
        if ago < HOURS_KEPT.days:
            entering.enter(_by_hour(dice, day, counts, until=at))
        else:
            older |= {(day, what, value): count for (what, value), count in counts.items()}
    entering.enter_days(older)
    entering.enter_lines(_lines(dice, at=at))
    return DAYS


def _counts(dice: random.Random, day: date, ago: int) -> dict[tuple[str, str], int]:
    """Return what was counted on the day, each kind for itself."""
    views = max(0, round(_strength(day, ago) * dice.gauss(1, 0.11)))
    visits = round(views / dice.uniform(2.1, 2.5))
    counts = {("views", ""): views, ("visits", ""): visits}
    parts = (
        ("page", _PAGES, views),
        ("language", _LANGUAGES, views),
        ("device", _DEVICES, views),
        ("referrer", _REFERRERS, visits),
        ("left_out", _ROBOTS, round(views * dice.uniform(0.35, 0.6))),
    )
    for what, weights, number in parts:
        drawn = Counter(dice.choices(list(weights), list(weights.values()), k=number))
        counts |= {(what, value): count for value, count in drawn.items()}
    missed = dice.randrange(2, 9)
    counts |= {("status", "2xx"): views, ("status", "3xx"): round(views * 0.08), ("status", "4xx"): missed}
    counts |= {("campaign", name): n for name, n in _campaigns(dice, ago)}
    return {key: count for key, count in counts.items() if count}


def _strength(day: date, ago: int) -> float:
    """Return how many views are to be expected: growing slowly, quiet in July and on weekends, loud in campaigns."""
    season = 1 + 0.18 * math.cos((day.timetuple().tm_yday - 75) / 366 * 4 * math.pi) - 0.35 * (day.month == 7)
    rest = 0.42 if day.weekday() >= 5 else 0.6 if (day.month, day.day) in {(12, 6), (12, 24), (1, 1), (5, 1)} else 1
    loud = 1 + sum(push / (1 + begins - ago) for _name, begins, days, push in _CAMPAIGNS if 0 <= begins - ago < days)
    return (95 + (DAYS - ago) * 0.16) * season * rest * loud


def _campaigns(dice: random.Random, ago: int) -> list[tuple[str, int]]:
    return [
        (name, round(60 * push * dice.uniform(0.7, 1.2) / (1 + begins - ago)))
        for name, begins, days, push in _CAMPAIGNS
        if 0 <= begins - ago < days
    ]


def _by_hour(
    dice: random.Random, day: date, counts: Mapping[tuple[str, str], int], *, until: datetime
) -> dict[entering.Key, int]:
    """Spread the day's counts over its hours; of today, over those that have passed."""
    hours = [hour for hour in hours_of(day, HELSINKI) if moment(hour) <= until]
    weights = [_HOURS[moment(hour).astimezone(HELSINKI).hour] for hour in hours]
    passed = sum(weights) / sum(_HOURS)
    spread: Counter[entering.Key] = Counter()
    for (what, value), count in counts.items():
        for hour in dice.choices(hours, weights, k=min(count, round(count * passed + 0.3))):
            spread[hour, what, value] += 1
    return dict(spread)


def _lines(dice: random.Random, *, at: datetime) -> list[Line]:
    """Return a month of knocking at doors that do not exist, guessed passwords, and ordinary forms."""
    lines = []
    for ago in range(29, -1, -1):
        for _number in range(dice.randrange(2, 9)):
            when = at - timedelta(days=ago, seconds=dice.randrange(60, 80_000))
            lines.append(_line(dice, when))
    return sorted(lines, key=lambda line: line.at)


def _line(dice: random.Random, when: datetime) -> Line:
    address = dice.choice(["192.0.2.{}", "198.51.100.{}", "203.0.113.{}"]).format(dice.choice([7, 7, 7, 21, 80, 143]))
    kind = dice.choice(["missing"] * 6 + ["sign_in"] * 3 + ["sent"] * 3 + ["refused", "too_many"])
    method = "GET" if kind in {"missing", "refused"} else "POST"
    path = {"missing": dice.choice(_SCANS), "sent": "/yhteys/", "refused": "/yhteys/"}.get(kind, "/tili/kirjaudu/")
    status = {"missing": 404, "sent": 302, "refused": 405, "too_many": 429}.get(kind, dice.choice([200, 302]))
    return Line(
        at=when.timestamp(),
        address=dice.choice([address] * 5 + ["2001:db8::5e:105e"]),
        method=method,
        path=path,
        status=status,
        ms=dice.randrange(2, 60),
        request=f"{dice.getrandbits(64):016x}",
        agent=dice.choice(["Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "python-requests/2.32", ""]),
        reason=kind,
        times=dice.choice([1, 1, 1, 1, 4, 18]) if kind in {"missing", "too_many"} else 1,
    )
