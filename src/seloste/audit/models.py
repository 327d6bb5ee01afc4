"""One table, insert only. The database refuses UPDATE, DELETE and TRUNCATE (see the first migration)."""

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

    append_only: ClassVar = True
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
    }

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["subjects"], name="audit_subjects"),  # who saw this person
            models.Index(fields=["actor", "at"], name="audit_actor_at"),  # what did this account touch
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="audit_deed_is_a_name", condition=models.Q(deed__regex=r"^[a-z_]+\.[a-z_]+$")),
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.id}"
