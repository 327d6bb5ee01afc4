"""Packages that wait for the person, sealed, and what was decided about records in which others may be named."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from seloste.access.choices import Extent, Verdict
from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.kernel.marks import BYTES
from seloste.register.choices import Language

_RANDOM = not_personal("random id; goes with the row")
_LINK = not_personal("link between rows; goes with the row")
_HERS = personal("rights_request")
_STAFF = personal("staff")


def _known(field: str, choices: type[models.TextChoices]) -> Q:
    return Q(**{f"{field}__in": choices.values})


class Package(models.Model):
    """A package that was made. ``sealed`` is what it holds, until it is fetched or its time is over.

    It is encrypted with a key that is made of the installation's secret and of the link's: whoever has the database has
    neither. What stays is that a package was made, its fingerprint and when it was fetched.
    """

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField()
    matter = models.UUIDField(null=True)
    extent = models.TextField(choices=Extent)
    language = models.TextField(choices=Language)
    sealed = models.BinaryField(null=True)
    opener = models.BinaryField(max_length=BYTES)
    sha256 = models.BinaryField(max_length=BYTES)
    size = models.IntegerField()
    entries = models.IntegerField()
    waiting = models.IntegerField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    expires_at = models.DateTimeField()
    downloaded_at = models.DateTimeField(null=True)
    downloads = models.SmallIntegerField(default=0)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "person": _LINK,
        "matter": _LINK,
        "extent": _HERS,
        "language": personal("provenance"),
        "sealed": _HERS,
        "opener": not_personal("fingerprint of the link's random secret; tells a true link from a forged one"),
        "sha256": _HERS,
        "size": _HERS,
        "entries": _HERS,
        "waiting": _HERS,
        "made_at": _HERS,
        "made_by": _STAFF,
        "expires_at": _HERS,
        "downloaded_at": _HERS,
        "downloads": _HERS,
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person"], name="package_person"),
            models.Index(fields=["matter"], name="package_matter", condition=Q(matter__isnull=False)),
            models.Index(fields=["expires_at"], name="package_sealed", condition=Q(sealed__isnull=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="package_extent_is_known", condition=_known("extent", Extent)),
            models.CheckConstraint(name="package_language_is_known", condition=_known("language", Language)),
            models.CheckConstraint(  # a package waits a week and no longer
                name="package_expires_within_a_week",
                condition=Q(expires_at__gt=F("made_at"), expires_at__lte=F("made_at") + timedelta(days=7)),
            ),
            models.CheckConstraint(
                name="package_download_is_counted",
                condition=Q(downloaded_at=None, downloads=0) | Q(downloaded_at__isnull=False, downloads__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Review(models.Model):
    """What was decided about one record in which other people may be named. No word of it is copied here.

    ``passages`` are places in its texts: field → pairs of first and last. ``mark`` is the keyed mark of the texts that
    were looked at: changed ones are looked at again.
    """

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField()
    matter = models.UUIDField()
    store = models.TextField()
    record = models.TextField()
    mark = models.BinaryField(max_length=BYTES)
    verdict = models.TextField(choices=Verdict)
    passages = models.JSONField(default=dict)
    reasons = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField()
    decided_by = models.UUIDField()

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "person": _LINK,
        "matter": _LINK,
        "store": _HERS,
        "record": _LINK,
        "mark": _HERS,
        "verdict": _HERS,
        "passages": _HERS,
        "reasons": _HERS,
        "decided_at": _HERS,
        "decided_by": _STAFF,
    }

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "store", "record"], name="review_person")]
        constraints: ClassVar = [
            models.CheckConstraint(name="review_verdict_is_known", condition=_known("verdict", Verdict)),
            models.CheckConstraint(  # 12(4): what is withheld is withheld for a reason that is told
                name="review_withholding_has_reasons", condition=~Q(verdict=Verdict.WITHHELD) | ~Q(reasons="")
            ),
            models.CheckConstraint(
                name="review_passages_are_of_a_blackout",
                condition=Q(verdict=Verdict.BLACKED) & ~Q(passages={}) | ~Q(verdict=Verdict.BLACKED) & Q(passages={}),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
