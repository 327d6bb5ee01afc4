# ruff: noqa: S311 -- random registers need no strong randomness
"""Everything of hers and nothing of anybody else (I39, P32): over random registers, and over whole lives."""

import io
import os
import random
import zipfile
from datetime import datetime
from uuid import UUID

import pytest
from tests.access import make as access
from tests.erasure import lives

from seloste.access import actions
from seloste.access.choices import Verdict
from seloste.access.queries import contents, reviewing
from seloste.access.rules import document
from seloste.kernel.ids import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
REGISTERS = 200 if "SELOSTE_SOAK" in os.environ else 60
#: What is planted and not shown, with the reason.
NOT_SHOWN = {
    "mail.html": "the words of the message again, with their markup",
    "check.evidence": "gone since the matter ended",
}


def release_all(person_id: UUID, *, at: datetime) -> None:
    for case in reviewing.cases(by=access.PRIVACY, at=at, person_id=person_id):
        actions.review(
            by=access.PRIVACY,
            at=at,
            person_id=person_id,
            matter=new_id(at),
            store=case.store,
            record_id=case.id,
            verdict=Verdict.WHOLE,
        )


def handed_out(person_id: UUID, *, at: datetime) -> str:
    """Return every word of the package, in whichever file it is."""
    built = actions.build(by=access.HERSELF, at=at, person_id=person_id, right="access", language="fi")
    content = actions.download(by=access.HERSELF, at=at, letters=built.letters).content
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return "\n".join(opened.read(name).decode("utf-8", "replace") for name in opened.namelist())


def random_register(dice: random.Random, number: int) -> tuple[UUID, dict[str, str]]:
    """Return somebody with a random part of what can be kept, and the values that were planted."""
    rest = [name for name in access.TOLD if name not in {"given", "family"}]
    but = frozenset(dice.sample(rest, dice.randint(0, len(rest))))
    person_id = access.person(f"K{number:04d}", but=but)
    without = but | ({"detail"} if {"street", "position", "note"} <= but else set())
    told = access.canaries(f"K{number:04d}")
    return person_id, {name: value for name, value in told.items() if name not in without}


def test_over_random_registers_all_of_hers_is_told_and_nothing_of_others() -> None:
    """One database with all of them at once: whoever asks has two hundred others to be mistaken for."""
    dice = random.Random(20261122)
    people = dict(random_register(dice, number) for number in range(1, REGISTERS + 1))
    missing, leaked = set(), set()
    for number, (person_id, planted) in enumerate(people.items()):
        if number % 5 == 0:
            release_all(person_id, at=access.AT)
        found = contents(by=access.HERSELF, at=access.AT, person_id=person_id, language="fi")
        said = document.written(document.document(found, extent="access", package="x", schema="x")).decode()
        waits = {"note", "project"} if found.held_back else set()
        waits |= (
            {"detail"} if waits and not planted.keys() & {"street", "position"} else set()
        )  # said of the note alone
        missing |= {value for name, value in planted.items() if (value in said) == (name in waits)}
        leaked |= {value for other in people if other != person_id for value in people[other].values() if value in said}
    assert (missing, leaked) == (set(), set())


def test_over_whole_lives_every_file_holds_hers_alone() -> None:
    """Written to, called, consented, objected, asked: each with a word of her own in every field that takes words."""
    told = [lives.live(f"asker{number}") for number in range(3)]
    told.append(
        lives.live("namesake", given_name=told[0].planted["name.given"], family_name=told[0].planted["name.family"])
    )
    for life in told:
        release_all(life.person_id, at=life.at)
    for life in told:
        package = handed_out(life.person_id, at=life.at).lower()
        others = {value for other in told if other is not life for value in other.planted.values()}
        planted = {place: value for place, value in life.planted.items() if place not in NOT_SHOWN}
        assert {place for place, value in planted.items() if value.lower() not in package} == set()
        assert {value for value in others - set(life.planted.values()) if value.lower() in package} == set()
