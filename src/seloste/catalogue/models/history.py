"""Who changed what, and the number by which a web process knows that what it remembers is still so."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from seloste.catalogue.choices import What
from seloste.catalogue.models.products import OURS, ROW, STAFF, Product
from seloste.kernel.holdings import Holdings, not_personal


class Change(models.Model):
    """One deed of an employee about a product. ``detail`` holds what was before and after, by field."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="changes")
    what = models.TextField(choices=What)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.UUIDField()

    holds: ClassVar[Holdings] = {
        "id": ROW,
        "product": ROW,
        "what": OURS,
        "detail": OURS,
        "at": OURS,
        "by": STAFF,
    }
    append_only: ClassVar = True

    class Meta:
        indexes: ClassVar = [models.Index(fields=["product", "at"], name="change_by_product")]
        constraints: ClassVar = [models.CheckConstraint(name="change_what_is_known", condition=Q(what__in=What.values))]

    def __str__(self) -> str:
        return str(self.pk)


class Revision(models.Model):
    """The number of the catalogue's state: one row. Each deed raises it in its own transaction."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)

    holds: ClassVar[Holdings] = {
        "id": not_personal("always one"),
        "number": not_personal("the number of the catalogue's state"),
    }

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="revision_is_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.number)
