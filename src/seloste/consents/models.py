"""What people have consented and objected to: events that are only added, and whose present state is their fold.

The person is named by id without a foreign key: a withdrawal must be possible, and must stay, after an erasure.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from seloste.consents.choices import Channel, ConsentState, ObjectionState, SuppressionReason
from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.register.choices import Source


class Wording(models.Model):
    """The exact words of a consent in one language. A row never changes, so an event can always show what was said."""

    id = models.AutoField(primary_key=True)
    key = models.TextField()
    purpose = models.TextField()
    channel = models.TextField(choices=Channel)
    language = models.TextField()
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    first_used_at = models.DateTimeField()

    append_only: ClassVar = True
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the wording"),
        "key": not_personal("name of the consent in the notice"),
        "purpose": not_personal("declared purpose"),
        "channel": not_personal("declared channel"),
        "language": not_personal("language of the words"),
        "text": not_personal("the public words themselves"),
        "text_hash": not_personal("SHA-256 of the words"),
        "first_used_at": not_personal("when the words were first used"),
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "language", "text_hash"], name="wording_is_kept_once"),
            models.CheckConstraint(name="wording_hash_is_sha256", condition=Q(text_hash__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.language}, {self.text_hash[:12]})"


class ConsentEvent(models.Model):
    """What happened to one consent of one person: what, to which words, how we know, by whom."""

    id = models.BigAutoField(primary_key=True)
    reference = models.UUIDField(unique=True)
    subject = models.UUIDField()
    purpose = models.TextField()
    channel = models.TextField(choices=Channel)
    state = models.TextField(choices=ConsentState)
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="+", db_index=False)
    notice_version = models.ForeignKey(
        "notices.NoticeVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    source = models.TextField(choices=Source)
    evidence = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    actor = models.UUIDField()
    role = models.TextField()
    valid_until = models.DateField(null=True)

    append_only: ClassVar = True
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the event"),
        "reference": personal("consent"),
        "subject": personal("consent"),
        "purpose": personal("consent"),
        "channel": personal("consent"),
        "state": personal("consent"),
        "wording": personal("consent"),
        "notice_version": personal("provenance"),
        "source": personal("provenance"),
        "evidence": personal("consent"),
        "at": personal("consent"),
        "actor": personal("staff"),
        "role": personal("staff"),
        "valid_until": personal("consent"),
    }

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject", "purpose", "channel", "id"], name="consent_by_subject")]
        constraints: ClassVar = [
            models.CheckConstraint(name="consent_state_is_known", condition=Q(state__in=ConsentState.values)),
            models.CheckConstraint(name="consent_channel_is_known", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(name="consent_source_is_known", condition=Q(source__in=Source.values)),
            models.CheckConstraint(  # the closed list S6.2 is where nobody can have consented
                name="consent_comes_from_the_person",
                condition=~Q(state__in=[ConsentState.GIVEN, ConsentState.RENEWED])
                | ~Q(source__in=[Source.WEB_PAGE, Source.DIRECTORY, Source.COMPANY]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)


class ObjectionEvent(models.Model):
    """An objection to one purpose (art. 21), or its lifting by her: a fact of its own, apart from any consent."""

    id = models.BigAutoField(primary_key=True)
    reference = models.UUIDField(unique=True)
    subject = models.UUIDField()
    purpose = models.TextField()
    state = models.TextField(choices=ObjectionState)
    source = models.TextField(choices=Source)
    evidence = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    actor = models.UUIDField()
    role = models.TextField()

    append_only: ClassVar = True
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the event"),
        "reference": personal("consent"),
        "subject": personal("consent"),
        "purpose": personal("consent"),
        "state": personal("consent"),
        "source": personal("provenance"),
        "evidence": personal("consent"),
        "at": personal("consent"),
        "actor": personal("staff"),
        "role": personal("staff"),
    }

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject", "purpose", "id"], name="objection_by_subject")]
        constraints: ClassVar = [
            models.CheckConstraint(name="objection_state_is_known", condition=Q(state__in=ObjectionState.values)),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Suppression(models.Model):
    """An address not to be contacted, as a keyed mark. The key is outside the database, so the mark tells nothing.

    It survives the erasure of the person, an import and a restore: it is how we remember not to write.
    """

    id = models.BigAutoField(primary_key=True)
    mark = models.BinaryField(max_length=32)
    channel = models.TextField(choices=Channel)
    reason = models.TextField(choices=SuppressionReason)
    at = models.DateTimeField()
    actor = models.UUIDField()

    append_only: ClassVar = True
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number"),
        "mark": personal("consent"),
        "channel": personal("consent"),
        "reason": personal("consent"),
        "at": personal("consent"),
        "actor": personal("staff"),
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mark", "channel", "reason"], name="suppression_is_kept_once"),
            models.CheckConstraint(
                name="suppression_reason_is_known", condition=Q(reason__in=SuppressionReason.values)
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
