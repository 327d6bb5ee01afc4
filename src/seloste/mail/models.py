"""The outbox: one row for each recipient and message, and each of its fates.

The person is named by id without a foreign key: what was sent must be known after an erasure too.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from seloste.consents.choices import Rule
from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.mail.choices import KeepBody, MessageKind, MessageState, Why

#: After these a mail server may have the message.
_WENT = [MessageState.HANDED_OVER, MessageState.ACCEPTED, MessageState.UNKNOWN]


class Message(models.Model):
    """A message to one recipient. Its mark towards mail servers (Message-ID) is fixed when it is made."""

    id = models.UUIDField(primary_key=True)
    key = models.TextField(unique=True)
    kind = models.TextField(choices=MessageKind)
    purpose = models.TextField()
    person = models.UUIDField(null=True)
    address = models.TextField()
    address_mark = models.BinaryField(max_length=32)
    language = models.TextField()
    subject = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    one_click_url = models.TextField(blank=True, default="")
    preferences_url = models.TextField(blank=True, default="")
    is_automatic = models.BooleanField()
    message_id = models.TextField(unique=True)
    notice_version = models.ForeignKey(
        "notices.NoticeVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    queued_at = models.DateTimeField()
    queued_by = models.UUIDField()
    queued_rule = models.TextField(choices=Rule)
    queued_evidence = models.TextField(blank=True, default="")
    released_at = models.DateTimeField(null=True)
    released_rule = models.TextField(choices=Rule, blank=True, default="")
    released_evidence = models.TextField(blank=True, default="")
    carries = models.JSONField(default=list, blank=True)
    content_hash = models.CharField(max_length=64, blank=True, default="")
    state = models.TextField(choices=MessageState, default=MessageState.QUEUED)
    why = models.TextField(choices=Why, blank=True, default="")
    reply = models.TextField(blank=True, default="")
    attempts = models.SmallIntegerField(default=0)
    resent = models.SmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.IntegerField(default=0)
    unknown_since_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    keep_for = models.TextField(choices=KeepBody, blank=True, default="")
    body_until = models.DateField(null=True)
    keep_until = models.DateField()

    holds: ClassVar[Holdings] = {
        "id": not_personal("random id; goes with the row"),
        "key": not_personal("name of the occasion, made of random ids; makes asking twice one message"),
        "kind": personal("correspondence"),
        "purpose": personal("correspondence"),
        "person": not_personal("link between rows; goes with the row"),
        "address": personal("contact"),
        "address_mark": personal("contact"),
        "language": personal("correspondence"),
        "subject": personal("correspondence"),
        "text": personal("correspondence"),
        "html": personal("correspondence"),
        "one_click_url": personal("correspondence"),
        "preferences_url": personal("correspondence"),
        "is_automatic": not_personal("whether a person or the system itself asked for it"),
        "message_id": not_personal("random mark of the message towards mail servers"),
        "notice_version": personal("provenance"),
        "queued_at": personal("correspondence"),
        "queued_by": personal("staff"),
        "queued_rule": personal("provenance"),
        "queued_evidence": personal("provenance"),
        "released_at": personal("correspondence"),
        "released_rule": personal("provenance"),
        "released_evidence": personal("provenance"),
        "carries": personal("correspondence"),
        "content_hash": not_personal("SHA-256 of the message as it was handed over"),
        "state": personal("correspondence"),
        "why": personal("correspondence"),
        "reply": personal("correspondence"),
        "attempts": not_personal("how often it has been tried"),
        "resent": not_personal("how often it was sent again without knowing of the first"),
        "next_try_at": not_personal("when it is tried next"),
        "lease_until": not_personal("until when a process holds it"),
        "fence": not_personal("how often a process has taken it"),
        "unknown_since_at": not_personal("since when its fate is not known"),
        "ended_at": personal("correspondence"),
        "ended_by": personal("staff"),
        "keep_for": not_personal("which rule says how long its words are kept"),
        "body_until": not_personal("last day of its words"),
        "keep_until": not_personal("last day of the row"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_try_at", "id"], name="message_due", condition=Q(state=MessageState.QUEUED)),
            models.Index(
                fields=["lease_until"],
                name="message_held",
                condition=Q(state__in=[MessageState.CLAIMED, MessageState.HANDED_OVER]),
            ),
            models.Index(
                fields=["next_try_at"],
                name="message_unknown",
                condition=Q(state=MessageState.UNKNOWN, next_try_at__isnull=False),
            ),
            models.Index(fields=["person", "queued_at"], name="message_of_person", condition=Q(person__isnull=False)),
            models.Index(fields=["address_mark"], name="message_to_nobody", condition=Q(person=None)),
            models.Index(fields=["state", "-queued_at", "-id"], name="message_listed"),  # the desk's list by state
            models.Index(fields=["body_until"], name="message_body_ends", condition=~Q(text="")),
            models.Index(fields=["keep_until"], name="message_ends"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="message_kind_is_known", condition=Q(kind__in=MessageKind.values)),
            models.CheckConstraint(name="message_state_is_known", condition=Q(state__in=MessageState.values)),
            models.CheckConstraint(name="message_why_is_known", condition=Q(why__in=["", *Why.values])),
            models.CheckConstraint(name="message_keep_is_known", condition=Q(keep_for__in=KeepBody.values)),
            models.CheckConstraint(  # what mail servers say repeats the address: it is taken out before
                name="message_reply_names_no_address", condition=~Q(reply__contains="@")
            ),
            models.CheckConstraint(  # one envelope, one recipient
                name="message_has_one_recipient", condition=Q(address__regex=r"^[^\s,;<>@\"()]+@[^\s,;<>@\"()]+$")
            ),
            models.CheckConstraint(
                name="message_subject_is_one_line", condition=~Q(subject__regex=r"[\r\n]"), violation_error_message=""
            ),
            models.CheckConstraint(
                name="message_mark_is_whole", condition=Q(message_id__regex=r"^<[0-9a-f]{32}@[a-z0-9.-]+>$")
            ),
            models.CheckConstraint(
                name="message_waits_for_a_time",
                condition=~Q(state=MessageState.QUEUED)
                | Q(next_try_at__isnull=False, lease_until=None, ended_at=None, unknown_since_at=None),
            ),
            models.CheckConstraint(
                name="message_is_held_for_a_time",
                condition=~Q(state__in=[MessageState.CLAIMED, MessageState.HANDED_OVER])
                | Q(lease_until__isnull=False, next_try_at=None, ended_at=None, fence__gt=0),
            ),
            models.CheckConstraint(  # nothing reaches a mail server without a decision that allows it
                name="message_went_by_a_rule",
                condition=~Q(state__in=_WENT)
                | Q(released_at__isnull=False) & ~Q(released_rule="") & ~Q(content_hash=""),
            ),
            models.CheckConstraint(
                name="message_end_is_whole",
                condition=~Q(state__in=[MessageState.ACCEPTED, MessageState.FAILED, MessageState.CANCELLED])
                | Q(ended_at__isnull=False, body_until__isnull=False, lease_until=None, next_try_at=None),
            ),
            models.CheckConstraint(
                name="message_says_why",
                condition=~Q(state__in=[MessageState.FAILED, MessageState.CANCELLED, MessageState.UNKNOWN])
                | ~Q(why=""),
            ),
            models.CheckConstraint(
                name="message_unknown_is_asked_about_or_closed",
                condition=~Q(state=MessageState.UNKNOWN)
                | Q(lease_until=None, unknown_since_at__isnull=False)
                & (Q(next_try_at__isnull=False, ended_at=None) | Q(next_try_at=None, ended_at__isnull=False)),
            ),
            models.CheckConstraint(  # marketing always has its way out; nothing else carries one (917/2014 203 §)
                name="message_opt_out_is_marketings",
                condition=Q(kind=MessageKind.MARKETING) & (~Q(one_click_url="") & ~Q(preferences_url="") | Q(text=""))
                | ~Q(kind=MessageKind.MARKETING) & Q(one_click_url="", preferences_url=""),
            ),
            models.CheckConstraint(
                name="message_to_leave_has_words",
                condition=~Q(state__in=[MessageState.QUEUED, MessageState.CLAIMED]) | ~Q(text="") & ~Q(subject=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Enclosure(models.Model):
    """A file that goes with a message, and goes when the message's words go."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="enclosures")
    name = models.TextField()
    content_type = models.TextField()
    content = models.BinaryField()

    holds: ClassVar[Holdings] = {
        "id": not_personal("running number"),
        "message": not_personal("link between rows; goes with the row"),
        "name": personal("correspondence"),
        "content_type": not_personal("kind of the file"),
        "content": personal("correspondence"),
    }

    def __str__(self) -> str:
        return str(self.pk)


class MessageEvent(models.Model):
    """One fate of a message, when it met it and why. Only added to; the message is named by its id."""

    id = models.BigAutoField(primary_key=True)
    message = models.UUIDField()
    at = models.DateTimeField()
    state = models.TextField(choices=MessageState)
    why = models.TextField(choices=Why, blank=True, default="")
    verb = models.TextField(blank=True, default="")
    reply = models.TextField(blank=True, default="")
    fence = models.IntegerField()
    actor = models.UUIDField()
    keep_until = models.DateField()

    append_only: ClassVar = True
    goes_after: ClassVar = ("keep_until",)
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the event"),
        "message": not_personal("link between rows; goes with the row"),
        "at": personal("correspondence"),
        "state": personal("correspondence"),
        "why": personal("correspondence"),
        "verb": not_personal("the step of the exchange with the mail server"),
        "reply": personal("correspondence"),
        "fence": not_personal("how often a process had taken the message"),
        "actor": personal("staff"),
        "keep_until": not_personal("last day of the event"),
    }

    class Meta:
        indexes: ClassVar = [models.Index(fields=["message", "id"], name="message_events")]
        constraints: ClassVar = [
            models.CheckConstraint(name="message_event_state_is_known", condition=Q(state__in=MessageState.values)),
            models.CheckConstraint(  # replies of mail servers repeat the address: it is taken out before
                name="message_event_names_no_address", condition=~Q(reply__contains="@")
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Home(models.Model):
    """The one database and installation from which messages leave. A copy carries this row and fits it no more."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    installation = models.TextField()
    cluster = models.TextField()
    database = models.TextField()
    claims = models.BigIntegerField(default=0)
    adopted_at = models.DateTimeField()
    adopted_by = models.UUIDField()
    relay_trouble = models.TextField(blank=True, default="")
    relay_trouble_at = models.DateTimeField(null=True)

    holds: ClassVar[Holdings] = {
        "id": not_personal("always one: there is one home"),
        "installation": not_personal("random id of the installation"),
        "cluster": not_personal("the database server's own number and timeline"),
        "database": not_personal("number and name of the database"),
        "claims": not_personal("how often messages have been taken for sending"),
        "adopted_at": not_personal("since when messages leave from here"),
        "adopted_by": personal("staff"),
        "relay_trouble": not_personal("what the mail server last said when it could not be used"),
        "relay_trouble_at": not_personal("since when the mail server cannot be used"),
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="home_is_one", condition=Q(id=1)),
            models.CheckConstraint(name="home_names_no_address", condition=~Q(relay_trouble__contains="@")),
        ]

    def __str__(self) -> str:
        return self.installation
