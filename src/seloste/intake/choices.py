"""Closed lists of the intake."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SubmissionState(TextChoices):
    """A message from a public form waits until a person decides."""

    WAITING = "waiting", _("waiting")
    ACCEPTED = "accepted", _("accepted")
    HANDLED = "handled", _("handled, nobody entered")
    DECLINED = "declined", _("declined")


class InteractionKind(TextChoices):
    """What happened with a person."""

    MESSAGE = "message", _("Message by web form")
    CALL = "call", _("Telephone call")
    MEETING = "meeting", _("Meeting")
    SOCIAL = "social", _("Social media message")
    EMAIL = "email", _("E-mail")
    PUBLIC_FIND = "public_find", _("Found in a public source")


class Direction(TextChoices):
    """Who began it."""

    IN = "in", _("from the person")
    OUT = "out", _("from us")


#: The sources from which each kind of interaction can come (S6).
SOURCES: dict[str, tuple[str, ...]] = {
    InteractionKind.MESSAGE: ("web_form",),
    InteractionKind.CALL: ("phone",),
    InteractionKind.MEETING: ("meeting",),
    InteractionKind.SOCIAL: ("social",),
    InteractionKind.EMAIL: ("email",),
    InteractionKind.PUBLIC_FIND: ("web_page", "directory", "company"),
}
