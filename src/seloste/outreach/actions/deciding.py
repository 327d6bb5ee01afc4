"""What a person decides behind her link. A no always succeeds, whoever she is; a yes comes from her address alone."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from seloste.audit.actions import record
from seloste.consents import actions as consents
from seloste.consents.choices import OPTED_OUT, VALID, Channel, EvidenceKind
from seloste.consents.queries import MARKETING, consent_of, hold_still, persons_with
from seloste.consents.rules.evidence import Evidence
from seloste.declaration.load import current
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, Refusal
from seloste.mail import actions as mail
from seloste.mail.choices import MessageKind
from seloste.notices.queries import current_version_id
from seloste.outreach.models import Asked
from seloste.outreach.queries import links
from seloste.outreach.queries.preferences import Reader, open_number, owes_article_14, persons_of
from seloste.outreach.rules.asking import hash_of
from seloste.outreach.rules.links import Kind, Link
from seloste.register import actions as register
from seloste.register.choices import ContactKind, DeliveryChannel, Language
from seloste.register.rules import Origin

SOURCE = "web_form"


class WordsChanged(Refusal):
    """The notice says the consent in other words than were shown: they must be shown and asked anew."""

    status = 409


class NothingToConfirm(Refusal):
    """A yes from a link whose address the register does not know and that asked for nothing."""


# --- No: never refused


@transaction.atomic
def opt_out(*, by: Duty, at: datetime, link: Link) -> None:
    """End marketing by the link's channel, at once, for everybody with the address (RFC 8058; art. 7(3), 21(3)).

    A consent that stands is withdrawn; where marketing rested on no consent, it is objected to. The address's mark is
    kept besides, so that no later import can begin again. Doing it twice changes nothing.
    """
    consent = _consent_by(link.channel)
    for person_id in _held(persons_of(link)):
        stands = consent_of(person_id, MARKETING, link.channel)
        if stands is not None and stands.state in VALID and consent:
            _withdraw(consent, by=by, at=at, person_id=person_id, how="one click")
        elif stands is None or stands.state not in OPTED_OUT:
            _object(by=by, at=at, person_id=person_id, how="one click")
    _close(link.mark, by=by, at=at, channel=link.channel)


@transaction.atomic
def withdraw(*, by: Duty, at: datetime, who: Reader, consent: str) -> None:
    """Withdraw one consent. Said of e-mail, it closes the address too, for everybody who has it."""
    channel = _channel_of(consent)
    for person_id in _held(_concerned(who, channel)):
        _withdraw(consent, by=by, at=at, person_id=person_id, how=_how(who))
    if channel is Channel.EMAIL:
        _close(who.mark, by=by, at=at, channel=channel)


@transaction.atomic
def object_to_all(*, by: Duty, at: datetime, who: Reader) -> None:
    """Object to all marketing (art. 21(2)): by every channel, and for everybody with the address.

    Whoever forbids all of it takes back what she consented to: when the ban is lifted, nothing comes of itself.
    """
    for person_id in _held(persons_of(who.link)):
        for consent in _standing(person_id):
            _withdraw(consent, by=by, at=at, person_id=person_id, how=_how(who))
        _object(by=by, at=at, person_id=person_id, how=_how(who))
    _close(who.mark, by=by, at=at, channel=Channel.EMAIL)


def _concerned(who: Reader, channel: Channel) -> list[UUID]:
    if channel is Channel.EMAIL:
        return persons_of(who.link)
    return [who.person_id] if who.person_id else persons_of(who.link)


def _standing(person_id: UUID) -> list[str]:
    """Return the consents to marketing that the person has given and that hold."""
    declared = [(key, one) for key, one in current().consent.items() if one.purpose == MARKETING]
    found = [(key, consent_of(person_id, MARKETING, one.channel)) for key, one in declared]
    return [key for key, consent in found if consent is not None and consent.state in VALID]


def _held(persons: Iterable[UUID]) -> list[UUID]:
    """Hold everybody still, in an order that is the same for everybody who waits: persons may share an address."""
    held = sorted(persons)
    for person_id in held:
        hold_still(person_id)
    return held


def _withdraw(consent: str, *, by: Duty, at: datetime, person_id: UUID, how: str) -> None:
    consents.withdraw(by=by, at=at, person_id=person_id, consent=consent, source=SOURCE, evidence=how)


def _object(*, by: Duty, at: datetime, person_id: UUID, how: str) -> None:
    consents.object_to(by=by, at=at, person_id=person_id, purpose=MARKETING, source=SOURCE, evidence=how)


def _close(mark: bytes, *, by: Duty, at: datetime, channel: Channel) -> None:
    consents.suppress(by=by, at=at, channel=channel, mark=mark)


# --- Yes: from the person's address alone


@transaction.atomic
def confirm(*, by: Duty, at: datetime, who: Reader) -> UUID:
    """Confirm what was asked for: the second half of a double opt-in. Doing it again changes nothing.

    Returns whose consent it is. She is entered here and not before: until now anybody could have typed her address.
    """
    _one_at_a_time(who.mark)
    asked = Asked.objects.select_for_update().filter(id=who.request_id).first() if who.request_id else None
    if asked is None:
        raise Missing
    if asked.confirmed_at is not None or not asked.wanted:
        return who.person_id or _known(asked.address)
    _check_words(asked)
    person_id = _person(asked.address, language=asked.language, by=by, at=at)
    for consent in asked.wanted:
        _give(
            consent,
            by=by,
            at=at,
            person_id=person_id,
            who=who,
            language=asked.language,
            message_id=f"message {asked.message_id}",
        )
    Asked.objects.filter(id=asked.id).update(confirmed_at=at)
    record(by=by, at=at, deed="preferences.confirmed", subjects=[person_id], categories=["consent"], item=asked.id)
    return person_id


@transaction.atomic
def give(*, by: Duty, at: datetime, who: Reader, consent: str, language: str) -> None:
    """Give one consent on the page behind the link; who came by an older message is told of it at the address."""
    _channel_of(consent)
    _one_at_a_time(who.mark)
    if not who.address:
        raise NothingToConfirm(_("This link belongs to an address that we no longer hold. Ask for a new link."))
    person_id = who.person_id or _person(who.address, language=language, by=by, at=at)
    _give(consent, by=by, at=at, person_id=person_id, who=who, language=language)
    _tell(who, person_id, by=by, at=at, language=language, why=consent)


@transaction.atomic
def lift_objection(*, by: Duty, at: datetime, who: Reader, language: str) -> None:
    """Lift the person's own objection to marketing; who came by an older message is told of it at the address."""
    if who.person_id is None or not who.address:
        raise NothingToConfirm(_("This link belongs to an address that we no longer hold. Ask for a new link."))
    proof = Evidence(kind=EvidenceKind.CONFIRMED, kept=_how(who), on=local_date(at))
    consents.lift_objection(by=by, at=at, person_id=who.person_id, purpose=MARKETING, source=SOURCE, evidence=proof)
    _tell(who, who.person_id, by=by, at=at, language=language, why="objection")


@transaction.atomic
def choose_language(*, by: Duty, at: datetime, who: Reader, language: str) -> None:
    """Choose the language of our messages."""
    if who.person_id is None or language not in Language.values:
        raise Missing
    register.set_language(by=by, at=at, person_id=who.person_id, language=language)


def _give(
    consent: str, *, by: Duty, at: datetime, person_id: UUID, who: Reader, language: str, message_id: str = ""
) -> None:
    """Note the consent as given from the address. A consent to text messages is given for the number we hold."""
    _inform(person_id, by=by, at=at)
    register.verify_contact_point(by=by, at=at, person_id=person_id, address=who.address)
    kind, address = _reached(person_id, _channel_of(consent), who)
    register.hold_for(by=by, at=at, person_id=person_id, purpose=MARKETING, kind=kind, address=address)
    consents.give_confirmed(
        by=by,
        at=at,
        person_id=person_id,
        consent=consent,
        language=language,
        address=address,
        request_reference=_how(who),
        message_id=message_id,
    )


def _reached(person_id: UUID, channel: Channel, who: Reader) -> tuple[ContactKind, str]:
    if channel is Channel.EMAIL:
        return ContactKind.EMAIL, who.address
    number = open_number(person_id)
    if not number or channel is not Channel.SMS:
        raise NothingToConfirm(_("We hold no telephone number for this. Write to us and we will help."))
    return ContactKind.PHONE, number


def _person(address: str, *, language: str, by: Duty, at: datetime) -> UUID:
    """Return the person with the address; where there is none, enter her, without a name: a newsletter needs none."""
    known = persons_with(address)
    if known:
        return known[0]
    origin = Origin(
        source=SOURCE,
        collected_at=at,
        purposes=(MARKETING,),
        notice_version_id=current_version_id(),
        basis={MARKETING: "consent"},
    )
    person_id = register.add_person(by=by, at=at, origin=origin, family_name=None, language=language)
    register.add_contact_point(by=by, at=at, person_id=person_id, origin=origin, kind=ContactKind.EMAIL, value=address)
    return person_id


def _inform(person_id: UUID, *, by: Duty, at: datetime) -> None:
    """Note that she had the information of art. 13 beside the form; what art. 14 wants besides, the page lacks."""
    if not owes_article_14(person_id):
        channel = DeliveryChannel.WEB_FORM
        register.note_information_given(by=by, at=at, person_id=person_id, channel=channel, given_at=at)


def _known(address: str) -> UUID:
    known = persons_with(address)
    if not known:
        raise Missing
    return known[0]


def _check_words(asked: Asked) -> None:
    declared = current().consent
    said = [declared[key].text.in_language(asked.language) for key in asked.wanted if key in declared]
    if [hash_of(words) for words in said] != asked.words:
        raise WordsChanged(_("The words have changed since you asked. Ask again, please, and read the new ones."))


def _one_at_a_time(mark: bytes) -> None:
    """Two confirmations at one moment enter one person: the second waits and then finds her."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"address {mark.hex()}"])


def _how(who: Reader) -> str:
    """Say how a decision can be proved: by which link, sent when, and never from which network."""
    if who.request_id is not None:
        return f"request {who.request_id}, asked {_when(who.link.made_at)}"
    return f"link in a message of {_when(who.link.made_at)}"


def _when(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _tell(who: Reader, person_id: UUID, *, by: Duty, at: datetime, language: str, why: str) -> None:
    """Tell the address what was allowed in its name: a message that was passed on carries its link with it (T22)."""
    if who.link.kind is Kind.ASKED:
        return
    shown = {
        "controller": current().controller,
        "link": links.preferences_url(person_id=person_id, mark=who.mark, language=language, at=at),
    }
    with override(language):
        mail.queue(
            by=by,
            at=at,
            key=f"allowed:{person_id}:{why}:{int(at.timestamp())}",
            kind=MessageKind.SERVICE,
            purpose="rights",
            person_id=person_id,
            address=who.address,
            language=language,
            subject=str(_("You allowed us to send you messages")),
            text=render_to_string("outreach/mail/allowed.txt", shown),
        )


def _channel_of(consent: str) -> Channel:
    asked = current().consent.get(consent)
    if asked is None or asked.purpose != MARKETING:
        raise Missing
    return Channel(asked.channel)


def _consent_by(channel: Channel) -> str:
    """Return the declared consent to marketing by the channel; empty where there is none."""
    found: Iterable[str] = (
        key for key, asked in current().consent.items() if (asked.purpose, asked.channel) == (MARKETING, channel.value)
    )
    return next(iter(found), "")
