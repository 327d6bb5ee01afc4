"""The map from the notice to the code tells the truth: every sentence has its row, every test it names is there."""

import re
from pathlib import Path

from seloste.declaration.load import current

ROOT = Path(__file__).parents[1]
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in (ROOT / "docs/notice-map.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| S")
]


def test_map_has_a_row_for_every_published_sentence() -> None:
    published = [clause.id for clause in current().clauses().values() if clause.seed and clause.id.startswith("S")]

    assert sorted(row[0] for row in ROWS) == sorted(published)


def test_map_names_tests_that_exist() -> None:
    for clause, demand, where, tests in ROWS:
        named = re.findall(r"`([^`]+)`", tests)
        assert all([demand, where, named]), clause
        for name in named:
            path = ROOT / name
            assert path.is_file() or list(path.rglob("test_*.py")), f"{clause}: {name}"


def test_map_says_that_a_thing_is_not_built_only_while_it_is_waived() -> None:
    waived = {waiver.item for waiver in current().waiver}

    assert any("not built yet (waived)" in row[2] for row in ROWS) == bool(waived)
