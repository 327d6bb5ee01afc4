"""What was given to whom, and what the recipients have to be told. Persons are ids alone: both outlive an erasure."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from seloste.disclosures.choices import Because, How, Impossible, NoticeState
from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.register.choices import Language

_RANDOM = not_personal("random id; goes with the row")
_HERS = personal("rights_request")
_STAFF = personal("staff")


class Disclosure(models.Model):
    """Data of one person were given to one declared recipient. Rows are added and never changed.

    ``mechanism`` is that of the transfer, where the recipient is outside the EEA. ``reference`` is under which number
    it can be shown (a letter, a file, an order); it is emptied when the person is erased.
    """

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField()
    recipient = models.TextField()
    categories = ArrayField(models.TextField())
    purpose = models.TextField()
    basis = models.TextField()
    mechanism = models.TextField(blank=True, default="")
    given_at = models.DateTimeField()
    how = models.TextField(choices=How)
    reference = models.TextField(blank=True, default="")
    noted_at = models.DateTimeField()
    noted_by = models.UUIDField()
    keep_until = models.DateField()

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "person": _HERS,
        "recipient": _HERS,
        "categories": _HERS,
        "purpose": _HERS,
        "basis": _HERS,
        "mechanism": not_personal("the recipient's mechanism of transfer, as the notice declares it"),
        "given_at": _HERS,
        "how": _HERS,
        "reference": _HERS,
        "noted_at": _HERS,
        "noted_by": _STAFF,
        "keep_until": not_personal("reckoned from the day on which the data were given"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "recipient"], name="disclosure_by_person"),
            models.Index(fields=["keep_until"], name="disclosure_by_end"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="disclosure_how_is_known", condition=Q(how__in=How.values)),
            models.CheckConstraint(name="disclosure_is_of_something", condition=Q(categories__len__gt=0)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class RecipientNotice(models.Model):
    """A recipient has to be told of something that was done to data it was given (art. 19), once for each matter.

    ``words`` say whom it concerns and what changed; they are sealed, and gone as soon as the notice is settled.
    ``keep_until`` is reckoned when it is.
    """

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField()
    recipient = models.TextField()
    because = models.TextField(choices=Because)
    matter = models.TextField()
    language = models.TextField(choices=Language)
    words = models.BinaryField(null=True)
    state = models.TextField(choices=NoticeState, default=NoticeState.DUE)
    created_at = models.DateTimeField()
    created_by = models.UUIDField()
    message = models.UUIDField(null=True)
    mailed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    how = models.TextField(choices=How, blank=True, default="")
    reason = models.TextField(choices=Impossible, blank=True, default="")
    keep_until = models.DateField(null=True)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "person": _HERS,
        "recipient": _HERS,
        "because": _HERS,
        "matter": _HERS,
        "language": not_personal("the language of the recipient"),
        "words": personal("identity", "contact", "rights_request"),
        "state": _HERS,
        "created_at": _HERS,
        "created_by": _STAFF,
        "message": not_personal("link to the message that told the recipient; it names nobody"),
        "mailed_at": _HERS,
        "settled_at": _HERS,
        "settled_by": _STAFF,
        "how": _HERS,
        "reason": _HERS,
        "keep_until": not_personal("reckoned from the day on which the recipient was told"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="recipient_notice_due", condition=Q(state=NoticeState.DUE)),
            models.Index(fields=["person"], name="recipient_notice_by_person"),
            models.Index(fields=["keep_until"], name="recipient_notice_by_end"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "recipient", "because", "matter"], name="recipient_notice_is_one_a_matter"
            ),
            models.CheckConstraint(name="recipient_notice_because_is_known", condition=Q(because__in=Because.values)),
            models.CheckConstraint(
                name="recipient_notice_end_is_whole",
                condition=Q(state=NoticeState.DUE, words__isnull=False, settled_at=None, settled_by=None)
                & Q(how="", reason="", keep_until=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False, keep_until__isnull=False, words=None)
                & (
                    Q(state=NoticeState.SENT, how__in=How.values, reason="")
                    | Q(state=NoticeState.IMPOSSIBLE, how="", reason__in=Impossible.values)
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
