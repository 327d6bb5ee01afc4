"""Closed lists of the room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """The ways in which a message can reach a person."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")
    SOCIAL = "social", _("social media message")
    PHONE = "phone", _("telephone call")
    POST = "post", _("letter")


class ConsentState(TextChoices):
    """What an event says about a consent. Only ``GIVEN`` and ``RENEWED`` are valid (DPV ConsentStatus)."""

    REQUESTED = "requested", _("asked for")
    PENDING = "pending", _("waiting for confirmation")
    GIVEN = "given", _("given")
    RENEWED = "renewed", _("renewed")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")
    INVALIDATED = "invalidated", _("no longer valid")
    SUPERSEDED = "superseded", _("replaced by a newer one")


class Cause(TextChoices):
    """Why a consent that nobody withdrew does not hold any more."""

    PERIOD_OVER = "period_over", _("Its time was up.")
    NOTICE_CHANGED = "notice_changed", _("The words to which the person consented have changed.")
    NOTED_IN_ERROR = "noted_in_error", _("It was noted in error.")
    REPLACED = "replaced", _("The person consented anew, to other words.")


class EvidenceKind(TextChoices):
    """What proves that the person said it herself (art. 7(1)). The last two are never an employee's to choose."""

    SIGNED_PAPER = "signed_paper", _("a signed paper")
    FORM = "form", _("a form that the person filled in on the spot")
    EMAIL = "email", _("an e-mail from the person")
    MESSAGE = "message", _("a text or social media message from the person")
    RECORDING = "recording", _("a recording of a telephone call")
    CONFIRMED = "confirmed", _("the person confirmed it from the address")
    EARLIER = "earlier", _("a note made before kinds of evidence were told apart")


class ObjectionState(TextChoices):
    """Whether the objection stands."""

    OBJECTED = "objected", _("objection")
    LIFTED = "lifted", _("objection lifted")


class SuppressionReason(TextChoices):
    """Why an address is not to be contacted."""

    OBJECTED = "objected", _("the person forbade it")
    ERASED = "erased", _("the person was erased")
    BOUNCED = "bounced", _("the address does not work")
    MINOR = "minor", _("the person may be under age")


class SuppressionState(TextChoices):
    """Whether an address came to the list of those not to be contacted, or left it."""

    ADDED = "added", _("forbidden")
    LIFTED = "lifted", _("allowed again")


class Acknowledged(TextChoices):
    """What a person acknowledges. None of it is a consent."""

    ORDER = "order", _("the processing that an order needs")


VALID = frozenset({ConsentState.GIVEN, ConsentState.RENEWED})
#: She said no, and nothing but her own new yes changes that.
OPTED_OUT = frozenset({ConsentState.REFUSED, ConsentState.WITHDRAWN})
#: What an employee can have in hand.
STAFF_EVIDENCE = (
    EvidenceKind.SIGNED_PAPER,
    EvidenceKind.FORM,
    EvidenceKind.EMAIL,
    EvidenceKind.MESSAGE,
    EvidenceKind.RECORDING,
)


class AddressKind(TextChoices):
    """What an address is to the law of direct marketing (917/2014 200 § and 202 §)."""

    PRIVATE = "private", _("a person's own address")
    WORK = "work", _("a person's address at work")
    GENERIC = "generic", _("an organisation's common address")


class Rule(TextChoices):
    """The rules by which contact is allowed or denied, in the order in which they are asked."""

    ERASED = "M0.erased", _("The person has been erased or is blocked.")
    RESTRICTED = "M0.restricted", _("The processing of the person's data is restricted (art. 18).")
    SUPPRESSED = "M0.suppressed", _("The address is on the list of those not to be contacted.")
    OBJECTED = "M0.objected", _("The person has objected to marketing (art. 21(2)).")
    MINOR = "M0.minor", _("The person may be under age.")
    BOUNCED = "M0.bounced", _("The address does not work.")
    UNVERIFIED = "M0.unverified", _("Nobody has confirmed that the address is the person's.")
    OPTED_OUT = "M0.opted_out", _("The person has withdrawn or refused consent for this.")
    UNINFORMED = "M1.uninformed", _("The person has not been given the information of art. 14.")
    CONSENT = "M2.consent", _("The person has given consent.")
    SOFT_OPT_IN = "M3.soft_opt_in", _("A customer's address, for similar products of our own.")
    ORGANISATION = "M4.organisation", _("An organisation's common address.")
    JOB = "M5.job", _("A work address, and the matter belongs to the person's duties.")
    UNTIL_FORBIDDEN = "M6.until_forbidden", _("Letters and calls are allowed until they are forbidden.")
    NO_GROUND = "M7.no_ground", _("Nothing allows this contact.")
    SAME_ADDRESS = "D1.same_address", _("Somebody known longer gets it at the same address.")
    SERVICE = "S1.service", _("A message about the person's own matter: no marketing.")


class Carry(TextChoices):
    """What an allowed message must say."""

    LABEL = "label", _("that it is marketing")
    SENDER = "sender", _("who sends it")
    REASON = "reason", _("why the person gets it")
    OPT_OUT = "opt_out", _("how to forbid it, easily and free of charge")
    OBJECTION = "objection", _("the right to object, clearly and apart from other matters (art. 21(4))")
    ARTICLE_14 = "article_14", _("the information of art. 14, with the source")
