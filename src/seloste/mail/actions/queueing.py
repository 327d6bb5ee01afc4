"""Into the outbox: a message is queued once, where the rule of contact allows it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from seloste.audit.actions import record
from seloste.consents.choices import Carry, Channel
from seloste.consents.queries import decide
from seloste.consents.rules.contact import Decision
from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.duty import NOBODY, Duty
from seloste.kernel.ids import new_id
from seloste.kernel.marks import mark_of
from seloste.kernel.refusals import Refusal
from seloste.mail import home
from seloste.mail.actions.fates import note
from seloste.mail.choices import KeepBody, MessageKind, MessageState, Unfit
from seloste.mail.letter import domain, letter, words
from seloste.mail.models import Enclosure, Message
from seloste.mail.rules import Attachment, NotSendable, OptOut, envelope, markup
from seloste.notices.queries import current_version_id
from seloste.register.choices import Language
from seloste.register.queries.whose import stays_here
from seloste.register.rules import keep_until

#: The only purpose for which marketing is sent (S4.9).
MARKETING = "direct_marketing"


class MayNotContact(Refusal):
    """Nothing allows this message; the decision says by which rule."""

    status = 409

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.rule.label, field="address")
        self.decision = decision


@transaction.atomic
def queue(
    *,
    by: Duty,
    at: datetime,
    key: str,
    kind: MessageKind,
    purpose: str,
    person_id: UUID | None,
    address: str,
    language: str,
    subject: str,
    text: str,
    html: str = "",
    opt_out: OptOut | None = None,
    attachments: Sequence[Attachment] = (),
    keep_for: str = KeepBody.SHORT,
) -> UUID:
    """Queue one message to one address and return its id, in the caller's transaction.

    The same key again returns the same id and adds nothing. NotSendable tells what is wrong with the message,
    MayNotContact that the person may not be written to. ``html`` is plain markup of the text; it gets its frame later.
    """
    known = Message.objects.filter(key=envelope.one_key(key)).values_list("id", flat=True).first()
    if known is not None:
        return known
    _refuse_wrong_kind(kind, purpose, language, opt_out, attachments)
    to = envelope.one_address(address)
    if person_id is not None:
        stays_here(person_id)  # an erasure waits until this message can be found; who is gone may still be answered
    decision = decision_on(kind, person_id=person_id, address=to, at=at)
    if not decision.allow:
        raise MayNotContact(decision)
    message = Message(
        id=new_id(at),
        key=key,
        kind=kind,
        purpose=purpose,
        person=person_id,
        address=to,
        address_mark=mark_of(to),
        language=language,
        subject=envelope.one_subject(subject),
        text=envelope.body(text),
        html=markup.own_markup(html, settings.PUBLIC_ORIGIN) if html else "",
        is_automatic=by.actor == NOBODY,
        notice_version_id=current_version_id(),
        queued_at=at,
        queued_by=by.actor,
        queued_rule=decision.rule,
        queued_evidence=decision.evidence,
        next_try_at=at,
        keep_for=KeepBody(keep_for),
        keep_until=keep_until(current(), purpose, local_date(at)),
        **_ways_out(opt_out),
    )
    return _add(message, attachments, by=by, at=at)


def _add(message: Message, attachments: Sequence[Attachment], *, by: Duty, at: datetime) -> UUID:
    """Store the message, unless its twin of the same moment was first."""
    message.message_id = f"<{message.id.hex}@{domain()}>"
    _refuse_unwritable(message, at=at)
    home.ensure(by=by, at=at)
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        return Message.objects.values_list("id", flat=True).get(key=message.key)
    Enclosure.objects.bulk_create(
        Enclosure(message=message, name=one.name, content_type=one.content_type, content=one.content)
        for one in attachments
    )
    note([message], MessageState.QUEUED, by=by, at=at)
    record(
        by=by,
        at=at,
        deed="message.queued",
        subjects=[message.person] if message.person else [],
        categories=["contact", "correspondence"],
        item=message.id,
    )
    return message.id


def _refuse_wrong_kind(
    kind: MessageKind, purpose: str, language: str, opt_out: OptOut | None, attachments: Sequence[Attachment]
) -> None:
    """Keep apart what the law keeps apart: only marketing is marketing, and it always has its way out."""
    if purpose not in current().purpose or (kind == MessageKind.MARKETING and purpose != MARKETING):
        raise NotSendable(Unfit.PURPOSE, field="purpose")
    if language not in Language.values:
        raise NotSendable(Unfit.LANGUAGE, field="language")
    if (kind == MessageKind.MARKETING) != (opt_out is not None):
        reason = Unfit.NO_OPT_OUT if opt_out else Unfit.OPT_OUT
        raise NotSendable(reason, field="opt_out")
    if attachments and kind == MessageKind.LEGAL:
        raise NotSendable(Unfit.LINK_ONLY, field="attachments")
    envelope.files(attachments)


def _ways_out(opt_out: OptOut | None) -> dict[str, str]:
    if opt_out is None:
        return {}
    own = envelope.own_opt_out(opt_out, settings.PUBLIC_ORIGIN)
    return {"one_click_url": own.one_click_url, "preferences_url": own.preferences_url}


def _refuse_unwritable(message: Message, *, at: datetime) -> None:
    """Write the message once with all that it may have to carry: what cannot be written is found now, not at night."""
    carries = list(Carry) if message.kind == MessageKind.MARKETING else []
    said = words(message, rule=message.queued_rule, carries=carries)
    letter(message, said, at=at).as_bytes()
    if faults := markup.faults(said.html, settings.PUBLIC_ORIGIN):
        raise NotSendable(Unfit.MARKUP, field="html", what=faults[0][:40])


def decision_on(kind: str, *, person_id: UUID | None, address: str, at: datetime, lock: bool = False) -> Decision:
    """Ask the rule of contact about the message; with ``lock`` under the lock that every consent deed takes."""
    return decide(
        person_id=person_id,
        channel=Channel.EMAIL,
        address=address,
        is_marketing=kind == MessageKind.MARKETING,
        at=at,
        lock=lock,
    )
