# ruff: noqa: ANN401 -- values go through to the deeds
"""To whom data were given, and that each of them is told of what becomes of them (S9.3; GDPR 15(1)(c), 19; I58–I61)."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from tests import make

from seloste.disclosures import actions, queries
from seloste.disclosures.choices import Because, How, Impossible, NoticeState
from seloste.disclosures.kept import STORES
from seloste.disclosures.models import Disclosure, RecipientNotice
from seloste.kernel import kept, retention
from seloste.kernel.duty import system
from seloste.kernel.kept import Surviving
from seloste.kernel.refusals import Missing, NotAllowed
from seloste.mail.models import Message
from seloste.register.queries import whose

AT, LATER = make.AT, make.AT + timedelta(days=2)
STAFF, PRIVACY = make.duty(), make.duty("privacy")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipients")]


def given(person_id: UUID, recipient: str = "printer", **changes: Any) -> UUID:
    told: dict[str, Any] = {
        "categories": ["identity", "contact"],
        "purpose": "customer_care",
        "how": How.EMAIL,
        **changes,
    }
    return actions.note_disclosure(by=STAFF, at=AT, person_id=person_id, recipient=recipient, **told)


def told(person_id: UUID, **changes: Any) -> list[UUID]:
    asked: dict[str, Any] = {
        "because": Because.RECTIFIED,
        "matter": "korjaus-1",
        "what": "vanha@example.com → uusi@example.com",
    }
    return actions.tell_recipients(by=PRIVACY, at=LATER, person_id=person_id, **{**asked, **changes})


def test_what_was_given_is_known_by_recipient() -> None:
    person = make.person(email="maija@example.com")

    given(person, reference="KIRJE-7")
    given(person, categories=["organisation"])
    given(person, "carrier", given_at=AT - timedelta(days=3))

    found = {one.recipient: one for one in queries.given_of(by=STAFF, at=AT, person_id=person)}
    assert list(found["printer"].categories) == ["contact", "identity", "organisation"]
    assert found["carrier"].first_at == AT - timedelta(days=3)
    assert Disclosure.objects.filter(recipient="carrier").get().basis == "legitimate_interest"


def test_only_what_the_notice_names_can_be_noted() -> None:
    person = make.person(email="maija@example.com")

    unnamed: list[dict[str, Any]] = [
        {"recipient": "nobody"},
        {"recipient": "overseas", "given_at": AT - timedelta(days=40)},
        {"purpose": "feedback"},
        {"categories": ["billing"]},
    ]
    for changes in unnamed:
        with pytest.raises(actions.NotNamed):
            given(person, **changes)
    wrong: list[dict[str, Any]] = [{"categories": []}, {"given_at": LATER}, {"reference": "Maija Mallikas"}]
    for changes in wrong:
        with pytest.raises(actions.NotNotable):
            given(person, **changes)
    given(person, "overseas")

    assert [row.mechanism for row in Disclosure.objects.all()] == ["standard_clauses"]


def test_nothing_is_noted_by_a_duty_that_does_not_see_the_person() -> None:
    person = make.person(email="maija@example.com")

    for role in ("accounting", "owner", "technical"):
        with pytest.raises(Missing):
            actions.note_disclosure(
                by=make.duty(role),
                at=AT,
                person_id=person,
                recipient="printer",
                categories=["identity"],
                purpose="customer_care",
                how=How.EMAIL,
            )
    with pytest.raises(NotAllowed):
        given(make.person(purposes=("customer_care", "b2b_contact")), purpose="direct_marketing")
    assert Disclosure.objects.count() == 0


def test_each_recipient_is_told_once_for_each_matter() -> None:
    person, other = make.person(email="maija@example.com"), make.person("Matti", email="matti@example.com")
    given(person)
    given(person)
    given(person, "carrier")
    given(other, "overseas")

    first = told(person)

    assert [len(first), told(person)] == [2, first]
    assert len(told(person, matter="korjaus-2")) == 2
    assert {row.person for row in RecipientNotice.objects.all()} == {person}
    assert (queries.unsettled(person), queries.unsettled(person, "korjaus-1")) == (4, 2)


def test_a_notice_says_only_what_the_recipient_was_given() -> None:
    person = make.person(email="maija@example.com", phone="040 123 4567")
    given(person, categories=["identity"])
    given(person, "carrier", categories=["contact"])

    notices = [queries.notice(by=PRIVACY, at=LATER, notice_id=one) for one in told(person, categories=["contact"])]
    everybody = {
        row.recipient: queries.notice(by=PRIVACY, at=LATER, notice_id=row.id).words
        for row in RecipientNotice.objects.filter(id__in=told(person, because=Because.ERASED, what=""))
    }

    assert [one.recipient for one in notices] == ["carrier"]
    assert "uusi@example.com" in notices[0].words
    assert "Mallikas" not in notices[0].words
    assert "Mallikas" in everybody["printer"]
    assert "example.com" not in everybody["printer"]


def test_words_are_sealed_until_settled_and_then_gone() -> None:
    person = make.person(email="maija@example.com")
    given(person)
    (notice,) = told(person)

    row = RecipientNotice.objects.get()
    assert b"Mallikas" not in bytes(row.words or b"")
    actions.note_told(by=PRIVACY, at=LATER, notice_id=notice, how=How.PHONE)

    row.refresh_from_db()
    assert (row.words, row.state, row.how) == (None, NoticeState.SENT, How.PHONE)
    with pytest.raises(actions.Settled):
        actions.note_impossible(by=PRIVACY, at=LATER, notice_id=notice, reason=Impossible.GONE)


def test_a_recipient_with_an_address_gets_a_link_and_no_name() -> None:
    person = make.person(email="maija@example.com")
    given(person)
    given(person, "carrier")
    told(person)

    sent = Message.objects.get()
    assert (sent.address, sent.language, sent.person) == ("tietosuoja@example.net", "sv", None)
    assert "Mallikas" not in sent.text + sent.subject
    link = next(word for word in sent.text.split() if "/vastaanottajat/" in word)
    browser, place = Client(), link[link.index("/", 9) :]
    page = browser.get(place)
    assert "Mallikas" in page.content.decode()
    assert (page["Referrer-Policy"], page["Cache-Control"]) == ("no-referrer", "no-store, private")
    assert RecipientNotice.objects.filter(state=NoticeState.DUE).count() == 2

    browser.post(place)

    row = RecipientNotice.objects.get(recipient="printer")
    assert (row.state, row.words) == (NoticeState.SENT, None)
    again = browser.get(place)
    assert (again.status_code, b"Mallikas" in again.content) == (410, False)
    assert browser.get(place[:-2] + "A/").status_code == 410


def test_notices_are_for_those_who_look_after_rights() -> None:
    person = make.person(email="maija@example.com")
    given(person, "carrier")
    (notice,) = told(person)

    for by in (STAFF, make.duty("marketing"), make.duty("owner")):
        for ask in (
            lambda by=by: queries.due(by=by, at=LATER),
            lambda by=by: queries.notice(by=by, at=LATER, notice_id=notice),
            lambda by=by: actions.note_told(by=by, at=LATER, notice_id=notice, how=How.EMAIL),
        ):
            with pytest.raises(Missing):
                ask()
        assert queries.due_count(by=by) == 0
    assert [one.recipient for one in queries.due(by=PRIVACY, at=LATER)] == ["carrier"]
    assert queries.due_count(by=PRIVACY) == 1
    with pytest.raises(Missing):
        queries.notice(by=PRIVACY, at=LATER, notice_id=uuid4())


def test_after_an_erasure_only_the_random_id_stays_and_goes_after_three_years() -> None:
    person = make.person(email="maija@example.com")
    given(person, reference="KIRJE-7")
    (notice,) = told(person)
    actions.note_told(by=PRIVACY, at=LATER, notice_id=notice, how=How.EMAIL)
    surviving = Surviving(today=LATER.date())

    for store in STORES:
        records = store.records(whose([person]))
        stays = [store.stays(record, surviving) for record in records]
        assert [bool(stay and stay.until) for stay in stays] == [True] * len(records)
        if store.narrow:
            store.narrow([record.id for record in records], frozenset())

    with connection.cursor() as cursor:
        for table in ("disclosures_disclosure", "disclosures_recipientnotice"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")  # noqa: S608
            whole = cursor.fetchone()[0]
            assert all(value not in whole for value in ("KIRJE-7", "Mallikas", "maija@"))
    over = AT + timedelta(days=3 * 366 + 3)
    cleared = [
        store.clear(system("rights"), over, 10) for store in retention.stores() if store.key.startswith("disclosures")
    ]
    assert cleared == [1, 1]


def test_both_tables_are_on_the_one_list() -> None:
    assert {"disclosures.given", "disclosures.told"} <= {store.key for store in kept.kept()}
