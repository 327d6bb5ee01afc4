"""Files that were bought, services to be switched on and projects to be opened: one row a line of an order."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.services.choices import TaskState

_RANDOM = not_personal("random id; goes with the row")
_LINK = not_personal("link between rows; goes with the row")
_DELIVERY = personal("delivery")
_STAFF = personal("staff")


def _task(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{name}_end_is_whole",
        condition=Q(state=TaskState.WAITING, settled_at=None)
        | Q(state__in=[TaskState.DONE, TaskState.DROPPED], settled_at__isnull=False),
    )


class Deliverable(models.Model):
    """A file that somebody bought: which version of it, and for how long it can be fetched."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey("shop.Order", on_delete=models.CASCADE, related_name="+")
    line = models.OneToOneField("shop.OrderLine", on_delete=models.CASCADE, related_name="+")
    file = models.UUIDField()
    title = models.TextField()
    granted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    links = models.PositiveSmallIntegerField(default=0)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "order": _LINK,
        "line": _LINK,
        "file": not_personal("the file of the catalogue"),
        "title": personal("order"),
        "granted_at": _DELIVERY,
        "withdrawn_at": _DELIVERY,
        "links": _DELIVERY,
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="deliverable_links_are_few", condition=Q(links__lte=100)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class DownloadLink(models.Model):
    """A link that fetches a file a few times within a few days. Its address is a mark over the id (``rules.links``)."""

    id = models.UUIDField(primary_key=True)
    deliverable = models.ForeignKey(Deliverable, on_delete=models.CASCADE, related_name="made", db_index=False)
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    most = models.PositiveSmallIntegerField()
    used = models.PositiveSmallIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "deliverable": _LINK,
        "number": not_personal("running number of the links to the file"),
        "made_at": _DELIVERY,
        "expires_at": _DELIVERY,
        "most": not_personal("how often the link may be used"),
        "used": _DELIVERY,
        "last_used_at": _DELIVERY,
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deliverable", "number"], name="download_link_has_its_number"),
            models.CheckConstraint(name="download_is_within_its_limit", condition=Q(used__lte=F("most"))),
            models.CheckConstraint(name="download_link_expires", condition=Q(expires_at__gt=F("made_at"))),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ServiceActivation(models.Model):
    """Something that an employee switches on or hands over because it was ordered."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey("shop.Order", on_delete=models.CASCADE, related_name="+")
    line = models.OneToOneField("shop.OrderLine", on_delete=models.CASCADE, related_name="+")
    title = models.TextField()
    quantity = models.PositiveSmallIntegerField()
    state = models.TextField(choices=TaskState, default=TaskState.WAITING)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "order": _LINK,
        "line": _LINK,
        "title": personal("order"),
        "quantity": personal("order"),
        "state": _DELIVERY,
        "created_at": _DELIVERY,
        "settled_at": _DELIVERY,
        "settled_by": _STAFF,
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="activation_waits", condition=Q(state=TaskState.WAITING)),
        ]
        constraints: ClassVar = [_task("activation")]

    def __str__(self) -> str:
        return str(self.id)


class ProjectOpening(models.Model):
    """A project that was ordered: opened in the register as soon as it is known whose it is."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey("shop.Order", on_delete=models.CASCADE, related_name="+")
    line = models.OneToOneField("shop.OrderLine", on_delete=models.CASCADE, related_name="+")
    title = models.TextField()
    state = models.TextField(choices=TaskState, default=TaskState.WAITING)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    project = models.UUIDField(null=True)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "order": _LINK,
        "line": _LINK,
        "title": personal("project"),
        "state": _DELIVERY,
        "created_at": _DELIVERY,
        "settled_at": _DELIVERY,
        "project": _LINK,
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="project_opening_waits", condition=Q(state=TaskState.WAITING)),
        ]
        constraints: ClassVar = [
            _task("project_opening"),
            models.CheckConstraint(
                name="project_opening_done_has_project", condition=~Q(state=TaskState.DONE) | Q(project__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
