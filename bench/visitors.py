"""Twenty thousand invented visitors with known habits: what they ask for, and how many visits they truly made.

The same seed gives the same visitors. Their habits are guesses, said in one place; what the statistics make of them can
then be held against the truth, which no real site knows.
"""
# ruff: noqa: S311 -- invented visitors need no strong randomness

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

SEED = 20261122
VISITORS = 20_000

#: The pages of the site, by how often they are asked for, and their names in the code.
PAGES = {
    "/": (40, "home"), "/tietosuoja/": (20, "notices:page"), "/yhteys/": (14, "intake:contact"),
    "/palaute/": (8, "intake:feedback"), "/sv/": (6, "home"), "/en/": (6, "home"),
    "/sv/dataskydd/": (3, "notices:page"), "/en/privacy/": (3, "notices:page"),
}  # fmt: skip
#: Where visits begin: the referrer and what a browser says of it (Fetch metadata).
SOURCES = (
    (38, "", "none"), (34, "https://www.google.com/", "cross-site"), (7, "https://www.bing.com/", "cross-site"),
    (5, "https://duckduckgo.com/", "cross-site"), (7, "https://www.linkedin.com/", "cross-site"),
    (5, "https://l.facebook.com/", "cross-site"), (4, "", "cross-site"),
)  # fmt: skip
_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 {}Safari/537.36"
BROWSERS = tuple(
    [f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME.format(n, '')}" for n in range(128, 142)]
    + [f"Mozilla/5.0 (Linux; Android 10; K) {_CHROME.format(n, 'Mobile ')}" for n in range(128, 142)]
    + [f"Mozilla/5.0 (X11; Linux x86_64; rv:{n}.0) Gecko/20100101 Firefox/{n}.0" for n in range(130, 144)]
    + [f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_{n} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
       f"Version/18.{n} Mobile/15E148 Safari/604.1" for n in range(6)]
)  # fmt: skip
ROBOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "curl/8.5.0", "python-requests/2.32.3", "UptimeRobot/2.0", "Go-http-client/2.0", "",
)  # fmt: skip

# --- The habits, as shares ------------------------------------------------------------------------------------------

#: Pages that are loaded once more.
RELOADS = 0.06
#: Visits in the middle of which a bookmark is opened or an address typed.
BOOKMARK = 0.04
#: Visits in which the reader goes back to the search results and comes again from there.
BACK_TO_RESULTS = 0.05
#: Visits that go on from a page left open for more than half an hour: by definition a new visit.
LEFT_OPEN = 0.03
#: Visitors whose browser sends no referrer at all; of these, those that send no Fetch metadata either.
NO_REFERRER, OLD_BROWSER = 0.05, 0.25
#: Visitors who object by GPC or DNT; visits through a robot of all requests; forged X-Forwarded-For.
OBJECTS, ROBOT_SHARE, FORGED = 0.06, 0.30, 0.05


@dataclass
class Truth:
    """What really happened, of those who did not object."""

    visits: int = 0
    visitors: set[int] = field(default_factory=set)
    views: int = 0
    objected: int = 0
    robots: int = 0


@dataclass(frozen=True)
class Request:
    """One request: the path and the headers that matter."""

    path: str
    headers: Mapping[str, str]


def requests(truth: Truth, visitors: int = VISITORS, *, host: str = "example.com") -> Iterator[Request]:
    """Yield all requests of the visitors, robots between them, and write down the truth."""
    dice = random.Random(SEED)
    for number in range(visitors):
        for request in _visitor(dice, number, truth, host):
            yield request
            while dice.random() < ROBOT_SHARE:
                truth.robots += 1
                yield Request(_page(dice), {"User-Agent": dice.choice(ROBOTS), "Accept": "*/*"})


def _visitor(dice: random.Random, number: int, truth: Truth, host: str) -> Iterator[Request]:
    """Yield the requests of one visitor's one to three visits."""
    headers = {"User-Agent": dice.choice(BROWSERS), "Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    sends_referrer, sends_site = dice.random() >= NO_REFERRER, True
    if not sends_referrer:
        sends_site = dice.random() >= OLD_BROWSER
    objects = dice.random() < OBJECTS
    if objects:
        headers["Sec-GPC"] = "1"
    if dice.random() < FORGED:
        headers["X-Forwarded-For"] = f"198.51.100.{dice.randrange(256)}"
    for path, referrer, site, again, begins in _steps(dice, host):
        if objects:
            truth.objected += 1
        else:
            truth.views += 1
            truth.visits += begins
            truth.visitors.add(number)
        told = dict(headers)
        told |= {"Referer": referrer} if sends_referrer and referrer else {}
        told |= {"Sec-Fetch-Site": site} if sends_site else {}
        yield Request(path, told | ({"Cache-Control": "max-age=0"} if again else {}))


def _steps(dice: random.Random, host: str) -> Iterator[tuple[str, str, str, bool, bool]]:
    """Yield path, referrer, Fetch metadata, whether it is loaded again, and whether a visit truly begins."""
    for _visit in range(dice.choices([1, 2, 3], [80, 15, 5])[0]):
        (referrer, site), begins = _source(dice), True
        odd = dice.random()
        pages = dice.randint(2, 8)
        turn = dice.randrange(1, pages)
        for page in range(pages):
            path = _page(dice)
            if page == turn and odd < BOOKMARK:
                referrer, site = "", "none"
            elif page == turn and odd < BOOKMARK + BACK_TO_RESULTS:
                referrer, site = "https://www.google.com/", "cross-site"
            elif page == turn and odd < BOOKMARK + BACK_TO_RESULTS + LEFT_OPEN:
                begins = True
            yield path, referrer, site, False, begins
            if dice.random() < RELOADS:
                yield path, referrer, site, True, False
            referrer, site, begins = f"https://{host}{path}", "same-origin", False


def _source(dice: random.Random) -> tuple[str, str]:
    _weight, referrer, site = dice.choices(SOURCES, [source[0] for source in SOURCES])[0]
    return referrer, site


def _page(dice: random.Random) -> str:
    return dice.choices(list(PAGES), [weight for weight, _name in PAGES.values()])[0]
