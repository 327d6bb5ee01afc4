"""What must be done again after a restore. Entries and their chain are only added to; the database sees to it.

An entry is written in the transaction of the deed it tells of, without waiting for anybody: numbers and hashes are
given afterwards, by one process at a time, in ``Link``. So two people who unsubscribe at the same moment never wait for
each other, and no chain can make two deeds wait for each other in a circle.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.ledger.choices import Kind
from seloste.ledger.rules import CODE, LONGEST, MOST_CODES, MOST_STORES, STORE

#: Longer than any backup lives (35 days), and as long as it can be disputed that something was done (purpose rights).
KEPT_FOR = "36 months"


def _words(column: str, word: str, most: int) -> Func:
    """Say that every element of an array is such a word: no CHECK can hold a query, so they are joined first."""
    pattern = f"^({word}(,{word})*)?$"
    return Func(
        F(column),
        template=f"array_to_string(%(expressions)s, ',', '?') ~ '{pattern}' AND cardinality({column}) <= {most}",
        output_field=models.BooleanField(),
    )


class LedgerEntry(models.Model):
    """What happened. Nothing in it can hold free text (I53): ids, closed codes, a keyed mark, counts of stores."""

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(unique=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind)
    subject = models.UUIDField(null=True)
    codes = ArrayField(models.CharField(max_length=LONGEST))
    mark = models.BinaryField(max_length=32)
    stores = ArrayField(models.CharField(max_length=LONGEST))
    counts = ArrayField(models.BigIntegerField())

    append_only: ClassVar = True
    goes_after: ClassVar = ("at", KEPT_FOR)
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the entry"),
        "key": not_personal("random number of the entry, the same in the file outside the database"),
        "at": personal("rights_request"),
        "kind": personal("rights_request"),
        "subject": personal("rights_request"),
        "codes": personal("rights_request"),
        "mark": personal("rights_request"),
        "stores": not_personal("names of stores from which something was erased"),
        "counts": not_personal("how many rows were erased from each of the stores"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject"], name="ledger_subject", condition=Q(subject__isnull=False)),
            models.Index(fields=["at"], name="ledger_at"),
            models.Index(fields=["mark"], name="ledger_mark", condition=Q(subject=None) & ~Q(mark=b"")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="ledger_kind_is_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="ledger_codes_are_no_text", condition=_words("codes", CODE, MOST_CODES)),
            models.CheckConstraint(name="ledger_stores_are_no_text", condition=_words("stores", STORE, MOST_STORES)),
            models.CheckConstraint(
                name="ledger_mark_is_a_mark",
                condition=Func(
                    F("mark"), template="octet_length(%(expressions)s) IN (0, 32)", output_field=models.BooleanField()
                ),
            ),
            models.CheckConstraint(
                name="ledger_counts_are_of_stores",
                condition=Func(
                    F("stores"),
                    template="cardinality(%(expressions)s) = cardinality(counts)",
                    output_field=models.BooleanField(),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Link(models.Model):
    """The place of an entry in the chain. ``seq`` has no gaps."""

    seq = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="link")
    at = models.DateTimeField()
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    append_only: ClassVar = True
    goes_after: ClassVar = ("at", KEPT_FOR)
    holds: ClassVar[Holdings] = {
        "seq": not_personal("running number in the chain"),
        "entry": not_personal("which entry has this place in the chain"),
        "at": not_personal("the entry's moment, repeated for the guard of the table"),
        "previous": not_personal("SHA-256 of the entry before"),
        "hash": not_personal("SHA-256 of the entry and of all before it"),
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="link_has_a_number", condition=Q(seq__gt=0)),
            models.CheckConstraint(
                name="link_hashes_are_sha256",
                condition=Func(
                    F("previous"),
                    template="octet_length(%(expressions)s) = 32 AND octet_length(hash) = 32",
                    output_field=models.BooleanField(),
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.seq)


class Waiting(models.Model):
    """An entry that has no place in the chain yet: the worker gives it one within a second."""

    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, primary_key=True, related_name="waiting")

    holds: ClassVar[Holdings] = {"entry": not_personal("the entry that waits for its place in the chain")}

    def __str__(self) -> str:
        return str(self.pk)


class Restoration(models.Model):
    """A restore of this database from a backup. While one is not settled, nothing is served."""

    id = models.BigAutoField(primary_key=True)
    begun_at = models.DateTimeField()
    made_at = models.DateTimeField()
    seq = models.BigIntegerField()
    loaded_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    repeated = models.IntegerField(null=True)

    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the restore"),
        "begun_at": not_personal("when the restore began"),
        "made_at": not_personal("when the backup was made"),
        "seq": not_personal("the ledger's last number in the backup"),
        "loaded_at": not_personal("when all rows were there"),
        "settled_at": not_personal("when what had happened since was done again, with nothing left over"),
        "repeated": not_personal("how many entries were done again"),
    }

    def __str__(self) -> str:
        return str(self.pk)
