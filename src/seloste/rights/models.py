"""Requests and everything that happened to them: the evidence that the law was followed (art. 5(2), 12).

Persons and messages are named by their ids alone: the evidence outlives an erasure.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.kernel.marks import BYTES
from seloste.register.choices import Language
from seloste.rights.choices import (
    OPEN,
    Channel,
    Doubt,
    Happened,
    Identity,
    Letter,
    Method,
    Outcome,
    Reason,
    Result,
    Right,
    State,
    Way,
)

_RANDOM = not_personal("random id; goes with the row")
_LINK = not_personal("link between rows; goes with the row")
_HERS = personal("rights_request")
_STAFF = personal("staff")
_GONE = (State.CLOSED, State.WITHDRAWN)


def _known(field: str, choices: type[models.TextChoices]) -> Q:
    return Q(**{f"{field}__in": choices.values})


class Request(models.Model):
    """A request of somebody about her rights, in whatever way it came. ``received_at`` is when it reached the company.

    The last days are reckoned anew whenever something happens (``rules.clock``); these columns are for sorting.
    """

    id = models.UUIDField(primary_key=True)
    reference = models.CharField(max_length=12, unique=True)
    token = models.UUIDField(unique=True)
    channel = models.TextField(choices=Channel)
    language = models.TextField(choices=Language)
    notice_version = models.ForeignKey(
        "notices.NoticeVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    received_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField()
    name = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    mark = models.BinaryField(max_length=BYTES, blank=True, default=b"")
    phone = models.TextField(blank=True, default="")
    address = models.TextField(blank=True, default="")
    message = models.TextField(blank=True, default="")
    person = models.UUIDField(null=True)
    state = models.TextField(choices=State, default=State.RECEIVED)
    identity = models.TextField(choices=Identity)
    email_confirmed_at = models.DateTimeField(null=True)
    runs_from_at = models.DateTimeField()
    first_due_on = models.DateField()
    strict_due_on = models.DateField()
    legal_due_on = models.DateField()
    extended_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "reference": _HERS,
        "token": not_personal("random mark of the form that was sent; makes sending twice one request"),
        "channel": personal("provenance"),
        "language": personal("provenance"),
        "notice_version": personal("provenance"),
        "received_at": personal("rights_request", "provenance"),
        "entered_at": personal("provenance"),
        "entered_by": _STAFF,
        "name": personal("identity"),
        "email": personal("contact"),
        "mark": personal("contact"),
        "phone": personal("contact"),
        "address": personal("contact"),
        "message": personal("rights_request", "correspondence"),
        "person": _LINK,
        "state": _HERS,
        "identity": _HERS,
        "email_confirmed_at": _HERS,
        "runs_from_at": _HERS,
        "first_due_on": _HERS,
        "strict_due_on": _HERS,
        "legal_due_on": _HERS,
        "extended_at": _HERS,
        "answered_at": _HERS,
        "answered_by": _STAFF,
        "ended_at": _HERS,
        "ended_by": _STAFF,
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["strict_due_on", "id"], name="request_open_by_due", condition=Q(state__in=OPEN)),
            models.Index(fields=["person"], name="request_person", condition=Q(person__isnull=False)),
            models.Index(fields=["mark", "received_at"], name="request_mark", condition=~Q(mark=b"")),
            models.Index(fields=["ended_at"], name="request_ended", condition=Q(ended_at__isnull=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="request_channel_is_known", condition=_known("channel", Channel)),
            models.CheckConstraint(name="request_language_is_known", condition=_known("language", Language)),
            models.CheckConstraint(name="request_state_is_known", condition=_known("state", State)),
            models.CheckConstraint(name="request_identity_is_known", condition=_known("identity", Identity)),
            models.CheckConstraint(
                name="request_is_entered_after_receipt", condition=Q(entered_at__gte=F("received_at"))
            ),
            models.CheckConstraint(
                name="request_runs_from_receipt_or_later", condition=Q(runs_from_at__gte=F("received_at"))
            ),
            models.CheckConstraint(
                name="request_last_days_are_in_order",
                condition=Q(strict_due_on__gte=F("first_due_on"), legal_due_on__gte=F("strict_due_on")),
            ),
            models.CheckConstraint(  # the period is longer only where it was extended (12(3))
                name="request_longer_only_where_extended",
                condition=Q(extended_at=None, strict_due_on=F("first_due_on")) | Q(extended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="request_answer_is_whole",
                condition=~Q(state__in=[State.ANSWERED, State.CLOSED])
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="request_end_is_whole",
                condition=Q(state__in=_GONE, ended_at__isnull=False, ended_by__isnull=False)
                | ~Q(state__in=_GONE) & Q(ended_at=None, ended_by=None),
            ),
            models.CheckConstraint(  # who was proved to ask is somebody
                name="request_proved_person_is_named",
                condition=~Q(identity=Identity.VERIFIED) | Q(person__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class RequestItem(models.Model):
    """One thing that was asked, what was decided about it and why, and when that was carried out."""

    id = models.UUIDField(primary_key=True)
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="items", db_index=False)
    right = models.TextField(choices=Right)
    scope = models.TextField(blank=True, default="")
    outcome = models.TextField(choices=Outcome, blank=True, default="")
    reason_code = models.TextField(choices=Reason, blank=True, default="")
    law = models.TextField(blank=True, default="")
    reasons = models.TextField(blank=True, default="")
    evidence = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    seconded_at = models.DateTimeField(null=True)
    seconded_by = models.UUIDField(null=True)
    carried_out_at = models.DateTimeField(null=True)
    carried_out_by = models.UUIDField(null=True)
    told_at = models.DateTimeField(null=True)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "request": _LINK,
        "right": _HERS,
        "scope": _HERS,
        "outcome": _HERS,
        "reason_code": _HERS,
        "law": _HERS,
        "reasons": _HERS,
        "evidence": _HERS,
        "decided_at": _HERS,
        "decided_by": _STAFF,
        "seconded_at": _HERS,
        "seconded_by": _STAFF,
        "carried_out_at": _HERS,
        "carried_out_by": _STAFF,
        "told_at": _HERS,
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "right", "scope"], name="request_item_is_asked_once"),
            models.CheckConstraint(name="request_item_right_is_known", condition=_known("right", Right)),
            models.CheckConstraint(
                name="request_item_decision_is_whole",
                condition=Q(outcome="", decided_at=None, decided_by=None, carried_out_at=None, told_at=None)
                | Q(outcome__in=Outcome.values, decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(  # 12(4): reasons, with the article they stand in
                name="request_item_refusal_has_reasons",
                condition=Q(outcome__in=["", Outcome.GRANTED, Outcome.NO_DATA], reason_code="", law="")
                | Q(outcome__in=[Outcome.PARTLY, Outcome.REFUSED, Outcome.NOT_IDENTIFIABLE])
                & Q(reason_code__in=Reason.values)
                & ~Q(law="")
                & ~Q(reasons=""),
            ),
            models.CheckConstraint(  # 21(3), 7(3)
                name="request_item_marketing_is_never_refused",
                condition=~Q(right__in=[Right.MARKETING_OBJECTION, Right.WITHDRAWAL])
                | Q(outcome__in=["", Outcome.GRANTED, Outcome.NO_DATA]),
            ),
            models.CheckConstraint(
                name="request_item_second_is_another",
                condition=Q(seconded_at=None, seconded_by=None)
                | Q(seconded_at__isnull=False, seconded_by__isnull=False) & ~Q(seconded_by=F("decided_by")),
            ),
            models.CheckConstraint(  # 12(5): the burden of proof is the company's
                name="request_item_excessive_is_proved_and_seconded",
                condition=~Q(reason_code=Reason.EXCESSIVE)
                | ~Q(evidence="") & (Q(told_at=None) | Q(seconded_at__isnull=False)),
            ),
            models.CheckConstraint(  # nothing is told as granted that nothing has carried out
                name="request_item_granted_is_carried_out",
                condition=Q(told_at=None)
                | ~Q(outcome__in=[Outcome.GRANTED, Outcome.PARTLY])
                | Q(carried_out_at__isnull=False),
            ),
            models.CheckConstraint(
                name="request_item_carried_out_by_somebody",
                condition=Q(carried_out_at=None, carried_out_by=None)
                | Q(carried_out_at__isnull=False, carried_out_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ClockEvent(models.Model):
    """One thing that happened to a request, when and by whom: all that the last days are reckoned from."""

    id = models.BigAutoField(primary_key=True)
    request = models.UUIDField()
    what = models.TextField(choices=Happened)
    doubt = models.TextField(choices=Doubt, blank=True, default="")
    at = models.DateTimeField()
    noted_at = models.DateTimeField()
    actor = models.UUIDField()
    role = models.TextField()
    reasons = models.TextField(blank=True, default="")

    append_only: ClassVar = True
    #: A request goes three years after it was closed, and nothing happens to it after that.
    goes_after: ClassVar = ("noted_at", "36 months")
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the event"),
        "request": _LINK,
        "what": _HERS,
        "doubt": _HERS,
        "at": _HERS,
        "noted_at": _HERS,
        "actor": _STAFF,
        "role": _STAFF,
        "reasons": _HERS,
    }

    class Meta:
        indexes: ClassVar = [models.Index(fields=["request", "id"], name="clock_event_request")]
        constraints: ClassVar = [
            models.CheckConstraint(name="clock_event_is_known", condition=_known("what", Happened)),
            models.CheckConstraint(  # the clock stops only for a question, and only for a reason
                name="clock_event_doubt_has_reason",
                condition=Q(what=Happened.ASKED, doubt__in=Doubt.values) & ~Q(reasons="")
                | Q(what=Happened.ANSWERED, doubt__in=Doubt.values)
                | ~Q(what__in=[Happened.ASKED, Happened.ANSWERED]) & Q(doubt=""),
            ),
            models.CheckConstraint(
                name="clock_event_extension_has_reasons", condition=~Q(what=Happened.EXTENDED) | ~Q(reasons="")
            ),
            models.CheckConstraint(name="clock_event_is_not_ahead", condition=Q(at__lte=F("noted_at"))),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Correspondence(models.Model):
    """What was said between the person and the company in the matter."""

    id = models.UUIDField(primary_key=True)
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="letters")
    letter = models.TextField(choices=Letter)
    way = models.TextField(choices=Way)
    address = models.TextField(blank=True, default="")
    language = models.TextField(choices=Language)
    subject = models.TextField(blank=True, default="")
    text = models.TextField()
    tells_remedies = models.BooleanField(default=False)
    sent_at = models.DateTimeField()
    sent_by = models.UUIDField()
    message_id = models.UUIDField(null=True)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "request": _LINK,
        "letter": _HERS,
        "way": _HERS,
        "address": personal("contact"),
        "language": personal("provenance"),
        "subject": personal("correspondence"),
        "text": personal("rights_request", "correspondence"),
        "tells_remedies": _HERS,
        "sent_at": _HERS,
        "sent_by": _STAFF,
        "message_id": _LINK,
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="correspondence_letter_is_known", condition=_known("letter", Letter)),
            models.CheckConstraint(name="correspondence_way_is_known", condition=_known("way", Way)),
            models.CheckConstraint(name="correspondence_is_not_empty", condition=~Q(text="")),
            models.CheckConstraint(
                name="correspondence_mail_has_address",
                condition=~Q(way=Way.EMAIL) | Q(letter=Letter.FROM_PERSON) | ~Q(address=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class IdentityCheck(models.Model):
    """An attempt to find out who asks. What proved it goes when the matter is closed; that it was proved stays."""

    id = models.UUIDField(primary_key=True)
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="checks", db_index=False)
    method = models.TextField(choices=Method)
    reason = models.TextField()
    contact_points = ArrayField(models.UUIDField(), default=list)
    address = models.TextField(blank=True, default="")
    code = models.BinaryField(max_length=BYTES, null=True)
    code_until_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    evidence = models.TextField(blank=True, default="")
    result = models.TextField(choices=Result, default=Result.OPEN)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "request": _LINK,
        "method": _HERS,
        "reason": _HERS,
        "contact_points": _LINK,
        "address": personal("contact"),
        "code": not_personal("keyed mark of a random number"),
        "code_until_at": not_personal("when the number stops working"),
        "tries": not_personal("how often the number was guessed"),
        "evidence": _HERS,
        "result": _HERS,
        "asked_at": _HERS,
        "asked_by": _STAFF,
        "decided_at": _HERS,
        "decided_by": _STAFF,
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="identity_check_method_is_known", condition=_known("method", Method)),
            models.CheckConstraint(name="identity_check_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="identity_check_tries_are_few", condition=Q(tries__gte=0, tries__lte=5)),
            models.CheckConstraint(
                name="identity_check_code_is_of_an_address",
                condition=Q(code=None) | Q(method=Method.CODE, code_until_at__isnull=False) & ~Q(address=""),
            ),
            models.CheckConstraint(
                name="identity_check_result_is_whole",
                condition=Q(result=Result.OPEN, decided_at=None, decided_by=None)
                | Q(result__in=[Result.VERIFIED, Result.FAILED], decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["request"], name="identity_check_is_one_at_a_time", condition=Q(result=Result.OPEN)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["request", "asked_at"], name="identity_check_request")]

    def __str__(self) -> str:
        return str(self.id)
