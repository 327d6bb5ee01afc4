"""Invented people for trying the product: every one comes in through the real deeds, with dates relative to today.

Names are common ones combined at random, addresses end in ``example.com`` or ``example.org``, telephone numbers are of
a series that nobody has, and the business ids are only right in their check digit.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from seloste.declaration.load import current
from seloste.intake import actions as intake
from seloste.kernel.duty import NOBODY, Duty, visitor
from seloste.notices.queries import current_version
from seloste.register import actions as register
from seloste.register.models import ContactPoint, Name, Person
from seloste.register.rules import Origin

_SEED = UUID("0f3c5f0e-5b0e-4d53-9c57-5e105e000001")

_GIVEN = ["Aino", "Eero", "Helmi", "Onni", "Sofia", "Väinö", "Lumi", "Toivo", "Åsa", "Björn", "Kerttu", "Oskari", "Saimi", "Ilmari", "Elsa", "Arvo", "Märta", "Göran", "Tuulikki", "Pekka", "Inkeri", "Mikko", "Hilma", "Juhani", "Sisko", "Risto", "Päivi", "Aatos", "Venla", "Sulo"]  # noqa: E501  # fmt: skip
_FAMILY = ["Mallikas", "Esimerkki", "Kokeilija", "Näytteinen", "Åström", "Virtanen", "Öhman", "Korhonen", "Lindström", "Mäkelä", "Nieminen", "Koskinen", "Sjöberg", "Laaksonen", "Rantanen", "Heikkinen", "Ahonen", "Salonen", "Lehtonen", "Hämäläinen"]  # noqa: E501  # fmt: skip
_COMPANIES = (
    ("Esimerkin Puutyö Oy", "Toimitusjohtaja"),
    ("Malliranta Ab", "Verkställande direktör"),
    ("Kirkkonummen Kokeilu Oy", "Markkinointipäällikkö"),
    ("Näyteikkuna Ky", "Yrittäjä"),
    ("Sommarö Segel Ab", "Kundansvarig"),
    ("Testilän Leipomo Oy", "Myymäläpäällikkö"),
    ("Oy Prov & Test Ab", "Ekonomichef"),
    ("Kuvitteellinen Konsultointi Oy", "Projektipäällikkö"),
)
_STREETS = ("Esimerkkikatu", "Mallitie", "Kokeilukuja", "Näytepolku", "Provvägen")
_PLACES = (
    ("02770", "Espoo"),
    ("00100", "Helsinki"),
    ("20100", "Turku"),
    ("33100", "Tampere"),
    ("65100", "Vaasa"),
    ("90100", "Oulu"),
)
_CALLS = (
    "Kysyi, milloin verkkokaupan päivitys valmistuu. Lupasin palata asiaan torstaina.",
    "Toivoi laskun erittelyä sähköpostiin. Lähetetty samana päivänä.",
    "Soitti kiittääkseen nopeasta toimituksesta.",
    "Ringde och bad om en offert på underhåll. Offert skickas nästa vecka.",
)
_MEETINGS = (
    "Kävimme läpi sivuston uuden rakenteen. Seuraava tapaaminen kahden viikon päästä.",
    "Messuilla: haluaa esitteen lisenssivaihtoehdoista.",
)
_FEEDBACK = (
    "Asiointi sujui, mutta tilausvahvistus olisi voinut tulla nopeammin.",
    "Selkeä palvelu ja ystävällinen vastaus.",
    "Jag uppskattar att ni svarar på svenska.",
)
_WAITING: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "contact",
        "fi",
        {
            "name": "Vilja Vierailija",
            "email": "vilja.vierailija@example.com",
            "phone": "+358500000777",
            "company": "Vierailijan Viherpiha Oy",
            "message": (
                "Hei!\n\nTarvitsemme uudet verkkosivut ja pienen verkkokaupan keväällä. Voisitteko soittaa?"
                "\n\nTerveisin Vilja"
            ),
        },
    ),
    (
        "contact",
        "sv",
        {
            "name": "Åke Besökare",
            "email": "ake.besokare@example.org",
            "message": "Hej! Jag hittar inte min licensnyckel. Kan ni hjälpa mig?",
        },
    ),
    ("feedback", "fi", {"message": "Tietosuojaseloste on ensimmäinen, jonka olen ymmärtänyt. Kiitos!"}),
)


def is_loaded() -> bool:
    """Say whether there is anybody in the register."""
    return Person.objects.exists()


@transaction.atomic
def load(*, at: datetime) -> int:
    """Enter the invented people; return how many. Does nothing where anybody is in the register already."""
    if is_loaded():
        return 0
    dice = random.Random(20241120)  # noqa: S311 -- invented people need no secrecy, only to be the same every time
    people = [_customer(dice, number, at=at) for number in range(36)]
    found = [_prospect(dice, number, at=at) for number in range(8)]
    people.append(_almost_forgotten(at=at))
    _leave_messages(people, at=at)
    return len(people) + len(found)


def _clerk(role: str) -> Duty:
    declared = current().role[role]
    return Duty(
        actor=NOBODY,
        role=role,
        purpose=declared.purposes[0],
        purposes=frozenset(declared.purposes),
        categories=frozenset(declared.categories),
        may=frozenset(declared.may),
    )


def _origin(source: str, purposes: Sequence[str], *, at: datetime, detail: str = "") -> Origin:
    return Origin(
        source=source, detail=detail, collected_at=at, purposes=tuple(purposes), notice_version_id=current_version().id
    )


def _moment(dice: random.Random, at: datetime, *, days: int) -> datetime:
    """Return a moment of office hours within the days before."""
    day = at - timedelta(days=dice.randint(1, days))
    return day.replace(
        hour=dice.randint(7, 14), minute=dice.choice((0, 5, 15, 25, 30, 40, 50)), second=0, microsecond=0
    )


def _name(dice: random.Random) -> tuple[str, str]:
    return dice.choice(_GIVEN), dice.choice(_FAMILY)


def _address(given: str, family: str, number: int, host: str = "example.com") -> str:
    plain = f"{given}.{family}".lower().translate(str.maketrans("äöå", "aoa"))
    return f"{plain}{number}@{host}"


def _customer(dice: random.Random, number: int, *, at: datetime) -> UUID:
    clerk, (given, family) = _clerk("customer_service"), _name(dice)
    is_new = number % 12 == 0
    since = _moment(dice, at, days=2 if is_new else 500)
    came = _origin(dice.choice(("phone", "email", "meeting")), ("customer_care",), at=since)
    swedish = family in {"Åström", "Öhman", "Lindström", "Sjöberg"}
    told: dict[str, Any] = {"by": clerk, "at": since, "origin": came}
    person_id = register.add_person(**told, given_name=given, family_name=family, language="sv" if swedish else "fi")
    told["person_id"] = person_id
    register.add_contact_point(**told, kind="email", value=_address(given, family, number))
    if number % 3:
        register.add_contact_point(**told, kind="phone", value=f"050 000 0{number + 100}")
    if number % 4 == 0:
        postal_code, city = dice.choice(_PLACES)
        street = f"{dice.choice(_STREETS)} {dice.randint(1, 60)}"
        register.add_address(**told, street=street, postal_code=postal_code, city=city)
    if number % 2 == 0:
        _employ(told, number)
    if not is_new:
        register.note_information_given(by=clerk, at=since, person_id=person_id, channel="phone", given_at=since)
    _tell_of(dice, told, number, at=at)
    return person_id


def _employ(told: dict[str, Any], number: int) -> None:
    company, title = _COMPANIES[number // 2 % len(_COMPANIES)]
    common = {name: told[name] for name in ("by", "at", "origin")}
    organisation_id = register.organisation_called(**common, name=company)
    register.add_position(**told, organisation_id=organisation_id, title=title)


def _tell_of(dice: random.Random, told: dict[str, Any], number: int, *, at: datetime) -> None:
    """Let a customer have called, met us, given feedback and ordered work, each some time since she came."""
    person = {name: told[name] for name in ("by", "person_id")}
    for _ in range(dice.randint(1, 3)):
        then = max(told["at"], _moment(dice, at, days=200))
        came = _origin("phone", ("customer_care",), at=then)
        direction = dice.choice(("in", "in", "out"))
        intake.note_interaction(
            **person, at=then, origin=came, kind="call", text=dice.choice(_CALLS), occurred_at=then, direction=direction
        )
    if number % 5 == 0:
        then = max(told["at"], _moment(dice, at, days=90))
        came = _origin("meeting", ("customer_care",), at=then)
        intake.note_interaction(
            **person, at=then, origin=came, kind="meeting", text=dice.choice(_MEETINGS), occurred_at=then
        )
    if number % 6 == 0:
        then = max(told["at"], _moment(dice, at, days=60))
        came = _origin("email", ("feedback",), at=then)
        register.add_feedback(**person, at=then, origin=came, text=dice.choice(_FEEDBACK), given_at=then)
    if number % 7 == 0:
        then = max(told["at"], _moment(dice, at, days=120))
        came = _origin("contract", ("projects",), at=then, detail=f"Sopimus {then.year}-{number + 1:03}")
        register.open_project(
            **person, at=then, origin=came,
            name="Verkkosivujen uudistus", description="Rakenne, sisältö ja käyttöönotto.",
            started_on=then.date(),
        )  # fmt: skip


def _prospect(dice: random.Random, number: int, *, at: datetime) -> UUID:
    """Enter a contact person of a company, found in a public source: the information of art. 14 is owed to her."""
    marketer, (given, family) = _clerk("marketing"), _name(dice)
    found = _moment(dice, at, days=28)
    company, title = _COMPANIES[number % len(_COMPANIES)]
    source, detail = dice.choice((
        ("web_page", "https://example.org/yhteystiedot"),
        ("directory", "Esimerkkihakemisto"),
        ("company", "Malliranta Ab"),
    ))  # fmt: skip
    came = _origin(source, ("b2b_contact",), at=found, detail=detail)
    told: dict[str, Any] = {"by": marketer, "at": found, "origin": came}
    person_id = register.add_person(**told, given_name=given, family_name=family)
    register.add_contact_point(
        **told, person_id=person_id, kind="email", value=_address(given, family, number, "example.org")
    )
    organisation_id = register.organisation_called(**told, name=company)
    register.add_position(**told, person_id=person_id, organisation_id=organisation_id, title=title)
    return person_id


def _almost_forgotten(*, at: datetime) -> UUID:
    """Enter a customer who has been silent for nearly two years: the reason to hold her ends within the month."""
    clerk, since = _clerk("customer_service"), at - timedelta(days=712)
    told: dict[str, Any] = {"by": clerk, "at": since, "origin": _origin("email", ("customer_care",), at=since)}
    person_id = register.add_person(**told, given_name="Hilja", family_name="Hiljainen")
    register.add_contact_point(**told, person_id=person_id, kind="email", value="hilja.hiljainen@example.com")
    register.note_information_given(by=clerk, at=since, person_id=person_id, channel="email", given_at=since)
    return person_id


def _leave_messages(people: Sequence[UUID], *, at: datetime) -> None:
    """Let some messages wait, one of them from an address that a known customer has."""
    name, email = _name_and_email(people[0])
    knows = {"name": name, "email": email, "phone": "+358500000888", "message": "Hei, puhelinnumeroni on vaihtunut."}
    for number, (form, language, written) in enumerate((*_WAITING, ("contact", "fi", knows))):
        asked = current().form[form].asks
        intake.receive(
            by=visitor(current().form[form].purpose),
            at=at - timedelta(hours=5 * number + 1),
            form=form,
            values={name: written.get(name, "") for name in asked},
            token=uuid5(_SEED, str(number)),
            language=language,
            notice_version_id=current_version().id,
            network="127.0.0.1",
        )


def _name_and_email(person_id: UUID) -> tuple[str, str]:
    name = Name.objects.get(person_id=person_id, ended_at=None)
    email = ContactPoint.objects.get(person_id=person_id, kind="email", ended_at=None)
    return f"{name.given_name} {name.family_name}", email.value
