"""Every value knows where it came from, why it is held and until when; and the notice decides what may be held."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from tests import make

from seloste.audit.models import AuditEvent
from seloste.kernel.refusals import Missing, NotAllowed
from seloste.register import actions, queries
from seloste.register.models import ContactPoint, Ground, Name, NoticeDelivery, PostalAddress
from seloste.register.rules import NotValid

pytestmark = pytest.mark.django_db


def page(person_id: UUID) -> queries.PersonPage:
    return queries.person_page(by=make.duty(), at=make.AT, person_id=person_id)


def test_value_tells_source_reason_and_end() -> None:
    clerk = make.duty()
    person_id = make.person(email="Maija@Example.COM", by=clerk)

    [email] = [value for value in page(person_id).values if value.kind == "contact"]

    assert (email.text, email.source, email.purposes) == ("Maija@example.com", "phone", ["customer_care"])
    assert (email.collected_at, email.collected_by) == (make.AT, clerk.actor)
    assert email.keep_until == date(2028, 11, 25)


def test_person_is_entered_with_her_ground_and_the_information_owed() -> None:
    person_id = make.person()

    ground = Ground.objects.get(person_id=person_id)
    owed = NoticeDelivery.objects.get(person_id=person_id)
    assert (ground.purpose, ground.basis, ground.keep_until) == (
        "customer_care",
        "legitimate_interest",
        date(2028, 11, 25),
    )
    assert (owed.article, owed.due_on, owed.delivered_at) == (13, date(2026, 11, 25), None)


def test_person_found_in_public_is_owed_information_within_a_month() -> None:
    person_id = make.person(source="web_page", purposes=("b2b_contact",))

    owed = NoticeDelivery.objects.get(person_id=person_id)
    assert (owed.article, owed.due_on) == (14, date(2026, 12, 25))


def test_information_given_twice_counts_once() -> None:
    clerk, person_id = make.duty(), make.person()

    for days in (0, 1):
        given = make.AT + timedelta(days=days)
        actions.note_information_given(by=clerk, at=given, person_id=person_id, channel="phone", given_at=given)

    assert NoticeDelivery.objects.get(person_id=person_id).delivered_at == make.AT
    assert AuditEvent.objects.filter(deed="person.informed").count() == 1


def test_later_activity_moves_every_end_and_earlier_none() -> None:
    clerk = make.duty()
    person_id = make.person(email="maija@example.com", by=clerk)

    for on in (date(2027, 3, 1), date(2026, 1, 1)):
        actions.touch(by=clerk, at=make.AT, person_id=person_id, purposes=["customer_care"], on=on)

    assert {value.keep_until for value in page(person_id).values} == {date(2029, 3, 1)}


def test_value_lives_as_long_as_its_longest_purpose() -> None:
    clerk = make.duty()
    person_id = make.person(by=clerk)
    actions.add_contact_point(
        by=clerk,
        at=make.AT,
        person_id=person_id,
        kind="phone",
        value="040 123 4567",
        origin=make.origin(purposes=("customer_care", "feedback")),
    )
    Ground.objects.filter(person_id=person_id, purpose="feedback").update(keep_until=date(2030, 1, 1))

    assert {value.kind: value.keep_until for value in page(person_id).values} == {
        "name": date(2028, 11, 25),
        "contact": date(2030, 1, 1),
    }


@pytest.mark.parametrize(
    ("source", "purposes"),
    [
        ("web_page", ("customer_care",)),
        ("phone", ("web_security",)),
        ("phone", ("scoring",)),
        ("fax", ("customer_care",)),
    ],
)
def test_what_the_notice_does_not_say_is_refused(source: str, purposes: tuple[str, ...]) -> None:
    with pytest.raises((actions.OutsideTheNotice, NotAllowed)):
        make.person(source=source, purposes=purposes)


@pytest.mark.parametrize("column", ["source", "purposes", "notice_version_id", "collected_at", "collected_by"])
def test_database_refuses_a_value_without_provenance(column: str) -> None:
    make.person()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE register_name SET {column} = NULL")  # noqa: S608


@pytest.mark.parametrize("change", ["source = 'scraped'", "purposes = '{}'", "ended_at = now()", "family_name = ''"])
def test_database_refuses_a_value_against_the_rules(change: str) -> None:
    make.person()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE register_name SET {change}")  # noqa: S608


def test_ip_address_is_held_for_security_alone() -> None:
    technician = make.duty("technical")
    security = make.origin("other", purposes=("web_security",))
    person_id = make.person()

    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint.objects.create(
            id=uuid4(),
            person_id=person_id,
            kind="ip",
            value="192.0.2.1",
            original="192.0.2.1",
            source="other",
            collected_at=make.AT,
            collected_by=technician.actor,
            notice_version_id=security.notice_version_id,
            purposes=["web_security", "customer_care"],
        )
    with pytest.raises(NotAllowed):
        actions.add_contact_point(
            by=make.duty(), at=make.AT, person_id=person_id, origin=make.origin(), kind="ip", value="192.0.2.1"
        )


def test_same_value_is_held_once() -> None:
    clerk = make.duty()
    person_id = make.person(email="maija@example.com", by=clerk)

    with pytest.raises(actions.HeldAlready):
        actions.add_contact_point(
            by=clerk, at=make.AT, person_id=person_id, origin=make.origin(), kind="email", value="maija@EXAMPLE.com"
        )


def test_two_people_may_share_an_address_and_are_never_one() -> None:
    first, second = make.person(email="perhe@example.com"), make.person(email="perhe@example.com")

    assert first != second
    assert set(queries.holders_of(by=make.duty(), at=make.AT, contacts=[("email", "perhe@example.com")])) == {
        first,
        second,
    }


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("phone", "040 123 4567", "+358401234567"),
        ("phone", "(09) 310 1691", "+35893101691"),
        ("phone", "+46 70 123 45 67", "+46701234567"),
        ("web", "Example.com/Polku/", "https://example.com/Polku"),
        ("web", "http://äiti.fi", "http://xn--iti-pla.fi"),
        ("email", "äiti@example.com", "äiti@example.com"),
    ],
)
def test_value_is_normalised_and_the_original_kept(kind: str, typed: str, kept: str) -> None:
    make.person(contacts={kind: typed})

    point = ContactPoint.objects.get()
    assert (point.value, point.original) == (kept, typed)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("email", "Maija <maija@example.com>"),
        ("email", '"Maija, x@example.com" <y@example.com>'),
        ("email", "a@example.com, b@example.com"),
        ("email", "a@example.com\nBcc: b@example.com"),
        ("email", "maija@"),
        ("phone", "12"),
        ("phone", "soita"),
        ("web", "javascript:alert(1)"),
        ("web", "https://user:pass@example.com"),
        ("web", "file:///etc/passwd"),
        ("web", "https://[::1"),
        ("social", "@maija"),
        ("email", "x" * 300 + "@example.com"),
    ],
)
def test_value_is_refused_at_its_field(kind: str, typed: str) -> None:
    from seloste.kernel.refusals import Refusal

    with pytest.raises(Refusal) as refused:
        make.person(contacts={kind: typed})

    assert refused.value.field in {"value", "network"}


def test_postal_code_must_be_right_for_the_country() -> None:
    clerk, person_id = make.duty(), make.person()
    where: dict[str, Any] = {"street": "Esimerkkikatu 1", "city": "Espoo"}
    told: dict[str, Any] = {"by": clerk, "at": make.AT, "person_id": person_id, "origin": make.origin()}

    with pytest.raises(NotValid) as refused:
        actions.add_address(**told, **where, postal_code="2770", country="FI")
    actions.add_address(**told, **where, postal_code="02770", country="fi")

    assert refused.value.field == "postal_code"
    assert [value.text for value in page(person_id).values if value.kind == "address"] == [
        "Esimerkkikatu 1, 02770 Espoo"
    ]


@pytest.mark.parametrize(("typed", "kept"), [("2077474-0", "2077474-0"), ("20774740", "2077474-0")])
def test_business_id_is_checked_by_its_digit(typed: str, kept: str) -> None:
    from seloste.register.models import Organisation

    actions.add_organisation(by=make.duty(), at=make.AT, origin=make.origin(), name="Malli Oy", business_id=typed)

    assert Organisation.objects.get().business_id == kept
    with pytest.raises(NotValid):
        actions.add_organisation(by=make.duty(), at=make.AT, origin=make.origin(), name="X", business_id="2077474-1")
    with pytest.raises(actions.HeldAlready):
        actions.add_organisation(by=make.duty(), at=make.AT, origin=make.origin(), name="Toinen", business_id=typed)


def test_correction_keeps_that_it_was_made_and_seals_what_was_there() -> None:
    clerk = make.duty()
    person_id = make.person("Maija", "Malikas", by=clerk)
    name = Name.objects.get()

    actions.correct(
        by=clerk,
        at=make.AT,
        kind="name",
        item_id=name.id,
        origin=make.origin("email"),
        values={"given_name": "Maija", "family_name": "Mallikas"},
    )

    [value] = [value for value in page(person_id).values if value.kind == "name"]
    assert (value.text, value.source) == ("Maija Mallikas", "email")
    assert [(past.text, past.sealed, past.ended_by) for past in value.past] == [("", True, clerk.actor)]


def test_correction_of_what_was_corrected_meanwhile_is_refused() -> None:
    clerk = make.duty()
    make.person(by=clerk)
    name = Name.objects.get()
    told: dict[str, Any] = {"by": clerk, "at": make.AT, "kind": "name", "item_id": name.id, "origin": make.origin()}
    actions.correct(**told, values={"family_name": "Ensin"})

    with pytest.raises(actions.NotCurrent):
        actions.correct(**told, values={"family_name": "Toiseksi"})


def test_removed_value_can_be_brought_back() -> None:
    clerk = make.duty()
    person_id = make.person(email="maija@example.com", by=clerk)
    email = ContactPoint.objects.get()

    actions.remove(by=clerk, at=make.AT, kind="contact", item_id=email.id)
    gone = page(person_id)
    actions.bring_back(by=clerk, at=make.AT, kind="contact", item_id=email.id)

    assert [value.text for value in gone.removed] == ["maija@example.com"]
    assert [value.text for value in gone.values] == ["Maija Mallikas"]
    assert [value.text for value in page(person_id).values] == ["Maija Mallikas", "maija@example.com"]


def test_deed_that_fails_leaves_nothing_behind() -> None:
    with pytest.raises(NotValid), transaction.atomic():
        make.person(email="no address")

    assert (Name.objects.count(), Ground.objects.count()) == (0, 0)


def test_unknown_item_or_kind_does_not_exist() -> None:
    for kind in ("name", "nonsense"):
        with pytest.raises(Missing):
            actions.remove(by=make.duty(), at=make.AT, kind=kind, item_id=uuid4())


def test_project_opens_and_closes() -> None:
    clerk, person_id = make.duty(), make.person()
    projects = make.origin("contract", purposes=("projects",))
    project_id = actions.open_project(
        by=clerk, at=make.AT, person_id=person_id, origin=projects, name="Verkkosivut", started_on=date(2026, 11, 1)
    )

    with pytest.raises(NotValid):
        actions.close_project(by=clerk, at=make.AT, item_id=project_id, closed_on=date(2026, 10, 1))
    actions.close_project(by=clerk, at=make.AT, item_id=project_id, closed_on=date(2027, 1, 15))

    assert Ground.objects.get(purpose="projects").runs_from == date(2027, 1, 15)


def test_address_given_again_is_one_and_was_given_twice() -> None:
    person_id, by, later = make.person(), make.duty(), make.AT + timedelta(days=30)
    where: dict[str, Any] = {"street": "Mallikatu 1", "city": "Helsinki"}
    told: dict[str, Any] = {"by": by, "person_id": person_id}
    first = actions.add_address(**told, at=make.AT, origin=make.origin(), **where, postal_code="00100", country="FI")
    again = make.origin("order", purposes=("order",), at=later)
    written: dict[str, Any] = {"street": "MALLIKATU 1", "city": "helsinki", "postal_code": "00100", "country": "fi"}

    assert actions.add_address(**told, at=later, origin=again, **written) == first

    held = PostalAddress.objects.get(person_id=person_id)
    assert (held.street, held.source, held.collected_at) == ("Mallikatu 1", "phone", make.AT)
    assert held.purposes == ["customer_care", "order"]
    assert AuditEvent.objects.filter(deed="postaladdress.given_again", item=first, subjects=[person_id]).count() == 1
    fixed: dict[str, Any] = {"street": "Mallikatu 2", "city": "Helsinki", "postal_code": "00100", "country": "FI"}
    actions.correct(by=by, at=later, kind="address", item_id=first, origin=make.origin(at=later), values=fixed)
    assert [one.street for one in PostalAddress.objects.filter(person_id=person_id)] == ["Mallikatu 2"]
    back = actions.add_address(**told, at=later, origin=again, **written)
    assert back != first, "another address than the one that she has now is added"
    with pytest.raises(Missing):
        actions.add_address(**{**told, "person_id": uuid4()}, at=later, origin=again, **written)
