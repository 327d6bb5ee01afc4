"""What was agreed when ordering: the terms as they were, that they were accepted, and what of a right was given up.

Three different records stand beside an order: this acceptance of the contract, the acknowledgement of the privacy
notice (``consents.acknowledge``) and, if the orderer wanted it, her asking for marketing. None follows from another.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.shop.choices import WaiverKind


class Terms(models.Model):
    """The terms of sale in one language, word for word, from the first order that was made under them."""

    id = models.AutoField(primary_key=True)
    version = models.TextField()
    language = models.TextField()
    text = models.TextField()
    text_hash = models.CharField(max_length=64)
    first_used_at = models.DateTimeField()

    append_only: ClassVar = True
    holds: ClassVar[Holdings] = {
        "id": not_personal("running number of the terms"),
        "version": not_personal("number of the terms"),
        "language": not_personal("language of the terms"),
        "text": not_personal("the public terms themselves"),
        "text_hash": not_personal("SHA-256 of the terms"),
        "first_used_at": not_personal("when somebody first ordered under them"),
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "language", "text_hash"], name="terms_are_kept_once"),
            models.CheckConstraint(name="terms_hash_is_sha256", condition=Q(text_hash__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.language}"


class ContractAcceptance(models.Model):
    """That the terms were accepted by pressing a button with these words (KSL 6:12 a; art. 6(1)(b) GDPR).

    Only added to: the database refuses to change one, and lets it go with its order alone.
    """

    append_only: ClassVar = True
    goes_with: ClassVar = ("shop_order", "order_id")

    id = models.BigAutoField(primary_key=True)
    #: No constraint in the database: the order may be erased; what stays then names nobody.
    order = models.ForeignKey(
        "shop.Order", on_delete=models.DO_NOTHING, related_name="acceptances", db_constraint=False
    )
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="+", db_index=False)
    button = models.TextField()
    gross = models.DecimalField(max_digits=12, decimal_places=2)
    at = models.DateTimeField()

    holds: ClassVar[Holdings] = {
        "id": not_personal("running number"),
        "order": not_personal("link between rows"),
        "terms": personal("order"),
        "button": not_personal("public words of the button"),
        "gross": personal("order"),
        "at": personal("order"),
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order"], name="terms_are_accepted_once"),
            models.CheckConstraint(name="acceptance_names_the_button", condition=~Q(button="")),
        ]

    def __str__(self) -> str:
        return str(self.id)


class WithdrawalWaiver(models.Model):
    """That a consumer asked for delivery at once and knows that her right of withdrawal ends with it (KSL 6:15-16)."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey("shop.Order", on_delete=models.CASCADE, related_name="waivers")
    kind = models.TextField(choices=WaiverKind)
    language = models.TextField()
    words = models.TextField()
    at = models.DateTimeField()

    holds: ClassVar[Holdings] = {
        "id": not_personal("running number"),
        "order": not_personal("link between rows; goes with the row"),
        "kind": personal("order"),
        "language": personal("order"),
        "words": not_personal("public words beside the box"),
        "at": personal("order"),
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "kind"], name="waiver_is_said_once"),
            models.CheckConstraint(name="waiver_kind_is_known", condition=Q(kind__in=WaiverKind.values)),
            models.CheckConstraint(name="waiver_has_its_words", condition=~Q(words="")),
        ]

    def __str__(self) -> str:
        return str(self.id)
