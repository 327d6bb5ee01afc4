"""Where a text names somebody else in the register: an automatic hint for whoever looks it through, and no more.

Names are sought in the forms that Finnish and Swedish give them ("Matin Virtasen", "Virtasella"); a name is a hint only
where both its parts stand side by side. Addresses and numbers are sought in their normal form.
"""

import itertools
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db import connection

from seloste.kernel.marks import mark_of
from seloste.kernel.refusals import Refusal
from seloste.register.models import ContactPoint, Name
from seloste.register.rules import normal_email, normal_phone

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"\+?\d[\d \u00a0()/-]{5,}\d")
#: The longest ending that is taken off a word, and the shortest word that is left.
_ENDING, _STEM = 4, 3
_VOWELS = "aeiouyäöå"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hint:
    """A place in a text; ``is_known``: somebody else in the register is called so or is reached so."""

    start: int
    end: int
    is_known: bool


Key = TypeVar("Key", bound=Hashable)


def hints(texts: Mapping[Key, str], person_id: UUID) -> dict[Key, list[Hint]]:
    """Return the hints in each text, by the texts' keys."""
    names: dict[Key, list[tuple[int, int, frozenset[str]]]] = {}
    addresses: dict[Key, list[tuple[int, int, str]]] = {}
    for key, text in texts.items():
        names[key] = list(_pairs(text))
        addresses[key] = list(_addresses(text))
    known_names = _known_names(
        {form for pairs in names.values() for _s, _e, forms in pairs for form in forms}, person_id
    )
    reached, hers = _reached({value for found in addresses.values() for _s, _e, value in found}, person_id)
    return {
        key: sorted(
            [
                *(Hint(start=s, end=e, is_known=True) for s, e, forms in names[key] if known_names & forms),
                *(Hint(start=s, end=e, is_known=v in reached) for s, e, v in addresses[key] if v not in hers),
            ],
            key=lambda hint: hint.start,
        )
        for key in texts
    }


def _pairs(text: str) -> Iterable[tuple[int, int, frozenset[str]]]:
    """Yield neighbouring words in capitals with what the two could be the forms of, family name first."""
    words = list(_WORD.finditer(text))
    for first, second in itertools.pairwise(words):
        between = text[first.end() : second.start()]
        if (
            first[0][0].isupper()
            and second[0][0].isupper()
            and between.strip(" \t\n,\u00a0") == ""
            and len(between) < 3
        ):
            forms = {
                f"{family} {given}"
                for one, other in ((first[0], second[0]), (second[0], first[0]))
                for family in _forms(one)
                for given in _forms(other)
            }
            yield first.start(), second.end(), frozenset(forms)


def _forms(word: str) -> set[str]:
    """Return what the word could be a form of: itself, without an ending, -nen behind -s-, kk, pp or tt behind k, p, t.

    So "Virtasen" leads to Virtanen and "Matin", "Pekan", "Sepon" to Matti, Pekka, Seppo.
    """
    low = word.lower()
    stems = {low[: len(low) - cut] for cut in range(_ENDING + 1) if len(low) - cut >= _STEM}
    grades = {f"{stem[:-1]}{stem[-2]}{stem[-1]}" for stem in stems if stem[-2] in "kpt" and stem[-1] in _VOWELS}
    return {low, *stems, *grades, *(f"{stem[:-1]}nen" for stem in stems if stem.endswith("s"))}


_NAMES = """
SELECT DISTINCT sought.form FROM (SELECT form, public.seloste_fold(form) AS key FROM unnest(%s::text[]) form) sought
JOIN register_name name ON name.by_family = sought.key AND name.ended_at IS NULL
WHERE name.person_id <> %s AND name.by_family <> ALL(%s)
"""


def _known_names(forms: set[str], person_id: UUID) -> frozenset[str]:
    if not forms:
        return frozenset()
    own = list(Name.objects.filter(person_id=person_id).values_list("by_family", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [sorted(forms), person_id, own])
        return frozenset(form for (form,) in cursor.fetchall())


def _addresses(text: str) -> Iterable[tuple[int, int, str]]:
    for pattern, normal in ((_EMAIL, normal_email), (_PHONE, normal_phone)):
        for match in pattern.finditer(text):
            try:
                yield match.start(), match.end(), normal(match[0].rstrip("."))
            except Refusal:
                continue


def _reached(values: set[str], person_id: UUID) -> tuple[set[str], set[str]]:
    """Return which of the addresses reach somebody else in the register, and which are hers."""
    if not values:
        return set(), set()
    by_mark = {mark_of(value): value for value in values}
    rows = ContactPoint.objects.filter(mark__in=list(by_mark), ended_at=None).values_list("mark", "person_id")
    past = ContactPoint.objects.filter(person_id=person_id).values_list("mark", flat=True)
    others = {by_mark[bytes(mark)] for mark, person in rows if person != person_id}
    hers = {by_mark[bytes(mark)] for mark in past if bytes(mark) in by_mark}
    return others, hers - others


def passages(found: Sequence[Hint]) -> list[tuple[int, int]]:
    """Return the places of the hints."""
    return [(hint.start, hint.end) for hint in found]
