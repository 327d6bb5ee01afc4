"""Counts without anybody in them, and the security log."""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.visits.choices import Reason, What

_COUNTED = "a number of requests; several add to one row, and none can be told from it"
_VALUE = "one of a closed list, a host name or a campaign's name; never an address, a path, a query or a user agent"


class HourCount(models.Model):
    """How many in one hour. Each kind is counted by itself, so no row says which of them belong together."""

    pk = models.CompositePrimaryKey("hour_at", "what", "value")
    hour_at = models.DateTimeField()
    what = models.TextField(choices=What)
    value = models.TextField(blank=True)
    count = models.BigIntegerField()

    holds: ClassVar[Holdings] = {
        "hour_at": not_personal("the hour of a count"),
        "what": not_personal("what is counted"),
        "value": not_personal(_VALUE),
        "count": not_personal(_COUNTED),
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="hourcount_what_is_known", condition=Q(what__in=What.values)),
            models.CheckConstraint(name="hourcount_counts_something", condition=Q(count__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.hour_at:%Y-%m-%dT%H} {self.what} {self.value}"


class DayCount(models.Model):
    """How many in one day of Helsinki. Written together with the hours, so both always agree."""

    pk = models.CompositePrimaryKey("counted_on", "what", "value")
    counted_on = models.DateField()
    what = models.TextField(choices=What)
    value = models.TextField(blank=True)
    count = models.BigIntegerField()

    holds: ClassVar[Holdings] = {
        "counted_on": not_personal("the day of a count"),
        "what": not_personal("what is counted"),
        "value": not_personal(_VALUE),
        "count": not_personal(_COUNTED),
    }

    class Meta:
        indexes: ClassVar = [models.Index(fields=["what", "counted_on"], name="daycount_course")]  # one kind over time
        constraints: ClassVar = [
            models.CheckConstraint(name="daycount_what_is_known", condition=Q(what__in=What.values)),
            models.CheckConstraint(name="daycount_counts_something", condition=Q(count__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.counted_on} {self.what} {self.value}"


class MonthCount(models.Model):
    """How many in one calendar month: the days added up, so that a year is read from a dozen rows of each kind."""

    pk = models.CompositePrimaryKey("month_on", "what", "value")
    month_on = models.DateField()
    what = models.TextField(choices=What)
    value = models.TextField(blank=True)
    count = models.BigIntegerField()

    holds: ClassVar[Holdings] = {
        "month_on": not_personal("the first day of the month of a count"),
        "what": not_personal("what is counted"),
        "value": not_personal(_VALUE),
        "count": not_personal(_COUNTED),
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="monthcount_what_is_known", condition=Q(what__in=What.values)),
            models.CheckConstraint(name="monthcount_counts_something", condition=Q(count__gt=0)),
            models.CheckConstraint(name="monthcount_begins_a_month", condition=Q(month_on__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month_on:%Y-%m} {self.what} {self.value}"


class Folded(models.Model):
    """Up to which leaf of its journal a web process has been entered, so that no leaf is entered twice."""

    process = models.UUIDField(primary_key=True)
    leaf = models.BigIntegerField()
    folded_at = models.DateTimeField()

    holds: ClassVar[Holdings] = {
        "process": not_personal("random id of a web process"),
        "leaf": not_personal("running number of what the process has counted"),
        "folded_at": not_personal("when the process last entered its counts"),
    }

    def __str__(self) -> str:
        return str(self.process)


class SecurityLine(models.Model):
    """A request that the protection of the services needs to know of (S5.4): never what was read, sent or asked for."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    method = models.TextField()
    path = models.TextField()
    status = models.SmallIntegerField()
    ms = models.IntegerField()
    request = models.TextField()
    agent = models.TextField(blank=True)
    reason = models.TextField(choices=Reason)
    times = models.IntegerField(default=1)

    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the line; goes with the row"),
        "at": personal("security_log"),
        "address": personal("ip_address"),
        "method": personal("security_log"),
        "path": personal("security_log"),
        "status": personal("security_log"),
        "ms": personal("security_log"),
        "request": personal("security_log"),
        "agent": personal("security_log"),
        "reason": personal("security_log"),
        "times": personal("security_log"),
    }

    class Meta:
        indexes: ClassVar = [
            # Lines come in the order of time: a small index finds a day, and what has come to its end.
            BrinIndex(fields=["at"], name="securityline_at", pages_per_range=16),
            models.Index(fields=["address", "-id"], name="securityline_address"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="securityline_reason_is_known", condition=Q(reason__in=Reason.values)),
            models.CheckConstraint(name="securityline_times", condition=Q(times__gt=0)),
        ]

    def __str__(self) -> str:
        return f"line {self.id}"
