"""The invented people: the same by the same seed, right in form, and fit for the tables."""

from uuid import UUID

import psycopg
import pytest
from bench import mix, people, scratch
from bench.people import Chunk, Town
from psycopg import sql

from seloste.kernel.ids import read_reference
from seloste.register.rules import normal_business_id, normal_email, normal_phone

TOWN = Town(people=1_000, seed=7)


def test_same_seed_gives_the_same_people() -> None:
    first, second = Chunk(TOWN, 100, 200).filled(), Chunk(TOWN, 100, 200).filled()

    assert first == second
    assert first != Chunk(Town(people=1_000, seed=8), 100, 200).filled()


def test_people_have_about_twenty_rows() -> None:
    rows = Chunk(TOWN, 0, 1_000).filled()

    assert 18 < sum(len(lines) for lines in rows.values()) / 1_000 < 22
    assert len(rows["register_organisation"]) == 100


def test_ids_are_of_version_7_and_ordered_and_one_of_a_kind() -> None:
    ids = [UUID(TOWN.person_id(number)) for number in range(1_000)]

    assert {one.version for one in ids} == {7}
    assert len({*ids}) == 1_000
    assert ids == sorted(ids)


def test_references_are_right_and_one_of_a_kind() -> None:
    references = [people.reference("H", number) for number in range(5_000)]

    assert [read_reference(reference) for reference in references] == references
    assert len({*references}) == 5_000


def test_values_are_in_the_normal_form() -> None:
    rows = Chunk(TOWN, 0, 300).filled()
    contacts = [line.split("\t")[-5:-1] for line in rows["register_contactpoint"]]
    businesses = [line.split("\t")[-4] for line in rows["register_organisation"]]

    for kind, _network, value, _original in contacts:
        assert {"email": normal_email, "phone": normal_phone}.get(kind, str)(value) == value
    assert [normal_business_id(business) for business in businesses if business] == [b for b in businesses if b]


@pytest.mark.slow
@pytest.mark.usefixtures("postgres")
def test_loaded_people_fit_together_and_give_a_mix_of_searches() -> None:
    people.ensure(300)
    try:
        with scratch.connect(scratch.name(300)) as connection:
            assert _orphans(connection) == {}
            searches = mix.searches(connection, Town(people=300, seed=people.SEED))
        texts = [text for kind in searches.values() for text in kind]
        assert len({*texts}) == len(texts) > 200
        assert scratch.mark(300) == people.mark(300, people.SEED)
    finally:
        with scratch.connect("postgres") as connection:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(scratch.name(300))))


def _orphans(connection: psycopg.Connection) -> dict[str, int]:
    """Return the foreign keys that lead nowhere: the load does not let the database look."""
    keys = connection.execute(
        "SELECT conname, conrelid::regclass::text, a.attname, confrelid::regclass::text, b.attname "
        "FROM pg_constraint c "
        "JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1] "
        "JOIN pg_attribute b ON b.attrelid = confrelid AND b.attnum = confkey[1] WHERE contype = 'f'"
    ).fetchall()
    question = (
        "SELECT count(*) FROM {} child LEFT JOIN {} parent ON parent.{} = child.{} "
        "WHERE parent.{} IS NULL AND child.{} IS NOT NULL"
    )
    found = {}
    for name, table, column, parent, key in keys:
        asked = sql.SQL(question).format(*map(sql.Identifier, (table, parent, key, column, key, column)))
        row = connection.execute(asked).fetchone()
        if row and row[0]:
            found[name] = row[0]
    return found
