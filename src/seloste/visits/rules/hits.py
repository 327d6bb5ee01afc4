"""What is counted of one request: a few words from closed lists, and nothing that tells one visitor from another.

No address, no user agent, no query and no path goes in: the address is not even handed over, of the user agent a class
remains, of the query a campaign's name, and of the path the name of the page in our own code.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

#: A count: what it is of, and of which of these; and all that one request counts.
Count = tuple[str, str]
Counts = tuple[Count, ...]

#: Stands for whatever came in too many different spellings, or in a spelling that is not kept.
OTHER = "other"

# --- Robots and devices ---------------------------------------------------------------------------------------------

#: Services that ask whether we are up, by their own names (their documentation).
_MONITORS = re.compile(
    r"uptime|pingdom|statuscake|site24x7|kube-probe|healthcheck|zabbix|nagios|check_http|blackbox|newrelicpinger"
    r"|datadogsynthetics|betterstack|better uptime|hetrix|freshping|nodeping|updown\.io|icinga|monitis|gatus",
    re.IGNORECASE,
)
#: Words that no browser has in its name; for the many robots that say what they are. Cubot makes telephones.
_ROBOT_WORDS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|scrap|\bhttp|https?:|python|curl|wget|java/|libwww|headless", re.IGNORECASE
)
#: The list of robots by their own names, without those that the words above find: an eighth of the time.
_ROBOTS = re.compile(
    "|".join(
        robot["pattern"]
        for robot in CRAWLER_USER_AGENTS_DATA
        if not all(_ROBOT_WORDS.search(known) for known in robot["instances"] or [robot["pattern"]])
    )
)
#: No more of a user agent is looked at: whoever sends a longer one shall not cost us time.
LOOKED_AT = 400
_TABLET = re.compile(r"iPad|Tablet|PlayBook|Silk(?!.*Mobile)|Kindle|Android(?!.*Mobile)")
_PHONE = re.compile(r"Mobi|iPhone|iPod|Windows Phone|Opera Mini")
_COMPUTER = re.compile(r"Windows NT|Macintosh|X11|CrOS|Linux x86_64")


@lru_cache(maxsize=4096)
def robot(agent: str) -> str:
    """Return why the program is no reader's browser, or nothing. Remembered: the long list takes a while."""
    if not agent.strip():
        return "nameless"
    if _MONITORS.search(agent):
        return "monitor"
    if _ROBOTS.search(agent) or _ROBOT_WORDS.search(agent):
        return "named"
    return "" if agent.startswith(("Mozilla/", "Opera/")) else "nameless"


@lru_cache(maxsize=4096)
def device(agent: str, mobile: str) -> str:
    """Return the class of device: from the user agent, or where it is silent from the client hint ``Sec-CH-UA-Mobile``.

    An iPad calls itself a Macintosh, so tablets are somewhat more than told and computers somewhat fewer.
    """
    for name, words in (("tablet", _TABLET), ("phone", _PHONE), ("computer", _COMPUTER)):
        if words.search(agent):
            return "phone" if name == "computer" and mobile == "?1" else name
    return "phone" if mobile == "?1" else "other"


# --- Where it came from ---------------------------------------------------------------------------------------------

#: Stands for our own pages.
OWN = "own"
#: The beginning of a referrer, up to its path: all of it that is looked at.
_FROM = re.compile(r"[A-Za-z-]{4,16}://[^/?#]{1,120}")
#: The host of a referrer: letters, digits and hyphens in labels, at least one point. No user, no port is kept.
_HOST = re.compile(
    r"(?:https?|android-app)://((?=[^:]{4,80}(?::|$))(?:[a-z0-9](?:[a-z0-9_-]{0,40}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,30})"
    r"\.?(?::\d{1,5})?",
    re.IGNORECASE | re.ASCII,
)
#: Names of somebody's own network would tell where a reader works or lives.
_HOME_NETWORK = re.compile(r"\.(?:local|lan|home|internal|intranet|corp|localdomain|localhost|arpa|test|invalid)$")
#: Senders of false referrers that keep coming for years; a short list on purpose, for a long one is never right.
_SPAM = re.compile(
    r"(?:^|\.)(?:semalt|buttons-for-website|buttons-for-your-website|darodar|ilovevitaly|best-seo-offer|best-seo-solution"
    r"|simple-share-buttons|free-share-buttons|free-social-buttons|get-free-traffic-now|event-tracking|trafficmonetize"
    r"|trafficbot|bot-traffic|traffic-bot|make-money-online|hulfingtonpost|priceg|social-buttons|success-seo|videos-for-your-business"
    r"|o-o-6-o-o|o-o-8-o-o|4webmasters|floating-share-buttons|guardlink|rankings-analytics|site-auditor|uptimechecker)\."
)


def referrer_host(referrer: str, own: frozenset[str] = frozenset()) -> str:
    """Return the host of the page that led here: nothing where there was none, ``other`` for what is not kept.

    One of our ``own`` hosts is told as ``OWN``, whatever its name is like.
    """
    if not referrer:
        return ""
    found = _FROM.match(referrer)
    return _host(found[0], own) if found else OTHER


@lru_cache(maxsize=2048)
def _host(origin: str, own: frozenset[str]) -> str:
    if origin.rpartition("://")[2].partition(":")[0].lower() in own:
        return OWN
    found = _HOST.fullmatch(origin)
    host = found[1].lower().removeprefix("www.") if found else OTHER
    return OTHER if _HOME_NETWORK.search(host) or _looks_made(host) else host


def _looks_made(host: str) -> bool:
    """Tell whether a label looks made for one person, as a mark in a newsletter's host or a numbered customer."""
    return any(looks_random(label) for label in host.split("."))


@lru_cache(maxsize=2048)
def is_spam(host: str) -> bool:
    """Tell whether the host is a known sender of false referrers."""
    return _SPAM.search(host) is not None


# --- Campaigns ------------------------------------------------------------------------------------------------------

_CAMPAIGN = re.compile(r"(?:^|&)(?:utm_campaign|kampanja)=([A-Za-z0-9_-]{1,40})(?=&|$)", re.ASCII)
_TURNS = re.compile(r"[a-z](?=\d)|\d(?=[a-z])")
#: A date has eight digits; a telephone number or an identity code has more.
_DIGITS = 8
#: "kesa2026" turns once between letters and digits, "q3b-2026" three times, a random mark many times.
_MOST_TURNS = 3
#: A random mark without digits is one long word; the longest names that people give are several.
_LONGEST_WORD = 24


def campaign(query: str) -> str:
    """Return the campaign that the address names, or nothing where it could be the name of a person."""
    if "campaign=" not in query and "kampanja=" not in query:
        return ""
    found = _CAMPAIGN.search(query)
    name = found[1].lower() if found else ""
    return "" if looks_random(name) else name


def looks_random(name: str) -> bool:
    """Tell whether a word is a number or a mark rather than a name."""
    digits = sum(map(str.isdigit, name))
    words = re.split(r"[_-]", name)
    return digits > _DIGITS or len(_TURNS.findall(name)) > _MOST_TURNS or max(map(len, words)) > _LONGEST_WORD


# --- One request ----------------------------------------------------------------------------------------------------


@dataclass(kw_only=True, slots=True)  # not frozen: one is made for each request, and that takes a third of the time
class Asked:
    """What of a request decides how it is counted. Lives as long as the request."""

    method: str
    status: int
    page: str
    language: str
    agent: str = ""
    mobile: str = ""
    accept: str = ""
    ahead: str = ""
    objects: bool = False
    referrer: str = ""
    site: str = ""
    again: str = ""
    query: str = ""


def counts(asked: Asked, own: frozenset[str]) -> Counts:
    """Return what the request adds one to. ``own`` are our own hosts: whoever comes from there is already visiting."""
    host = referrer_host(asked.referrer, own)
    if why := left_out(asked, host):
        return (("left_out", why),)
    status: Count = ("status", f"{asked.status // 100}xx")
    if not _is_view(asked):
        return (status,)
    viewed: Counts = (
        ("views", ""), ("page", asked.page), ("language", asked.language),
        ("device", device(asked.agent, asked.mobile)), status,
    )  # fmt: skip
    if named := campaign(asked.query):
        viewed = (*viewed, ("campaign", named))
    return (*viewed, ("visits", ""), ("referrer", host)) if _arrives(asked, host) else viewed


def left_out(asked: Asked, host: str) -> str:
    """Return why the request is no reading, or nothing.

    Global Privacy Control and Do Not Track are taken as the objection by automated means of GDPR art. 21(5): of such a
    visit nothing is counted but that there was one more.
    """
    if why := robot(asked.agent):
        return why
    if asked.method == "HEAD":
        return "head"
    if asked.ahead and ("prefetch" in asked.ahead or "preview" in asked.ahead or "prerender" in asked.ahead):
        return "ahead"
    if "text/html" not in asked.accept:
        return "no_page"
    if asked.objects:
        return "objected"
    return "spam" if is_spam(host) else ""


def _is_view(asked: Asked) -> bool:
    return asked.method == "GET" and bool(asked.page) and asked.status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}


def _arrives(asked: Asked, host: str) -> bool:
    """Tell whether somebody comes from elsewhere. A page loaded again repeats its referrer and is no new visit."""
    return asked.site != "same-origin" and host != OWN and asked.again not in {"max-age=0", "no-cache"}
