"""What may be stored on the visitor's device, and how it must be declared (917/2014 205 §; S4.3, S5.5).

A necessary item says what it is needed for. An optional one is a question to the visitor: its purpose rests on consent,
its words say what happens, its origins are all that a page may load after a yes. As soon as there is a question, the
cookie that remembers the answer is declared too; where there is none, neither is the cookie, and no banner follows.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from urllib.parse import urlsplit

from seloste.declaration.checks import EEA, Problem
from seloste.declaration.schema import Basis, Declaration, Start, TerminalItem
from seloste.kernel.periods import Period, add

#: The cookie that remembers the answer. The prefix binds it to this host, https and the whole path (RFC 6265bis).
CHOICE_COOKIE = "__Host-choice"
#: Nothing stays on a device for longer: a visitor who does not come back for so long has left.
LONGEST = Period(months=13)
#: An answer is not asked again sooner, and does not hold for longer.
SHORTEST_CHOICE, LONGEST_CHOICE = Period(months=6), Period(months=12)
_SOME_DAY = date(2000, 1, 1)


def problems(declared: Declaration) -> list[Problem]:
    """Return everything about the visitor's device that cannot be meant, in a stable order."""
    return [
        *(problem for key, item in declared.terminal.items() for problem in _item(declared, key, item)),
        *_choice(declared),
        *_twins(declared.terminal),
    ]


def is_question(item: TerminalItem) -> bool:
    """Tell whether the item is asked about by itself."""
    return not item.necessary and item.asked_with is None


def _item(declared: Declaration, key: str, item: TerminalItem) -> Iterator[Problem]:
    place = f"terminal.{key}"
    if isinstance(item.lifetime, Period) and _is_longer(item.lifetime, LONGEST):
        yield Problem("N202", f"{place}.lifetime", f"{item.lifetime} is longer than 13 months")
    if item.party == "own" and item.kind != "cookie":
        yield Problem(
            "N211", f"{place}.kind", "scripts of ours find no storage on the device: only a cookie can be kept"
        )
    if item.necessary:
        yield from _necessary(place, item)
    elif item.asked_with is not None:
        yield from _follower(declared, place, item)
    else:
        yield from _question(declared, place, item)


def _necessary(place: str, item: TerminalItem) -> Iterator[Problem]:
    if item.need is None:
        yield Problem("N200", f"{place}.need", "a necessary item says for which of the needs of S4.3 it is there")
    if item.necessity is None:
        yield Problem("N200", f"{place}.necessity", "a necessary item says why the service cannot work without it")
    for name in ("purpose", "text", "provider", "embed", "asked_with"):
        if getattr(item, name) is not None:
            yield Problem("N200", f"{place}.{name}", "only an optional item has one: nobody is asked about this")
    if item.origins.all():
        yield Problem("N200", f"{place}.origins", "what is necessary loads nothing from anybody else")


def _question(declared: Declaration, place: str, item: TerminalItem) -> Iterator[Problem]:
    if item.need is not None:
        yield Problem("N201", f"{place}.need", "an optional item has a purpose instead of a need")
    if item.text is None:
        yield Problem("N201", f"{place}.text", "an optional item says in words what the visitor consents to")
    yield from _purpose(declared, place, item)
    yield from _party(place, item)
    yield from _loads(place, item)


def _purpose(declared: Declaration, place: str, item: TerminalItem) -> Iterator[Problem]:
    purpose = declared.purpose.get(item.purpose or "")
    if purpose is None:
        said = f"'{item.purpose}' is not declared" if item.purpose else "an optional item names its purpose"
        yield Problem("N203", f"{place}.purpose", said)
        return
    if Basis.CONSENT not in purpose.bases:
        yield Problem("N203", f"{place}.purpose", f"purpose '{item.purpose}' does not rest on consent")
    if "consent" not in purpose.categories or purpose.retention.start is not Start.CONSENT_END:
        message = f"purpose '{item.purpose}' must hold 'consent' from consent_end: the record of the answer is kept so"
        yield Problem("N204", f"{place}.purpose", message)


def _party(place: str, item: TerminalItem) -> Iterator[Problem]:
    """Another party is named with its country; outside the EEA with the mechanism of the transfer (arts 44–49)."""
    if (item.party == "third") != (item.provider is not None):
        yield Problem("N205", f"{place}.provider", "a third party, and nobody else, says who it is (provider)")
    elif item.provider and item.provider.country not in EEA and item.provider.transfer is None:
        yield Problem("N140", f"{place}.provider", "outside the EEA: a transfer mechanism is needed (arts 44–49)")


def _loads(place: str, item: TerminalItem) -> Iterator[Problem]:
    if (item.party == "third") != bool(item.origins.all()):
        message = "a third party, and nobody else, says from which origins pages load (script, frame, img, connect)"
        yield Problem("N206", f"{place}.origins", message)
    if item.embed and _origin_of(item.embed.address) not in item.origins.frame:
        yield Problem("N206", f"{place}.embed.address", "its origin is not among the item's origins.frame")


def _origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _follower(declared: Declaration, place: str, item: TerminalItem) -> Iterator[Problem]:
    """What is stored beside another optional item: asked in the same question, so it says nothing of its own."""
    leader = declared.terminal.get(item.asked_with or "")
    if leader is None or not is_question(leader):
        yield Problem("N207", f"{place}.asked_with", f"'{item.asked_with}' is no optional item with words of its own")
    for name in ("need", "necessity", "purpose", "text", "provider", "embed"):
        if getattr(item, name) is not None:
            yield Problem("N207", f"{place}.{name}", "the item it is asked with says this")
    if item.origins.all():
        yield Problem("N207", f"{place}.origins", "the item it is asked with says this")


def _choice(declared: Declaration) -> Iterator[Problem]:
    """The cookie of the answer is there exactly where something is asked."""
    asks = any(not item.necessary for item in declared.terminal.values())
    remembering = {key: item for key, item in declared.terminal.items() if item.need == "choice"}
    if asks and len(remembering) != 1:
        message = f"an optional item needs one item of need 'choice', the cookie {CHOICE_COOKIE} that remembers"
        yield Problem("N208", "terminal", message)
    for key, item in remembering.items():
        if not asks:
            yield Problem("N208", f"terminal.{key}", "nothing is asked, so there is no answer to remember")
        yield from _remembers(f"terminal.{key}", item)


def _remembers(place: str, item: TerminalItem) -> Iterator[Problem]:
    if (item.name, item.kind, item.party) != (CHOICE_COOKIE, "cookie", "own"):
        yield Problem("N209", f"{place}.name", f"the answer is remembered by our own cookie {CHOICE_COOKIE}")
    lifetime = item.lifetime
    if (
        not isinstance(lifetime, Period)
        or _is_longer(SHORTEST_CHOICE, lifetime)
        or _is_longer(lifetime, LONGEST_CHOICE)
    ):
        yield Problem("N209", f"{place}.lifetime", "an answer holds for at least 6 and at most 12 months")


def _twins(items: Mapping[str, TerminalItem]) -> Iterator[Problem]:
    seen: dict[tuple[str, str, str], str] = {}
    for key, item in items.items():
        first = seen.setdefault((item.name, item.kind, item.host), key)
        if first != key:
            yield Problem("N210", f"terminal.{key}", f"terminal.{first} declares the same {item.kind} '{item.name}'")


def _is_longer(one: Period, other: Period) -> bool:
    return add(_SOME_DAY, one) > add(_SOME_DAY, other)
