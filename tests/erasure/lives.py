"""A whole life in the register, made through the real deeds, with a value of its own in every field that takes words.

Each value is found nowhere else in the world: wherever it turns up, it came from this person.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from tests import make
from tests.mail import make as post

from seloste.consents import actions as consents
from seloste.consents.choices import EvidenceKind
from seloste.consents.rules.evidence import Evidence
from seloste.intake import actions as intake
from seloste.intake.models import Submission
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty, system, visitor
from seloste.mail import actions as mail
from seloste.mail.choices import KeepBody
from seloste.mail.rules import Attachment
from seloste.mail.rules.course import Outcome, Result
from seloste.outreach.actions import asking, mailings
from seloste.outreach.models import Mailing
from seloste.register import actions as register
from seloste.register.models import ContactPoint, Name, Note, Position
from seloste.rights import actions as rights
from seloste.rights.choices import Channel, Method, Right

CARE = ("customer_care",)


@dataclass(frozen=True, kw_only=True)
class Life:
    """One person with everything that was planted about her, by its place."""

    person_id: UUID
    at: datetime
    planted: dict[str, str] = field(default_factory=dict)

    @property
    def email(self) -> str:
        """Return her address."""
        return self.planted["contact.email"]


def word(tag: str, place: str) -> str:
    """Return a word of letters alone that stands for one field of one person."""
    digest = sha256(f"{tag} {place}".encode()).digest()
    return "Zq" + "".join(chr(ord("a") + byte % 26) for byte in digest[:12])


def number(tag: str) -> str:
    """Return a telephone number of her own."""
    return f"+35840{int(sha256(tag.encode()).hexdigest(), 16) % 10**7:07d}"


def proof(at: datetime, kept: str) -> Evidence:
    """Return evidence on paper."""
    return Evidence(kind=EvidenceKind.SIGNED_PAPER, kept=kept, on=local_date(at))


def live(tag: str, *, at: datetime = make.AT, email: str = "", given_name: str = "", family_name: str = "") -> Life:
    """Live a whole life: written to us, entered, called, corrected, consented, objected, was written to, asked."""
    make.version_id(at)
    told = _Told(tag, at)
    email = email or f"{told('contact.email').lower()}@{told('contact.domain').lower()}.example"
    told.planted["contact.email"] = email
    given_name, family_name = given_name or told("name.given"), family_name or told("name.family")
    told.planted |= {"name.given": given_name, "name.family": family_name}
    life = Life(person_id=_enter(told, email, given_name, family_name), at=at, planted=told.planted)
    _keep(told, life)
    _say(told, life)
    _write(told, life)
    _ask(told, life)
    _wait(told, life)
    _exercise(told, life)
    return life


class _Told:
    """The words of one person, remembered by their places."""

    def __init__(self, tag: str, at: datetime) -> None:
        self.tag, self.at = tag, at
        self.planted: dict[str, str] = {}
        self.by: Duty = make.duty()

    def __call__(self, place: str) -> str:
        return self.planted.setdefault(place, word(self.tag, place))

    def deed(self, **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- what the deeds are told
        return {"by": self.by, "at": self.at, **more}


def _enter(told: _Told, email: str, given_name: str, family_name: str) -> UUID:
    """Have her write through the form, and be entered from there."""
    reference = make.message(
        at=told.at,
        name=f"{given_name} {family_name}",
        email=email,
        company=told("organisation.name"),
        message=f"Hei, {told('interaction.message')}",
    )
    submission = Submission.objects.get(reference=reference)
    return intake.enter_new(
        **told.deed(submission_id=submission.id),
        given_name=given_name,
        family_name=family_name,
        keep={"name", "email", "company", "message"},
    )


def _keep(told: _Told, life: Life) -> None:
    """Note what an employee notes: numbers, places, positions, notes, calls, projects, and corrections of them."""
    hers: dict[str, Any] = told.deed(
        person_id=life.person_id, origin=make.origin(at=told.at, detail=told("item.source"))
    )
    told.planted["contact.phone"] = number(told.tag)
    register.add_contact_point(**hers, kind="phone", value=told.planted["contact.phone"])
    register.add_contact_point(**hers, kind="web", value=f"https://{told('contact.web').lower()}.example/minä")
    register.add_contact_point(**hers, kind="social", value=told("contact.social"), network="mastodon")
    register.add_address(**hers, street=f"{told('address.street')} 5", postal_code="00100", city="Helsinki")
    register.add_note(**hers, text=told("note.text"))
    register.add_feedback(
        **{**hers, "origin": make.origin("email", purposes=("feedback",), at=told.at)},
        text=told("feedback.text"),
        given_at=told.at,
    )
    intake.note_interaction(**hers, kind="call", text=told("interaction.call"), occurred_at=told.at)
    project = register.open_project(
        **{**hers, "origin": make.origin("email", purposes=("projects",), at=told.at)},
        name=told("project.name"),
        description=told("project.description"),
        started_on=local_date(told.at),
    )
    register.close_project(**told.deed(item_id=project, closed_on=local_date(told.at)))
    position = Position.objects.get(person_id=life.person_id)
    named = Name.objects.get(person_id=life.person_id)
    family_name = named.family_name
    for kind, item, values in (
        ("position", position.id, {"title": told("position.title")}),
        ("name", named.id, {"given_name": told("name.corrected"), "family_name": family_name}),
        ("note", Note.objects.get(person_id=life.person_id).id, {"text": told("note.corrected")}),
    ):
        register.correct(
            **told.deed(kind=kind, item_id=item, values=values, origin=make.origin(at=told.at)),
        )


def _say(told: _Told, life: Life) -> None:
    """Say yes and no: a consent by her own hand, an acknowledgement, an objection, an address that is forbidden."""
    person = life.person_id
    herself = visitor("direct_marketing")
    register.note_information_given(**told.deed(person_id=person, channel="phone", given_at=told.at))
    register.verify_contact_point(by=herself, at=told.at, person_id=person, address=life.email)
    marketing: dict[str, Any] = {"by": make.duty("marketing"), "at": told.at, "person_id": person}
    consents.give(
        **marketing,
        consent="marketing_email",
        language="fi",
        source="meeting",
        evidence=proof(told.at, told("consent.kept")),
    )
    consents.acknowledge(
        by=visitor("order"),
        at=told.at,
        person_id=person,
        kind="order",
        language="fi",
        form="order",
        about=told("order.about"),
    )


def _write(told: _Told, life: Life) -> None:
    """Write to her: a letter about her matter with a file, one that failed, and one of many."""
    at = told.at
    post.service(
        person_id=life.person_id,
        address=life.email,
        at=at,
        subject=told("mail.subject"),
        text=f"Hei!\n\n{told('mail.text')}",
        html=f"<p>{told('mail.html')}</p>",
        attachments=[
            Attachment(
                name=f"{told('mail.file')}.txt", content_type="text/plain", content=told("mail.content").encode()
            )
        ],
        keep_for=KeepBody.PURPOSE,
    )
    deliver(at)
    mailing = uuid4()
    mailings.write(by=make.duty("marketing"), at=at, mailing_id=mailing, words={"fi": ("Uutiset", "Hei!\n\nUutta.")})
    mailings.choose_audience(by=make.duty("marketing"), at=at, mailing_id=mailing)
    assert Mailing.objects.filter(id=mailing).exists()


def _ask(told: _Told, life: Life) -> None:
    """Ask for her page, and make requests of her own: one that is closed, one that is open."""
    at = told.at + timedelta(minutes=1)
    asking.ask(
        by=visitor("direct_marketing"),
        at=at,
        address=life.email,
        language="fi",
        network="192.0.2.9",
        wanted=[],
        notice_version_id=make.version_id(at),
        opened_id=uuid4(),
    )
    wanted = [rights.Wanted(right=Right.ACCESS)]
    arrival = rights.Arrival(
        channel=Channel.PHONE,
        language="fi",
        received_at=at,
        wanted=wanted,
        notice_version_id=make.version_id(at),
        token=uuid4(),
        name=told("request.name"),
        email=life.email,
        phone=life.planted["contact.phone"],
        address=told("request.address"),
        message=told("request.message"),
    )
    privacy = make.duty("privacy")
    request = rights.receive(by=privacy, at=at, arrival=arrival).id
    rights.assign(by=privacy, at=at, request_id=request, person_id=life.person_id)
    check: dict[str, Any] = {"reason": told("check.reason"), "evidence": told("check.evidence")}
    rights.note_check(by=privacy, at=at, request_id=request, method=Method.MANUAL, is_proved=True, **check)
    rights.withdraw(by=privacy, at=at + timedelta(minutes=2), request_id=request)
    deliver(at + timedelta(minutes=3))


def _wait(told: _Told, life: Life) -> None:
    """Leave one message waiting and one declined, both from her address."""
    make.message(at=told.at, email=life.email, name=told("waiting.name"), message=told("waiting.message"))
    reference = make.message(
        "feedback", at=told.at, email=life.email, name=told("declined.name"), message=told("declined.message")
    )
    intake.decline(**told.deed(submission_id=Submission.objects.get(reference=reference).id))


def _exercise(told: _Told, life: Life) -> None:
    """Have her say something beside a note, use a restriction that has ended, and object."""
    at = told.at + timedelta(minutes=5)
    hers: dict[str, Any] = {"by": make.duty("privacy"), "at": at, "person_id": life.person_id}
    note = Note.objects.get(person_id=life.person_id, ended_at=None)
    register.state(
        **hers, kind="note", item_id=note.id, origin=make.origin(at=at), text=f"Lisään: {told('statement.text')}"
    )
    restricted = register.restrict(**hers, reason="accuracy", source="phone", detail=told("restriction.detail"))
    register.lift_restriction(by=make.duty("privacy"), at=at, restriction_id=restricted, told_at=at)
    consents.object_to(**{**hers, "by": make.duty("marketing")}, purpose="direct_marketing", source="phone")


def deliver(at: datetime) -> None:
    """Have the mail server take everything that waits."""
    by = system("customer_care")
    for claim in mail.claim(by=by, at=at):
        mail.step(by=by, at=at, release=claim)
        taken = Result(outcome=Outcome.ACCEPTED, verb="data", reply="250 OK")
        mail.step(by=by, at=at, done=mail.Done(claim=claim, result=taken))


def points(person_id: UUID) -> list[str]:
    """Return what reaches the person."""
    return list(ContactPoint.objects.filter(person_id=person_id, ended_at=None).values_list("value", flat=True))
