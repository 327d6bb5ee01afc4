"""Closed lists of the room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ChoiceState(TextChoices):
    """What a visitor answered about one question."""

    GIVEN = "given", _("allowed")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Place(TextChoices):
    """Where on the site the answer was given."""

    BANNER = "banner", _("the note at the top of a page")
    PAGE = "page", _("the page of cookies")
    CONTENT = "content", _("where the content would stand")


class Fault(TextChoices):
    """What was wrong with a cookie that the site itself was about to set."""

    UNDECLARED = "undeclared", _("not declared in the notice")
    WITHOUT_CONSENT = "without_consent", _("without the visitor's consent")
    TOO_LONG = "too_long", _("for longer than the notice says")
