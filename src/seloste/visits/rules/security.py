"""What the security log holds of a request, and of which requests: no more than it takes to see an attack.

Reading public pages leaves no line. Of a path the pattern in our own code is kept, so that a token or an id in it is
not; of a path that fits nothing, the words that look like words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus

#: Where a path or a user agent is cut.
PATH_LENGTH, AGENT_LENGTH = 120, 160
#: How many lines one address may get in one go (about a second); the rest is told as one line with its number.
LINES_AN_ADDRESS = 20
#: Stands for a part of a path that is not kept.
MASK = "…"

_WORD = re.compile(r"[A-Za-z0-9._~-]{1,20}", re.ASCII)
_MOST_DIGITS = 4
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the log. ``at`` is in seconds since 1970; ``times`` how many alike came within about a second."""

    at: float
    address: str
    method: str
    path: str
    status: int
    ms: int
    request: str
    agent: str
    reason: str
    times: int = 1


def reason(method: str, status: int, *, signs_in: bool) -> str:
    """Return why the request is logged, or nothing where it is not."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "fault"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "too_many"
    if status == HTTPStatus.NOT_FOUND:
        return "missing"
    if signs_in and method not in _READS:
        return "sign_in"
    if status >= HTTPStatus.BAD_REQUEST:
        return "refused"
    return "" if method in _READS else "sent"


def plain_path(path: str) -> str:
    """Return the path of no page with every part masked that is no plain word: an address, a number, a mark."""
    kept = [part if not part or _is_word(part) else MASK for part in path[:2000].split("/")]
    return "/".join(kept)[:PATH_LENGTH]


def _is_word(part: str) -> bool:
    """Tell whether a part of a path is a word: a mark is long, has many digits, or mixes capitals with digits."""
    digits = sum(map(str.isdigit, part))
    is_mixed = digits > 0 and part.lower() != part != part.upper()
    return _WORD.fullmatch(part) is not None and digits <= _MOST_DIGITS and not is_mixed


def plain_agent(agent: str) -> str:
    """Return the user agent in one line of plain characters, cut short."""
    return "".join(sign if " " <= sign <= "~" else "?" for sign in agent[:AGENT_LENGTH])


def gathered(lines: Iterable[Line]) -> list[Line]:
    """Return the lines with those alike as one; what one address sends beyond its lines is told as a number.

    An attack thus fills no disk: a flood on one page is a line a second, one on random pages twenty and one.
    """
    alike: dict[tuple[str, str, str, int, str], Line] = {}
    each: dict[str, int] = {}
    for line in lines:
        key = (line.address, line.method, line.path, line.status, line.reason)
        if key not in alike and each.get(line.address, 0) >= LINES_AN_ADDRESS:
            key = (line.address, "", MASK, line.status, line.reason)
        if key in alike:
            alike[key] = _joined(alike[key], line)
        else:
            each[line.address] = each.get(line.address, 0) + 1
            alike[key] = replace(line, method=key[1], path=key[2])
    return list(alike.values())


def _joined(first: Line, more: Line) -> Line:
    return replace(first, times=first.times + more.times, ms=max(first.ms, more.ms))
