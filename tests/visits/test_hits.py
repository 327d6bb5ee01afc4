"""What is counted of a request, and what never is."""

import re
import time

import pytest
from crawleruseragents import CRAWLER_USER_AGENTS_DATA
from hypothesis import given
from hypothesis import strategies as st

from seloste.visits.rules import hits
from seloste.visits.rules.hits import Asked, counts

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1 Version/18.5 Mobile/15E148 Safari/604.1"
)
IPAD = "Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 Version/12.1 Mobile/15E148 Safari/604.1"
PIXEL = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Mobile Safari/537.36"
)
TAB = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36"
OWN = frozenset({"example.com", "localhost"})
HTML = "text/html,application/xhtml+xml,*/*;q=0.8"


def asked(**told: object) -> Asked:
    given = {"method": "GET", "status": 200, "page": "home", "language": "fi", "agent": FIREFOX, "accept": HTML} | told
    return Asked(**given)  # type: ignore[arg-type]


def of(what: str, **told: object) -> list[str]:
    return [value for name, value in counts(asked(**told), OWN) if name == what]


def test_view_from_a_search_engine_counts_as_a_visit() -> None:
    found = counts(asked(referrer="https://www.google.com/search?q=maija+mallikas"), OWN)

    assert sorted(found) == sorted([
        ("views", ""), ("page", "home"), ("language", "fi"), ("device", "computer"), ("status", "2xx"),
        ("visits", ""), ("referrer", "google.com"),
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("told", "visits"),
    [
        ({}, 1),
        ({"referrer": "https://example.com/tietosuoja/"}, 0),
        ({"referrer": "http://localhost:8000/"}, 0),
        ({"site": "same-origin"}, 0),
        ({"site": "none"}, 1),
        ({"site": "cross-site", "referrer": "https://www.bing.com/"}, 1),
        ({"referrer": "https://www.bing.com/", "again": "max-age=0"}, 0),
        ({"again": "no-cache"}, 0),
        ({"status": 404, "page": ""}, 0),
        ({"method": "POST"}, 0),
        ({"status": 302}, 0),
    ],
)
def test_only_who_comes_from_elsewhere_is_a_visit(told: dict[str, object], visits: int) -> None:
    assert len(of("visits", **told)) == visits


@pytest.mark.parametrize(
    ("agent", "mobile", "device"),
    [
        (FIREFOX, "", "computer"),
        (IPHONE, "", "phone"),
        (IPAD, "", "tablet"),
        (PIXEL, "?1", "phone"),
        (TAB, "?0", "tablet"),
        ("Mozilla/5.0 (SMART-TV; Tizen 6.0)", "", "other"),
    ],
)
def test_device_is_a_class(agent: str, mobile: str, device: str) -> None:
    assert of("device", agent=agent, mobile=mobile) == [device]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}, "named"),
        ({"agent": "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)"}, "named"),
        ({"agent": "curl/8.5.0"}, "named"),
        ({"agent": "python-requests/2.32"}, "named"),
        ({"agent": "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0 Safari/537.36"}, "named"),
        ({"agent": "UptimeRobot/2.0"}, "monitor"),
        ({"agent": "kube-probe/1.30"}, "monitor"),
        ({"agent": ""}, "nameless"),
        ({"agent": "x"}, "nameless"),
        ({"method": "HEAD"}, "head"),
        ({"ahead": "prefetch;prerender"}, "ahead"),
        ({"ahead": "preview"}, "ahead"),
        ({"accept": "*/*"}, "no_page"),
        ({"accept": "application/json"}, "no_page"),
        ({"referrer": "http://semalt.com/crawler"}, "spam"),
        ({"objects": True}, "objected"),
    ],
)
def test_what_is_no_reading_is_counted_apart_with_its_reason(told: dict[str, object], why: str) -> None:
    assert counts(asked(**told), OWN) == (("left_out", why),)


def test_every_robot_of_the_list_is_known() -> None:
    known = [agent for robot in CRAWLER_USER_AGENTS_DATA for agent in robot["instances"]]

    assert len(known) > 2_000
    assert [agent for agent in known if not hits.robot(agent)] == []


def test_telephone_that_is_called_a_bot_is_none() -> None:
    assert of("device", agent="Mozilla/5.0 (Linux; Android 12; CUBOT X50) Chrome/120.0 Mobile Safari/537.36") == [
        "phone"
    ]


def test_user_agent_cannot_be_made_to_cost_time() -> None:
    began = time.process_time()
    for number in range(50):
        hits.robot(f"Mozilla/5.0 {number} {'x y' * 200}"[: hits.LOOKED_AT])

    assert time.process_time() - began < 1  # a fiftieth of a second each on a slow machine, by far


@pytest.mark.parametrize(
    ("referrer", "host"),
    [
        ("", ""),
        ("https://www.Google.com/search?q=x", "google.com"),
        ("https://news.ycombinator.com:443/item?id=1", "news.ycombinator.com"),
        ("android-app://com.google.android.gm/", "com.google.android.gm"),
        ("https://t.co/abc", "t.co"),
        ("https://192.0.2.17/maija", "other"),
        ("https://[2001:db8::1]/", "other"),
        ("https://maija@example.net/", "other"),
        ("http://maijan-kone.local/", "other"),
        ("http://intra/", "other"),
        ("http://a7f3k9q2b1.mail.example.net/", "other"),
        ("http://0401234567.example.net/", "other"),
        ("javascript:alert(1)", "other"),
        ("https://exämple.com/", "other"),
        ("https://" + "a." * 60 + "com/", "other"),
        ("\x00\t\n", "other"),
    ],
)
def test_of_a_referrer_only_a_plain_host_is_kept(referrer: str, host: str) -> None:
    assert of("referrer", referrer=referrer) == [host]


@pytest.mark.parametrize(
    ("query", "campaign"),
    [
        ("utm_campaign=kesa2026", ["kesa2026"]),
        ("a=1&kampanja=Syys-Messut_2026&b=2", ["syys-messut_2026"]),
        ("utm_campaign=20261224", ["20261224"]),
        ("utm_campaign=maija@example.com", []),
        ("utm_campaign=maija%40example.com", []),
        ("utm_campaign=" + "a" * 41, []),
        ("utm_campaign=131052-308T", []),
        ("utm_campaign=0401234567", []),
        ("utm_campaign=a8f3b2c1d4", []),
        ("utm_campaign=", []),
        ("utm_campaign=a+b", []),
        ("xutm_campaign=kesa", []),
        ("q=utm_campaign=kesa", []),
    ],
)
def test_campaign_is_a_plain_name_or_nothing(query: str, campaign: list[str]) -> None:
    assert of("campaign", query=query) == campaign


ANY = st.text(max_size=200) | st.from_regex(r"https?://[!-~]{0,80}", fullmatch=True)


@given(
    agent=ANY, referrer=ANY, query=ANY, accept=st.sampled_from([HTML, ""]), site=ANY, again=ANY, ahead=ANY, mobile=ANY
)
def test_whatever_is_sent_only_words_of_a_plain_alphabet_are_counted(**sent: str) -> None:
    found = counts(asked(**sent), OWN)

    assert found
    assert all(re.fullmatch(r"[a-z0-9_.-]{0,80}", value) for _what, value in found)
