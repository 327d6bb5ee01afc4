"""How often somebody did something today, by a mark that is another one tomorrow: no address is kept."""

from typing import ClassVar

from django.db import models

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.kernel.marks import BYTES


class Knock(models.Model):
    """One count for a day: of what, by or for whom, how often in its latest hour and how often in all."""

    what = models.TextField()
    mark = models.BinaryField(max_length=BYTES)
    hour = models.DateTimeField()
    this_hour = models.IntegerField()
    today = models.IntegerField()

    holds: ClassVar[Holdings] = {
        "id": not_personal("running number"),
        "what": not_personal("what is counted"),
        "mark": personal("ip_address", "contact"),
        "hour": personal("ip_address"),
        "this_hour": personal("ip_address"),
        "today": personal("ip_address"),
    }

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["what", "mark"], name="knock_is_one_a_day")]

    def __str__(self) -> str:
        return str(self.pk)
