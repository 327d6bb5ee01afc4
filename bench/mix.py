"""The declared mix of searches: what clerks type, in the shares of `SHARES`, about people who are there.

Common beginnings and the letters are the same in every register; names, addresses and numbers are taken from people of
the register itself, chosen by the seed. Beginnings that are common among ten thousand are common among a million.
"""
# ruff: noqa: S311 -- invented searches need no strong randomness

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import psycopg

from bench.people import Town, ascii_of
from bench.words import FAMILIES, RARE_FAMILIES


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the register holds of one person that can be typed."""

    reference: str
    given: str
    family: str
    email: str | None
    phone: str | None
    handle: str | None
    company: str | None


_COMMON = """
vir ma mä kor nie hei lai joh mar an tuo kos sa la pe ha rau lin ka mi tim jär leh ant pek ni hak kal
"""
_NO_HIT = """
xqzzy qwertyuiop zzz åååå 0409999999 @nobodyhere nobody@nowhere.invalid H-0000-0000 9999999-9 brzeczyszczykiewicz
vir+mat*zz %% ' " & |:* (vir) vir! zz_top ööölö
"""
_NO_HIT_PAIRS = ("virtanen zzz", "ma zz", "zz ma", "korhonen 040", "anna matti zz", "mäkinen xx yy")
_ACCENTED = """
Mäkinen makinen HÄMÄLÄINEN hamalainen Åkerblom AKERBLOM Sjöberg sjoberg Väinö vaino Öhman ohman Pöllänen Ärölä Yrjö
"""
_INNER = ("essen", "ursin", "willebrand", "chapelle", "meer", "brien", "avila", "olavi", "johannes", "kristiina")


def _digits(phone: str) -> str:
    """Return the number as it is said at home: 040 123 4567."""
    home = "0" + phone.removeprefix("+358")
    return f"{home[:3]} {home[3:6]} {home[6:]}"


#: How many of each kind, and how each is made of a person.
SHARES: Mapping[str, tuple[int, Callable[[Known, random.Random], str | None]]] = {
    "full name": (25, lambda known, _dice: f"{known.given} {known.family}"),
    "name reversed": (15, lambda known, _dice: f"{known.family} {known.given.split()[0]}".lower()),
    "family and given beginnings": (30, lambda known, _dice: f"{known.family[:3]} {known.given[:3]}".lower()),
    "e-mail beginning": (20, lambda known, dice: known.email and known.email[: dice.randrange(5, 14)]),
    "whole e-mail": (10, lambda known, _dice: known.email),
    "telephone": (20, lambda known, dice: known.phone and _digits(known.phone)[: dice.randrange(8, 13)]),
    "telephone, international": (5, lambda known, _dice: known.phone),
    "company": (20, lambda known, dice: known.company and known.company[: dice.randrange(5, 30)].lower()),
    "handle": (10, lambda known, _dice: known.handle and f"@{known.handle[:9]}"),
    "reference": (15, lambda known, _dice: known.reference.replace("-", " ").lower()),
}


def searches(connection: psycopg.Connection, town: Town) -> dict[str, list[str]]:
    """Return the searches by kind; more than two hundred, no two alike."""
    dice = random.Random(f"mix:{town.seed}")
    found = {
        "common beginning": _COMMON.split(),
        "one letter": list("abehjklmnprstväö"),
        "rare beginning": [name[:7].lower() for name in dice.sample(RARE_FAMILIES, 15)] + ["zit", "xen", "qvar", "ööv"],
        "accented": _ACCENTED.split(),
        "no accents": [ascii_of(name) for name in dice.sample(FAMILIES, 10)],
        "inner word": list(_INNER),
        "no hit": [*_NO_HIT.split(), *_NO_HIT_PAIRS],
    }
    for kind, (count, typed) in SHARES.items():
        found[kind] = _typed(connection, town, dice, count, typed)
    return found


def _typed(
    connection: psycopg.Connection,
    town: Town,
    dice: random.Random,
    count: int,
    typed: Callable[[Known, random.Random], str | None],
) -> list[str]:
    texts: list[str] = []
    while len(texts) < count:
        known = _known(connection, town.person_id(dice.randrange(town.people)))
        text = typed(known, dice)
        if text and text not in texts:
            texts.append(text)
    return texts


_KNOWN = """
SELECT p.reference, n.given_name, n.family_name,
       (SELECT value FROM register_contactpoint c WHERE c.person_id = p.id AND kind = 'email' AND ended_at IS NULL),
       (SELECT value FROM register_contactpoint c WHERE c.person_id = p.id AND kind = 'phone' AND ended_at IS NULL),
       (SELECT value FROM register_contactpoint c WHERE c.person_id = p.id AND kind = 'social' AND ended_at IS NULL),
       (SELECT o.name FROM register_position w JOIN register_organisation o ON o.id = w.organisation_id
        WHERE w.person_id = p.id AND w.ended_at IS NULL LIMIT 1)
FROM register_person p JOIN register_name n ON n.person_id = p.id AND n.ended_at IS NULL WHERE p.id = %s
"""


def _known(connection: psycopg.Connection, person_id: str) -> Known:
    row = connection.execute(_KNOWN, [person_id]).fetchone()
    if row is None:
        message = f"the scratch database has no person {person_id}: load it anew with --rebuild"
        raise LookupError(message)
    reference, given, family, email, phone, handle, company = row
    return Known(
        reference=reference, given=given, family=family, email=email, phone=phone, handle=handle, company=company
    )
