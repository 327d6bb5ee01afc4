"""What the machine did by itself: the state of each sweep, the runs that did something, and what was cleared."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from seloste.audit.choices import Outcome
from seloste.kernel.holdings import Holdings, not_personal

_MACHINE = not_personal("what the machine did by itself; says nothing about anybody")


class SweepState(models.Model):
    """How a sweep fared last. ``looked_at`` moves at least once a minute while a worker runs."""

    sweep = models.TextField(primary_key=True)
    looked_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True)
    done = models.IntegerField(default=0)
    outcome = models.TextField(choices=Outcome)
    failed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")
    failures = models.IntegerField(default=0)

    holds: ClassVar[Holdings] = {
        "sweep": _MACHINE,
        "looked_at": _MACHINE,
        "worked_at": _MACHINE,
        "done": _MACHINE,
        "outcome": _MACHINE,
        "failed_at": _MACHINE,
        "error": _MACHINE,
        "failures": _MACHINE,
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="sweep_outcome_is_known", condition=Q(outcome__in=Outcome.values)),
        ]

    def __str__(self) -> str:
        return self.sweep


class Run(models.Model):
    """A run that did something, or failed. ``error`` is the class of the error: its words could name somebody."""

    id = models.BigAutoField(primary_key=True)
    sweep = models.TextField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    done = models.IntegerField()
    outcome = models.TextField(choices=Outcome)
    error = models.TextField(blank=True, default="")
    keep_until = models.DateField()

    append_only: ClassVar = True
    goes_after: ClassVar = ("keep_until",)
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the run"),
        "sweep": _MACHINE,
        "started_at": _MACHINE,
        "ended_at": _MACHINE,
        "done": _MACHINE,
        "outcome": _MACHINE,
        "error": _MACHINE,
        "keep_until": _MACHINE,
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["keep_until"], name="run_keep_until"),
            models.Index(fields=["sweep", "-id"], name="run_of_sweep"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="run_outcome_is_known", condition=Q(outcome__in=Outcome.values)),
            models.CheckConstraint(name="run_is_kept_a_while", condition=Q(keep_until__gt=F("started_at__date"))),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class StoreState(models.Model):
    """When a store was last cleared of what had come to its end. ``day`` is the Helsinki date of the last whole run."""

    store = models.TextField(primary_key=True)
    day = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    cleared = models.IntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    holds: ClassVar[Holdings] = {
        "store": _MACHINE,
        "day": _MACHINE,
        "ended_at": _MACHINE,
        "cleared": _MACHINE,
        "failed_at": _MACHINE,
        "error": _MACHINE,
    }

    def __str__(self) -> str:
        return self.store
