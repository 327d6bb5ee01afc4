"""Rectification and completion from request to answer (S9.2; GDPR 16, 19; I42, I61), and their misuse."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections, transaction
from django.urls import reverse
from tests import make as house
from tests.accounts.make import client_of
from tests.disclosures.make import naming_recipients
from tests.rights import make

from seloste.disclosures import actions as disclosures
from seloste.disclosures.choices import Because, How
from seloste.disclosures.models import RecipientNotice
from seloste.kernel.refusals import Missing, Refusal
from seloste.register import actions as register
from seloste.register import queries as persons
from seloste.register.models import ContactPoint, Correction, Name, Person, Statement
from seloste.rights import actions
from seloste.rights.actions import correcting
from seloste.rights.choices import Channel, Method, Outcome, Reason, Right
from seloste.rights.models import Correspondence

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def recipients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with naming_recipients(tmp_path, monkeypatch):
        yield


def granted(right: Right = Right.RECTIFICATION, **changes: Any) -> UUID:  # noqa: ANN401 -- as the request is told
    request_id = make.proved(right, **changes)
    make.ruled(request_id, Outcome.GRANTED)
    return request_id


def name_of(person: UUID) -> UUID:
    found: UUID = Name.objects.values_list("id", flat=True).get(person_id=person)
    return found


def rectify(request_id: UUID, kind: str, target: UUID, **values: str) -> UUID:
    return correcting.rectify(
        by=make.PRIVACY, at=make.AT + 3 * HOUR, request_id=request_id, item_id=make.item(request_id).id, kind=kind,
        target=target, values=values,
    )  # fmt: skip


def person_of(request_id: UUID) -> UUID:
    found = make.request(request_id).person
    assert found is not None
    return found


@pytest.mark.django_db
@pytest.mark.usefixtures("recipients")
def test_a_request_is_corrected_recipients_are_told_and_the_answer_says_both() -> None:
    request_id = granted()
    person = person_of(request_id)
    for recipient in ("printer", "carrier"):
        disclosures.note_disclosure(
            by=make.PRIVACY, at=make.BEFORE, person_id=person, recipient=recipient, categories=["identity"],
            purpose="customer_care", how=How.EMAIL,
        )  # fmt: skip

    rectify(request_id, "name", name_of(person), given_name="Maija", family_name="Wallikas")
    make.carried_out(request_id)
    carrier = RecipientNotice.objects.get(recipient="carrier")
    disclosures.note_told(by=make.PRIVACY, at=make.AT + 3 * HOUR, notice_id=carrier.id, how=How.PHONE)
    make.answered(request_id)

    text = Correspondence.objects.get(letter="answer").text
    assert "Kuljetus Oy" in text
    assert "Painotalo Oy" in text
    assert "Mallikas" not in text
    assert Correction.objects.get().request == make.request(request_id).reference
    assert {row.because for row in RecipientNotice.objects.all()} == {Because.RECTIFIED}


@pytest.mark.django_db
def test_nothing_is_said_to_be_corrected_before_it_was() -> None:
    request_id = granted()

    with pytest.raises(correcting.NothingDone), transaction.atomic():
        make.carried_out(request_id)
    with pytest.raises(correcting.NotChanged):
        rectify(request_id, "name", name_of(person_of(request_id)), given_name="Maija", family_name="Mallikas")
    assert make.item(request_id).carried_out_at is None


@pytest.mark.django_db
@pytest.mark.usefixtures("recipients")
def test_a_statement_completes_and_recipients_are_told() -> None:
    request_id = granted(Right.COMPLETION)
    person = person_of(request_id)
    disclosures.note_disclosure(
        by=make.PRIVACY, at=make.BEFORE, person_id=person, recipient="carrier", categories=["identity"],
        purpose="customer_care", how=How.EMAIL,
    )  # fmt: skip
    with pytest.raises(correcting.NothingDone), transaction.atomic():
        make.carried_out(request_id)

    correcting.complete(
        by=make.PRIVACY, at=make.AT + 3 * HOUR, request_id=request_id, item_id=make.item(request_id).id, kind="name",
        target=name_of(person), text="Nimeni kirjoitetaan kahdella ällällä.",
    )  # fmt: skip
    make.carried_out(request_id)

    assert Statement.objects.get().text == "Nimeni kirjoitetaan kahdella ällällä."
    assert RecipientNotice.objects.get().because == Because.COMPLETED
    with pytest.raises(Missing):
        rectify(request_id, "name", name_of(person), given_name="Maija", family_name="X")


@pytest.mark.django_db
def test_a_refusal_that_the_data_are_accurate_changes_nothing() -> None:
    request_id = make.proved(Right.RECTIFICATION)
    make.ruled(request_id, Outcome.REFUSED, Reason.ACCURATE)

    with pytest.raises(Missing):
        rectify(request_id, "name", name_of(person_of(request_id)), given_name="Maija", family_name="X")
    assert Correction.objects.count() == 0


@pytest.mark.django_db
def test_an_item_of_another_person_or_request_is_not_there() -> None:
    request_id = granted()
    namesake = house.person("Maija", "Mallikas", email="toinen@example.com")
    browser, item = client_of("privacy"), make.item(request_id).id
    hers, theirs = name_of(person_of(request_id)), name_of(namesake)

    for target, kind in ((theirs, "name"), (uuid4(), "name"), (hers, "contact"), (hers, "nonsense")):
        with pytest.raises(Missing):
            rectify(request_id, kind, target, family_name="Varas")
        place = reverse("requests:correct_one", args=[request_id, item, kind, target])
        assert browser.get(place).status_code == 404
        assert browser.post(place, {"step": "done", "family_name": "Varas"}).status_code == 404
    assert browser.get(reverse("requests:correcting", args=[uuid4(), item])).status_code == 404
    assert Name.objects.get(person_id=namesake).family_name == "Mallikas"


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["customer_service", "marketing", "accounting", "technical", "owner"])
def test_the_pages_are_for_those_who_answer_requests(role: str) -> None:
    request_id = granted()
    charlie, item = client_of(role), make.item(request_id).id
    target = name_of(person_of(request_id))

    for place in (
        reverse("requests:correcting", args=[request_id, item]),
        reverse("requests:correct_one", args=[request_id, item, "name", target]),
    ):
        assert charlie.get(place).status_code == 404


@pytest.mark.django_db
def test_the_page_shows_old_and_new_before_it_is_done() -> None:
    request_id = granted()
    person = person_of(request_id)
    browser, item = client_of("privacy"), make.item(request_id).id
    place = reverse("requests:correct_one", args=[request_id, item, "name", name_of(person)])
    written = {"given_name": "Maija", "family_name": "Wallikas"}

    assert b"Mallikas" in browser.get(reverse("requests:correcting", args=[request_id, item])).content
    preview = browser.post(place, {"step": "preview", **written}).content.decode()
    assert ("<del>Mallikas</del>" in preview, "<ins>Wallikas</ins>" in preview) == (True, True)
    assert Name.objects.get(person_id=person).family_name == "Mallikas"
    wrong = browser.post(place, {"step": "preview", "given_name": "Maija", "family_name": ""})
    assert wrong.status_code == 422

    assert browser.post(place, {"step": "done", **written}).status_code == 302
    assert browser.post(place, {"step": "done", **written}).status_code == 404  # a replay: that row is no more
    assert Name.objects.get(person_id=person).family_name == "Wallikas"
    assert Correction.objects.count() == 1


@pytest.mark.django_db
def test_rectify_then_access_proves_nothing_for_thirty_days_and_the_old_address_hears_of_it() -> None:
    """Whoever got an address changed cannot have the data sent there; whoever reads mail at the old one is told."""
    first = granted()
    person = person_of(first)
    old = ContactPoint.objects.get(person_id=person, kind="email")
    rectify(first, "contact", old.id, value="varas@example.org")
    told = len(make.mailed())

    second = make.received(
        Right.ACCESS, at=make.AT + 3 * DAY, channel=Channel.EMAIL, by=make.PRIVACY, email="varas@example.org"
    )
    actions.assign(by=make.PRIVACY, at=make.AT + 3 * DAY, request_id=second, person_id=person)
    new = ContactPoint.objects.get(person_id=person, kind="email")
    assert (new.value, new.verified_at, new.id != old.id) == ("varas@example.org", None, True)
    with pytest.raises(actions.ProvesNothing), transaction.atomic():
        actions.ask(
            by=make.PRIVACY, at=make.AT + 3 * DAY, request_id=second, method=Method.CODE, reason="Uusi osoite.",
            contact_point_id=new.id,
        )  # fmt: skip

    assert len(make.mailed()) == told + 1  # the old address
    assert not Correspondence.objects.filter(request=second, letter="answer").exists()


@pytest.mark.django_db(transaction=True)
def test_of_a_correction_and_an_erasure_at_once_one_waits_for_the_other() -> None:
    person = house.person("Maija", "Vanhanimi", email="maija@example.com")
    item, clerk = name_of(person), house.duty("privacy")
    failed: list[Exception] = []
    begun = threading.Event()

    def erase() -> None:
        try:
            with transaction.atomic():
                Name.objects.select_for_update().filter(id=item).first()
                begun.set()
                with connection.cursor() as cursor:
                    cursor.execute("DELETE FROM register_name WHERE person_id = %s", [person])
        finally:
            connections.close_all()

    other = threading.Thread(target=erase)
    other.start()
    assert begun.wait(20)
    try:
        register.correct(
            by=clerk, at=house.AT, kind="name", item_id=item, origin=house.origin(), values={"family_name": "Uusinimi"}
        )
    except Refusal as refusal:
        failed.append(refusal)
    other.join(20)

    assert [type(one) for one in failed] in ([], [Missing])
    left = list(Name.objects.values_list("family_name", flat=True))
    assert left == ([] if failed else ["Uusinimi"])
    assert Correction.objects.count() == (0 if failed else 1)
    assert Person.objects.filter(id=person).exists()
    assert persons.unusable(clerk, [person]) == set()
