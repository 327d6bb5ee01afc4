"""What is about to be bought: a cart without a name, and the quote that freezes what it costs."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.kernel.money import EURO
from seloste.shop.models.money import amount, in_euros, not_negative


class Cart(models.Model):
    """A cart. Whoever has its cookie has it; only the hash of the cookie is here."""

    id = models.UUIDField(primary_key=True)
    key_hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    #: Grows with each change, so that a quote of an earlier cart is known as such.
    version = models.PositiveIntegerField(default=1)
    coupon = models.ForeignKey("shop.Coupon", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    holds: ClassVar[Holdings] = {
        "id": not_personal("random id; goes with the row"),
        "key_hash": not_personal("hash of the cart's cookie; stands for a browser that nobody knows"),
        "made_at": not_personal("when somebody unknown put something in"),
        "changed_at": not_personal("when somebody unknown changed the cart, from which its time runs"),
        "version": not_personal("running number of the changes"),
        "coupon": not_personal("link to a coupon"),
    }

    class Meta:
        indexes: ClassVar = [models.Index(fields=["changed_at"], name="cart_by_change")]

    def __str__(self) -> str:
        return str(self.id)


class CartLine(models.Model):
    """So many of a variant. What it cost when it was last shown stands beside it, so that a change can be told."""

    id = models.BigAutoField(primary_key=True)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines", db_index=False)
    variant_id = models.UUIDField()
    quantity = models.PositiveIntegerField()
    title = models.TextField()
    unit_gross = amount()
    added_at = models.DateTimeField()

    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the line"),
        "cart": not_personal("link between rows; goes with the row"),
        "variant_id": not_personal("what of the public catalogue somebody unknown picked"),
        "quantity": not_personal("how many of it"),
        "title": not_personal("public name of the product when it was put in"),
        "unit_gross": not_personal("public price when it was last shown"),
        "added_at": not_personal("when somebody unknown put it in"),
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cart", "variant_id"], name="cart_has_a_variant_once"),
            models.CheckConstraint(
                name="cart_quantity_is_1_to_999", condition=Q(quantity__gte=1) & Q(quantity__lte=999)
            ),
            not_negative("cart_line", "unit_gross"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Quote(models.Model):
    """What the cart costs, frozen for half an hour: the only place from which an order takes its prices (P49).

    ``lines`` are frozen offers with their amounts, as ``rules.pricing.Line`` writes them; nothing of a browser is in
    them but variants and quantities.
    """

    id = models.UUIDField(primary_key=True)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="quotes", db_index=False)
    cart_version = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    country = models.CharField(max_length=2)
    is_business = models.BooleanField(default=False)
    vat_number = models.TextField(blank=True, default="")
    vat_number_valid = models.BooleanField(default=False)
    #: The number under which the register of VAT numbers keeps its answer.
    vat_evidence = models.TextField(blank=True, default="")
    coupon = models.ForeignKey("shop.Coupon", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    lines = models.JSONField()
    currency = models.CharField(max_length=3, default=EURO)
    discount = amount()
    net = amount()
    vat = amount()
    gross = amount()

    holds: ClassVar[Holdings] = {
        "id": not_personal("random id; goes with the row"),
        "cart": not_personal("link between rows; goes with the row"),
        "cart_version": not_personal("running number of the cart's changes"),
        "made_at": not_personal("when somebody unknown went to the checkout"),
        "expires_at": not_personal("until when the prices hold"),
        "used_at": not_personal("when an order was made of it"),
        "country": not_personal("country whose value added tax is counted"),
        "is_business": not_personal("whether a company buys"),
        "vat_number": personal("organisation"),
        "vat_number_valid": not_personal("what the register of VAT numbers answered"),
        "vat_evidence": personal("organisation"),
        "coupon": not_personal("link to a coupon"),
        "lines": not_personal("offers of the public catalogue and their amounts"),
        "currency": not_personal("the one currency of the shop"),
        "discount": not_personal("an amount of what somebody unknown picked"),
        "net": not_personal("an amount of what somebody unknown picked"),
        "vat": not_personal("an amount of what somebody unknown picked"),
        "gross": not_personal("an amount of what somebody unknown picked"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["cart", "-made_at"], name="quote_of_cart"),
            models.Index(fields=["expires_at"], name="quote_by_expiry"),
        ]
        constraints: ClassVar = [
            in_euros("quote"),
            not_negative("quote", "discount", "net", "vat", "gross"),
            models.CheckConstraint(name="quote_adds_up", condition=Q(gross=F("net") + F("vat"))),
            models.CheckConstraint(name="quote_expires", condition=Q(expires_at__gt=F("made_at"))),
        ]

    def __str__(self) -> str:
        return str(self.id)
