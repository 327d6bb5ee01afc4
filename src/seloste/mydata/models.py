"""Who has her own page open, and until when."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.mydata.rules import MOST_CODES


class Session(models.Model):
    """A person's page that is open in one browser. The browser has a random token; here is only its hash.

    ``asked`` is the request whose code or link opened it: each opens one page, once.
    """

    id = models.UUIDField(primary_key=True)
    seal = models.BinaryField(max_length=32, unique=True)
    person = models.UUIDField()
    point = models.UUIDField()
    address = models.TextField()
    asked = models.UUIDField(unique=True)
    begun_at = models.DateTimeField()
    proved_at = models.DateTimeField()
    until_at = models.DateTimeField()
    code = models.BinaryField(max_length=32, blank=True, default=b"")
    code_until_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    codes = models.SmallIntegerField(default=0)

    holds: ClassVar[Holdings] = {
        "id": not_personal("random id; goes with the row"),
        "seal": not_personal("SHA-256 of a random number that only the browser has"),
        "person": not_personal("link between rows; goes with the row"),
        "point": not_personal("link between rows; goes with the row"),
        "address": personal("contact"),
        "asked": not_personal("link between rows; goes with the row"),
        "begun_at": personal("rights_request"),
        "proved_at": personal("rights_request"),
        "until_at": not_personal("when the row goes"),
        "code": not_personal("keyed mark of a random number"),
        "code_until_at": not_personal("when the number stops working"),
        "tries": not_personal("how often the number was guessed"),
        "codes": not_personal("how many codes were sent"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["until_at"], name="mydata_session_until"),
            models.Index(fields=["person"], name="mydata_session_person"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="mydata_session_ends", condition=Q(until_at__gt=F("proved_at"))),
            models.CheckConstraint(name="mydata_session_codes_are_few", condition=Q(codes__lte=MOST_CODES)),
        ]

    def __str__(self) -> str:
        return str(self.id)
