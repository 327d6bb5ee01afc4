"""The tables of the register. Every item says where it came from, why it is held and whether it still counts.

How long an item may be kept is not a column: it is the latest end among the grounds of its purposes
(:class:`Ground`), so one fact that changes moves every date that depends on it.
"""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from seloste.kernel.holdings import Holdings, not_personal, personal
from seloste.kernel.marks import BYTES
from seloste.register.choices import (
    ContactKind,
    DeliveryChannel,
    EndReason,
    Language,
    PersonKind,
    ProjectState,
    RestrictionReason,
    Source,
)

#: What still counts. Its GIN indexes take each row at once: a list of late arrivals would be read by every search.
_LIVE = Q(ended_at=None)

_REACH = personal("contact", "web_address", "social_profile", "ip_address")
_RANDOM = not_personal("random id; goes with the row")
_LINK = not_personal("link between rows; goes with the row")


class Fold(models.Func):
    """Text as the search compares it: lower case without accents. The function is made by the first migration."""

    function = "public.seloste_fold"
    output_field = models.TextField(db_collation="C")


def _known(field: str, choices: type[models.TextChoices]) -> Q:
    return Q(**{f"{field}__in": choices.values})


class Beginnings(models.Func):
    """Every beginning of every word of a folded text, up to twelve letters. Made by the second migration."""

    function = "public.seloste_beginnings"
    output_field = ArrayField(models.TextField())


class Fact(models.Model):
    """What the notice promises of every value (S5, S6): its source, how, when and by whom, for which purposes."""

    id = models.UUIDField(primary_key=True)
    source = models.TextField(choices=Source)
    source_detail = models.TextField(blank=True, default="")
    collected_at = models.DateTimeField()
    collected_by = models.UUIDField()
    notice_version = models.ForeignKey(
        "notices.NoticeVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    purposes = ArrayField(models.TextField())
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    end_reason = models.TextField(blank=True, default="", choices=EndReason)
    replaces = models.UUIDField(null=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()
    fact_holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "source": personal("provenance"),
        "source_detail": personal("provenance"),
        "collected_at": personal("provenance"),
        "collected_by": personal("staff"),
        "notice_version": personal("provenance"),
        "purposes": personal("provenance"),
        "ended_at": personal("provenance"),
        "ended_by": personal("staff"),
        "end_reason": personal("provenance"),
        "replaces": _LINK,
    }

    class Meta:
        abstract = True
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(name="%(class)s_source_is_known", condition=_known("source", Source)),
            models.CheckConstraint(name="%(class)s_has_a_purpose", condition=Q(purposes__len__gt=0)),
            models.CheckConstraint(
                name="%(class)s_end_is_whole",
                condition=Q(ended_at=None, ended_by=None, end_reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False, end_reason__in=EndReason.values),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Person(models.Model):
    """A natural person in the register. Everything known about her is in the items that point here.

    Since ``blocked_at`` she was erased but for what the law or a claim keeps: only bookkeeping, claims and her rights
    may read that. Since ``restricted_at`` the use of her data is restricted (art. 18): the first of the restrictions
    that stand, kept here by their deeds so that every search and list can look at it at no cost.
    """

    id = models.UUIDField(primary_key=True)
    reference = models.CharField(max_length=12, unique=True)
    kind = models.TextField(choices=PersonKind, default=PersonKind.PERSON)
    language = models.TextField(choices=Language, default=Language.FI)
    created_at = models.DateTimeField()
    created_by = models.UUIDField()
    blocked_at = models.DateTimeField(null=True)
    restricted_at = models.DateTimeField(null=True)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "reference": personal("identity"),
        "kind": personal("identity"),
        "language": personal("identity"),
        "created_at": personal("provenance"),
        "created_by": personal("staff"),
        "blocked_at": personal("provenance"),
        "restricted_at": personal("rights_request"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                name="person_withheld",
                condition=Q(restricted_at__isnull=False) | Q(blocked_at__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="person_kind_is_known", condition=_known("kind", PersonKind)),
            models.CheckConstraint(name="person_language_is_known", condition=_known("language", Language)),
        ]

    def __str__(self) -> str:
        return self.reference


class Item(Fact):
    """A fact about one person."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    item_holds: ClassVar[Holdings] = {**Fact.fact_holds, "person": _LINK}

    class Meta(Fact.Meta):
        abstract = True


def _key(*parts: str) -> models.GeneratedField:
    """Return a stored search key over the columns, folded by the database so that no copy can differ."""
    texts: list[Any] = [part for name in parts for part in (models.F(name), models.Value(" "))][:-1]
    joined = texts[0] if len(texts) == 1 else models.functions.Concat(*texts, output_field=models.TextField())
    return models.GeneratedField(
        expression=Fold(joined), output_field=models.TextField(db_collation="C"), db_persist=True
    )


class Name(Item):
    """What the person is called."""

    given_name = models.TextField(blank=True, default="")
    family_name = models.TextField()
    by_family = _key("family_name", "given_name")
    by_given = _key("given_name", "family_name")

    holds: ClassVar[Holdings] = {
        **Item.item_holds,
        "given_name": personal("identity"),
        "family_name": personal("identity"),
        "by_family": personal("identity"),
        "by_given": personal("identity"),
    }

    class Meta(Item.Meta):
        indexes: ClassVar = [
            models.Index(fields=["by_family"], name="name_by_family", condition=Q(ended_at=None)),
            models.Index(fields=["by_given"], name="name_by_given", condition=Q(ended_at=None)),
            GinIndex(Beginnings("by_family"), name="name_by_beginnings", condition=_LIVE, fastupdate=False),
            GinIndex(fields=["purposes"], name="name_by_purpose", condition=_LIVE, fastupdate=False),
        ]
        constraints: ClassVar = [
            *Item.Meta.constraints,
            models.CheckConstraint(name="name_is_not_empty", condition=~Q(family_name="")),
            models.UniqueConstraint(fields=["person"], name="name_is_one_at_a_time", condition=Q(ended_at=None)),
        ]


class ContactPoint(Item):
    """A way to reach the person: the value in its normal form, and as it was given."""

    kind = models.TextField(choices=ContactKind)
    network = models.TextField(blank=True, default="")
    value = models.TextField()
    original = models.TextField()
    verified_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    prohibition_checked_on = models.DateField(null=True)
    mark = models.BinaryField(max_length=BYTES)
    key = _key("value")

    holds: ClassVar[Holdings] = {
        **Item.item_holds,
        "kind": _REACH,
        "network": personal("social_profile"),
        "value": _REACH,
        "original": _REACH,
        "verified_at": personal("provenance"),
        "bounced_at": personal("contact"),
        "prohibition_checked_on": personal("contact"),
        "mark": _REACH,
        "key": _REACH,
    }

    class Meta(Item.Meta):
        indexes: ClassVar = [
            models.Index(fields=["kind", "key"], name="contact_point_by_key", condition=Q(ended_at=None)),
            models.Index(fields=["mark"], name="contact_point_by_any_mark"),  # past ones too: whose an address was
            GinIndex(fields=["purposes"], name="contact_point_by_purpose", condition=_LIVE, fastupdate=False),
        ]
        constraints: ClassVar = [
            *Item.Meta.constraints,
            models.CheckConstraint(name="contact_point_kind_is_known", condition=_known("kind", ContactKind)),
            models.CheckConstraint(name="contact_point_is_not_empty", condition=~Q(value="")),
            models.CheckConstraint(
                name="contact_point_prohibition_is_of_a_number",
                condition=Q(prohibition_checked_on=None) | Q(kind=ContactKind.PHONE),
            ),
            models.CheckConstraint(
                name="contact_point_social_has_network",
                condition=Q(kind=ContactKind.SOCIAL) & ~Q(network="") | ~Q(kind=ContactKind.SOCIAL) & Q(network=""),
            ),
            models.CheckConstraint(  # S5.4: IP addresses are processed for security, and for nothing else
                name="contact_point_ip_is_for_security",
                condition=~Q(kind=ContactKind.IP) | Q(purposes=["web_security"]),
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "network", "value"],
                name="contact_point_is_held_once",
                condition=Q(ended_at=None),
            ),
        ]


class PostalAddress(Item):
    """A postal address, with a postal code that is right for its country."""

    street = models.TextField()
    postal_code = models.TextField(blank=True, default="")
    city = models.TextField()
    country = models.CharField(max_length=2)
    mark = models.BinaryField(max_length=BYTES)

    holds: ClassVar[Holdings] = {
        **Item.item_holds,
        "street": personal("contact"),
        "postal_code": personal("contact"),
        "city": personal("contact"),
        "country": personal("contact"),
        "mark": personal("contact"),
    }


class Organisation(Fact):
    """A company or another organisation. What is said here is about the organisation, not about its people."""

    reference = models.CharField(max_length=12, unique=True)
    name = models.TextField()
    business_id = models.TextField(blank=True, default="")
    website = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    phone = models.TextField(blank=True, default="")
    key = _key("name")

    holds: ClassVar[Holdings] = {
        **Fact.fact_holds,
        "reference": personal("organisation"),
        "name": personal("organisation"),
        "business_id": personal("organisation"),
        "website": personal("organisation"),
        "email": personal("organisation"),
        "phone": personal("organisation"),
        "key": personal("organisation"),
    }

    class Meta(Fact.Meta):
        indexes: ClassVar = [models.Index(fields=["key"], name="organisation_by_key", condition=Q(ended_at=None))]
        constraints: ClassVar = [
            *Fact.Meta.constraints,
            models.CheckConstraint(name="organisation_is_not_nameless", condition=~Q(name="")),
            models.UniqueConstraint(
                fields=["business_id"],
                name="organisation_business_id_is_one",
                condition=Q(ended_at=None) & ~Q(business_id=""),
            ),
        ]


class Position(Item):
    """What the person is in an organisation (S5.3: asema, yritys/organisaatio)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    title = models.TextField(blank=True, default="")
    relevance = models.TextField(blank=True, default="")

    holds: ClassVar[Holdings] = {
        **Item.item_holds,
        "organisation": personal("organisation"),
        "title": personal("position"),
        "relevance": personal("position"),
    }


class Feedback(Item):
    """What a customer thought of us (S5.2: asiakaspalautetiedot)."""

    text = models.TextField()
    given_at = models.DateTimeField()

    holds: ClassVar[Holdings] = {**Item.item_holds, "text": personal("feedback"), "given_at": personal("feedback")}

    class Meta(Item.Meta):
        constraints: ClassVar = [
            *Item.Meta.constraints,
            models.CheckConstraint(name="feedback_is_not_empty", condition=~Q(text="")),
        ]


class Project(Item):
    """Work done for a customer (S5.2: projekteja ja asiakkuutta koskevat tiedot)."""

    name = models.TextField()
    description = models.TextField(blank=True, default="")
    state = models.TextField(choices=ProjectState, default=ProjectState.OPEN)
    started_on = models.DateField()
    closed_on = models.DateField(null=True)

    holds: ClassVar[Holdings] = {
        **Item.item_holds,
        "name": personal("project"),
        "description": personal("project"),
        "state": personal("project"),
        "started_on": personal("project"),
        "closed_on": personal("project"),
    }

    class Meta(Item.Meta):
        constraints: ClassVar = [
            *Item.Meta.constraints,
            models.CheckConstraint(name="project_is_not_nameless", condition=~Q(name="")),
            models.CheckConstraint(
                name="project_closes_on_a_day",
                condition=Q(state=ProjectState.OPEN, closed_on=None)
                | Q(state=ProjectState.CLOSED, closed_on__isnull=False),
            ),
        ]


class Note(Item):
    """What a colleague needs to know to serve the person."""

    text = models.TextField()

    holds: ClassVar[Holdings] = {**Item.item_holds, "text": personal("correspondence")}

    class Meta(Item.Meta):
        constraints: ClassVar = [
            *Item.Meta.constraints,
            models.CheckConstraint(name="note_is_not_empty", condition=~Q(text="")),
        ]


class Statement(Item):
    """What the person says to complete something that is held about her (art. 16, second sentence), word for word.

    It is held for the purposes of what it stands beside, and whoever sees that sees it.
    """

    kind = models.TextField()
    about = models.UUIDField()
    category = models.TextField()
    text = models.TextField()

    holds: ClassVar[Holdings] = {
        **Item.item_holds,
        "kind": not_personal("which table the value beside it stands in"),
        "about": _LINK,
        "category": not_personal("the declared category of the value beside it"),
        "text": personal("rights_request"),
    }

    class Meta(Item.Meta):
        indexes: ClassVar = [models.Index(fields=["about"], name="statement_by_item")]
        constraints: ClassVar = [
            *Item.Meta.constraints,
            models.CheckConstraint(name="statement_is_not_empty", condition=~Q(text="")),
        ]


class Correction(models.Model):
    """The sealed record of a correction (art. 16): what was held before, openable for the person's rights alone.

    ``item`` is the row that was there, ``became`` the one that replaced it. The value itself is in ``before``, sealed
    with a key that is not in the database; nothing else of it is left anywhere.
    """

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    category = models.TextField()
    purposes = ArrayField(models.TextField())
    item = models.UUIDField()
    became = models.UUIDField()
    before = models.BinaryField()
    request = models.TextField(blank=True, default="")
    corrected_at = models.DateTimeField()
    corrected_by = models.UUIDField()

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "person": _LINK,
        "kind": not_personal("which table the value stood in"),
        "category": not_personal("the declared category of the value"),
        "purposes": personal("provenance"),
        "item": _LINK,
        "became": _LINK,
        "before": personal("rights_request"),
        "request": personal("rights_request"),
        "corrected_at": personal("provenance"),
        "corrected_by": personal("staff"),
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["item"], name="correction_by_item"),
            models.Index(fields=["corrected_at"], name="correction_by_day"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Ground(models.Model):
    """Why a person is in the register: one purpose, its basis, and the day until which it holds."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    purpose = models.TextField()
    basis = models.TextField()
    since_on = models.DateField()
    runs_from = models.DateField()
    keep_until = models.DateField()
    started_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "person": _LINK,
        "purpose": personal("provenance"),
        "basis": personal("provenance"),
        "since_on": personal("provenance"),
        "runs_from": personal("provenance"),
        "keep_until": personal("provenance"),
        "started_by": personal("staff"),
        "ended_at": personal("provenance"),
        "ended_by": personal("staff"),
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "purpose"], name="ground_is_one_at_a_time", condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="ground_end_is_whole",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(
                name="ground_keeps_past_its_start", condition=Q(keep_until__gte=models.F("runs_from"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["purpose", "keep_until", "id"], name="ground_by_purpose_end", condition=Q(ended_at=None)
            ),
            models.Index(fields=["purpose"], name="ground_ended", condition=Q(ended_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Restriction(models.Model):
    """The processing of one person's data is restricted (art. 18): kept, and used for nothing but what 18(2) allows.

    It is lifted only after the person was told (art. 18(3)).
    """

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(choices=RestrictionReason)
    source = models.TextField(choices=Source)
    detail = models.TextField(blank=True, default="")
    since_at = models.DateTimeField()
    since_by = models.UUIDField()
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "person": _LINK,
        "reason": personal("rights_request"),
        "source": personal("provenance"),
        "detail": personal("rights_request"),
        "since_at": personal("rights_request"),
        "since_by": personal("staff"),
        "told_at": personal("rights_request"),
        "ended_at": personal("rights_request"),
        "ended_by": personal("staff"),
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="restriction_reason_is_known", condition=_known("reason", RestrictionReason)),
            models.CheckConstraint(name="restriction_source_is_known", condition=_known("source", Source)),
            models.CheckConstraint(
                name="restriction_ends_after_telling",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False, told_at__lte=models.F("ended_at")),
            ),
            models.UniqueConstraint(
                fields=["person", "reason"], name="restriction_is_one_at_a_time", condition=Q(ended_at=None)
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class NoticeDelivery(models.Model):
    """The information of art. 13 or 14: when it is due, and when and how it was given."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    notice_version = models.ForeignKey(
        "notices.NoticeVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    article = models.SmallIntegerField()
    language = models.TextField(choices=Language)
    due_on = models.DateField()
    delivered_at = models.DateTimeField(null=True)
    delivered_by = models.UUIDField(null=True)
    channel = models.TextField(blank=True, default="", choices=DeliveryChannel)

    holds: ClassVar[Holdings] = {
        "id": _RANDOM,
        "person": _LINK,
        "notice_version": personal("provenance"),
        "article": personal("provenance"),
        "language": personal("provenance"),
        "due_on": personal("provenance"),
        "delivered_at": personal("provenance"),
        "delivered_by": personal("staff"),
        "channel": personal("provenance"),
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="notice_delivery_article_is_13_or_14", condition=Q(article__in=[13, 14])),
            models.CheckConstraint(
                name="notice_delivery_is_whole",
                condition=Q(delivered_at=None, delivered_by=None, channel="")
                | Q(delivered_at__isnull=False, delivered_by__isnull=False, channel__in=DeliveryChannel.values),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_on"], name="notice_delivery_due", condition=Q(delivered_at=None))
        ]

    def __str__(self) -> str:
        return str(self.id)
