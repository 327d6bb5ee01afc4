"""Names of closed lists that the pages print."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ChangeName(TextChoices):
    """Classes of change between two notices (declaration.diff), from the lightest to the heaviest."""

    EDITORIAL = "editorial", _("Wording")
    MATERIAL = "material", _("Material change")
    NEW_RECIPIENT = "new_recipient", _("New recipient")
    BASIS = "basis", _("Change of legal basis")
    NEW_PURPOSE = "new_purpose", _("New purpose")


class TableName(TextChoices):
    """The tables of the declaration that a change can be in."""

    PURPOSE = "purpose", _("Purpose")
    CATEGORY = "category", _("Category of data")
    SOURCE = "source", _("Source")
    RECIPIENT = "recipient", _("Recipient")
    RIGHT = "right", _("Right")
    MEASURE = "measure", _("Security measure")
    TERMINAL = "terminal", _("On your device")
    FORM = "form", _("Form")
    ROLE = "role", _("Job role")
    CONTROLLER = "controller", _("Controller")
    AUTHORITY = "authority", _("Supervisory authority")
    REGISTER = "register", _("Register")
    SECTION = "section", _("Heading")
    START = "start", _("Start of a period")
    BASIS = "basis", _("Name of a basis")
    RULE = "rule", _("Rule of law")
    UNDERTAKING = "undertaking", _("Confidentiality undertaking")
    META = "meta", _("The notice itself")


class AspectName(TextChoices):
    """Which side of a thing has changed."""

    NAME = "name", _("Name")
    WHY = "why", _("Why")
    WHAT = "what", _("What")
    TEXT = "text", _("Text")
    BASES = "bases", _("Basis")
    INTEREST = "interest", _("Our interest")
    LAW = "law", _("Law")
    RETENTION = "retention", _("How long")
    CATEGORIES = "categories", _("What data")
    SOURCES = "sources", _("From where")
    RECIPIENTS = "recipients", _("Who receives it")
    SUBJECTS = "subjects", _("Whose data")
    OBLIGATION = "obligation", _("Must you give the data")
    KIND = "kind", _("Kind")
    COUNTRY = "country", _("Country")
    CONTRACT = "contract_date", _("Processing agreement")
    TRANSFER = "transfer", _("Transfer outside the EEA")
    LIFETIME = "lifetime", _("Lifetime")


class SeverityName(TextChoices):
    """How bad it is that a notice lacks something (declaration.lint)."""

    MISSING = "missing", _("Missing")
    UNCLEAR = "unclear", _("Unclear")
    CONFIRM = "confirm", _("To be confirmed")


class NeedName(TextChoices):
    """What an item on the device is needed for: the four of S4.3, and the record of a choice where one is asked."""

    SIGN_IN = "sign_in", _("Signing in")
    CART = "cart", _("Shopping cart")
    PAYMENT = "payment", _("Payment")
    FORM_DATA = "form_data", _("Form data")
    CHOICE = "choice", _("Remembering your choice")


class StorageName(TextChoices):
    """Where on the device an item lies."""

    COOKIE = "cookie", _("Cookie")
    LOCAL_STORAGE = "local_storage", _("Local storage")
    SESSION_STORAGE = "session_storage", _("Session storage")
