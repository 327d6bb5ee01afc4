"""Published notices. A row never changes: what a person was told stays what she was told."""

from typing import ClassVar

from django.db import models

from seloste.declaration.diff import ChangeClass
from seloste.kernel.holdings import Holdings, not_personal, personal


class NoticeVersion(models.Model):
    """A published version of the notice: the whole declaration, its hash, and how it differs from the one before."""

    id = models.SmallAutoField(primary_key=True)
    version = models.TextField()
    text_hash = models.CharField(max_length=64, unique=True)
    declaration = models.JSONField()
    change_class = models.TextField(choices=[(change.value, change.value) for change in ChangeClass])
    effective_from = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.UUIDField()

    append_only: ClassVar = True
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the version"),
        "version": not_personal("number printed on the notice"),
        "text_hash": not_personal("SHA-256 of the declaration"),
        "declaration": not_personal("the public notice itself; its shape is declaration.schema"),
        "change_class": not_personal("class of the change"),
        "effective_from": not_personal("date printed on the notice"),
        "published_at": not_personal("when the version was published"),
        "published_by": personal("staff"),
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notice_hash_is_sha256", condition=models.Q(text_hash__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="notice_change_class_is_known",
                condition=models.Q(change_class__in=[change.value for change in ChangeClass]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} ({self.text_hash[:12]})"
