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


class SeverityName(TextChoices):
    """How bad it is that a notice lacks something (declaration.lint)."""

    MISSING = "missing", _("Missing")
    UNCLEAR = "unclear", _("Unclear")
    CONFIRM = "confirm", _("To be confirmed")


class NeedName(TextChoices):
    """What an item on the device is needed for: the four of S4.3."""

    SIGN_IN = "sign_in", _("Signing in")
    CART = "cart", _("Shopping cart")
    PAYMENT = "payment", _("Payment")
    FORM_DATA = "form_data", _("Form data")


class StorageName(TextChoices):
    """Where on the device an item lies."""

    COOKIE = "cookie", _("Cookie")
    LOCAL_STORAGE = "local_storage", _("Local storage")
    SESSION_STORAGE = "session_storage", _("Session storage")
