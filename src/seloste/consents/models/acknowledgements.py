"""What people have acknowledged, such as that an order cannot be delivered without their address.

An acknowledgement is no consent: it rests on a contract, cannot be withdrawn by itself and opens nothing. It therefore
shares no table, no words and no state with consents, and of the room's files only those named for it read this one.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from seloste.consents.choices import Acknowledged
from seloste.kernel.holdings import Holdings, not_personal, personal


class AcknowledgedText(models.Model):
    """The exact words of an acknowledgement in one language, with the number of the notice filled in."""

    id = models.AutoField(primary_key=True)
    kind = models.TextField(choices=Acknowledged)
    language = models.TextField()
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    first_used_at = models.DateTimeField()

    append_only: ClassVar = True
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the words"),
        "kind": not_personal("name of the acknowledgement in the notice"),
        "language": not_personal("language of the words"),
        "text": not_personal("the public words themselves"),
        "text_hash": not_personal("SHA-256 of the words"),
        "first_used_at": not_personal("when the words were first used"),
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "language", "text_hash"], name="acknowledged_text_is_kept_once"),
            models.CheckConstraint(
                name="acknowledged_text_hash_is_sha256", condition=Q(text_hash__regex=r"^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.text_hash[:12]}"


class Acknowledgement(models.Model):
    """That a person acknowledged the words, on which form and beside which notice. ``about`` names the order.

    Of an order that waits for its person there is only the order's reference: whoever the order comes to belong to,
    the acknowledgement belongs to as well, and once the order is gone it is nobody's.
    """

    id = models.BigAutoField(primary_key=True)
    reference = models.UUIDField(unique=True)
    subject = models.UUIDField(null=True)
    kind = models.TextField(choices=Acknowledged)
    words = models.ForeignKey(AcknowledgedText, on_delete=models.PROTECT, related_name="+", db_index=False)
    notice_version = models.ForeignKey(
        "notices.NoticeVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    notice_hash = models.CharField(max_length=64)
    form = models.TextField()
    about = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    actor = models.UUIDField()
    role = models.TextField()

    append_only: ClassVar = True
    goes_after: ClassVar = ("at", "36 months", "subject")
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the acknowledgement"),
        "reference": personal("provenance"),
        "subject": personal("provenance"),
        "kind": personal("provenance"),
        "words": personal("provenance"),
        "notice_version": personal("provenance"),
        "notice_hash": not_personal("SHA-256 of the published notice"),
        "form": personal("provenance"),
        "about": personal("provenance"),
        "at": personal("provenance"),
        "actor": personal("staff"),
        "role": personal("staff"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject", "id"], name="acknowledgement_by_subject"),
            models.Index(fields=["about"], name="acknowledgement_by_order", condition=Q(subject=None)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="acknowledgement_kind_is_known", condition=Q(kind__in=Acknowledged.values)),
            models.CheckConstraint(name="acknowledgement_names_its_form", condition=~Q(form="")),
            models.CheckConstraint(
                name="acknowledgement_is_somebodys", condition=Q(subject__isnull=False) | ~Q(about="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)
