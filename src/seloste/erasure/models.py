"""What was erased, when and why it was not more; and what may not be erased for now."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from seloste.erasure.choices import UNDER_WAY, Cause, HoldKind, JobState
from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.register.models import Person

_HERS = personal("rights_request")
_STAFF = personal("staff")
_RANDOM = not_personal("random id; goes with the row")


class ErasureJob(models.Model):
    """One erasure of one person: the proof that it was done (art. 5(2)), without a value of anything erased.

    The person is a random id without a foreign key: she may be gone. ``erased`` counts rows by store; ``stays`` says
    of what stays the store, how many, the law, the reason and the last day. ``answer_to`` are the addresses to which
    the answer to her request may go when they themselves are erased; they go when the matter is closed.
    """

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField()
    cause = models.TextField(choices=Cause)
    named = ArrayField(models.TextField(), default=list)
    matter = models.TextField(blank=True, default="")
    item = models.UUIDField(null=True)
    answer_to = models.JSONField(default=list)
    state = models.TextField(choices=JobState, default=JobState.PLANNED)
    planned_at = models.DateTimeField()
    planned_by = models.UUIDField()
    not_before_at = models.DateTimeField()
    codes = ArrayField(models.TextField(), default=list)
    ledgered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    erased = models.JSONField(default=dict)
    stays = models.JSONField(default=list)
    proof = models.BinaryField(max_length=32, null=True)
    tries = models.SmallIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "person": not_personal("random id of somebody who may be gone; goes with the row"),
        "cause": _HERS,
        "named": _HERS,
        "matter": _HERS,
        "item": not_personal("random id of what was asked"),
        "answer_to": personal("contact"),
        "state": _HERS,
        "planned_at": _HERS,
        "planned_by": _STAFF,
        "not_before_at": _HERS,
        "codes": _HERS,
        "ledgered_at": _HERS,
        "ended_at": _HERS,
        "ended_by": _STAFF,
        "erased": _HERS,
        "stays": _HERS,
        "proof": not_personal("SHA-256 over the counts"),
        "tries": not_personal("how often it has failed"),
        "failed_at": not_personal("when it last failed"),
        "error": not_personal("the class of the error, never its words"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["not_before_at"], name="erasure_under_way", condition=Q(state__in=UNDER_WAY)),
            models.Index(fields=["person", "planned_at"], name="erasure_of_person"),
            models.Index(fields=["ended_at"], name="erasure_ended", condition=Q(ended_at__isnull=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="erasure_cause_is_known", condition=Q(cause__in=Cause.values)),
            models.CheckConstraint(name="erasure_state_is_known", condition=Q(state__in=JobState.values)),
            models.CheckConstraint(  # nothing is done that the ledger does not know
                name="erasure_is_ledgered_first",
                condition=~Q(state__in=[JobState.LEDGERED, JobState.VERIFIED]) | Q(ledgered_at__isnull=False),
            ),
            models.CheckConstraint(  # nothing is complete that was not looked for again
                name="erasure_done_is_proved",
                condition=~Q(state=JobState.VERIFIED) | Q(proof__isnull=False),
            ),
            models.CheckConstraint(
                name="erasure_end_is_whole",
                condition=Q(state__in=UNDER_WAY, ended_at=None, ended_by=None)
                | Q(state__in=[JobState.VERIFIED, JobState.STOPPED], ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["person", "cause", "matter"], name="erasure_is_one_at_a_time", condition=Q(state__in=UNDER_WAY)
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Hold(models.Model):
    """Everything about a person is kept for now, whatever its time: for a claim or by order of an authority.

    It must be looked at again by ``review_on``; a hold past that day is an alarm, not a licence (I57).
    """

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField(choices=HoldKind)
    reason = models.TextField()
    review_on = models.DateField()
    until = models.DateField(null=True)
    placed_at = models.DateTimeField()
    placed_by = models.UUIDField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.UUIDField(null=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.UUIDField(null=True)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "person": not_personal("link between rows; goes with the row"),
        "kind": _HERS,
        "reason": _HERS,
        "review_on": _HERS,
        "until": _HERS,
        "placed_at": _HERS,
        "placed_by": _STAFF,
        "reviewed_at": _HERS,
        "reviewed_by": _STAFF,
        "released_at": _HERS,
        "released_by": _STAFF,
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["review_on"], name="hold_to_review", condition=Q(released_at=None)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="hold_kind_is_known", condition=Q(kind__in=HoldKind.values)),
            models.CheckConstraint(name="hold_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="hold_release_is_whole",
                condition=Q(released_at=None, released_by=None)
                | Q(released_at__isnull=False, released_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["person", "kind"], name="hold_is_one_at_a_time", condition=Q(released_at=None)
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
