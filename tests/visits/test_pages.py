"""The staff's pages of the room: who may look, what is shown, and what never is."""

import csv
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests import make as general
from tests.desk import make as desk
from tests.visits import make

from seloste.audit.models import AuditEvent
from seloste.kernel.clock import local_date, now
from seloste.visits.actions import entering
from seloste.visits.queries.statistics import statistics as counted
from seloste.visits.rules.spans import Span
from seloste.visits.shown import step_words

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def statistics(browser: Client, **asked: str) -> str:
    return browser.get(reverse("visits:statistics"), asked).content.decode()


@pytest.mark.parametrize(
    ("role", "statistics", "security"),
    [
        ("technical", 200, 200),
        ("privacy", 200, 200),
        ("customer_service", 404, 404),
        ("marketing", 404, 404),
        ("accounting", 404, 404),
        ("owner", 404, 404),
    ],
)
def test_pages_are_for_those_whose_purpose_it_is(role: str, statistics: int, security: int) -> None:
    browser = desk.client(role)

    assert browser.get(reverse("visits:statistics")).status_code == statistics
    assert browser.get(reverse("visits:security")).status_code == security
    assert browser.post(reverse("visits:security")).status_code == security


def test_nobody_looks_without_signing_in() -> None:
    assert Client().get(reverse("visits:statistics")).status_code == 302
    assert Client().get(reverse("visits:security")).status_code == 302


# --- Statistics -------------------------------------------------------------------------------------------------------


def test_counts_are_shown_beside_those_of_the_time_before() -> None:
    today = local_date(now())
    make.day(today, "views", _=60)
    make.day(today, "visits", _=20)
    make.day(today, "page", **{"home": 40, "intake:contact": 20})
    make.day(today - 30 * DAY, "views", _=40)

    page = desk.client("technical").get(reverse("visits:statistics"))

    views, visits, ratio = page.context["figures"]
    assert (views.value, views.change, views.earlier) == ("60", "+50 %", "40")
    assert (visits.value, ratio.value) == ("20", "3,0")
    assert [(row.name, row.count) for row in page.context["tables"][0].rows][1][1] == "20"


def test_page_without_counts_says_so() -> None:
    page = desk.client("technical").get(reverse("visits:statistics"))

    assert (page.status_code, page.context["nothing"]) == (200, True)


def test_small_counts_are_not_shown_on_page_or_in_file() -> None:
    today = local_date(now())
    make.day(today, "views", _=104)
    make.day(today, "language", fi=70, sv=31, en=3)
    browser = desk.client("technical")

    page = browser.get(reverse("visits:statistics"))
    rows = {row.name: row.count for table in page.context["tables"] if table.key == "language" for row in table.rows}
    file = statistics(browser, muoto="csv")

    assert sorted(rows.values(), reverse=True)[:1] != ["3"]
    assert "3" not in rows.values()
    assert "31" not in rows.values()
    assert not {"3", "31"} & {cell for line in csv.reader(file.splitlines(), delimiter=";") for cell in line}


def test_total_that_is_small_is_not_shown_nor_its_parts() -> None:
    make.day(local_date(now()), "views", _=3)
    make.day(local_date(now()), "page", home=3)

    page = desk.client("technical").get(reverse("visits:statistics"))

    assert page.context["figures"][0].value not in {"3", "0"}
    assert {bar.height for bar in page.context["chart"].bars} == {"5"}


def test_file_holds_what_the_page_shows() -> None:
    today = local_date(now())
    make.day(today, "views", _=60)
    make.day(today, "referrer", **{"bing.com": 12, "_": 30})
    make.day(today, "visits", _=42)

    answer = desk.client("technical").get(reverse("visits:statistics"), {"muoto": "csv", "period": "week"})

    lines = list(csv.reader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert [line[2] for line in lines if line[1] == "bing.com"] == ["12"]
    assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize("period", ["today", "week", "month", "year"])
@pytest.mark.parametrize("compare", ["before", "year", "none"])
def test_every_period_can_be_compared(period: str, compare: str) -> None:
    today = local_date(now())
    for ago in range(0, 740, 7):
        make.day(today - ago * DAY, "views", _=10 + ago)

    answer = desk.client("technical").get(reverse("visits:statistics"), {"period": period, "compare": compare})

    assert answer.status_code == 200
    assert len(answer.context["chart"].bars) == {"today": 24, "week": 7, "month": 30, "year": 52}[period]


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "2026-13-45"},
        {"since": "x", "until": "y"},
        {"since": "2026-11-20", "until": "2026-11-01"},
        {"since": "2999-01-01"},
        {"until": "1999-01-01"},
        {"period": "decade"},
        {"compare": "'; DROP TABLE"},
        {"since": "0001-01-01", "until": "9999-12-31"},
    ],
)
def test_days_that_are_none_are_said_or_passed_over_and_never_a_fault(asked: dict[str, str]) -> None:
    answer = desk.client("technical").get(reverse("visits:statistics"), asked)

    assert answer.status_code in {200, 422}


def test_days_of_the_clock_change_have_their_hours() -> None:
    browser = desk.client("technical")
    first = local_date(now()) - 30 * DAY
    asked = {"since": first.isoformat(), "until": first.isoformat(), "compare": "none"}

    bars = browser.get(reverse("visits:statistics"), asked).context["chart"].bars

    assert len(bars) in {23, 24, 25}
    assert bars[0].point.label.endswith("00–01")


def test_hour_that_comes_twice_is_two_bars_and_the_one_left_out_is_none() -> None:
    autumn, spring = date(2026, 10, 25), date(2026, 3, 29)
    for place in (3, 4):  # 03 in summer time, and 03 once more
        make.day(autumn, "views", _=10 + place, hour=place)
    make.day(spring, "views", _=30, hour=3)  # 04 comes after 02
    duty = general.duty("technical")

    def course(day: date) -> list[tuple[str, int | None]]:
        found = counted(by=duty, span=Span(first=day, last=day), compared=None, today=day)
        return [(step_words(step), count) for step, count in zip(found.steps, found.now.course, strict=True)]

    assert (len(course(autumn)), len(course(spring))) == (25, 23)
    assert course(autumn)[3:5] == [("25.10.2026 03–03", 13), ("25.10.2026 03–04", 14)]
    assert course(spring)[3] == ("29.3.2026 04–05", 30)


def test_look_at_the_statistics_changes_nothing() -> None:
    browser = desk.client("technical")
    before = desk.tables()

    statistics(browser)

    assert desk.tables() == before


# --- The security log -------------------------------------------------------------------------------------------------


def test_lines_are_found_by_address_status_and_reason() -> None:
    entering.enter_lines([
        make.line(address="192.0.2.7", at=now().timestamp()),
        make.line(address="198.51.100.1", at=now().timestamp(), status=404, reason="missing", path="/wp-login.php"),
    ])  # fmt: skip
    browser = desk.client("technical")

    def found(**asked: str) -> list[str]:
        page = browser.post(reverse("visits:security"), asked)
        return [line.address for line in page.context["found"].lines]

    assert found() == ["198.51.100.1", "192.0.2.7"]
    assert found(address=" 192.0.2.7 ") == ["192.0.2.7"]
    assert found(status="4") == ["198.51.100.1"]
    assert found(reason="sign_in") == ["192.0.2.7"]
    assert found(until="2020-01-01T00:00") == []


def test_addresses_are_told_with_how_much_came_from_them() -> None:
    lines = [
        make.line(at=now().timestamp(), times=3),
        make.line(at=now().timestamp()),
        make.line(address="2001:db8::1"),
    ]
    entering.enter_lines([*lines, make.line(address="", at=now().timestamp())])

    page = desk.client("technical").post(reverse("visits:security"), {"since": "2026-01-01T00:00"})

    groups = [(group.address, group.requests) for group in page.context["found"].addresses]
    assert groups == [("192.0.2.7", 4), ("2001:db8::1", 1), ("", 1)]


def test_look_into_the_log_is_recorded() -> None:
    desk.client("technical").get(reverse("visits:security"))

    event = AuditEvent.objects.get(deed="security_log.read")
    assert (event.purpose, event.categories) == ("web_security", ["ip_address", "security_log"])


def test_what_is_no_address_is_said() -> None:
    page = desk.client("technical").post(reverse("visits:security"), {"address": "'; DROP TABLE x"})

    assert (page.status_code, page.context["found"]) == (422, None)


def test_address_that_is_looked_for_never_stands_in_an_address() -> None:
    entering.enter_lines([make.line(at=now().timestamp(), path=f"/{number}") for number in range(101)])
    browser = desk.client("technical")

    page = browser.post(reverse("visits:security"), {"address": "192.0.2.7"})
    older = browser.post(reverse("visits:security"), {"address": "192.0.2.7", "before": page.context["found"].older})

    assert "?" not in page.content.decode().split("<main")[1].split("</main")[0].replace("?</", "")
    assert [len(answer.context["found"].lines) for answer in (page, older)] == [100, 1]


def test_lines_of_hostile_callers_are_inert_on_the_page() -> None:
    entering.enter_lines([make.line(at=now().timestamp(), agent="<script>alert(1)</script>", path="/<b>")])

    page = desk.client("technical").get(reverse("visits:security")).content.decode()

    assert "<script>alert" not in page
    assert "/<b>" not in page


@pytest.mark.parametrize("days", [1, 28, 45, 100, 364, 730])
def test_months_and_days_tell_the_same(days: int) -> None:
    """A long span is read from whole months and the days around them: the sum is that of its days."""
    last = local_date(now())
    counts = {last - ago * DAY: 5 + ago % 11 for ago in range(0, 735, 3)}
    for day, count in counts.items():
        make.day(day, "views", _=count)
    first = last - (days - 1) * DAY
    asked = {"since": first.isoformat(), "until": last.isoformat(), "muoto": "csv", "compare": "none"}

    answer = desk.client("technical").get(reverse("visits:statistics"), asked)

    lines = list(csv.reader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert int(lines[1][2]) == sum(count for day, count in counts.items() if day >= first)
