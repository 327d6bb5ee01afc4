"""Pictures of products: drawn anew from what was uploaded, so that nothing of the original remains."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from seloste.catalogue.choices import PictureFormat
from seloste.catalogue.models.products import OURS, ROW, STAFF, Product
from seloste.kernel.holdings import Holdings
from seloste.register.choices import Language


class Picture(models.Model):
    """A picture of a product; the one with the lowest position comes first."""

    id = models.UUIDField(primary_key=True)
    product = models.ForeignKey(Product, models.CASCADE, related_name="pictures")
    position = models.IntegerField(default=0)
    width = models.IntegerField()
    height = models.IntegerField()
    added_at = models.DateTimeField()
    added_by = models.UUIDField()

    holds: ClassVar[Holdings] = {
        "id": ROW,
        "product": ROW,
        "position": OURS,
        "width": OURS,
        "height": OURS,
        "added_at": OURS,
        "added_by": STAFF,
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="picture_has_a_size", condition=Q(width__gt=0, height__gt=0))
        ]

    def __str__(self) -> str:
        return str(self.id)


class PictureText(models.Model):
    """What a picture shows, in words, in one language."""

    picture = models.ForeignKey(Picture, models.CASCADE, related_name="texts")
    language = models.TextField(choices=Language)
    alt = models.TextField(blank=True, default="")

    holds: ClassVar[Holdings] = {"id": ROW, "picture": ROW, "language": OURS, "alt": OURS}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["picture", "language"], name="picture_text_is_one_a_language"),
            models.CheckConstraint(name="picture_text_language_is_known", condition=Q(language__in=Language.values)),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PictureFile(models.Model):
    """A picture in one width and format. ``name`` is the hash of its bytes: what it names never changes."""

    picture = models.ForeignKey(Picture, models.CASCADE, related_name="files")
    width = models.IntegerField()
    format = models.TextField(choices=PictureFormat)
    name = models.TextField()
    content = models.BinaryField()

    holds: ClassVar[Holdings] = {
        "id": ROW,
        "picture": ROW,
        "width": OURS,
        "format": OURS,
        "name": OURS,
        "content": OURS,
    }

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name"], name="picture_file_by_name")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["picture", "width", "format"], name="picture_file_is_one_a_size"),
            models.CheckConstraint(name="picture_format_is_known", condition=Q(format__in=PictureFormat.values)),
        ]

    def __str__(self) -> str:
        return self.name
