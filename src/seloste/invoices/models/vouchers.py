"""Invoices and credit notes as they were made. Nothing in them changes; rows go when the law lets them."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Func, Q

from seloste.catalogue.choices import Scheme, VatCategory
from seloste.invoices.choices import Kind, LineKind, PaidBy, Unit
from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.kernel.money import EURO
from seloste.register.choices import Language
from seloste.register.models import Person

_RANDOM = not_personal("random id; goes with the row")
_LINK = not_personal("link between rows; goes with the row")
_END = not_personal("reckoned from the end of the financial year (Kirjanpitolaki 2:10), or ten years under OSS")
_BILLING = personal("billing")
_OURS = not_personal("our own data, as they stood on the invoice")


def _amount() -> "models.DecimalField[Any, Any]":
    return models.DecimalField(max_digits=12, decimal_places=2)


class Seller(models.Model):
    """Our own data as they stood when an invoice was made: one row for each wording."""

    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    street = models.TextField()
    postal_code = models.TextField()
    city = models.TextField()
    country = models.CharField(max_length=2)
    business_id = models.TextField()
    vat_number = models.TextField()
    email = models.TextField()
    iban = models.TextField()
    bic = models.TextField(blank=True)
    mark = models.BinaryField(max_length=32, unique=True)

    append_only: ClassVar = True
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number"),
        "name": _OURS,
        "street": _OURS,
        "postal_code": _OURS,
        "city": _OURS,
        "country": _OURS,
        "business_id": _OURS,
        "vat_number": _OURS,
        "email": _OURS,
        "iban": _OURS,
        "bic": _OURS,
        "mark": not_personal("SHA-256 of the row, so that a wording has one row"),
    }

    def __str__(self) -> str:
        return str(self.pk)


class Invoice(models.Model):
    """An invoice or a credit note. ``key`` makes it once; ``order_key`` is what it was made for (``order:<uuid>``).

    ``prepaid`` was paid before it was made; ``payable`` is total − prepaid + rounding. A credit note has the same signs
    as the invoice: its kind says that it takes away.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.TextField(choices=Kind)
    key = models.TextField(unique=True)
    order_key = models.TextField(blank=True)
    order_reference = models.TextField(blank=True)
    number = models.TextField(unique=True)
    year = models.SmallIntegerField()
    seq = models.IntegerField()
    language = models.TextField(choices=Language)
    issued_at = models.DateTimeField()
    issued_by = models.UUIDField()
    issued_on = models.DateField()
    supplied_on = models.DateField()
    period_ends_on = models.DateField(null=True)
    due_on = models.DateField()
    reference = models.TextField(blank=True)
    credits = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="credited_by")
    reason = models.TextField(blank=True)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    buyer_name = models.TextField()
    buyer_contact = models.TextField(blank=True)
    buyer_email = models.TextField(blank=True)
    buyer_street = models.TextField(blank=True)
    buyer_postal_code = models.TextField(blank=True)
    buyer_city = models.TextField(blank=True)
    buyer_country = models.CharField(max_length=2)
    buyer_business_id = models.TextField(blank=True)
    buyer_vat_number = models.TextField(blank=True)
    buyer_reference = models.TextField(blank=True)
    buyer_einvoice_address = models.TextField(blank=True, default="")
    buyer_einvoice_operator = models.TextField(blank=True, default="")
    is_business = models.BooleanField()
    currency = models.CharField(max_length=3, default=EURO)
    items_net = _amount()
    allowances_net = _amount()
    net = _amount()
    vat = _amount()
    total = _amount()
    prepaid = _amount()
    rounding = _amount()
    payable = _amount()
    paid_by = models.TextField(choices=PaidBy, blank=True, default="")
    paid_on = models.DateField(null=True)
    payment = models.UUIDField(null=True)
    keep_until = models.DateField()

    append_only: ClassVar = True
    goes_after: ClassVar = ("keep_until",)
    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "kind": _BILLING,
        "key": _LINK,
        "order_key": _LINK,
        "order_reference": personal("order"),
        "number": _BILLING,
        "year": not_personal("the financial year"),
        "seq": not_personal("place in the year's series"),
        "language": _BILLING,
        "issued_at": _BILLING,
        "issued_by": personal("staff"),
        "issued_on": _BILLING,
        "supplied_on": _BILLING,
        "period_ends_on": _BILLING,
        "due_on": _BILLING,
        "reference": _BILLING,
        "credits": _LINK,
        "reason": _BILLING,
        "seller": _OURS,
        "buyer_name": personal("identity", "organisation"),
        "buyer_contact": personal("identity"),
        "buyer_email": personal("contact"),
        "buyer_street": personal("contact", "billing"),
        "buyer_postal_code": personal("contact", "billing"),
        "buyer_city": personal("contact", "billing"),
        "buyer_country": personal("contact", "billing"),
        "buyer_business_id": personal("organisation"),
        "buyer_vat_number": personal("organisation"),
        "buyer_reference": _BILLING,
        "buyer_einvoice_address": _BILLING,
        "buyer_einvoice_operator": _BILLING,
        "is_business": _BILLING,
        "currency": not_personal("always the euro"),
        "items_net": _BILLING,
        "allowances_net": _BILLING,
        "net": _BILLING,
        "vat": _BILLING,
        "total": _BILLING,
        "prepaid": _BILLING,
        "rounding": _BILLING,
        "payable": _BILLING,
        "paid_by": _BILLING,
        "paid_on": _BILLING,
        "payment": _LINK,
        "keep_until": _END,
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["order_key"], name="invoice_of_order"),
            models.Index(fields=["issued_on", "seq"], name="invoice_by_day"),
            models.Index(fields=["issued_at", "id"], name="invoice_by_moment"),
            models.Index(fields=["due_on", "id"], name="invoice_by_due_day"),
            models.Index(fields=["order_reference"], name="invoice_by_order", condition=~Q(order_reference="")),
            models.Index(fields=["reference"], name="invoice_by_reference", condition=~Q(reference="")),
            models.Index(
                fields=["due_on", "id"], name="invoice_to_be_paid", condition=Q(kind=Kind.INVOICE, payable__gt=0)
            ),
            models.Index(Func(F("buyer_email"), function="lower"), name="invoice_by_address"),
            models.Index(fields=["payment"], name="invoice_by_payment", condition=Q(payment__isnull=False)),
            models.Index(fields=["keep_until"], name="invoice_by_end"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "seq"], name="invoice_has_a_number_of_its_own"),
            models.CheckConstraint(name="invoice_kind_is_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="invoice_is_in_euro", condition=Q(currency=EURO)),
            models.CheckConstraint(name="invoice_language_is_known", condition=Q(language__in=Language.values)),
            models.CheckConstraint(
                name="invoice_credit_has_its_invoice",
                condition=Q(kind=Kind.INVOICE, credits=None, reason="")
                | Q(kind=Kind.CREDIT_NOTE, credits__isnull=False, reference="", prepaid=0),
            ),
            models.CheckConstraint(
                name="invoice_adds_up",
                condition=Q(net=F("items_net") - F("allowances_net"))
                & Q(total=F("net") + F("vat"))
                & Q(payable=F("total") - F("prepaid") + F("rounding")),
            ),
            models.CheckConstraint(
                name="invoice_takes_nothing_away",
                condition=Q(net__gte=0, vat__gte=0, allowances_net__gte=0, prepaid__gte=0, payable__gte=0),
            ),
            models.CheckConstraint(name="invoice_is_due_later", condition=Q(due_on__gte=F("issued_on"))),
        ]

    def __str__(self) -> str:
        return self.number


class Line(models.Model):
    """One line: an item, or a discount on the whole. A discount's amount is positive too.

    ``net`` is without tax, after ``discount``, the line's own. ``tax`` is the line's share of the tax after all
    discounts: what crediting it gives back.
    """

    id = models.BigAutoField(primary_key=True)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    position = models.SmallIntegerField()
    kind = models.TextField(choices=LineKind)
    sku = models.TextField(blank=True)
    text = models.TextField()
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    unit = models.TextField(choices=Unit)
    unit_net = models.DecimalField(max_digits=16, decimal_places=6)
    net = _amount()
    discount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    tax = _amount()
    category = models.CharField(max_length=2, choices=VatCategory)
    rate = models.DecimalField(max_digits=5, decimal_places=2)
    credits = models.SmallIntegerField(null=True)
    keep_until = models.DateField()

    append_only: ClassVar = True
    goes_after: ClassVar = ("keep_until",)
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number"),
        "invoice": _LINK,
        "position": not_personal("the line's place"),
        "kind": not_personal("an item or a discount"),
        "sku": personal("order"),
        "text": personal("order"),
        "quantity": personal("order"),
        "unit": personal("order"),
        "unit_net": _BILLING,
        "net": _BILLING,
        "discount": _BILLING,
        "tax": _BILLING,
        "category": _BILLING,
        "rate": _BILLING,
        "credits": not_personal("the place of the line that is credited"),
        "keep_until": _END,
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_has_its_place"),
            models.CheckConstraint(name="invoice_line_kind_is_known", condition=Q(kind__in=LineKind.values)),
            models.CheckConstraint(name="invoice_line_category_is_known", condition=Q(category__in=VatCategory.values)),
            models.CheckConstraint(
                name="invoice_line_is_of_something",
                condition=Q(quantity__gt=0, net__gte=0, tax__gte=0, discount__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class VatRow(models.Model):
    """The tax of one category and rate: on what, how much, and why not where there is none."""

    id = models.BigAutoField(primary_key=True)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="vat_rows")
    category = models.CharField(max_length=2, choices=VatCategory)
    rate = models.DecimalField(max_digits=5, decimal_places=2)
    scheme = models.TextField(choices=Scheme)
    country = models.CharField(max_length=2)
    taxable = _amount()
    tax = _amount()
    reason = models.TextField(blank=True)
    keep_until = models.DateField()

    append_only: ClassVar = True
    goes_after: ClassVar = ("keep_until",)
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number"),
        "invoice": _LINK,
        "category": _BILLING,
        "rate": _BILLING,
        "scheme": _BILLING,
        "country": _BILLING,
        "taxable": _BILLING,
        "tax": _BILLING,
        "reason": _BILLING,
        "keep_until": _END,
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "category", "rate"], name="invoice_vat_is_one_a_rate"),
            models.CheckConstraint(name="invoice_vat_category_is_known", condition=Q(category__in=VatCategory.values)),
            models.CheckConstraint(name="invoice_vat_scheme_is_known", condition=Q(scheme__in=Scheme.values)),
            models.CheckConstraint(
                name="invoice_vat_of_taxed_alone", condition=Q(category=VatCategory.STANDARD) | Q(tax=0, rate=0)
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Document(models.Model):
    """An invoice as it was sent: the PDF with the UBL in it, made once and kept in its original form."""

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, primary_key=True, related_name="document")
    pdf = models.BinaryField()
    ubl = models.BinaryField()
    pdf_sha256 = models.BinaryField(max_length=32)
    ubl_sha256 = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    keep_until = models.DateField()

    append_only: ClassVar = True
    goes_after: ClassVar = ("keep_until",)
    holds: ClassVar[Holdings] = {
        "invoice": _LINK,
        "pdf": personal("identity", "organisation", "contact", "order", "billing"),
        "ubl": personal("identity", "organisation", "contact", "order", "billing"),
        "pdf_sha256": not_personal("SHA-256 of the file"),
        "ubl_sha256": not_personal("SHA-256 of the file"),
        "made_at": not_personal("when the file was made"),
        "keep_until": _END,
    }

    def __str__(self) -> str:
        return str(self.pk)


class Party(models.Model):
    """Whom in the register an invoice is about, besides the address on it. Follows the order's own link."""

    id = models.BigAutoField(primary_key=True)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="parties")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()
    linked_by = models.UUIDField()

    holds: ClassVar[Holdings] = {
        "id": not_personal("running number"),
        "invoice": _LINK,
        "person": _LINK,
        "linked_at": personal("provenance"),
        "linked_by": personal("staff"),
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "invoice"], name="invoice_party_is_linked_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
