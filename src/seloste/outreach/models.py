"""What waits for a person's confirmation, and what was sent to whom."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from seloste.consents.choices import Rule
from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.kernel.marks import BYTES
from seloste.outreach.choices import MailingState, Opens
from seloste.register.choices import Language

_RANDOM = not_personal("random id; goes with the row")
_LINK = not_personal("link between rows; goes with the row")


class Asked(models.Model):
    """Somebody asked for a link to an address, and perhaps for a newsletter; the person at the address has the word.

    It waits two days and goes. It looks the same whether or not the register knows the address. What opens one's own
    data has no code before its letter is written (``mydata``).
    """

    id = models.UUIDField(primary_key=True)
    mark = models.BinaryField(max_length=BYTES)
    address = models.TextField()
    opens = models.TextField(choices=Opens, default=Opens.PREFERENCES)
    wanted = ArrayField(models.TextField(), default=list)
    words = ArrayField(models.CharField(max_length=64), default=list)
    language = models.TextField(choices=Language)
    notice_version = models.ForeignKey(
        "notices.NoticeVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    until_at = models.DateTimeField()
    code = models.BinaryField(max_length=BYTES)
    code_until_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    code_used_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    message_id = models.UUIDField(null=True)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "mark": personal("contact"),
        "address": personal("contact"),
        "opens": personal("provenance"),
        "wanted": personal("consent"),
        "words": not_personal("SHA-256 of the public words that were shown"),
        "language": personal("provenance"),
        "notice_version": personal("provenance"),
        "asked_at": personal("provenance"),
        "until_at": not_personal("when the row goes"),
        "code": not_personal("keyed mark of a random number"),
        "code_until_at": not_personal("when the number stops working"),
        "tries": not_personal("how often the number was guessed"),
        "code_used_at": personal("provenance"),
        "confirmed_at": personal("consent"),
        "message_id": _LINK,
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["mark", "-asked_at"], name="asked_by_mark"),
            models.Index(fields=["until_at"], name="asked_until"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="asked_language_is_known", condition=Q(language__in=Language.values)),
            models.CheckConstraint(name="asked_opens_is_known", condition=Q(opens__in=Opens.values)),
            models.CheckConstraint(name="asked_tries_are_few", condition=Q(tries__gte=0, tries__lte=5)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Mailing(models.Model):
    """One letter to many: written, its audience chosen and frozen, sent once. Each step is done by somebody."""

    id = models.UUIDField(primary_key=True)
    state = models.TextField(choices=MailingState, default=MailingState.DRAFT)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    changed_at = models.DateTimeField()
    changed_by = models.UUIDField()
    chosen_at = models.DateTimeField(null=True)
    chosen_by = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.UUIDField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)
    reached = models.BigIntegerField(default=0)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "state": not_personal("where the letter stands"),
        "made_at": personal("staff"),
        "made_by": personal("staff"),
        "changed_at": personal("staff"),
        "changed_by": personal("staff"),
        "chosen_at": personal("staff"),
        "chosen_by": personal("staff"),
        "sent_at": personal("staff"),
        "sent_by": personal("staff"),
        "stopped_at": personal("staff"),
        "stopped_by": personal("staff"),
        "done_at": not_personal("when the last message was handed to the outbox"),
        "reached": not_personal("how far the list has been handed to the outbox"),
    }

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state"], name="mailing_state")]
        constraints: ClassVar = [
            models.CheckConstraint(name="mailing_state_is_known", condition=Q(state__in=MailingState.values)),
            models.CheckConstraint(
                name="mailing_is_chosen_before_it_is_sent",
                condition=Q(sent_at=None) | Q(chosen_at__isnull=False, sent_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Letter(models.Model):
    """The words of a mailing in one language."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="letters", db_index=False)
    language = models.TextField(choices=Language)
    subject = models.TextField()
    text = models.TextField()

    holds: ClassVar[Holdings] = {
        "id": not_personal("running number"),
        "mailing": _LINK,
        "language": not_personal("language of the words"),
        "subject": not_personal("words for many readers, about our services"),
        "text": not_personal("words for many readers, about our services"),
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailing", "language"], name="letter_is_one_in_a_language"),
            models.CheckConstraint(name="letter_language_is_known", condition=Q(language__in=Language.values)),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Recipient(models.Model):
    """Who gets a mailing, at which address, by which rule and on what evidence: frozen when the audience was chosen."""

    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="+", db_index=False)
    person_id = models.UUIDField()
    address = models.TextField()
    mark = models.BinaryField(max_length=BYTES)
    language = models.TextField(choices=Language)
    rule = models.TextField(choices=Rule)
    evidence = models.TextField(blank=True, default="")
    message_id = models.UUIDField(null=True)
    denied = models.TextField(choices=Rule, blank=True, default="")

    holds: ClassVar[Holdings] = {
        "id": not_personal("running number; the order of sending"),
        "mailing": _LINK,
        "person_id": personal("consent"),
        "address": personal("contact"),
        "mark": personal("contact"),
        "language": personal("provenance"),
        "rule": personal("consent"),
        "evidence": personal("consent"),
        "message_id": _LINK,
        "denied": personal("consent"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person_id"], name="recipient_of_person"),
            models.Index(fields=["mark"], name="recipient_by_mark"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailing", "person_id"], name="recipient_is_one_person"),
            models.UniqueConstraint(fields=["mailing", "mark"], name="recipient_is_one_address"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Tally(models.Model):
    """How many a mailing reaches or leaves out by each rule. Who was left out is not kept."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="tallies", db_index=False)
    allow = models.BooleanField()
    rule = models.TextField()
    count = models.IntegerField()

    holds: ClassVar[Holdings] = {
        "id": not_personal("running number"),
        "mailing": _LINK,
        "allow": not_personal("whether the rule lets the letter go"),
        "rule": not_personal("name of the rule"),
        "count": not_personal("a number of people"),
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailing", "allow", "rule"], name="tally_is_one_by_rule"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
