"""How heavy a change of the notice is, and what is hashed."""

from copy import deepcopy
from typing import Any

import pytest

from seloste.declaration import canonical, diff
from seloste.declaration.diff import ChangeClass, changes, heaviest, is_public
from seloste.declaration.load import current

RECIPIENT = {"name": {"fi": "Yö Oy", "sv": "Yö Ab", "en": "Yö Ltd"}, "kind": "processor", "country": "FI"}


@pytest.fixture
def notice() -> dict[str, Any]:
    """The published values of the notice, with a recipient in it."""
    values = deepcopy(canonical.plain(current()))
    values["recipient"] = {"hosting": deepcopy(RECIPIENT)}
    values["purpose"]["order"]["recipients"] = ["hosting"]
    return values


def put(values: dict[str, Any], place: str, value: object) -> dict[str, Any]:
    """Return the values with another value at the place, or without it where None."""
    changed = deepcopy(values)
    *steps, last = place.split(".")
    part: Any = changed
    for step in steps:
        part = part[int(step)] if step.isdigit() else part[step]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return changed


def classes(before: dict[str, Any], after: dict[str, Any]) -> set[ChangeClass]:
    return {change.kind for change in changes(before, after)}


@pytest.mark.parametrize(
    ("place", "value", "kind"),
    [
        ("section.0.clause.0.text.sv", "Bättre översättning", "editorial"),
        ("section.0.clause.0.text.fi", "Rekisterinpitäjä on joku muu.", "material"),
        ("purpose.order.why.fi", "Toimitamme", "material"),
        ("purpose.order.retention.period", "P5Y", "material"),
        ("purpose.order.retention.start", "collected", "material"),
        ("purpose.order.categories", ["identity"], "material"),
        ("purpose.order.bases", ["contract"], "basis"),
        ("purpose.order.bases", ["legitimate_interest", "contract"], "basis"),
        ("purpose.accounting.law", "Toinen laki", "basis"),
        ("purpose.order.recipients", None, "material"),
        ("purpose.feedback.recipients", ["hosting"], "new_recipient"),
        ("recipient.hosting.name.fi", "Päivä Oy", "new_recipient"),
        ("recipient.hosting.name.sv", "Natt Ab", "editorial"),
        ("recipient.hosting.country", "US", "new_recipient"),
        ("recipient.hosting", None, "material"),
        ("recipient.printing", RECIPIENT, "new_recipient"),
        ("purpose.feedback", None, "material"),
        ("purpose.order.dpv", "dpv:Marketing", "editorial"),
        ("role.owner.purposes", ["staff_access", "rights"], "editorial"),
        ("meta.version", "9.9", "editorial"),
        ("controller.email", "other@example.com", "material"),
        ("category.identity.what.fi", "Etunimi", "material"),
    ],
)
def test_a_change_has_its_class(notice: dict[str, Any], place: str, value: object, kind: str) -> None:
    assert heaviest(changes(notice, put(notice, place, value))) is ChangeClass(kind)


def test_a_new_purpose_is_the_heaviest(notice: dict[str, Any]) -> None:
    more = put(notice, "purpose.resale", {**notice["purpose"]["order"]})

    found = changes(notice, more)

    assert heaviest(found) is ChangeClass.NEW_PURPOSE
    assert {change.kind for change in found} == {ChangeClass.NEW_PURPOSE}


def test_other_punctuation_is_editorial(notice: dict[str, Any]) -> None:
    words = notice["section"][0]["clause"][0]["text"]["fi"]

    assert classes(notice, put(notice, "section.0.clause.0.text.fi", words.replace(",", ";"))) == {
        ChangeClass.EDITORIAL
    }


@pytest.mark.parametrize("word", ["ei", "aina", "3"])
def test_one_word_more_is_material(notice: dict[str, Any], word: str) -> None:
    words = notice["section"][0]["clause"][0]["text"]["fi"]

    after = put(notice, "section.0.clause.0.text.fi", f"{words} {word}")

    assert classes(notice, after) == {ChangeClass.MATERIAL}


def test_the_same_notice_has_no_changes(notice: dict[str, Any]) -> None:
    assert changes(notice, deepcopy(notice)) == []
    assert heaviest([]) is ChangeClass.EDITORIAL


def test_a_rule_of_law_put_first_moves_no_other(notice: dict[str, Any]) -> None:
    rule = {"key": "breach_notice", "valid_from": "2028-01-01", "value": "PT96H", "source": "GDPR 33"}

    found = changes(notice, put(notice, "rule", [rule, *notice["rule"]]))

    assert {change.place.rpartition(".")[0] for change in found} == {"rule.breach_notice 2028-01-01"}


def test_the_public_reads_no_roles(notice: dict[str, Any]) -> None:
    after = put(put(notice, "role.owner.name.fi", "Pomo"), "controller.email", "other@example.com")

    assert [change.place for change in changes(notice, after) if is_public(change)] == ["controller.email"]


def test_a_purpose_named_like_an_inner_part_is_no_inner_part(notice: dict[str, Any]) -> None:
    before = put(notice, "purpose.role", {**notice["purpose"]["order"]})

    assert classes(before, put(before, "purpose.role.bases", ["consent"])) == {ChangeClass.BASIS}


# --- What is published and hashed -------------------------------------------------------------------------------------


def test_the_hash_is_of_the_words_and_not_of_their_order() -> None:
    values = canonical.plain(current())

    turned = dict(reversed(values.items()))

    assert canonical.text_hash(turned) == canonical.text_hash(values)
    assert canonical.text_hash(put(values, "controller.name", "Husgröve")) != canonical.text_hash(values)


def test_what_is_not_of_the_notice_is_not_published() -> None:
    values = canonical.plain(current())

    assert "census" not in values
    assert "waiver" not in values
    assert "confirm" not in str(values.keys() | values["purpose"]["order"].keys())


def test_what_was_published_is_read_again() -> None:
    values = canonical.plain(current())

    assert canonical.plain(canonical.read(values)) == values
    assert diff.changes(values, canonical.plain(canonical.read(values))) == []
