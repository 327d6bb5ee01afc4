"""A message from an unverified address changes nobody: it waits until a person decides."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from tests import make

from seloste.audit.actions import retention as engine
from seloste.audit.models import AuditEvent
from seloste.declaration.load import current
from seloste.floods.actions import TooMany
from seloste.floods.models import Knock
from seloste.intake import actions, queries, retention
from seloste.intake.models import Interaction, Submission
from seloste.kernel import timeline
from seloste.kernel.duty import system, visitor
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.kernel.retention import Store
from seloste.register import queries as register
from seloste.register.models import ContactPoint, Feedback, NoticeDelivery, Person

pytestmark = pytest.mark.django_db
EVERYTHING = frozenset({"email", "phone", "company"})


def entered(submission: Submission) -> UUID:
    name = {"given_name": "Maija", "family_name": "Mallikas"}
    return actions.enter_new(by=make.duty(), at=make.AT, submission_id=submission.id, keep=EVERYTHING, **name)


def test_message_enters_nobody_by_itself() -> None:
    known = make.person(email="maija@example.com")
    make.message(email="maija@example.com", phone="+358401234567")

    assert list(Person.objects.values_list("id", flat=True)) == [known]
    assert ContactPoint.objects.count() == 1


def test_message_entered_as_new_person_is_moved_whole() -> None:
    reference = make.message(phone="+358401234567", company="Malli Oy")
    submission = Submission.objects.get()

    person_id = entered(submission)

    page = register.person_page(by=make.duty(), at=make.AT, person_id=person_id)
    assert {value.text for value in page.values} == {"Maija Mallikas", "maija@example.com", "+358401234567", "Malli Oy"}
    assert {(value.source, value.source_detail) for value in page.values} == {("web_form", reference)}
    [entry] = timeline.entries(make.duty(), person_id)
    assert (entry.text, entry.reference, entry.source) == ("Hei! Kysyisin tilauksestani.", reference, "web_form")
    submission.refresh_from_db()
    assert (submission.message, submission.email, submission.name, submission.person_id) == ("", "", "", person_id)


def test_person_who_wrote_a_form_was_informed_beside_it() -> None:
    make.message()
    person_id = entered(Submission.objects.get())

    given = NoticeDelivery.objects.get(person_id=person_id)
    assert (given.article, given.channel, given.delivered_at) == (13, "web_form", make.AT)


def test_message_entered_for_a_known_person_brings_only_what_was_ticked() -> None:
    known = make.person(email="maija@example.com")
    make.message(email="maija@example.com", phone="+358401234567")

    actions.enter_for(
        by=make.duty(),
        at=make.AT,
        submission_id=Submission.objects.get().id,
        person_id=known,
        keep=frozenset({"email"}),
    )

    assert list(ContactPoint.objects.values_list("value", flat=True)) == ["maija@example.com"]
    assert Interaction.objects.get().person_id == known


def test_feedback_becomes_feedback_with_its_own_purpose() -> None:
    make.message("feedback", message="Hieno palvelu!")

    person_id = entered(Submission.objects.get())

    kept = Feedback.objects.get()
    assert (kept.text, kept.purposes, kept.person_id) == ("Hieno palvelu!", ["feedback"], person_id)


def test_same_form_sent_twice_is_one_message() -> None:
    token, version = uuid4(), make.version_id()
    told: dict[str, Any] = {
        "by": visitor("customer_care"),
        "at": make.AT,
        "form": "contact",
        "values": {"name": "Maija", "email": "maija@example.com", "phone": "", "company": "", "message": "Hei"},
        "token": token,
        "language": "fi",
        "notice_version_id": version,
        "network": "192.0.2.7",
    }

    assert actions.receive(**told) == actions.receive(**told)
    assert Submission.objects.count() == 1


def test_decided_message_is_not_decided_again() -> None:
    make.message()
    submission = Submission.objects.get()
    actions.decline(by=make.duty(), at=make.AT, submission_id=submission.id)

    with pytest.raises(actions.DecidedAlready):
        entered(submission)


def test_declined_message_comes_back_until_it_is_erased() -> None:
    make.message()
    submission = Submission.objects.get()
    actions.decline(by=make.duty(), at=make.AT, submission_id=submission.id)
    actions.bring_back(by=make.duty(), at=make.AT, submission_id=submission.id)
    actions.decline(by=make.duty(), at=make.AT, submission_id=submission.id)

    cleared(retention.DECLINED, make.AT + timedelta(days=14))
    assert Submission.objects.filter(id=submission.id).exists()
    cleared(retention.DECLINED, make.AT + timedelta(days=15))

    assert not Submission.objects.filter(id=submission.id).exists()
    assert AuditEvent.objects.get(deed="intake_declined.cleared").count == 1


def cleared(store: Store, at: datetime) -> int:
    """Have the night's run on a store of this room."""
    return engine.clear(store, by=system(store.purpose), at=at)


def test_message_dealt_with_goes_two_years_after_the_last_deed() -> None:
    make.message()
    actions.handle(by=make.duty(), at=make.AT + timedelta(days=3), submission_id=Submission.objects.get().id)

    assert cleared(retention.CONTACT, datetime(2028, 11, 28, 12, tzinfo=UTC)) == 0
    assert cleared(retention.CONTACT, datetime(2028, 11, 29, 12, tzinfo=UTC)) == 1
    assert not Submission.objects.exists()


def test_message_that_nobody_answered_goes_two_years_after_it_came() -> None:
    make.message("feedback")

    assert [(due.on.isoformat(), due.count) for due in retention.FEEDBACK.due(date(2028, 11, 25))] == [
        ("2028-11-25", 1)
    ]
    assert cleared(retention.FEEDBACK, datetime(2028, 11, 26, 12, tzinfo=UTC)) == 1


def test_stores_of_messages_go_by_the_purposes_of_their_forms() -> None:
    declared = current().form

    assert retention.CONTACT.purpose == declared["contact"].purpose
    assert retention.FEEDBACK.purpose == declared["feedback"].purpose


def test_flood_from_one_network_is_refused_and_another_is_not() -> None:
    for _ in range(20):
        make.message()

    with pytest.raises(TooMany):
        make.message()
    make.message(at=make.AT + timedelta(hours=1))
    assert Submission.objects.count() == 21


def test_address_of_the_sender_is_not_kept() -> None:
    make.message()

    [knock] = Knock.objects.all()
    assert len(bytes(knock.mark)) == 32
    assert b"192.0.2" not in bytes(knock.mark)


def test_message_is_missing_when_outside_the_duty() -> None:
    make.message()
    submission = Submission.objects.get()

    for role in ("accounting", "marketing", "technical", "owner"):
        with pytest.raises(Missing):
            queries.message(by=make.duty(role), at=make.AT, submission_id=submission.id)
        with pytest.raises((Missing, NotAllowed)):
            actions.decline(by=make.duty(role), at=make.AT, submission_id=submission.id)


def test_reading_a_message_is_recorded() -> None:
    make.message()

    queries.message(by=make.duty(), at=make.AT, submission_id=Submission.objects.get().id)

    event = AuditEvent.objects.order_by("-id")[0]
    assert (event.deed, event.categories) == ("submission.read", ["contact", "correspondence", "identity"])


def test_accepted_message_cannot_keep_a_copy() -> None:
    make.message()
    entered(Submission.objects.get())

    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.update(message="kopio")


@pytest.mark.parametrize("text", ["Koodini on 131052-308T", "a\x00b"])
def test_note_with_what_may_not_be_kept_is_refused(text: str) -> None:
    person_id = make.person()

    with pytest.raises(Refusal):
        actions.note_interaction(
            by=make.duty(),
            at=make.AT,
            person_id=person_id,
            origin=make.origin(),
            kind="call",
            text=text,
            occurred_at=make.AT,
        )


def test_call_does_not_come_from_a_web_page() -> None:
    person_id = make.person()

    with pytest.raises(actions.WrongSource):
        actions.note_interaction(
            by=make.duty(),
            at=make.AT,
            person_id=person_id,
            origin=make.origin("web_page"),
            kind="call",
            text="Soitti.",
            occurred_at=make.AT,
        )
