"""What the bank told: statements, their entries, and to which invoice each entry was put."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from seloste.invoices.choices import Aside, Doubt, EntryState, StatementKind
from seloste.invoices.models.vouchers import Invoice
from seloste.kernel.holdings import Holdings, not_personal, personal

_RANDOM = not_personal("random id; goes with the row")
_LINK = not_personal("link between rows; goes with the row")
_END = not_personal("six years from the end of the calendar year in which the financial year ended")
_BANKS = not_personal("as the bank's message says it of our own account")
_BILLING = personal("billing")


class BankStatement(models.Model):
    """One message of the bank that was read. The file itself is not kept: it stays with the bank."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField(choices=StatementKind)
    account = models.TextField()
    message = models.TextField()
    sha256 = models.BinaryField(max_length=32)
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)
    entries_in_all = models.IntegerField()
    entries_new = models.IntegerField()
    read_at = models.DateTimeField()
    read_by = models.UUIDField()
    keep_until = models.DateField()

    append_only: ClassVar = True
    goes_after: ClassVar = ("keep_until",)
    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "kind": _BANKS,
        "account": _BANKS,
        "message": _BANKS,
        "sha256": not_personal("SHA-256 of the file"),
        "from_on": _BANKS,
        "to_on": _BANKS,
        "entries_in_all": _BANKS,
        "entries_new": _BANKS,
        "read_at": not_personal("when the file was read"),
        "read_by": personal("staff"),
        "keep_until": _END,
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="bank_statement_kind_is_known", condition=Q(kind__in=StatementKind.values)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class BankEntry(models.Model):
    """One transaction on our account. ``entry_key`` is the bank's own, so a transaction is read once.

    Who paid is kept because bookkeeping has to show it (Kirjanpitolaki 2:5); nothing else about the payer is read.
    """

    id = models.UUIDField(primary_key=True)
    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="entries")
    account = models.TextField()
    entry_key = models.TextField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    booked_on = models.DateField()
    reference = models.TextField(blank=True)
    payer_name = models.TextField(blank=True)
    payer_iban = models.TextField(blank=True)
    words = models.TextField(blank=True)
    state = models.TextField(choices=EntryState, default=EntryState.OPEN)
    doubt = models.TextField(choices=Doubt, blank=True, default="")
    aside = models.TextField(choices=Aside, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    keep_until = models.DateField()

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "statement": _LINK,
        "account": _BANKS,
        "entry_key": _BANKS,
        "amount": _BILLING,
        "currency": _BILLING,
        "booked_on": _BILLING,
        "reference": _BILLING,
        "payer_name": personal("identity"),
        "payer_iban": _BILLING,
        "words": _BILLING,
        "state": _BILLING,
        "doubt": _BILLING,
        "aside": _BILLING,
        "decided_at": _BILLING,
        "decided_by": personal("staff"),
        "keep_until": _END,
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["booked_on"], name="bank_entry_open", condition=Q(state=EntryState.OPEN)),
            models.Index(fields=["reference"], name="bank_entry_reference", condition=~Q(reference="")),
            models.Index(fields=["keep_until"], name="bank_entry_by_end"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "entry_key"], name="bank_entry_is_read_once"),
            models.CheckConstraint(name="bank_entry_state_is_known", condition=Q(state__in=EntryState.values)),
            models.CheckConstraint(name="bank_entry_doubt_is_known", condition=Q(doubt__in=Doubt.values)),
            models.CheckConstraint(
                name="bank_entry_aside_says_why",
                condition=Q(state=EntryState.ASIDE, aside__in=Aside.values) | ~Q(state=EntryState.ASIDE) & Q(aside=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Match(models.Model):
    """An entry, or a part of it, was put to an invoice; one that was wrong is undone and stays to be seen."""

    id = models.UUIDField(primary_key=True)
    entry = models.ForeignKey(BankEntry, on_delete=models.PROTECT, related_name="matches")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="matches")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    by_itself = models.BooleanField()
    matched_at = models.DateTimeField()
    matched_by = models.UUIDField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)
    keep_until = models.DateField()

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "entry": _LINK,
        "invoice": _LINK,
        "amount": _BILLING,
        "by_itself": _BILLING,
        "matched_at": _BILLING,
        "matched_by": personal("staff"),
        "undone_at": _BILLING,
        "undone_by": personal("staff"),
        "keep_until": _END,
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry", "invoice"], name="bank_match_is_made_once", condition=Q(undone_at=None)
            ),
            models.CheckConstraint(name="bank_match_is_of_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="bank_match_undone_is_whole",
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
