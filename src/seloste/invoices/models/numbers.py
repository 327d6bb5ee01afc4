"""Numbers without a gap, and the chain that binds each voucher to all before it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q

from seloste.invoices.choices import Void
from seloste.kernel.holdings import Holdings, not_personal, personal


def _is_hash(column: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"invoice_number_{column}_is_sha256",
        condition=Func(F(column), template="octet_length(%(expressions)s) = 32", output_field=models.BooleanField()),
    )


class Series(models.Model):
    """The numbers of one financial year. Its row is locked while a number is given, so numbers follow each other.

    ``last_hash`` is the chain's newest end; a new year begins with the end of the year before.
    """

    year = models.SmallIntegerField(primary_key=True)
    ends_on = models.DateField()
    last_seq = models.IntegerField(default=0)
    last_on = models.DateField()
    first_hash = models.BinaryField(max_length=32)
    last_hash = models.BinaryField(max_length=32)

    holds: ClassVar[Holdings] = {
        "year": not_personal("the financial year, by the calendar year in which it ends"),
        "ends_on": not_personal("the last day of the financial year"),
        "last_seq": not_personal("the last number that was given"),
        "last_on": not_personal("the day of the last number"),
        "first_hash": not_personal("SHA-256 with which the year's chain begins"),
        "last_hash": not_personal("SHA-256 with which the chain ends for now"),
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="invoice_series_counts_up", condition=Q(last_seq__gte=0)),
        ]

    def __str__(self) -> str:
        return str(self.year)


class Number(models.Model):
    """A number that was given: to a voucher, or voided with the reason. Places in the chain have no gaps.

    ``content`` is the SHA-256 of the voucher's canonical text. It stays when the voucher goes, so that what is left of
    the chain can still be proved.
    """

    id = models.BigAutoField(primary_key=True)
    year = models.SmallIntegerField()
    seq = models.IntegerField()
    number = models.TextField(unique=True)
    on = models.DateField()
    invoice = models.UUIDField(null=True, unique=True)
    void = models.TextField(choices=Void, blank=True, default="")
    content = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32, unique=True)
    given_at = models.DateTimeField()
    given_by = models.UUIDField()
    keep_until = models.DateField()

    append_only: ClassVar = True
    goes_after: ClassVar = ("keep_until",)
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the row"),
        "year": not_personal("the financial year"),
        "seq": not_personal("place in the year's series"),
        "number": not_personal("the number as it is written; it names nobody"),
        "on": not_personal("the voucher's day"),
        "invoice": not_personal("link to the voucher, which may be gone; it names nobody"),
        "void": not_personal("why the number stands on no invoice"),
        "content": not_personal("SHA-256 of the voucher, whose random id is part of it"),
        "previous": not_personal("SHA-256 of the number before"),
        "hash": not_personal("SHA-256 of this number and of all before it"),
        "given_at": not_personal("when the number was given"),
        "given_by": personal("staff"),
        "keep_until": not_personal("ten years from the end of the financial year, as ledgers are kept"),
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "seq"], name="invoice_number_is_given_once"),
            models.CheckConstraint(name="invoice_number_counts_from_one", condition=Q(seq__gt=0)),
            models.CheckConstraint(
                name="invoice_number_is_used_or_void",
                condition=Q(invoice__isnull=False, void="") | Q(invoice=None, void__in=Void.values),
            ),
            _is_hash("content"),
            _is_hash("previous"),
            _is_hash("hash"),
        ]

    def __str__(self) -> str:
        return self.number
