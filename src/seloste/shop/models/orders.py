"""Orders: what was agreed, with whom, and what it cost, as it was at that moment (S4.2, S5.3)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.kernel.money import EURO, NOTHING
from seloste.shop.choices import OrderSource, OrderState, PaysBy
from seloste.shop.models.money import amount, in_euros, not_negative


class Order(models.Model):
    """An order. The buyer's words are a copy of that moment; ``person`` says whose it is, once that is certain."""

    #: What a person reads where a field of the name ``source`` would be taken for a key of the notice.
    lists: ClassVar = {"source": OrderSource}

    id = models.UUIDField(primary_key=True)
    reference = models.CharField(max_length=12, unique=True)
    #: The mark of the form that was sent: sending twice is one order.
    token = models.UUIDField(unique=True)
    #: The quote it was made of; a quote makes one order. Quotes go after a day.
    quote_id = models.UUIDField(null=True, unique=True)
    #: How it came to be (``OrderSource``); the declared source of its data is always "order".
    source = models.TextField(default=OrderSource.CHECKOUT)
    #: The order whose contract this one goes on: renewals and changes of a service.
    follows = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="followed_by")
    language = models.TextField()
    notice_version = models.ForeignKey(
        "notices.NoticeVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.TextField(choices=OrderState, default=OrderState.PLACED)
    placed_at = models.DateTimeField()
    #: Set where something is to be done by the system; the sweep ``shop.forward`` looks at it.
    next_step_at = models.DateTimeField(null=True)
    #: An unpaid order is cancelled then; none for an invoice.
    expires_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    invoiced_at = models.DateTimeField(null=True)
    fulfilled_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    #: The newest delivery of any of its lines: from here the time for which it is kept runs.
    last_delivery_on = models.DateField(null=True)

    person = models.ForeignKey("register.Person", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("register.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    #: How the order came to its person; empty while it waits.
    linked_how = models.TextField(blank=True, default="")
    linked_at = models.DateTimeField(null=True)
    linked_by = models.UUIDField(null=True)

    given_name = models.TextField(blank=True, default="")
    family_name = models.TextField()
    email = models.TextField()
    phone = models.TextField(blank=True, default="")
    is_business = models.BooleanField(default=False)
    company = models.TextField(blank=True, default="")
    business_id = models.TextField(blank=True, default="")
    vat_number = models.TextField(blank=True, default="")
    #: What the register of VAT numbers answered, with its own number of the question: evidence of reverse charge.
    vat_evidence = models.TextField(blank=True, default="")
    street = models.TextField()
    postal_code = models.TextField(blank=True, default="")
    city = models.TextField()
    country = models.CharField(max_length=2)
    #: Where goods go, if elsewhere than to the address above.
    delivery_name = models.TextField(blank=True, default="")
    delivery_phone = models.TextField(blank=True, default="")
    delivery_street = models.TextField(blank=True, default="")
    delivery_postal_code = models.TextField(blank=True, default="")
    delivery_city = models.TextField(blank=True, default="")
    delivery_country = models.TextField(blank=True, default="")
    einvoice_address = models.TextField(blank=True, default="")
    einvoice_operator = models.TextField(blank=True, default="")
    #: The buyer's own mark for the invoice, such as a cost centre.
    buyer_reference = models.TextField(blank=True, default="")
    wishes = models.TextField(blank=True, default="")

    pays_by = models.TextField(choices=PaysBy)
    payment = models.UUIDField(null=True)
    invoice = models.UUIDField(null=True)
    currency = models.CharField(max_length=3, default=EURO)
    coupon_code = models.TextField(blank=True, default="")
    discount = amount(default=NOTHING)
    net = amount()
    vat = amount()
    gross = amount()
    paid = amount(default=NOTHING)
    refunded = amount(default=NOTHING)

    holds: ClassVar[Holdings] = {
        "id": not_personal("random id; goes with the row"),
        "reference": personal("order"),
        "token": not_personal("random mark of the form that was sent; makes sending twice one order"),
        "quote_id": not_personal("random id of the frozen prices"),
        "source": personal("provenance"),
        "follows": not_personal("link between rows; goes with the row"),
        "language": personal("identity"),
        "notice_version": personal("provenance"),
        "state": personal("order"),
        "placed_at": personal("order"),
        "next_step_at": not_personal("when the system looks at the order next"),
        "expires_at": personal("billing"),
        "confirmed_at": personal("provenance"),
        "paid_at": personal("billing"),
        "invoiced_at": personal("billing"),
        "fulfilled_at": personal("delivery"),
        "delivered_at": personal("delivery"),
        "ended_at": personal("order"),
        "last_delivery_on": personal("delivery"),
        "person": not_personal("link between rows; goes with the row"),
        "organisation": not_personal("link between rows; goes with the row"),
        "linked_how": personal("provenance"),
        "linked_at": personal("provenance"),
        "linked_by": personal("staff"),
        "given_name": personal("identity"),
        "family_name": personal("identity"),
        "email": personal("contact"),
        "phone": personal("contact"),
        "is_business": personal("organisation"),
        "company": personal("organisation"),
        "business_id": personal("organisation"),
        "vat_number": personal("organisation"),
        "vat_evidence": personal("organisation"),
        "street": personal("contact"),
        "postal_code": personal("contact"),
        "city": personal("contact"),
        "country": personal("contact"),
        "delivery_name": personal("delivery"),
        "delivery_phone": personal("delivery"),
        "delivery_street": personal("delivery"),
        "delivery_postal_code": personal("delivery"),
        "delivery_city": personal("delivery"),
        "delivery_country": personal("delivery"),
        "einvoice_address": personal("billing"),
        "einvoice_operator": personal("billing"),
        "buyer_reference": personal("billing"),
        "wishes": personal("correspondence"),
        "pays_by": personal("billing"),
        "payment": not_personal("link to the payment; goes with the row"),
        "invoice": not_personal("link to the invoice; goes with the row"),
        "currency": not_personal("the one currency of the shop"),
        "coupon_code": personal("order"),
        "discount": personal("order"),
        "net": personal("order"),
        "vat": personal("order"),
        "gross": personal("order"),
        "paid": personal("billing"),
        "refunded": personal("order"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-placed_at", "-id"], name="order_newest"),
            models.Index(fields=["state", "-placed_at", "-id"], name="order_by_state"),
            models.Index(Lower("email"), name="order_by_email", condition=~Q(email="")),
            models.Index(fields=["phone"], name="order_by_phone", condition=~Q(phone="")),
            models.Index(fields=["next_step_at"], name="order_next_step", condition=Q(next_step_at__isnull=False)),
            models.Index(
                fields=["expires_at"],
                name="order_unpaid",
                condition=Q(state=OrderState.PLACED, expires_at__isnull=False),
            ),
            models.Index(fields=["placed_at"], name="order_waits_for_person", condition=Q(person=None)),
            models.Index(fields=["paid_at"], name="order_paid", condition=Q(paid_at__isnull=False)),
            models.Index(Lower("company"), name="order_by_company", condition=~Q(company="")),
            models.Index(fields=["last_delivery_on"], name="order_by_last_delivery"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="order_state_is_known", condition=Q(state__in=OrderState.values)),
            models.CheckConstraint(name="order_source_is_known", condition=Q(source__in=OrderSource.values)),
            models.CheckConstraint(name="order_pays_by_is_known", condition=Q(pays_by__in=PaysBy.values)),
            models.CheckConstraint(
                name="order_waits_or_is_linked",
                condition=Q(person=None, linked_how="", linked_at=None)
                | Q(person__isnull=False, linked_at__isnull=False) & ~Q(linked_how=""),
            ),
            models.CheckConstraint(
                name="order_buyer_is_whole",
                condition=~Q(family_name="")
                & ~Q(email="")
                & ~Q(street="")
                & ~Q(city="")
                & Q(country__regex=r"^[A-Z]{2}$"),
            ),
            models.CheckConstraint(
                name="order_company_is_whole",
                condition=Q(is_business=True) & ~Q(company="")
                | Q(is_business=False, company="", business_id="", vat_number="", vat_evidence="", organisation=None),
            ),
            in_euros("order"),
            not_negative("order", "discount", "net", "vat", "gross", "paid", "refunded"),
            models.CheckConstraint(name="order_refund_is_at_most_paid", condition=Q(refunded__lte=F("paid"))),
            models.CheckConstraint(name="order_adds_up", condition=Q(gross=F("net") + F("vat"))),
        ]

    def __str__(self) -> str:
        return self.reference


class OrderLine(models.Model):
    """One thing ordered, with the offer as it was: name, price, tax. Nothing of it follows the catalogue afterwards."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    place = models.PositiveSmallIntegerField()
    product_id = models.UUIDField(null=True)
    variant_id = models.UUIDField(null=True)
    price_id = models.UUIDField(null=True)
    sku = models.TextField(blank=True, default="")
    kind = models.TextField()
    interval = models.TextField(blank=True, default="")
    title = models.TextField()
    quantity = models.PositiveIntegerField()
    #: With more decimals than a sum, so that the line is its multiple (EN 16931, BT-146).
    unit_net = models.DecimalField(max_digits=18, decimal_places=6)
    unit_gross = amount()
    discount = amount(default=NOTHING)
    net = amount()
    vat = amount()
    gross = amount()
    vat_rate = models.DecimalField(max_digits=5, decimal_places=2)
    vat_category = models.CharField(max_length=2)
    vat_scheme = models.TextField()
    vat_country = models.CharField(max_length=2)
    vat_note = models.TextField(blank=True, default="")
    vat_kind = models.TextField()
    rate_class = models.TextField()
    #: Time for which the money of this line was taken, for services that go on.
    period_from = models.DateField(null=True)
    period_until = models.DateField(null=True)
    #: The orderer asked for digital content at once and gave up her right of withdrawal (KSL 6:16).
    waives_withdrawal = models.BooleanField(default=False)
    #: The orderer asked for the service to begin before the time of withdrawal is over (KSL 6:15).
    wants_start_now = models.BooleanField(default=False)
    fulfilled_at = models.DateTimeField(null=True)
    #: It was withdrawn from, or all of its money returned: it is not delivered any more.
    ended_at = models.DateTimeField(null=True)
    currency = models.CharField(max_length=3, default=EURO)

    holds: ClassVar[Holdings] = {
        "id": not_personal("random id; goes with the row"),
        "order": not_personal("link between rows; goes with the row"),
        "place": not_personal("place on the order"),
        "product_id": personal("order"),
        "variant_id": personal("order"),
        "price_id": not_personal("link to the public price"),
        "sku": personal("order"),
        "kind": personal("order"),
        "interval": personal("order"),
        "title": personal("order"),
        "quantity": personal("order"),
        "unit_net": personal("order"),
        "unit_gross": personal("order"),
        "discount": personal("order"),
        "net": personal("order"),
        "vat": personal("order"),
        "gross": personal("order"),
        "vat_rate": personal("order"),
        "vat_category": personal("order"),
        "vat_scheme": personal("order"),
        "vat_country": personal("order"),
        "vat_note": personal("order"),
        "vat_kind": personal("order"),
        "rate_class": personal("order"),
        "period_from": personal("order"),
        "period_until": personal("order"),
        "waives_withdrawal": personal("order"),
        "wants_start_now": personal("order"),
        "fulfilled_at": personal("delivery"),
        "ended_at": personal("delivery"),
        "currency": not_personal("the one currency of the shop"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["product_id", "order"], name="order_line_of_product"),
            models.Index(
                fields=["order"],
                name="order_line_undelivered",
                condition=Q(fulfilled_at__isnull=True, ended_at__isnull=True),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "place"], name="order_line_has_its_place"),
            models.CheckConstraint(
                name="order_line_quantity_is_1_to_999", condition=Q(quantity__gte=1) & Q(quantity__lte=999)
            ),
            in_euros("order_line"),
            not_negative("order_line", "unit_net", "unit_gross", "discount", "net", "vat", "gross", "vat_rate"),
            models.CheckConstraint(name="order_line_adds_up", condition=Q(gross=F("net") + F("vat"))),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_undelivered(self) -> bool:
        """Tell whether it is still to be delivered, where its order is."""
        return self.fulfilled_at is None and self.ended_at is None
