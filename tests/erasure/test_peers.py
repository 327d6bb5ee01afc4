"""What was proved wrong in other systems (features.md, "Peers' proven defects"), and is right here: a test for each.

Those about invoices, carts and licences wait for the rooms that will hold them.
"""

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from tests import make
from tests.consents import make as consent
from tests.erasure.lives import deliver, live
from tests.erasure.make import SYSTEM, erased
from tests.mail import make as post
from tests.outreach import make as outreach

from seloste.audit.models import AuditEvent
from seloste.consents import actions as consents
from seloste.consents.actions import GonePerson
from seloste.consents.choices import Channel, ConsentState, Rule
from seloste.consents.models import ConsentEvent, ObjectionEvent
from seloste.consents.queries import decide
from seloste.erasure import actions as erasing
from seloste.erasure.choices import Cause, JobState
from seloste.erasure.models import ErasureJob
from seloste.erasure.sweep import sweep
from seloste.intake.models import Submission
from seloste.kernel import kept
from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.kernel.kept import Kept
from seloste.kernel.refusals import Missing
from seloste.ledger.choices import Kind
from seloste.ledger.models import LedgerEntry
from seloste.mail.models import Message, MessageEvent
from seloste.outreach.models import Asked, Recipient
from seloste.register import actions as register
from seloste.register.models import ContactPoint, Name, Note, Organisation, Person, Position
from seloste.register.queries import whose

pytestmark = pytest.mark.django_db
ADDRESS = "maija@example.com"


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> dict[str, Kept]:
    """The registered tables, for the test alone."""
    mine = {store.key: store for store in kept.kept()}
    monkeypatch.setattr(kept, "_kept", mine)
    return mine


def open_lines(person_id: UUID) -> list[Any]:
    """Return everything that is found of the person."""
    return [record for store in kept.kept() for record in store.records(whose([person_id]))]


# --- What survived elsewhere ------------------------------------------------------------------------------------------


def test_list_of_a_mailing_lets_the_erased_go() -> None:
    """Tryton: the row of the mailing list survives."""
    life = live("one")
    assert Recipient.objects.filter(person_id=life.person_id).exists()
    assert Asked.objects.filter(address=life.email).exists()

    erased(life.person_id)

    assert not Recipient.objects.filter(address=life.email).exists()
    assert not Asked.objects.filter(address=life.email).exists()


def test_log_of_sent_mail_lets_the_erased_go() -> None:
    """Tryton, pretix: the log of what was mailed survives, with address and words."""
    life = live("one")
    assert Message.objects.filter(address=life.email, state="accepted").exists()

    erased(life.person_id)

    assert not Message.objects.filter(address=life.email).exists()
    assert MessageEvent.objects.exists()
    mailed = [value for place, value in life.planted.items() if place.startswith(("mail.", "contact.", "name."))]
    assert not {place for place in sweep(mailed) if place.startswith("mail_")}


def test_namesake_is_left_alone() -> None:
    """Odoo, Frappe: whoever has the same name, or once wrote from the same address, is deleted too."""
    one = live("one", given_name="Maija", family_name="Mallikas")
    other = live("other", given_name="Maija", family_name="Mallikas")
    before = open_lines(other.person_id)

    erased(one.person_id)

    assert [record for record in open_lines(other.person_id) if record not in before] == []
    assert len(open_lines(other.person_id)) == len(before)


def test_record_of_use_knows_no_old_name() -> None:
    """OCA#23: the audit trail keeps the old and the new name as text."""
    life = live("one")

    erased(life.person_id)

    assert not {place for place in sweep(sorted(life.planted.values())) if place.startswith("audit_")}
    assert AuditEvent.objects.filter(subjects__contains=[life.person_id]).exists()


def test_statistics_and_lookup_tables_hold_nothing_of_anybody() -> None:
    """WC#3810: a lookup table of the statistics is forgotten. Ours never gets to know anything."""
    life = live("one")
    Client(HTTP_REFERER=f"https://example.net/{life.email}").get(
        f"/fi/?email={life.email}&utm_source={life.planted['name.given']}", HTTP_USER_AGENT=life.planted["name.family"]
    )

    assert not {place for place in sweep(sorted(life.planted.values())) if place.startswith(("visits_", "cache_"))}


def test_history_and_what_can_be_undone_go_too() -> None:
    """open-mercato: snapshots for undo bring the data back."""
    person_id = make.person(email=ADDRESS)
    told: dict[str, Any] = {"by": make.duty(), "at": make.AT}
    note = register.add_note(**told, person_id=person_id, origin=make.origin(), text="Zqpoistettava")
    register.remove(**told, kind="note", item_id=note)
    named = Name.objects.get(person_id=person_id)
    values = {"given_name": "Zquusi", "family_name": "Mallikas"}
    register.correct(**told, kind="name", item_id=named.id, origin=make.origin(), values=values)

    erased(person_id)

    with pytest.raises(Missing):
        register.bring_back(**told, kind="note", item_id=note)
    assert sweep(["Zqpoistettava", "Zquusi", "Mallikas", ADDRESS]) == {}
    assert not Note.objects.exists()


# --- What was claimed, and not done -----------------------------------------------------------------------------------


def test_nothing_claims_an_erasure_that_did_not_happen(registered: dict[str, Kept]) -> None:
    """dentalpin#374: the audit says erased, and nothing was."""
    person_id = make.person(email=ADDRESS)
    before = open_lines(person_id)
    registered["register.names"] = replace(registered["register.names"], erase=lambda _ids: 0)

    with pytest.raises(Exception, match=r"register\.names|foreign key|viol"):
        erased(person_id)

    assert not AuditEvent.objects.filter(deed="person.erased").exists()
    assert not LedgerEntry.objects.filter(kind=Kind.ERASED).exists()
    assert {job.state for job in ErasureJob.objects.all()} == {JobState.FAILED}
    names = [record.values for record in before if "given_name" in record.values]
    assert [record.values for record in open_lines(person_id) if "given_name" in record.values] == names


@pytest.mark.parametrize(
    "first", ["register.contact_points", "register.grounds", "mail.messages", "intake.submissions"]
)
def test_no_eraser_destroys_what_a_later_one_looks_by(registered: dict[str, Kept], first: str) -> None:
    """EDD: the eraser of customers ran first, and the others no longer found the address."""
    life = live("one")
    registered[first] = replace(registered[first], order=-1)

    erased(life.person_id)

    assert not Message.objects.filter(address=life.email).exists()
    assert not Submission.objects.filter(email=life.email).exists()
    assert not Asked.objects.filter(address=life.email).exists()
    assert not ContactPoint.objects.filter(value=life.email).exists()


def test_who_is_known_in_two_roles_goes_in_both() -> None:
    """Dolibarr#38787: a party that is customer and contact of a company escapes the rules of each."""
    person_id = make.person(email=ADDRESS, purposes=("customer_care", "b2b_contact"), source="meeting")
    told: dict[str, Any] = {"by": make.duty("marketing"), "at": make.AT, "person_id": person_id}
    came = make.origin("meeting", purposes=("b2b_contact",))
    company = register.add_organisation(by=make.duty("marketing"), at=make.AT, origin=came, name="Tmi Zqmallikas")
    register.add_position(**told, origin=came, organisation_id=company, title="Yrittäjä")

    erased(person_id)

    assert not Person.objects.exists()
    assert not Position.objects.exists()
    assert not Organisation.objects.exists()
    assert sweep(["Zqmallikas", ADDRESS]) == {}


# --- Yes and no -------------------------------------------------------------------------------------------------------


def test_day_of_a_no_outlives_a_new_yes() -> None:
    """Odoo: who opts in again loses the day of the opt-out."""
    person_id = consent.reachable()
    told: dict[str, Any] = {"by": make.duty("marketing"), "at": make.AT, "person_id": person_id}
    consents.give(**consent.yes(person_id))
    consents.withdraw(**{**told, "at": make.AT + timedelta(days=1)}, consent="marketing_email", source="phone")
    consents.give_confirmed(**consent.confirmed(person_id, at=make.AT + timedelta(days=9)))

    store = next(one for one in kept.kept() if one.key == "consents.events")
    lines = [(record.values["state"], record.values["at"]) for record in store.records(whose([person_id]))]

    assert (ConsentState.WITHDRAWN, make.AT + timedelta(days=1)) in lines
    assert lines[-1][0] == ConsentState.GIVEN


def test_service_message_reaches_who_forbade_marketing() -> None:
    """SuiteCRM#7434: opting out of newsletters stops the answer to one's own question."""
    person_id = consent.reachable()
    consents.object_to(by=make.duty(), at=make.AT, person_id=person_id, purpose="direct_marketing", source="phone")

    message_id = post.service(person_id=person_id)
    deliver(make.AT + timedelta(minutes=1))

    assert Message.objects.get(id=message_id).state == "accepted"
    assert ObjectionEvent.objects.filter(subject=person_id).exists()


def test_nobody_consents_for_somebody_who_was_erased() -> None:
    """Margince#2204: consent can be given for an erased person."""
    person_id = consent.reachable()
    erased(person_id)

    with pytest.raises(GonePerson):
        consents.give(**consent.yes(person_id))
    with pytest.raises(GonePerson):
        consents.give_confirmed(**consent.confirmed(person_id))
    assert not ConsentEvent.objects.filter(subject=person_id, state=ConsentState.GIVEN).exists()


def test_who_comes_back_after_a_no_and_an_erasure_is_not_written_to() -> None:
    """Keila#68, Mailtrain#491: erased with her no, entered anew from a list, and mailed."""
    person_id = consent.reachable()
    consents.object_to(by=make.duty(), at=make.AT, person_id=person_id, purpose="direct_marketing", source="phone")
    erased(person_id)

    again = make.person("Maija", "Mallikas", email=ADDRESS.upper().replace("EXAMPLE.COM", "example.com"))

    decision = decide(person_id=again, channel=Channel.EMAIL, address=ADDRESS, is_marketing=True, at=make.AT)
    assert not decision.allow
    assert decision.rule in {Rule.SUPPRESSED, Rule.ERASED}


def test_a_reader_of_links_consents_to_nothing_and_forbids_nothing() -> None:
    """Dolibarr, OCA: a token that can be guessed, a GET that changes something when a mail scanner opens it."""
    make.version_id(now())
    path = outreach.asked(wanted=[outreach.CONSENT])
    person = outreach.person("toinen@example.com")
    click = outreach.one_click(person, "toinen@example.com")

    for link in (path, click):
        for method in ("get", "head", "options"):
            getattr(Client(), method)(link)

    assert len(max(path.split("/"), key=len)) >= 60
    assert not ConsentEvent.objects.filter(state=ConsentState.GIVEN).exists()
    assert not ObjectionEvent.objects.exists()


# --- What the person herself can do -----------------------------------------------------------------------------------


def test_links_of_somebody_erased_open_nothing_of_hers() -> None:
    """ClearGDPR#342: who was erased can still log in. Here she has links; they no longer know her."""
    make.version_id(now())
    person_id = outreach.person()
    told: dict[str, Any] = {"by": make.duty(), "at": now(), "person_id": person_id}
    register.add_note(**told, origin=make.origin(at=now()), text="Zqmuistiinpano")
    link, click = outreach.letter_link(person_id), outreach.one_click(person_id)
    erased(person_id, at=now())

    seen = [Client().get(link), Client().post(link, {"do": "confirm"}), Client().get(click)]

    for response in seen:
        page = response.content.decode()
        assert "Mallikas" not in page
        assert "Zqmuistiinpano" not in page
    assert not Person.objects.exists()


def test_her_own_package_is_written_for_people_and_programs_not_for_python() -> None:
    """Frappe: the export is mailed as Python writes its own values."""
    from seloste.access import actions as access

    life = live("one")
    told: dict[str, Any] = {"by": visitor("rights"), "at": make.AT + timedelta(days=1)}
    package = access.build(**told, person_id=life.person_id, right="access", language="fi")
    written = access.download(by=visitor("rights"), at=make.AT + timedelta(days=1), letters=package.letters)

    python = re.compile(r"datetime\.|UUID\(|frozenset\(|<[A-Z]\w+\.\w+: |lazy|__proxy__|\bNone\b|b'|<memory")
    with zipfile.ZipFile(io.BytesIO(written.content)) as archive:
        texts = {name: archive.read(name) for name in archive.namelist() if not name.endswith((".pdf", ".p7s"))}
    assert len(texts) > 3
    assert {name: python.findall(text.decode("utf-8", "replace"))[:3] for name, text in texts.items()
            if python.search(text.decode("utf-8", "replace"))} == {}  # fmt: skip
    assert life.planted["name.family"] in texts[next(name for name in texts if name.endswith(".html"))].decode()


def test_an_erasure_that_was_asked_twice_is_done_once() -> None:
    """A second request, a double click or a retry finds nobody and harms nothing."""
    person_id = make.person(email=ADDRESS)
    job = erased(person_id)

    assert not erasing.carry_on(by=SYSTEM, at=make.AT, job_id=job.id)
    with pytest.raises(Missing):
        erasing.erase(by=SYSTEM, at=make.AT, person_id=person_id, cause=Cause.REQUEST)
    assert LedgerEntry.objects.filter(kind=Kind.ERASED).count() == 1
