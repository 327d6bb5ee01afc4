"""Words for the queue and the page of a request."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from seloste.kernel.refusals import Words
from seloste.rights.choices import Outcome
from seloste.rights.queries.desk import Sheet
from seloste.rights.rules.clock import Alarm
from seloste.rights.rules.course import Next


@dataclass(frozen=True, kw_only=True, slots=True)
class Badge:
    """A mark beside a request."""

    text: Words
    tone: str
    icon: str


ALARMS: Mapping[Alarm, Badge] = {
    Alarm.FIFTEEN_DAYS: Badge(text=_("two weeks left"), tone="", icon="clock"),
    Alarm.SEVEN_DAYS: Badge(text=_("a week left"), tone="warn", icon="clock"),
    Alarm.THREE_WORKING_DAYS: Badge(text=_("three working days left"), tone="warn", icon="warning"),
    Alarm.LAST_DAY: Badge(text=_("last day"), tone="bad", icon="warning"),
    Alarm.LATE: Badge(text=_("late"), tone="bad", icon="warning"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """The next lawful step in words, and the forms that take it."""

    title: Words
    text: Words
    steps: tuple[str, ...]


NEXT: Mapping[Next, Advice] = {
    Next.ACKNOWLEDGE: Advice(
        title=_("Confirm that it arrived"),
        text=_("No message could leave by itself. Send the confirmation, or say it and note that you did."),
        steps=("acknowledge",),
    ),
    Next.FIND_PERSON: Advice(
        title=_("Find whom it concerns"),
        text=_(
            "The person's older addresses are told that a request was made. Nothing is proved by it yet. If nobody is"
            " found, ask for an order number, or note that it could not be proved who asks."
        ),
        steps=("assign", "ask", "give_up"),
    ),
    Next.PROVE: Advice(
        title=_("Make sure who asks"),
        text=_("Ask no more than the answer needs, and only for a reason that you can tell the person."),
        steps=("ask", "code", "check", "give_up"),
    ),
    Next.WAIT: Advice(
        title=_("Wait for the person"),
        text=_("A question is open. If it was asked at once, the legal last day moves by the days of waiting."),
        steps=("noted", "code", "check", "give_up"),
    ),
    Next.DECIDE: Advice(
        title=_("Decide each thing that was asked"),
        text=_("A refusal needs a ground of the law and reasons that the person understands."),
        steps=(),
    ),
    Next.SECOND: Advice(
        title=_("A second employee confirms the refusal"),
        text=_("Article 12(5) puts the burden of proof on us. Whoever made the decision cannot confirm it."),
        steps=(),
    ),
    Next.CARRY_OUT: Advice(
        title=_("Carry out what was granted"),
        text=_("The answer may say that something was done only after it was."),
        steps=(),
    ),
    Next.ANSWER: Advice(
        title=_("Send the answer"),
        text=_("This is what the person will read. It goes only to an address that was on file long before."),
        steps=("answer",),
    ),
    Next.CLOSE: Advice(
        title=_("Close the matter"),
        text=_(
            "When the answer has arrived. What proved who asked is erased then. After thirty days it closes itself."
        ),
        steps=("close", "send_again"),
    ),
    Next.NOTHING: Advice(title=_("Nothing is left to do"), text=_("The matter has ended."), steps=()),
}

#: Tone and icon of an outcome.
OUTCOMES: Mapping[Outcome, tuple[str, str]] = {
    Outcome.GRANTED: ("good", "check"),
    Outcome.PARTLY: ("warn", "check"),
    Outcome.REFUSED: ("bad", "cross"),
    Outcome.NO_DATA: ("", "info"),
    Outcome.NOT_IDENTIFIABLE: ("warn", "info"),
}


def others(sheet: Sheet, advised: tuple[str, ...]) -> list[str]:
    """Return the other steps that may be taken now."""
    offered = {
        "extend": sheet.may_extend,
        "clarify": sheet.is_open,
        "noted": sheet.is_open,
        "assign": sheet.is_open and sheet.identity != "verified",
        "add_right": sheet.state in {"received", "acknowledged", "identity", "assessing"},
        "withdraw": sheet.is_open,
        "reopen": not sheet.is_open,
    }
    return [name for name, is_offered in offered.items() if is_offered and name not in advised]


#: What each step is called, and its button.
STEPS: Mapping[str, tuple[Words, Words]] = {
    "acknowledge": (_("Confirm that it arrived"), _("Confirm")),
    "assign": (_("Whom it concerns"), _("It is this person")),
    "ask": (_("Ask who it is"), _("Ask")),
    "code": (_("A code was told to you"), _("Try the code")),
    "check": (_("Note a check you made"), _("Note the check")),
    "give_up": (_("It cannot be proved who asks"), _("Note that it could not be proved")),
    "extend": (_("More time is needed"), _("Tell the person and extend")),
    "clarify": (_("Ask what is meant"), _("Send the question")),
    "noted": (_("The person answered or added something"), _("Note it")),
    "add_right": (_("The words ask for something more"), _("Add it")),
    "answer": (_("The answer"), _("Send the answer")),
    "send_again": (_("Send the answer again"), _("Send again")),
    "close": (_("Close the matter"), _("Close")),
    "withdraw": (_("The person took the request back"), _("Note that it was taken back")),
    "reopen": (_("The person is not content"), _("Open it again")),
}
