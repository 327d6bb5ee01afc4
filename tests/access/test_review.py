"""Records in which others may be named: looked at one by one, kept as places and not as words (art. 15(4))."""

from typing import Any
from uuid import UUID

import pytest
from tests import make
from tests.access import make as access

from seloste.access import actions
from seloste.access.choices import Verdict
from seloste.access.models import Review
from seloste.access.queries import contents, reviewing
from seloste.access.rules import blackout
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.refusals import Missing
from seloste.register import actions as register

pytestmark = pytest.mark.django_db
MATTER = new_id(access.AT)
TEXT = "Matti Virtanen (matti.virtanen@example.com) soitti Maijan puolesta. Sovittiin Matin Virtasen kanssa uusi aika."


@pytest.fixture
def person_id() -> UUID:
    make.person("Matti", "Virtanen", email="matti.virtanen@example.com")
    person_id = access.person(but=frozenset({"note", "project", "feedback"}))
    came = make.origin("phone", at=access.BEFORE)
    register.add_note(by=access.CLERK, at=access.BEFORE, person_id=person_id, origin=came, text=TEXT)
    return person_id


def case(person_id: UUID, by: Duty = access.PRIVACY) -> reviewing.Case:
    return reviewing.cases(by=by, at=access.AT, person_id=person_id)[0]


def decide(person_id: UUID, verdict: Verdict, **told: Any) -> None:  # noqa: ANN401 -- what the deed is told
    one = case(person_id)
    actions.review(
        by=access.PRIVACY,
        at=access.AT,
        person_id=person_id,
        matter=MATTER,
        store=one.store,
        record_id=one.id,
        verdict=verdict,
        **told,
    )


def shown(person_id: UUID) -> str:
    found = contents(by=access.HERSELF, at=access.AT, person_id=person_id, language="fi")
    note = next(entry for entry in found.entries if entry.store == "register.notes")
    return " ".join(value.shown for value in note.values)


def test_others_in_the_register_are_found_in_the_forms_of_finnish(person_id: UUID) -> None:
    line = case(person_id).lines[0]
    assert [piece.text for piece in line.pieces if piece.is_blacked] == [
        "Matti Virtanen",
        "matti.virtanen@example.com",
        "Matin Virtasen",
    ]
    assert line.marked.startswith("[[Matti Virtanen]] ([[matti.virtanen@example.com]]) soitti")


def test_until_somebody_looked_nothing_of_it_leaves(person_id: UUID) -> None:
    assert shown(person_id) == ""
    assert reviewing.waiting(person_id) == 1


def test_handed_out_whole_it_is_whole(person_id: UUID) -> None:
    decide(person_id, Verdict.WHOLE)
    assert shown(person_id) == TEXT
    assert reviewing.waiting(person_id) == 0


def test_blacked_out_passages_are_gone_and_no_word_was_copied(person_id: UUID) -> None:
    decide(person_id, Verdict.BLACKED, marked={"text": case(person_id).lines[0].marked})
    assert "Virta" not in shown(person_id)
    assert "virtanen" not in shown(person_id)
    assert "soitti Maijan puolesta" in shown(person_id)
    assert Review.objects.get().passages == {"text": [[0, 14], [16, 42], [78, 92]]}


def test_withheld_needs_a_reason_and_says_it(person_id: UUID) -> None:
    with pytest.raises(actions.NotReviewed):
        decide(person_id, Verdict.WITHHELD)
    decide(person_id, Verdict.WITHHELD, reasons="Koskee pääosin toista henkilöä.")
    found = contents(by=access.HERSELF, at=access.AT, person_id=person_id, language="fi")
    note = next(entry for entry in found.entries if entry.store == "register.notes")
    assert "Koskee pääosin toista henkilöä." in note.left_out
    assert "15(4)" in note.left_out
    assert not note.shown


def test_changed_words_are_looked_at_again(person_id: UUID) -> None:
    decide(person_id, Verdict.WHOLE)
    from seloste.register.models import Note

    Note.objects.update(text="Matti Virtanen soitti taas.")
    assert shown(person_id) == ""


@pytest.mark.parametrize("typed", ["Muuta", "[[" + TEXT, TEXT + " ja lisää", TEXT[:-20]])
def test_the_words_themselves_cannot_be_changed(person_id: UUID, typed: str) -> None:
    with pytest.raises(actions.NotReviewed) as refused:
        decide(person_id, Verdict.BLACKED, marked={"text": typed})
    assert refused.value.field == "text_text"


def test_only_whoever_answers_requests_looks(person_id: UUID) -> None:
    with pytest.raises(Missing):
        case(person_id, by=access.CLERK)


@pytest.mark.parametrize(
    ("text", "typed", "wanted"),
    [
        ("abc", "a[[b]]c", [(1, 2)]),
        ("abc", "[[abc]]", [(0, 3)]),
        ("a [[b]] c", "a [[b]] c", []),
        ("rivi\nrivi", "[[rivi]]\r\nrivi\r\n", [(0, 4)]),
        ("aa", "[[a]][[a]]", [(0, 2)]),
    ],
)
def test_marks_become_places(text: str, typed: str, wanted: list[tuple[int, int]]) -> None:
    assert blackout.read(typed, text) == wanted


def test_where_something_is_from_waits_where_it_names_somebody_we_know(person_id: UUID) -> None:
    came = make.origin("phone", at=access.BEFORE, detail="puolison Matti Virtasen soitto")
    told: dict[str, Any] = {"by": access.CLERK, "at": access.BEFORE, "person_id": person_id, "origin": came}
    register.add_contact_point(**told, kind="email", value="uusi@example.com")
    found = contents(by=access.HERSELF, at=access.AT, person_id=person_id, language="fi")
    entry = next(one for one in found.entries if one.plain.get("value") == "uusi@example.com")
    assert (entry.is_held_back, entry.source_detail) == (True, "")
    line = next(
        one for one in reviewing.cases(by=access.PRIVACY, at=access.AT, person_id=person_id) if one.id == entry.id
    )
    assert "[[Matti Virtasen]]" in line.lines[0].marked
