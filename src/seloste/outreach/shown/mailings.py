"""A mailing on its page: as it is sent, in numbers and in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from seloste.consents.choices import Carry, Rule
from seloste.mail.choices import MessageState
from seloste.outreach.queries.mailings import UNFIT, Count, Sending, Words, as_sent
from seloste.register.choices import Language

#: Whatever a usual letter of marketing carries, and what the first one carries besides.
_USUAL = (Carry.LABEL, Carry.SENDER, Carry.REASON, Carry.OPT_OUT)
_FIRST = (*_USUAL, Carry.OBJECTION)
#: What a stop can still call off.
_NOT_GONE = frozenset({MessageState.QUEUED, MessageState.CLAIMED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """The letter in one language, word for word as its readers get it."""

    language: str
    name: str
    subject: str
    usual: str
    first: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A rule in words, and how many it concerns."""

    words: str
    rule: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Who gets the letter and who does not, by rule."""

    reached: Sequence[Line]
    left_out: Sequence[Line]
    reached_all: int
    left_out_all: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far the sending has come."""

    all: int
    waiting: int
    arrived: int
    fates: Sequence[Line]
    can_stop: bool


def preview(words: Words) -> Preview:
    """Return the letter as it is sent: to most readers, and to one who gets the first message."""
    with override(words.language):
        usual, first = (as_sent(words, rule=Rule.CONSENT, carries=carries) for carries in (_USUAL, _FIRST))
    return Preview(
        language=words.language,
        name=str(Language(words.language).label),
        subject=words.subject,
        usual=usual,
        first=first,
    )


def counts(found: Sequence[Count]) -> Counts:
    """Return the counts apart: who gets it, who does not."""
    lines = {allow: [_line(one) for one in found if one.allow is allow] for allow in (True, False)}
    return Counts(
        reached=lines[True],
        left_out=lines[False],
        reached_all=sum(line.count for line in lines[True]),
        left_out_all=sum(line.count for line in lines[False]),
    )


def _line(one: Count) -> Line:
    return Line(words=str(one.rule.label), rule=one.rule.value, count=one.count)


def sending(found: Sending) -> Progress:
    """Return the progress in words."""
    fates = [Line(words=str(fate.state.label), rule=fate.state.value, count=fate.count) for fate in found.fates]
    fates += [Line(words=_why_denied(rule), rule=rule, count=count) for rule, count in found.denied]
    arrived = sum(fate.count for fate in found.fates if fate.state is MessageState.ACCEPTED)
    is_waiting = found.waiting > 0 or any(fate.state in _NOT_GONE for fate in found.fates)
    return Progress(all=found.all, waiting=found.waiting, arrived=arrived, fates=fates, can_stop=is_waiting)


def _why_denied(rule: str) -> str:
    return _("The address cannot be written to.") if rule == UNFIT else str(Rule(rule).label)
