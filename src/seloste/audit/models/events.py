"""The record of use: insert only. The database refuses UPDATE, and DELETE before a row's time (see the migrations)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from seloste.kernel.holdings import Holdings, not_personal, personal


class AuditEvent(models.Model):
    """A deed or a look-up. No foreign keys: the record neither blocks an erasure nor vanishes with what it records."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor = models.UUIDField()
    role = models.TextField()
    purpose = models.TextField()
    deed = models.TextField()
    subjects = ArrayField(models.UUIDField())
    categories = ArrayField(models.TextField())
    item = models.UUIDField(null=True)
    denied = models.BooleanField(default=False)
    count = models.IntegerField(null=True)

    append_only: ClassVar = True
    #: No event may go sooner; how much later, the end of the employment decides (accounts).
    goes_after: ClassVar = ("at", "24 months")
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the event"),
        "at": personal("read_log"),
        "actor": personal("read_log"),
        "role": personal("read_log"),
        "purpose": personal("read_log"),
        "deed": personal("read_log"),
        "subjects": personal("read_log"),
        "categories": personal("read_log"),
        "item": personal("read_log"),
        "denied": personal("read_log"),
        "count": not_personal("how many rows a deed over many rows was about"),
    }

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["subjects"], name="audit_subjects"),  # who saw this person
            models.Index(fields=["actor", "at"], name="audit_actor_at"),  # what did this account touch, what may go
            models.Index(  # who saw what turned out to be this person's
                fields=["item"], name="audit_item_of_nobody", condition=models.Q(subjects=[], item__isnull=False)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="audit_deed_is_a_name", condition=models.Q(deed__regex=r"^[a-z][a-z0-9_]*\.[a-z_]+$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.id}"
