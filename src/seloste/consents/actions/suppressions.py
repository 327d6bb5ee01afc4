"""Addresses not to be contacted: closed by whoever hears of it, opened by the person or by what proves it.

An address is known here by its keyed mark alone. It is closed while, for any reason, the last word about it is
``added``.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.consents.actions.events import check_duty, check_may_write, checked
from seloste.consents.choices import Channel, ObjectionState, SuppressionReason, SuppressionState
from seloste.consents.models import ObjectionEvent, Suppression
from seloste.consents.queries import MARKETING, hold_still, objects
from seloste.consents.rules.evidence import Evidence
from seloste.kernel.duty import Duty
from seloste.kernel.marks import mark_of
from seloste.kernel.refusals import Refusal
from seloste.ledger import actions as ledger
from seloste.ledger.choices import Kind
from seloste.register.choices import ContactKind
from seloste.register.models import ContactPoint, PostalAddress

#: The channels that lead to an address of a kind.
_LEADS_TO = {
    ContactKind.EMAIL: (Channel.EMAIL,),
    ContactKind.PHONE: (Channel.SMS, Channel.PHONE),
    ContactKind.SOCIAL: (Channel.SOCIAL,),
}
#: The kind of contact point that a channel leads to; a letter goes to a postal address.
REACHED_BY = {channel: kind for kind, channels in _LEADS_TO.items() for channel in channels}
#: What an employee may lift with evidence; who was erased comes back by her own hand alone.
LIFTED_BY_STAFF = (SuppressionReason.OBJECTED, SuppressionReason.BOUNCED, SuppressionReason.MINOR)
#: What a confirmation from the address disproves or takes back.
_LIFTED_BY_HERSELF = (SuppressionReason.OBJECTED, SuppressionReason.ERASED, SuppressionReason.BOUNCED)


_ENTERED = {SuppressionState.ADDED: Kind.SUPPRESSED, SuppressionState.LIFTED: Kind.SUPPRESSION_LIFTED}


class SuppressedAddress(Refusal):
    """A consent to contact an address that is on the list of those not to be contacted."""


class MayBeMinor(Refusal):
    """A consent of somebody who may be under age."""


class NotLiftedHere(Refusal):
    """A reason that nobody but the person can lift, from the address itself."""


@transaction.atomic
def suppress(
    *,
    by: Duty,
    at: datetime,
    channel: str,
    address: str = "",
    mark: bytes | None = None,
    reason: str = SuppressionReason.OBJECTED,
) -> None:
    """Remember, by a keyed mark, never to contact the address; any employee may. Twice changes nothing.

    A link from an old letter knows the ``mark`` alone. Whoever holds the address is held still, so that no message to
    it is released at the same moment.
    """
    check_may_write(by)
    mark = mark_of(address) if mark is None else mark
    for person_id in _holders(mark):
        hold_still(person_id)
    _close(mark, [Channel(channel)], SuppressionReason(reason), by=by, at=at)


@transaction.atomic
def lift_suppression(*, by: Duty, at: datetime, channel: str, address: str, reason: str, evidence: Evidence) -> None:
    """Let an address be contacted again, on evidence; NotLiftedHere where only the person herself can do it."""
    check_duty(by, MARKETING)
    if reason not in LIFTED_BY_STAFF:
        raise NotLiftedHere(_("Only the person can lift this, by confirming from the address itself."), field="reason")
    proof = checked(evidence, by=by, at=at)
    _open(mark_of(address), Channel(channel), [SuppressionReason(reason)], proof, by=by, at=at)


# --- For the deeds beside this ----------------------------------------------------------------------------------------


def close_addresses(*, by: Duty, at: datetime, person_id: UUID) -> None:
    """Remember all the person's addresses as forbidden by her."""
    for mark, channels in _addresses(person_id):
        _close(mark, channels, SuppressionReason.OBJECTED, by=by, at=at, person_id=person_id)


def open_addresses(proof: Evidence, *, by: Duty, at: datetime, person_id: UUID) -> None:
    """Forget that the person forbade her addresses; what another person with the same address forbade stays.

    Anybody can say that a number is his. So one that was closed by something else than her own ban stays closed.
    """
    for mark, channels in _addresses(person_id):
        if not any(objects(other, MARKETING) for other in _holders(mark) if other != person_id):
            for channel in channels:
                if channel is Channel.EMAIL or _is_closed_by(person_id, mark, channel):
                    _open(mark, channel, [SuppressionReason.OBJECTED], proof, by=by, at=at, person_id=person_id)


def _is_closed_by(person_id: UUID, mark: bytes, channel: Channel) -> bool:
    """Tell whether an objection of the person closed the address: what is closed by a ban is noted at its moment."""
    objections = ObjectionEvent.objects.filter(subject=person_id, purpose=MARKETING, state=ObjectionState.OBJECTED)
    closings = Suppression.objects.filter(mark=mark, channel=channel, reason=SuppressionReason.OBJECTED)
    last = closings.filter(state=SuppressionState.ADDED).order_by("-id").first()
    return last is not None and objections.filter(at=last.at).exists()


def lift_address_by_own_hand(
    channel: str, address: str, proof: Evidence, *, by: Duty, at: datetime, person_id: UUID
) -> None:
    """Open the address for which the person said yes; MayBeMinor where she may be under age.

    What she did with her own mail proves nothing about a telephone number: there she only takes back her own ban, and
    SuppressedAddress is raised where the number was an erased person's.
    """
    mark = mark_of(address)
    standing = _reasons(mark, channel)
    if SuppressionReason.MINOR in standing:
        raise MayBeMinor(_("We cannot take this consent, because we believe that its giver may be under age."))
    if channel != Channel.EMAIL and SuppressionReason.ERASED in standing:
        raise SuppressedAddress(_("This number is on the list of those not to be contacted."))
    lifted = _LIFTED_BY_HERSELF if channel == Channel.EMAIL else (SuppressionReason.OBJECTED,)
    _open(mark, Channel(channel), lifted, proof, by=by, at=at, person_id=person_id)


def refuse_over_suppression(person_id: UUID, channel: str) -> None:
    """Refuse a consent to contact an address that is closed; one that merely does not work is no answer of hers."""
    marks = [mark for mark, channels in _addresses(person_id) if channel in channels]
    reasons = {reason for mark in marks for reason in _reasons(mark, channel)}
    if SuppressionReason.MINOR in reasons:
        raise MayBeMinor(_("The person may be under age."))
    if reasons - {SuppressionReason.BOUNCED}:
        raise SuppressedAddress(
            _("The address is on the list of those not to be contacted. Only the person can confirm, from the address.")
        )


def is_hers(person_id: UUID, channel: str, address: str) -> bool:
    """Tell whether the address is one of the person's."""
    return any(mark == mark_of(address) and channel in channels for mark, channels in _addresses(person_id))


# --- How it is done ---------------------------------------------------------------------------------------------------


def _addresses(person_id: UUID) -> list[tuple[bytes, tuple[Channel, ...]]]:
    """Return the marks of the person's addresses with the channels that lead there."""
    points = ContactPoint.objects.filter(person_id=person_id, kind__in=_LEADS_TO, ended_at=None)
    places = PostalAddress.objects.filter(person_id=person_id, ended_at=None)
    reached = [(bytes(mark), _LEADS_TO[ContactKind(kind)]) for mark, kind in points.values_list("mark", "kind")]
    return reached + [(bytes(mark), (Channel.POST,)) for mark in places.values_list("mark", flat=True)]


def _holders(mark: bytes) -> list[UUID]:
    """Return who holds the address, in an order that is the same for everybody who waits for them."""
    points = ContactPoint.objects.filter(mark=mark, ended_at=None).values_list("person_id", flat=True)
    places = PostalAddress.objects.filter(mark=mark, ended_at=None).values_list("person_id", flat=True)
    return sorted({*points, *places})


def _reasons(mark: bytes, channel: str) -> set[SuppressionReason]:
    """Return for which reasons the address is closed: those whose last word is that it is."""
    last: dict[str, str] = dict(
        Suppression.objects.filter(mark=mark, channel=channel).order_by("id").values_list("reason", "state")
    )
    return {SuppressionReason(reason) for reason, state in last.items() if state == SuppressionState.ADDED}


def _close(
    mark: bytes,
    channels: Iterable[Channel],
    reason: SuppressionReason,
    *,
    by: Duty,
    at: datetime,
    person_id: UUID | None = None,
) -> None:
    _one_at_a_time(mark)
    for channel in channels:
        if reason not in _reasons(mark, channel):
            _store(SuppressionState.ADDED, mark, channel, reason, by=by, at=at, person_id=person_id)


def _open(
    mark: bytes,
    channel: Channel,
    reasons: Iterable[SuppressionReason],
    proof: Evidence,
    *,
    by: Duty,
    at: datetime,
    person_id: UUID | None = None,
) -> None:
    _one_at_a_time(mark)
    for reason in sorted(_reasons(mark, channel).intersection(reasons)):
        _store(SuppressionState.LIFTED, mark, channel, reason, by=by, at=at, person_id=person_id, proof=proof)


def _one_at_a_time(mark: bytes) -> None:
    """Have one word at a time about an address, so that their order is their truth."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"suppression {mark.hex()}"])


def _store(
    state: SuppressionState,
    mark: bytes,
    channel: Channel,
    reason: SuppressionReason,
    *,
    by: Duty,
    at: datetime,
    person_id: UUID | None = None,
    proof: Evidence | None = None,
) -> None:
    Suppression.objects.create(
        mark=mark,
        channel=channel,
        reason=reason,
        state=state,
        evidence_kind=proof.kind if proof else "",
        evidence=proof.kept if proof else "",
        evidence_on=proof.on if proof else None,
        at=at,
        actor=by.actor,
        role=by.role,
    )
    ledger.enter(at=at, kind=_ENTERED[state], codes=[channel, reason], mark=mark)
    subjects = [person_id] if person_id else []
    record(by=by, at=at, deed=f"suppression.{state.value}", subjects=subjects, categories=["consent"])
