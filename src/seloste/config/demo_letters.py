"""What the demo's invented people have said about our letters, and a letter that waits to be sent."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from seloste.consents.choices import Channel
from seloste.consents.queries import MARKETING
from seloste.declaration.load import current
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.marks import mark_of
from seloste.notices.queries import current_version_id
from seloste.outreach.actions import deciding, mailings
from seloste.outreach.models import Asked, Mailing
from seloste.outreach.queries import links
from seloste.outreach.queries.preferences import Reader, herself, reader
from seloste.outreach.rules.asking import hash_of
from seloste.outreach.rules.links import Kind, Link
from seloste.register.choices import ContactKind
from seloste.register.models import ContactPoint

CONSENT = "marketing_email"
_FI = """Hei!

Hakumme löytää nyt henkilön myös puhelinnumeron alusta, ja lomakkeet kertovat selvemmin, mihin tietoja käytetään.

Hyvää talvea!
Husgroven väki"""
_SV = """Hej!

Vår sökning hittar nu en person även på början av numret, och formulären berättar tydligare vad uppgifterna behövs för.

Trevlig vinter!
Vi på Husgrove"""
WORDS = {"fi": ("Talven uutiset", _FI), "sv": ("Vinterns nyheter", _SV)}


def load(*, at: datetime) -> None:
    """Let some customers order the newsletter, some change their minds, and one letter wait; once."""
    if Mailing.objects.exists():
        return
    points = ContactPoint.objects.filter(kind=ContactKind.EMAIL, ended_at=None, purposes__contains=["customer_care"])
    for number, point in enumerate(points.order_by("collected_at", "id")):
        _speak(number, point, at=at)
    mailings.write(by=_clerk(), at=at, mailing_id=uuid4(), words=WORDS)


def _speak(number: int, point: ContactPoint, *, at: datetime) -> None:
    """Have every second customer order it; of those, some withdraw by one click and some forbid everything."""
    if number % 2:
        return
    confirmed_at = max(point.collected_at + timedelta(hours=1), at - timedelta(days=3 * number + 1))
    _order(point, at=min(confirmed_at, at))
    later = min(confirmed_at + timedelta(hours=20), at)
    if number % 12 == 4:
        deciding.opt_out(by=herself(), at=later, link=_one_click(point, at=confirmed_at))
    if number % 12 == 8:
        deciding.object_to_all(by=herself(), at=later, who=_reader(point, at=later))


def _order(point: ContactPoint, *, at: datetime) -> None:
    """Order the newsletter and confirm it from the address."""
    asked_at = at - timedelta(minutes=4)
    language, request_id = point.person.language, new_id(asked_at)
    words = current().consent[CONSENT].text.in_language(language)
    Asked.objects.create(
        id=request_id,
        mark=mark_of(point.value),
        address=point.value,
        wanted=[CONSENT],
        words=[hash_of(words)],
        language=language,
        notice_version_id=current_version_id(),
        asked_at=asked_at,
        until_at=asked_at + timedelta(hours=48),
        code=b"",
        code_until_at=asked_at,
    )
    letters = links.asked_letters(request_id, mark=mark_of(point.value), asked_at=asked_at)
    deciding.confirm(by=herself(), at=at, who=reader(letters, at=at))


def _one_click(point: ContactPoint, *, at: datetime) -> Link:
    mark = mark_of(point.value)
    return Link(kind=Kind.ONE_CLICK, subject=point.person_id, mark=mark, made_at=at, channel=Channel.EMAIL)


def _reader(point: ContactPoint, *, at: datetime) -> Reader:
    link = Link(kind=Kind.PREFERENCES, subject=point.person_id, mark=mark_of(point.value), made_at=at)
    return Reader(link=link, person_id=point.person_id, address=point.value)


def _clerk() -> Duty:
    declared = current().role["marketing"]
    return Duty(
        actor=UUID(int=0),
        role="marketing",
        purpose=MARKETING,
        purposes=frozenset(declared.purposes),
        categories=frozenset(declared.categories),
        may=frozenset(declared.may),
    )
