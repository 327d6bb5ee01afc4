"""Closed lists of the register. The census holds them equal to the declaration."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Source(TextChoices):
    """Where a value came from: the closed list of the notice (S6.1, S6.2)."""

    WEB_FORM = "web_form", _("web form")
    ORDER = "order", _("order")
    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("telephone")
    SOCIAL = "social", _("social media")
    CONTRACT = "contract", _("contract")
    MEETING = "meeting", _("meeting")
    OTHER = "other", _("other occasion")
    WEB_PAGE = "web_page", _("public web page")
    DIRECTORY = "directory", _("public directory")
    COMPANY = "company", _("another company")


class Language(TextChoices):
    """The languages in which a person can be served."""

    FI = "fi", _("Finnish")
    SV = "sv", _("Swedish")
    EN = "en", _("English")


class PersonKind(TextChoices):
    """A sole trader is a natural person to the law of direct marketing (917/2014 202 §, read conservatively)."""

    PERSON = "person", _("person")
    SOLE_TRADER = "sole_trader", _("sole trader")


class ContactKind(TextChoices):
    """The ways to reach a person (S5.3). An IP address is kept for security alone (S5.4)."""

    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("telephone")
    WEB = "web", _("web address")
    SOCIAL = "social", _("social media profile")
    IP = "ip", _("IP address")


class EndReason(TextChoices):
    """Why an item no longer counts."""

    CORRECTED = "corrected", _("corrected")
    REMOVED = "removed", _("removed")


class RestrictionReason(TextChoices):
    """Why processing is restricted (art. 18(1)(a)–(d))."""

    ACCURACY = "accuracy", _("the person contests that the data are accurate")
    UNLAWFUL = "unlawful", _("the processing is unlawful and the person does not want erasure")
    CLAIM = "claim", _("the person needs the data for a legal claim")
    OBJECTION = "objection", _("an objection is being weighed")


class ProjectState(TextChoices):
    """Where a project stands."""

    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class DeliveryChannel(TextChoices):
    """How a person was given the information of art. 13 or 14."""

    WEB_FORM = "web_form", _("beside a web form")
    EMAIL = "email", _("by e-mail")
    LETTER = "letter", _("by letter")
    PHONE = "phone", _("on the telephone")
    MEETING = "meeting", _("at a meeting")


#: The declared category of each kind of contact point.
CONTACT_CATEGORY = {
    ContactKind.EMAIL: "contact",
    ContactKind.PHONE: "contact",
    ContactKind.WEB: "web_address",
    ContactKind.SOCIAL: "social_profile",
    ContactKind.IP: "ip_address",
}


class Invalid(TextChoices):
    """What can be wrong with a value, in words the person who typed it can act on."""

    EMAIL = (
        "email",
        _("This is not an e-mail address. It should look like maija@example.com, without a name before it."),
    )
    PHONE = "phone", _("This is not a telephone number. It should look like 040 123 4567 or +46 70 123 45 67.")
    WEB = "web", _("This is not a web address. It should look like https://example.com.")
    HANDLE = "handle", _("This is not a user name or profile address in the service.")
    IP = "ip", _("This is not an IP address.")
    BUSINESS_ID = (
        "business_id",
        _("This is not a Finnish business id. It should look like 1234567-1; the last digit is a check."),
    )
    POSTAL_CODE = "postal_code", _("The country has no such postal code. In Finland it has five digits, like 00100.")
    COUNTRY = "country", _("This is not a country code.")
    EMPTY = "empty", _("This cannot be empty.")
    TOO_LONG = "too_long", _("This is too long.")
    CLOSES_EARLY = "closes_early", _("A project cannot close before it starts.")
    NETWORK = "network", _("Say which service the profile is in.")
    NOT_YET = "not_yet", _("This day is still to come.")


class Network(TextChoices):
    """Social media services by name (S5.3)."""

    LINKEDIN = "linkedin", "LinkedIn"
    FACEBOOK = "facebook", "Facebook"
    INSTAGRAM = "instagram", "Instagram"
    X = "x", "X"
    MASTODON = "mastodon", "Mastodon"
    BLUESKY = "bluesky", "Bluesky"
    YOUTUBE = "youtube", "YouTube"
    TIKTOK = "tiktok", "TikTok"
    WHATSAPP = "whatsapp", "WhatsApp"
    OTHER = "other", _("another service")
