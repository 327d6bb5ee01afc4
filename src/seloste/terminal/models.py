"""What visitors answered about optional items, by a random device id and never by person; and faults of our own."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.terminal.choices import ChoiceState, Fault, Place


class AskedWording(models.Model):
    """The exact words of a question in one language. A row never changes, so an answer can show what was asked."""

    id = models.AutoField(primary_key=True)
    question = models.TextField()
    language = models.TextField()
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    first_used_at = models.DateTimeField()

    append_only: ClassVar = True
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the wording"),
        "question": not_personal("name of the optional item in the notice"),
        "language": not_personal("language of the words"),
        "text": not_personal("the public words themselves"),
        "text_hash": not_personal("SHA-256 of the words"),
        "first_used_at": not_personal("when the words were first used"),
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "language", "text_hash"], name="asked_wording_is_kept_once"),
            models.CheckConstraint(
                name="asked_wording_hash_is_sha256", condition=Q(text_hash__regex=r"^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} ({self.language}, {self.text_hash[:12]})"


class DeviceChoice(models.Model):
    """One answer from one device to one question. The device is a random id of its own: no table joins it to a person.

    It is kept until the answer has ended and the time to prove it is over; then the database lets it go.
    """

    id = models.BigAutoField(primary_key=True)
    reference = models.UUIDField(unique=True)
    device = models.UUIDField()
    question = models.TextField()
    purpose = models.TextField()
    state = models.TextField(choices=ChoiceState)
    wording = models.ForeignKey(AskedWording, on_delete=models.PROTECT, related_name="+", db_index=False)
    notice_version = models.ForeignKey(
        "notices.NoticeVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    place = models.TextField(choices=Place)
    gpc = models.BooleanField()
    at = models.DateTimeField()
    valid_until = models.DateField()
    keep_until = models.DateField()

    append_only: ClassVar = True
    goes_after: ClassVar = ("keep_until",)
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the answer"),
        "reference": personal("consent"),
        "device": personal("consent"),
        "question": personal("consent"),
        "purpose": personal("consent"),
        "state": personal("consent"),
        "wording": personal("consent"),
        "notice_version": personal("provenance"),
        "place": personal("provenance"),
        "gpc": personal("consent"),
        "at": personal("consent"),
        "valid_until": personal("consent"),
        "keep_until": personal("consent"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["device", "id"], name="device_choice_by_device"),
            models.Index(fields=["keep_until"], name="device_choice_by_end"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="device_choice_state_is_known", condition=Q(state__in=ChoiceState.values)),
            models.CheckConstraint(name="device_choice_place_is_known", condition=Q(place__in=Place.values)),
            models.CheckConstraint(  # a browser that says no cannot have said yes
                name="device_choice_heeds_gpc", condition=~Q(gpc=True, state=ChoiceState.GIVEN)
            ),
            models.CheckConstraint(name="device_choice_ends", condition=Q(keep_until__gte=models.F("valid_until"))),
        ]

    def __str__(self) -> str:
        return str(self.reference)


class CookieFault(models.Model):
    """A cookie that the site was about to set and must not: counted by day, without anything about a visitor."""

    name = models.TextField()
    fault = models.TextField(choices=Fault)
    page = models.TextField()
    on = models.DateField()
    count = models.IntegerField()
    last_at = models.DateTimeField()

    holds: ClassVar[Holdings] = {
        "id": not_personal("running number"),
        "name": not_personal("name of the cookie in our own code"),
        "fault": not_personal("what was wrong with it"),
        "page": not_personal("name of the page that set it, without its address"),
        "on": not_personal("the day it happened"),
        "count": not_personal("how often it happened that day"),
        "last_at": not_personal("when it last happened"),
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "fault", "page", "on"], name="cookie_fault_is_one_a_day"),
            models.CheckConstraint(name="cookie_fault_is_known", condition=Q(fault__in=Fault.values)),
        ]

    def __str__(self) -> str:
        return str(self.pk)
