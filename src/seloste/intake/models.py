"""What reaches the register from outside: messages that wait for a person's decision, and what has happened."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from seloste.intake.choices import Direction, InteractionKind, SubmissionState
from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.register.models import Item


class Submission(models.Model):
    """A message from a public form. It changes nobody: it waits until an employee accepts or declines it.

    Accepting moves its content into the register and empties it here, so there is one copy and not two.
    """

    id = models.UUIDField(primary_key=True)
    reference = models.CharField(max_length=12, unique=True)
    token = models.UUIDField(unique=True)
    form = models.TextField()
    language = models.TextField()
    notice_version = models.ForeignKey(
        "notices.NoticeVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    received_at = models.DateTimeField()
    name = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    phone = models.TextField(blank=True, default="")
    company = models.TextField(blank=True, default="")
    message = models.TextField(blank=True, default="")
    state = models.TextField(choices=SubmissionState, default=SubmissionState.WAITING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    person = models.ForeignKey("register.Person", null=True, on_delete=models.PROTECT, related_name="+")

    holds: ClassVar[Holdings] = {
        "id": not_personal("random id; goes with the row"),
        "reference": personal("correspondence"),
        "token": not_personal("random mark of the form that was sent; makes sending twice one message"),
        "form": personal("provenance"),
        "language": personal("provenance"),
        "notice_version": personal("provenance"),
        "received_at": personal("provenance"),
        "name": personal("identity"),
        "email": personal("contact"),
        "phone": personal("contact"),
        "company": personal("organisation"),
        "message": personal("correspondence", "feedback"),
        "state": personal("provenance"),
        "decided_at": personal("provenance"),
        "decided_by": personal("staff"),
        "person": not_personal("link between rows; goes with the row"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "received_at"], name="submission_waiting"),
            models.Index(Lower("email"), name="submission_by_email", condition=~Q(email="")),
            models.Index(fields=["phone"], name="submission_by_phone", condition=~Q(phone="")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="submission_state_is_known", condition=Q(state__in=SubmissionState.values)),
            models.CheckConstraint(
                name="submission_decision_is_whole",
                condition=Q(state=SubmissionState.WAITING, decided_at=None, decided_by=None)
                | ~Q(state=SubmissionState.WAITING) & Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="submission_accepted_is_moved",
                condition=~Q(state=SubmissionState.ACCEPTED)
                | Q(person__isnull=False, name="", email="", phone="", company="", message=""),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Interaction(Item):
    """A call, a meeting, a message: what was said, told by the employee or by the person's own words."""

    kind = models.TextField(choices=InteractionKind)
    direction = models.TextField(choices=Direction, default=Direction.IN)
    occurred_at = models.DateTimeField()
    text = models.TextField()
    reference = models.CharField(max_length=12, blank=True, default="")

    holds: ClassVar[Holdings] = {
        **Item.item_holds,
        "kind": personal("correspondence"),
        "direction": personal("correspondence"),
        "occurred_at": personal("correspondence"),
        "text": personal("correspondence"),
        "reference": personal("correspondence"),
    }

    class Meta(Item.Meta):
        indexes: ClassVar = [
            models.Index(fields=["reference"], name="interaction_reference", condition=~Q(reference=""))
        ]
        constraints: ClassVar = [
            *Item.Meta.constraints,
            models.CheckConstraint(name="interaction_kind_is_known", condition=Q(kind__in=InteractionKind.values)),
            models.CheckConstraint(name="interaction_direction_is_known", condition=Q(direction__in=Direction.values)),
            models.CheckConstraint(name="interaction_is_not_empty", condition=~Q(text="")),
        ]
