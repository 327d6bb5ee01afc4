"""Closed lists of the outbox."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MessageKind(TextChoices):
    """What a message is to the law, and what is done when nobody knows whether it left."""

    MARKETING = "marketing", _("Marketing")
    SERVICE = "service", _("Service message")
    LEGAL = "legal", _("Message the law demands")


class MessageState(TextChoices):
    """The fate of a message, so far as it is known."""

    QUEUED = "queued", _("waiting to leave")
    CLAIMED = "claimed", _("being prepared")
    HANDED_OVER = "handed_over", _("being handed over")
    ACCEPTED = "accepted", _("accepted by the mail server")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    UNKNOWN = "unknown", _("unknown")


class Why(TextChoices):
    """Why a message did not leave, waits, or is not known to have left."""

    DEFERRED = "deferred", _("The mail server asked to try again later.")
    UNREACHABLE = "unreachable", _("The mail server could not be reached.")
    REFUSED = "refused", _("The mail server refused it for good.")
    GAVE_UP = "gave_up", _("It was tried until its time was up.")
    NOT_ALLOWED = "not_allowed", _("When it was about to leave, contact was no longer allowed.")
    UNFIT = "unfit", _("It could not be written as a message.")
    STAFF = "staff", _("An employee cancelled it.")
    CALLED_OFF = "called_off", _("What it belonged to was called off.")
    COPIED = "copied", _("The database was taken over from elsewhere, and the message may have left there.")
    LEASE_LOST = "lease_lost", _("The sending ended in the middle.")
    NO_ANSWER = "no_answer", _("The connection ended before the mail server answered.")
    RELAY_KNOWS = "relay_knows", _("The mail server says that it has it.")
    RELAY_LACKS = "relay_lacks", _("The mail server says that it does not have it.")
    RESENT = "resent", _("It is sent once more under the same mark: such a message may arrive twice.")
    NEVER_RESENT = "never_resent", _("Nobody knows whether it left. Marketing is not sent again.")
    LEFT = "left", _("Nobody knows whether it left, and it is not sent again.")
    STAFF_ARRIVED = "staff_arrived", _("An employee says that it arrived.")
    STAFF_RESENDS = "staff_resends", _("An employee says that it did not arrive: it is sent again.")


class KeepBody(TextChoices):
    """How long the words of a message are kept; who got what kind of message is kept for the purpose's period."""

    SHORT = "", _("thirty days")
    PURPOSE = "purpose", _("as long as the purpose lasts")


#: States in which a message has met its fate.
ENDED = frozenset({MessageState.ACCEPTED, MessageState.FAILED, MessageState.CANCELLED})
#: States in which a process holds a message for a time.
HELD = frozenset({MessageState.CLAIMED, MessageState.HANDED_OVER})


class Unfit(TextChoices):
    """Why a message cannot be taken into the outbox, in words that whoever asked for it can act on."""

    ADDRESS = "address", _("This is not one e-mail address in plain letters, such as maija@example.com.")
    HEADER = "header", _("A subject is one line of ordinary text.")
    EMPTY = "empty", _("A message needs a subject and a text.")
    TOO_LONG = "too_long", _("The message is too long.")
    MARKUP = "markup", _("The formatted text holds something that messages must not hold: %(what)s.")
    LINK = "link", _("A message may link only to our own site: %(what)s.")
    PURPOSE = "purpose", _("This purpose is not one that messages are sent for.")
    LANGUAGE = "language", _("Messages are written in Finnish, Swedish or English.")
    OPT_OUT = "opt_out", _("Marketing needs the addresses where it is forbidden, on our own site.")
    NO_OPT_OUT = "no_opt_out", _("Only marketing carries a link that forbids marketing.")
    ATTACHMENT = "attachment", _("This file cannot go with the message.")
    LINK_ONLY = "link_only", _("A message the law demands may be sent twice, so it carries a link and no file.")
    KEY = "key", _("A message needs a key of its own.")
