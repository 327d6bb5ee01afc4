"""What people have consented and objected to: events that are only added, and whose present state is their fold.

The person is named by id without a foreign key: a withdrawal must be possible, and must stay, after an erasure.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from seloste.consents.choices import (
    Cause,
    Channel,
    ConsentState,
    EvidenceKind,
    ObjectionState,
    SuppressionReason,
    SuppressionState,
)
from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.kernel.marks import BYTES
from seloste.register.choices import Source

_IS_YES = Q(state__in=[ConsentState.GIVEN, ConsentState.RENEWED])
_ENDED = [ConsentState.EXPIRED, ConsentState.INVALIDATED, ConsentState.SUPERSEDED]
#: What happens to a consent without the person: we ask, or notice that it no longer holds.
_OUR_DOING = [ConsentState.REQUESTED, ConsentState.PENDING, *_ENDED]

#: Evidence of a known kind and day, in the hands of a person; the day is not known only of what came before this rule.
_PROVEN = (
    Q(evidence_kind__in=EvidenceKind.values)
    & (Q(evidence_on__isnull=False) | Q(evidence_kind=EvidenceKind.EARLIER))
    & ~Q(evidence="")
    & ~Q(role__in=["system", "operator"])
)


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
    source = models.TextField(choices=Source, blank=True, default="")
    form = models.TextField(blank=True, default="")
    evidence_kind = models.TextField(choices=EvidenceKind, blank=True, default="")
    evidence = models.TextField(blank=True, default="")
    evidence_on = models.DateField(null=True)
    mark = models.BinaryField(max_length=BYTES, null=True)
    cause = models.TextField(choices=Cause, blank=True, default="")
    at = models.DateTimeField()
    actor = models.UUIDField()
    role = models.TextField()
    valid_until = models.DateField(null=True)

    append_only: ClassVar = True
    goes_after: ClassVar = ("at", "36 months")
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
        "form": personal("provenance"),
        "evidence_kind": personal("consent"),
        "evidence": personal("consent"),
        "evidence_on": personal("consent"),
        "mark": personal("consent"),
        "cause": personal("consent"),
        "at": personal("consent"),
        "actor": personal("staff"),
        "role": personal("staff"),
        "valid_until": personal("consent"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject", "purpose", "channel", "id"], name="consent_by_subject"),
            models.Index(fields=["valid_until"], name="consent_by_end", condition=_IS_YES),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="consent_state_is_known", condition=Q(state__in=ConsentState.values)),
            models.CheckConstraint(name="consent_channel_is_known", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(  # what we did by ourselves came from nowhere
                name="consent_source_is_known",
                condition=Q(source__in=Source.values) | Q(source="", state__in=_OUR_DOING),
            ),
            models.CheckConstraint(  # the closed list S6.2 is where nobody can have consented
                name="consent_comes_from_the_person",
                condition=~_IS_YES | ~Q(source__in=[Source.WEB_PAGE, Source.DIRECTORY, Source.COMPANY]),
            ),
            models.CheckConstraint(  # art. 7(1): no import, no sweep and no command line consents for anybody
                name="consent_is_given_with_evidence",
                condition=~_IS_YES | _PROVEN,
            ),
            models.CheckConstraint(
                name="consent_evidence_is_known", condition=Q(evidence_kind__in=["", *EvidenceKind.values])
            ),
            models.CheckConstraint(  # only she who reads the mail can confirm from the address
                name="consent_is_confirmed_by_herself",
                condition=~Q(evidence_kind=EvidenceKind.CONFIRMED) | Q(role="visitor"),
            ),
            models.CheckConstraint(
                name="consent_ends_for_a_cause",
                condition=Q(cause__in=Cause.values, state__in=_ENDED) | Q(cause="") & ~Q(state__in=_ENDED),
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
    evidence_kind = models.TextField(choices=EvidenceKind, blank=True, default="")
    evidence = models.TextField(blank=True, default="")
    evidence_on = models.DateField(null=True)
    at = models.DateTimeField()
    actor = models.UUIDField()
    role = models.TextField()

    append_only: ClassVar = True
    goes_after: ClassVar = ("at", "36 months")
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the event"),
        "reference": personal("consent"),
        "subject": personal("consent"),
        "purpose": personal("consent"),
        "state": personal("consent"),
        "source": personal("provenance"),
        "evidence_kind": personal("consent"),
        "evidence": personal("consent"),
        "evidence_on": personal("consent"),
        "at": personal("consent"),
        "actor": personal("staff"),
        "role": personal("staff"),
    }

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject", "purpose", "id"], name="objection_by_subject")]
        constraints: ClassVar = [
            models.CheckConstraint(name="objection_state_is_known", condition=Q(state__in=ObjectionState.values)),
            models.CheckConstraint(
                name="objection_evidence_is_known", condition=Q(evidence_kind__in=["", *EvidenceKind.values])
            ),
            models.CheckConstraint(
                name="objection_is_lifted_with_evidence",
                condition=~Q(state=ObjectionState.LIFTED) | _PROVEN,
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Suppression(models.Model):
    """A word about an address: not to be contacted, or allowed again. The address is a keyed mark.

    The key is outside the database, so the mark tells nothing. It survives the erasure of the person, an import and a
    restore: it is how we remember not to write. An address stands on the list while, for any reason, the last word
    about it is ``added``.
    """

    id = models.BigAutoField(primary_key=True)
    mark = models.BinaryField(max_length=BYTES)
    channel = models.TextField(choices=Channel)
    reason = models.TextField(choices=SuppressionReason)
    state = models.TextField(choices=SuppressionState, default=SuppressionState.ADDED)
    evidence_kind = models.TextField(choices=EvidenceKind, blank=True, default="")
    evidence = models.TextField(blank=True, default="")
    evidence_on = models.DateField(null=True)
    at = models.DateTimeField()
    actor = models.UUIDField()
    role = models.TextField(blank=True, default="")

    append_only: ClassVar = True
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the event"),
        "mark": personal("consent"),
        "channel": personal("consent"),
        "reason": personal("consent"),
        "state": personal("consent"),
        "evidence_kind": personal("consent"),
        "evidence": personal("consent"),
        "evidence_on": personal("consent"),
        "at": personal("consent"),
        "actor": personal("staff"),
        "role": personal("staff"),
    }

    class Meta:
        indexes: ClassVar = [models.Index(fields=["mark", "channel", "reason", "id"], name="suppression_by_mark")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="suppression_reason_is_known", condition=Q(reason__in=SuppressionReason.values)
            ),
            models.CheckConstraint(name="suppression_state_is_known", condition=Q(state__in=SuppressionState.values)),
            models.CheckConstraint(name="suppression_channel_is_known", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(
                name="suppression_evidence_is_known", condition=Q(evidence_kind__in=["", *EvidenceKind.values])
            ),
            models.CheckConstraint(
                name="suppression_is_lifted_with_evidence",
                condition=~Q(state=SuppressionState.LIFTED) | _PROVEN,
            ),
            models.CheckConstraint(  # who was erased comes back by her own hand, or not at all
                name="suppression_of_the_erased_is_lifted_by_herself",
                condition=~Q(state=SuppressionState.LIFTED, reason=SuppressionReason.ERASED)
                | Q(evidence_kind=EvidenceKind.CONFIRMED, role="visitor"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
