"""Closed lists of the procedure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Right(TextChoices):
    """What a person may ask (GDPR 7(3), 15–21); what is none of these is a question, and is answered too."""

    ACCESS = "access", _("See the data")
    PORTABILITY = "portability", _("Move the data")
    RECTIFICATION = "rectification", _("Correct the data")
    COMPLETION = "completion", _("Complete the data")
    ERASURE = "erasure", _("Erase the data")
    RESTRICTION = "restriction", _("Restrict the use of the data")
    OBJECTION = "objection", _("Object to the use of the data")
    MARKETING_OBJECTION = "marketing_objection", _("Forbid direct marketing")
    WITHDRAWAL = "withdrawal", _("Withdraw a consent")
    QUESTION = "question", _("None of these: a question")


class Channel(TextChoices):
    """How a request reached the company: any way will do (art. 12(2))."""

    WEB_FORM = "web_form", _("web form")
    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("telephone")
    LETTER = "letter", _("letter")
    IN_PERSON = "in_person", _("in person")
    SOCIAL = "social", _("social media")


#: The source of the notice (S6) that each way is.
SOURCE_OF: dict[Channel, str] = {
    Channel.WEB_FORM: "web_form",
    Channel.EMAIL: "email",
    Channel.PHONE: "phone",
    Channel.LETTER: "other",
    Channel.IN_PERSON: "meeting",
    Channel.SOCIAL: "social",
}


class State(TextChoices):
    """Where a request stands."""

    RECEIVED = "received", _("received")
    ACKNOWLEDGED = "acknowledged", _("receipt confirmed")
    IDENTITY = "identity", _("waiting for proof of who asks")
    ASSESSING = "assessing", _("being looked into")
    FULFILLING = "fulfilling", _("decided, being carried out")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")
    WITHDRAWN = "withdrawn", _("taken back by the person")


#: States in which the company still owes an answer.
OPEN = (State.RECEIVED, State.ACKNOWLEDGED, State.IDENTITY, State.ASSESSING, State.FULFILLING)


class Identity(TextChoices):
    """What is known of who asks."""

    NOT_NEEDED = "not_needed", _("no proof needed")
    OPEN = "open", _("not proved yet")
    ASKED = "asked", _("proof asked for")
    VERIFIED = "verified", _("proved")
    FAILED = "failed", _("could not be proved")


class Outcome(TextChoices):
    """What becomes of one thing that was asked."""

    GRANTED = "granted", _("granted")
    PARTLY = "partly", _("granted in part")
    REFUSED = "refused", _("not granted")
    NO_DATA = "no_data", _("nothing is held")
    NOT_IDENTIFIABLE = "not_identifiable", _("could not be connected with a person")


class Reason(TextChoices):
    """Why something is not granted in full: the law's own grounds and no others."""

    NOT_IDENTIFIED = "not_identified", _("it could not be established that the requester is the person")
    EXCESSIVE = "excessive", _("manifestly unfounded or excessive, with proven abusive intent")
    OTHERS_RIGHTS = "others_rights", _("it would harm the rights and freedoms of others")
    SECURITY = "security", _("national security, public order, or preventing and investigating crime")
    SERIOUS_DANGER = "serious_danger", _("serious danger to the person's health or care, or to the rights of others")
    SUPERVISION = "supervision", _("supervision for an important economic or financial interest")
    ACCURATE = "accurate", _("the data were found to be accurate")
    LEGAL_DUTY = "legal_duty", _("the law obliges us to keep the data")
    LEGAL_CLAIM = "legal_claim", _("the data are needed for a legal claim")
    STILL_NEEDED = "still_needed", _("none of the grounds for erasure applies: the data are still needed")
    NO_GROUND = "no_ground", _("none of the grounds for restriction applies")
    COMPELLING = "compelling", _("compelling legitimate grounds that override the person's interests")
    NOT_PROVIDED = (
        "not_provided",
        _("the data were not provided by the person, or rest on neither consent nor contract"),
    )


class Doubt(TextChoices):
    """What is asked of the person."""

    IDENTITY = "identity", _("who is asking")
    CLARIFICATION = "clarification", _("what is asked for")


class Happened(TextChoices):
    """What happened to a request."""

    RECEIVED = "received", _("The request arrived")
    ACKNOWLEDGED = "acknowledged", _("We confirmed that it arrived")
    ASSIGNED = "assigned", _("We found whom it concerns")
    ASKED = "asked", _("We asked the person something")
    ANSWERED = "answered", _("The person answered")
    VERIFIED = "verified", _("It was proved who asks")
    NOT_VERIFIED = "not_verified", _("It could not be proved who asks")
    DECIDED = "decided", _("A decision was made")
    SECONDED = "seconded", _("A second employee confirmed the refusal")
    CARRIED_OUT = "carried_out", _("The decision was carried out")
    EXTENDED = "extended", _("We told why we need more time")
    SENT = "sent", _("We sent the answer")
    LATE = "late", _("The last day passed without an answer")
    CLOSED = "closed", _("The matter was closed")
    WITHDRAWN = "withdrawn", _("The person took the request back")
    REOPENED = "reopened", _("The matter was opened again")


class Method(TextChoices):
    """How somebody can prove who they are. Copies of identity documents are not among them, and never will be."""

    CODE = "code", _("code to an address that was on file before the request")
    ORDER = "order", _("order or licence number, and the answer to an address on file")
    MANUAL = "manual", _("an employee checked it")
    STRONG = "strong", _("strong electronic identification")


class Result(TextChoices):
    """What came of a check."""

    OPEN = "open", _("waiting")
    VERIFIED = "verified", _("proved")
    FAILED = "failed", _("not proved")


class Unfit(TextChoices):
    """Why an address proves nothing and receives nothing."""

    TOO_NEW = "too_new", _("It was added or changed so shortly before the request that anybody could have done it.")
    SHARED = "shared", _("Several people are reached by it.")
    BOUNCES = "bounces", _("Messages to it come back.")


class Letter(TextChoices):
    """What a message in the matter is."""

    FROM_PERSON = "from_person", _("From the person")
    ACKNOWLEDGEMENT = "acknowledgement", _("Confirmation that the request arrived")
    WARNING = "warning", _("Note to older addresses that a request was made")
    IDENTITY = "identity", _("Question who is asking")
    CLARIFICATION = "clarification", _("Question what is asked for")
    EXTENSION = "extension", _("Why we need more time")
    ANSWER = "answer", _("The answer")
    DOWNLOADED = "downloaded", _("Note to older addresses that the data were downloaded")


class Way(TextChoices):
    """How a message went."""

    EMAIL = "email", _("by e-mail")
    LETTER = "letter", _("by letter")
    PHONE = "phone", _("on the telephone")
    IN_PERSON = "in_person", _("face to face")
    PAGE = "page", _("on the person's own page")
