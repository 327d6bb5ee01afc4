"""The record is only added to: the database itself says so."""

from uuid import uuid4

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from tests import make

from seloste.audit.actions import OutsideTransactionError, record
from seloste.audit.models import AuditEvent
from seloste.audit.queries import latest, what_touched, who_saw
from seloste.kernel.refusals import NotAllowed

REFUSED = (InternalError, ProgrammingError)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit_auditevent SET role = 'x'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
        "INSERT INTO audit_auditevent SELECT * FROM audit_auditevent ON CONFLICT (id) DO UPDATE SET role = 'x'",
        "MERGE INTO audit_auditevent a USING audit_auditevent b ON a.id = b.id WHEN MATCHED THEN DELETE",
    ],
)
def test_record_refuses_change(attack: str) -> None:
    record(by=make.duty(), at=make.AT, deed="person.read", subjects=[uuid4()])

    with pytest.raises(REFUSED, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)

    assert [event.role for event in AuditEvent.objects.all()] == ["customer_service"]


@pytest.mark.django_db(transaction=True)
def test_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(OutsideTransactionError):
        record(by=make.duty(), at=make.AT, deed="person.read")


@pytest.mark.django_db
def test_record_answers_who_saw_a_person() -> None:
    seen, other, clerk = uuid4(), uuid4(), make.duty()
    record(by=clerk, at=make.AT, deed="person.read", subjects=[seen, other])
    record(by=clerk, at=make.AT, deed="person.read", subjects=[other])

    events = who_saw(by=make.duty("privacy"), at=make.AT, person_id=seen)

    assert [(event.actor, event.deed, event.subjects) for event in events] == [
        (clerk.actor, "person.read", [seen, other])
    ]


@pytest.mark.django_db
def test_record_answers_what_an_account_touched() -> None:
    clerk, colleague = make.duty(), make.duty()
    record(by=clerk, at=make.AT, deed="note.added", subjects=[uuid4()])
    record(by=colleague, at=make.AT, deed="note.added", subjects=[uuid4()])

    events = what_touched(by=make.duty("privacy"), at=make.AT, actor=clerk.actor)

    assert [event.actor for event in events] == [clerk.actor]


@pytest.mark.django_db
def test_looking_into_the_record_is_recorded() -> None:
    privacy, person_id = make.duty("privacy"), uuid4()

    who_saw(by=privacy, at=make.AT, person_id=person_id)

    last = AuditEvent.objects.order_by("-id")[0]
    assert (last.deed, last.subjects, last.actor) == ("audit.who_saw", [person_id], privacy.actor)


@pytest.mark.django_db
def test_record_is_closed_to_other_roles() -> None:
    with pytest.raises(NotAllowed):
        latest(by=make.duty("customer_service"), at=make.AT)
