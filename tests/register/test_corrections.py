"""A correction changes every copy, and what was there before is in the sealed record alone (S9.2; GDPR 16, 19; I42)."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from tests import make

from seloste.audit.models import AuditEvent
from seloste.intake.models import Interaction
from seloste.kernel import kept, retention
from seloste.kernel.duty import Duty, system
from seloste.kernel.kept import Stay, Surviving
from seloste.kernel.refusals import Missing
from seloste.kernel.seal import BrokenSealError, seal, unseal
from seloste.mail import actions as mail
from seloste.mail.choices import MessageKind
from seloste.mail.models import Message
from seloste.outreach.models import Mailing, Recipient
from seloste.register import actions, queries, search
from seloste.register.models import ContactPoint, Correction, Ground, Name, Note, Statement
from seloste.register.rules import NotValid

pytestmark = pytest.mark.django_db

PRIVACY, CLERK = make.duty("privacy"), make.duty()


def correct(item: UUID, kind: str, *, by: Duty = CLERK, **values: str) -> UUID:
    return actions.correct(by=by, at=make.AT, kind=kind, item_id=item, origin=make.origin("email"), values=values)


def places_of(text: str) -> list[str]:
    """Return every column of every table that holds the text in the open, in any case."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name IN (SELECT tablename FROM pg_tables)"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE %s LIMIT 1', [f"%{text}%"])  # noqa: S608
            if cursor.fetchone():
                found.append(f"{table}.{column}")
    return found


def sealed(person: UUID, correction: Correction, by: Duty = PRIVACY) -> str:
    return queries.open_sealed(by=by, at=make.AT, person_id=person, correction_id=correction.id).text


def name_of(person: UUID, by: Duty) -> queries.Value:
    values = queries.person_page(by=by, at=make.AT, person_id=person).values
    return next(one for one in values if one.kind == "name")


def test_a_correction_prolongs_nothing() -> None:
    person = make.person("Maija", "Mallikas")
    before = set(Ground.objects.values_list("purpose", "runs_from", "keep_until"))
    later = make.AT + timedelta(days=400)
    came = make.origin("email", at=later)

    name = Name.objects.get(person=person)
    actions.correct(by=CLERK, at=later, kind="name", item_id=name.id, origin=came, values={"family_name": "Muu"})

    assert set(Ground.objects.values_list("purpose", "runs_from", "keep_until")) == before


def test_the_old_value_is_nowhere_but_in_the_sealed_record() -> None:
    person = make.person("Maija", "Vanhanimi", email="vanhaosoite@example.com", phone="040 123 4567")
    email = ContactPoint.objects.get(kind="email")
    note = actions.add_note(by=CLERK, at=make.AT, person_id=person, origin=make.origin(), text="vanhateksti")

    correct(Name.objects.get().id, "name", given_name="Maija", family_name="Uusinimi")
    correct(email.id, "contact", value="uusiosoite@example.com")
    correct(note, "note", text="uusiteksti")

    assert {old: places_of(old) for old in ("vanhanimi", "vanhateksti", "vanhaosoite")} == {
        "vanhanimi": [],
        "vanhateksti": [],
        "vanhaosoite": [],
    }
    told = {sealed(person, row) for row in Correction.objects.all()}
    assert told == {"Maija Vanhanimi", "vanhateksti", "vanhaosoite@example.com"}
    assert search.search(by=CLERK, at=make.AT, typed="Vanhanimi").hits == []
    assert [hit.name for hit in search.search(by=CLERK, at=make.AT, typed="Uusinimi").hits] == ["Maija Uusinimi"]


def test_a_removed_twin_of_the_same_value_goes_with_it() -> None:
    person = make.person(email="vanha@example.com")
    first = ContactPoint.objects.get()
    actions.remove(by=CLERK, at=make.AT, kind="contact", item_id=first.id)
    again = actions.add_contact_point(
        by=CLERK, at=make.AT, person_id=person, origin=make.origin(), kind="email", value="vanha@example.com"
    )

    correct(again, "contact", value="uusi@example.com")

    assert places_of("vanha@example.com") == []
    with pytest.raises(Missing), transaction.atomic():
        actions.bring_back(by=CLERK, at=make.AT, kind="contact", item_id=first.id)


def test_the_seal_opens_for_rights_alone_and_every_look_is_recorded() -> None:
    person, other = make.person("Maija", "Vanhanimi"), make.person("Matti", "Toinen")
    correct(Name.objects.get(person_id=person).id, "name", given_name="Maija", family_name="Uusinimi")
    correct(Name.objects.get(person_id=other).id, "name", given_name="Matti", family_name="Kolmas")
    mine = Correction.objects.get(person_id=person)

    for by in (CLERK, make.duty("marketing"), make.duty("owner"), PRIVACY.working_on("customer_care")):
        with pytest.raises(Missing):
            sealed(person, mine, by=by)
    with pytest.raises(Missing):
        sealed(other, mine)
    assert not AuditEvent.objects.filter(deed="correction.opened").exists()
    assert sealed(person, mine) == "Maija Vanhanimi"
    assert AuditEvent.objects.get(deed="correction.opened").subjects == [person]


def test_what_is_sealed_for_one_row_opens_in_no_other() -> None:
    locked = seal("salaisuus", row="a|1")

    assert (b"salaisuus" in locked, unseal(locked, row="a|1")) == (False, "salaisuus")
    for row in ("a|2", "b|1", ""):
        with pytest.raises(BrokenSealError):
            unseal(locked, row=row)
    with pytest.raises(BrokenSealError):
        unseal(locked[:-1] + bytes([locked[-1] ^ 1]), row="a|1")


def test_every_copy_that_would_still_be_used_follows() -> None:
    person = make.person(email="vanha@example.com")
    other = make.person("Matti", email="vanha@example.com")
    told: dict[str, Any] = {
        "by": CLERK, "at": make.AT, "purpose": "customer_care", "address": "vanha@example.com", "language": "fi",
        "subject": "Asia", "text": "Hei",
    }  # fmt: skip
    hers = mail.queue(**told, key="a", kind=MessageKind.SERVICE, person_id=person)
    his = mail.queue(**told, key="b", kind=MessageKind.SERVICE, person_id=other)
    proved = mail.queue(**{**told, "purpose": "rights"}, key="c", kind=MessageKind.LEGAL, person_id=person)
    point = ContactPoint.objects.get(person_id=person)
    made = {"made_at": make.AT, "made_by": CLERK.actor, "changed_at": make.AT, "changed_by": CLERK.actor}
    mailing = Mailing.objects.create(id=uuid4(), **made)
    Recipient.objects.create(
        mailing=mailing, person_id=person, address=point.value, mark=point.mark, language="fi", rule="M2"
    )

    correct(point.id, "contact", value="uusi@example.com")

    addresses = dict(Message.objects.values_list("id", "address"))
    assert [addresses[one] for one in (hers, his, proved)] == ["uusi@example.com"] + ["vanha@example.com"] * 2
    assert Recipient.objects.get().address == "uusi@example.com"


def test_look_alike_names_and_a_shared_address_are_two_people() -> None:
    one, two = (
        make.person("Maija", "Virtanen", email="koti@example.com"),
        make.person("Maija", "Virtanen", email="koti@example.com"),
    )

    correct(ContactPoint.objects.get(person_id=one).id, "contact", value="maija@example.com")
    correct(Name.objects.get(person_id=one).id, "name", given_name="Maija", family_name="Wirtanen")

    assert ContactPoint.objects.get(person_id=two).value == "koti@example.com"
    assert Name.objects.get(person_id=two).family_name == "Virtanen"
    assert {row.person_id for row in Correction.objects.all()} == {one}


def test_an_item_of_somebody_else_does_not_exist() -> None:
    one, two = make.person(email="a@example.com"), make.person("Matti", email="b@example.com")
    hers = ContactPoint.objects.get(person_id=one)
    told: dict[str, Any] = {"by": CLERK, "at": make.AT, "kind": "contact", "item_id": hers.id, "origin": make.origin()}

    with pytest.raises(Missing):
        actions.correct(**told, values={"value": "c@example.com"}, person_id=two)
    with pytest.raises(Missing):
        actions.state(**told, person_id=two, text="Ei minun")
    with pytest.raises(Missing):
        actions.correct(**{**told, "kind": "name"}, values={"family_name": "X"})


def test_a_replay_changes_nothing_and_a_bad_value_leaves_all_as_it_was() -> None:
    person = make.person(email="vanha@example.com")
    point = ContactPoint.objects.get()

    with pytest.raises(NotValid), transaction.atomic():
        correct(point.id, "contact", value="ei osoite")
    correct(point.id, "contact", value="uusi@example.com")
    with pytest.raises(actions.NotCurrent):
        correct(point.id, "contact", value="kolmas@example.com")

    assert [row.value for row in ContactPoint.objects.filter(person_id=person)] == ["uusi@example.com"]
    assert Correction.objects.count() == 1


def test_the_chain_of_corrections_is_told_without_values() -> None:
    person = make.person("Maija", "Eka")
    item = Name.objects.get().id
    for name in ("Toka", "Kolmas"):
        item = correct(item, "name", given_name="Maija", family_name=name)

    value = next(
        one for one in queries.person_page(by=CLERK, at=make.AT, person_id=person).values if one.kind == "name"
    )
    assert [(past.text, past.sealed) for past in value.past] == [("", True), ("", True)]
    assert [hit.name for hit in search.search(by=CLERK, at=make.AT, typed="Kolmas").hits] == ["Maija Kolmas"]


# --- Completion -------------------------------------------------------------------------------------------------------


def test_her_statement_stands_beside_the_value_and_follows_its_corrections() -> None:
    person = make.person("Maija", "Virtanen")
    item = Name.objects.get().id
    told: dict[str, Any] = {"by": PRIVACY, "at": make.AT, "person_id": person, "origin": make.origin("email")}

    actions.state(**told, kind="name", item_id=item, text="Kirjoitan nimeni kahdella v:llä.")
    correct(item, "name", given_name="Maija", family_name="Wirtanen")

    for by, seen in ((CLERK, 1), (make.duty("privacy"), 1)):
        value = name_of(person, by)
        assert [said.text for said in value.statements] == ["Kirjoitan nimeni kahdella v:llä."] * seen
    assert Statement.objects.get().purposes == ["customer_care"]
    shown = {store.key: store.records(queries.whose([person])) for store in kept.kept()}
    assert [one.values["text"] for one in shown["register.statements"]] == ["Kirjoitan nimeni kahdella v:llä."]


# --- Its end ----------------------------------------------------------------------------------------------------------


def test_the_record_is_hers_to_see_and_goes_with_her_unless_a_claim_needs_it() -> None:
    person = make.person("Maija", "Vanhanimi")
    correct(Name.objects.get().id, "name", given_name="Maija", family_name="Uusinimi")
    store = next(one for one in kept.kept() if one.key == "register.corrections")
    (found,) = store.records(queries.whose([person]))
    claim = Stay(law="GDPR 17(3)(e)", why="Riita on kesken.")

    assert found.values["before"] == "Maija Vanhanimi"
    assert store.stays(found, Surviving(today=make.AT.date())) is None
    assert store.stays(found, Surviving(today=make.AT.date(), purposes={"contract_management": claim})) == claim
    assert store.erase([found.id]) == 1


def test_the_record_goes_after_three_years() -> None:
    make.person("Maija", "Vanhanimi")
    correct(Name.objects.get().id, "name", given_name="Maija", family_name="Uusinimi")
    store = next(one for one in retention.stores() if one.key == "register.corrections")

    last = make.AT + timedelta(days=3 * 365 + 1)
    assert [store.clear(system("rights"), last - timedelta(days=3), 10), Correction.objects.count()] == [0, 1]
    assert [store.clear(system("rights"), last + timedelta(days=2), 10), Correction.objects.count()] == [1, 0]


def test_an_interaction_is_sealed_like_every_other_item() -> None:
    from seloste.intake import actions as intake

    person = make.person()
    call = intake.note_interaction(
        by=CLERK, at=make.AT, person_id=person, origin=make.origin(), kind="call", text="vanhasana", occurred_at=make.AT
    )
    correct(call, "interaction", text="uusisana")

    assert (places_of("vanhasana"), Interaction.objects.get().text, Note.objects.count()) == ([], "uusisana", 0)
