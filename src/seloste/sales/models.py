"""Tables of the staff's own: saved views, sales by the day. Nothing about a customer."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from seloste.accounts.models import User
from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.sales.choices import FigureOf, ListKey
from seloste.sales.rules.saved import LONGEST_NAME


class SavedView(models.Model):
    """A list as one employee likes to look at it. It goes with the login."""

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    listing = models.TextField(choices=ListKey.choices)
    name = models.CharField(max_length=LONGEST_NAME)
    address = models.TextField(blank=True)
    saved_at = models.DateTimeField()

    holds: ClassVar[Holdings] = {
        "id": not_personal("random id; goes with the row"),
        "user": personal("staff"),
        "listing": not_personal("which of the lists"),
        "name": personal("staff"),
        "address": not_personal("states, days and products that the list is narrowed to; nothing that was looked for"),
        "saved_at": personal("staff"),
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("user", "listing", Lower("name"), name="saved_view_has_one_name"),
            models.CheckConstraint(condition=models.Q(listing__in=ListKey.values), name="saved_view_is_of_a_list"),
            models.CheckConstraint(condition=~models.Q(name=""), name="saved_view_has_a_name"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Figure(models.Model):
    """What was sold and what was returned on a day that is over: in all, of a product, to a country.

    Counts and sums alone, of everybody together. A day that is over never changes: money counts on the day on which it
    came or left. So the figures stay when the orders go.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    of = models.TextField(choices=FigureOf)
    key = models.TextField(blank=True, default="")
    orders = models.PositiveIntegerField(default=0)
    quantity = models.PositiveIntegerField(default=0)
    net = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    gross = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    refunds = models.PositiveIntegerField(default=0)
    returned = models.DecimalField(max_digits=14, decimal_places=2, default=0)

    holds: ClassVar[Holdings] = dict.fromkeys(
        ("id", "day", "of", "key", "orders", "quantity", "net", "gross", "refunds", "returned"),
        not_personal("counts and sums of all orders of a day; no row is of one person"),
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["of", "day", "key"], name="figure_is_reckoned_once"),
            models.CheckConstraint(condition=models.Q(of__in=FigureOf.values), name="figure_is_of_something"),
            models.CheckConstraint(
                condition=models.Q(net__gte=0, gross__gte=0, returned__gte=0), name="figure_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.of}"
