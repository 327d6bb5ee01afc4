"""Questions about mailings: what is written, whom it would reach, how far it has come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count as Number
from django.db.models import Sum

from seloste.audit.actions import record
from seloste.consents.choices import Carry, Channel, Rule
from seloste.consents.queries import MARKETING, choose
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.links import page_address
from seloste.kernel.refusals import Missing
from seloste.mail import letter
from seloste.mail.choices import MessageKind, MessageState
from seloste.mail.models import Message
from seloste.outreach.choices import MailingState
from seloste.outreach.models import Letter, Mailing, Recipient, Tally

LANGUAGES = ("fi", "sv", "en")
#: Why a message was not queued where no rule forbade it: the outbox could not write to the address.
UNFIT = "unfit"


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A letter in one language."""

    language: str
    subject: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """How many people a rule lets the letter reach, or keeps it from."""

    allow: bool
    rule: Rule
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """How many messages of a mailing have met a fate."""

    state: MessageState
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """A mailing in a list."""

    id: UUID
    subject: str
    state: MailingState
    changed_at: datetime
    sent_at: datetime | None
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending:
    """How far a mailing has come."""

    all: int
    waiting: int
    fates: Sequence[Fate]
    denied: Sequence[tuple[str, int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A mailing, whole."""

    id: UUID
    state: MailingState
    words: Sequence[Words]
    made_at: datetime
    changed_at: datetime
    chosen_at: datetime | None
    sent_at: datetime | None
    stopped_at: datetime | None
    done_at: datetime | None
    counts: Sequence[Count]
    reached: int
    left_out: int


def check_duty(by: Duty) -> None:
    """Raise Missing for whom mailings do not exist: they are for those whose job is marketing."""
    if not by.sees("consent", (MARKETING,)) or not by.sees("contact", (MARKETING,)):
        raise Missing


def mailings(*, by: Duty, limit: int = 200) -> list[Outline]:
    """Return the mailings, the newest first. No personal data, no record."""
    check_duty(by)
    rows = Mailing.objects.order_by("-made_at", "-id")[:limit]
    subjects = {
        row.mailing_id: row.subject for row in Letter.objects.filter(mailing__in=list(rows), language=LANGUAGES[0])
    }
    reached = dict(
        Tally.objects.filter(mailing__in=list(rows), allow=True).values_list("mailing_id").annotate(all=Sum("count"))
    )
    return [
        Outline(
            id=row.id,
            subject=subjects.get(row.id, ""),
            state=MailingState(row.state),
            changed_at=row.changed_at,
            sent_at=row.sent_at,
            count=reached.get(row.id, 0),
        )
        for row in rows
    ]


def sheet(*, by: Duty, mailing_id: UUID) -> Sheet:
    """Return one mailing; Missing where it does not exist for this duty. No personal data, no record."""
    check_duty(by)
    row = Mailing.objects.filter(id=mailing_id).first()
    if row is None:
        raise Missing
    counts = counts_of(mailing_id)
    return Sheet(
        id=row.id,
        state=MailingState(row.state),
        words=words_of(mailing_id),
        made_at=row.made_at,
        changed_at=row.changed_at,
        chosen_at=row.chosen_at,
        sent_at=row.sent_at,
        stopped_at=row.stopped_at,
        done_at=row.done_at,
        counts=counts,
        reached=sum(one.count for one in counts if one.allow),
        left_out=sum(one.count for one in counts if not one.allow),
    )


def words_of(mailing_id: UUID) -> list[Words]:
    """Return the letter in the languages in which it is written, Finnish first."""
    rows = {row.language: row for row in Letter.objects.filter(mailing_id=mailing_id)}
    return [
        Words(language=language, subject=rows[language].subject, text=rows[language].text)
        for language in LANGUAGES
        if language in rows
    ]


def counts_of(mailing_id: UUID) -> list[Count]:
    """Return by which rules the frozen audience was chosen, the largest first."""
    rows = Tally.objects.filter(mailing_id=mailing_id).order_by("-allow", "-count", "rule")
    return [Count(allow=row.allow, rule=Rule(row.rule), count=row.count) for row in rows]


@transaction.atomic
def audience(*, by: Duty, at: datetime) -> list[Count]:
    """Count whom a mailing would reach now, and whom not, by rule. Asks about everybody: seconds for a million."""
    check_duty(by)
    chosen = choose(Channel.EMAIL, today=local_date(at))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT allow, rule, count(*) FROM ({chosen.sql}) choice GROUP BY 1, 2", chosen.values)  # noqa: S608
        rows = cursor.fetchall()
    record(by=by, at=at, deed="mailing.counted", categories=["consent"])
    return in_order(Count(allow=allow, rule=Rule(rule), count=count) for allow, rule, count in rows)


def in_order(counts: Iterable[Count]) -> list[Count]:
    """Return counts as they are shown: who gets it first, then by number."""
    return sorted(counts, key=lambda one: (not one.allow, -one.count, one.rule.value))


def sending(*, by: Duty, mailing_id: UUID) -> Sending:
    """Return how far the mailing has come and what became of its messages. No personal data, no record."""
    check_duty(by)
    recipients = Recipient.objects.filter(mailing_id=mailing_id)
    denied = recipients.exclude(denied="").values_list("denied").annotate(all=Number("id")).order_by()
    return Sending(
        all=recipients.count(),
        waiting=recipients.filter(message_id=None, denied="").count(),
        fates=_fates(mailing_id),
        denied=list(denied),
    )


def _fates(mailing_id: UUID) -> list[Fate]:
    ids = Recipient.objects.filter(mailing_id=mailing_id, message_id__isnull=False).values("message_id")
    rows = Message.objects.filter(id__in=ids).values_list("state").annotate(all=Number("id")).order_by()
    found = {MessageState(state): count for state, count in rows}
    return [Fate(state=state, count=found[state]) for state in MessageState if state in found]


def as_sent(words: Words, *, rule: Rule, carries: Sequence[Carry]) -> str:
    """Return the text of a letter exactly as the outbox would write it for a reader of this rule."""
    start = page_address("outreach:start", language=words.language)
    message = Message(
        kind=MessageKind.MARKETING,
        purpose=MARKETING,
        language=words.language,
        subject=words.subject,
        text=words.text,
        one_click_url=f"{start}peru/…/",
        preferences_url=f"{start}…/",
    )
    return letter.words(message, rule=rule.value, carries=[one.value for one in carries]).text
