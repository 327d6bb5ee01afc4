"""What a product says in a language, and what is missing before it can be sold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seloste.catalogue.choices import Interval, ProductKind

LANGUAGES = ("fi", "sv", "en")

#: How often each kind is charged.
INTERVALS: Mapping[str, frozenset[str]] = {
    ProductKind.ONE_OFF: frozenset({Interval.ONCE}),
    ProductKind.PROJECT: frozenset({Interval.ONCE}),
    ProductKind.SUBSCRIPTION: frozenset({Interval.MONTH, Interval.YEAR}),
    ProductKind.LICENCE: frozenset({Interval.ONCE, Interval.MONTH, Interval.YEAR}),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A product's words in one language. An empty ``slug`` is made of the title."""

    title: str
    summary: str = ""
    text: str = ""
    included: str = ""
    slug: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lack:
    """Something without which a product is not sold: ``what`` is a key, ``language`` empty where it has none."""

    what: str
    language: str = ""


def lacks(
    words: Mapping[str, Words],
    *,
    priced: Sequence[bool],
    alts: Sequence[Mapping[str, str]],
) -> list[Lack]:
    """Return what is missing: words in every language, a variant, its price, what each picture shows."""
    found = [
        Lack(what=what, language=language)
        for language in LANGUAGES
        for what in ("title", "summary", "slug")
        if language not in words or not getattr(words[language], what)
    ]
    found += [Lack(what="variant")] if not priced else []
    found += [Lack(what="price")] if not all(priced) else []
    found += [Lack(what="alt", language=language) for language in LANGUAGES if any(not a.get(language) for a in alts)]
    return found


def fits(kind: str, interval: str) -> bool:
    """Tell whether a product of the kind can be charged so often."""
    return interval in INTERVALS[kind]
