# ruff: noqa: ANN401 -- what the test client gives back
"""The open page: all of it, with the reasons; what she decides is done, once, to her alone, and leaves a trace."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import make as house
from tests.mydata import make

from seloste.audit.models import AuditEvent
from seloste.consents.choices import Channel, ConsentState, ObjectionState
from seloste.consents.models import ConsentEvent, ObjectionEvent
from seloste.consents.queries import is_suppressed
from seloste.erasure.models import ErasureJob
from seloste.kernel.clock import now
from seloste.kernel.duty import visitor
from seloste.mydata.rules import MOST_CODES
from seloste.register.models import ContactPoint, Name, Person, Restriction
from seloste.register.queries import person_page
from seloste.rights.choices import Channel as CameBy
from seloste.rights.choices import Identity, Right, State, Way
from seloste.rights.models import Correspondence, Request

pytestmark = pytest.mark.django_db
P = make.PAGE
CONSENT = "marketing_email"


@pytest.fixture(autouse=True)
def published() -> None:
    cache.clear()
    house.version_id(now() - make.LONG_AGO)


@pytest.fixture
def maija() -> UUID:
    return make.known(phone="+358 40 123 4567")


@pytest.fixture
def browser(maija: UUID) -> Client:
    return make.browser_of()


def text_of(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def form_id() -> str:
    return str(uuid4())


def requests() -> list[tuple[str, list[str]]]:
    rows = Request.objects.order_by("received_at", "id")
    return [(row.state, list(row.items.order_by("id").values_list("right", flat=True))) for row in rows]


# --- Seeing -----------------------------------------------------------------------------------------------------------


def test_page_shows_all_of_it_with_the_reasons(browser: Client, maija: UUID) -> None:
    person_page(by=house.duty(), at=now(), person_id=maija)
    page = browser.get(P)
    words = text_of(page)

    assert {"Maija Mallikas", "maija@example.com", "+358401234567"} <= {
        one for one in ("Maija Mallikas", "maija@example.com", "+358401234567") if one in words
    }
    assert "Yhteydenpito ja asiakaspalvelu" in words
    assert len(page.content) < 100_000
    assert not re.search(r'(?:src|href)="https?://', page.content.decode().split("<main")[1].split("</main>")[0])


def test_page_tells_when_staff_looked_and_never_who(browser: Client, maija: UUID) -> None:
    clerk = house.duty()
    person_page(by=clerk, at=now() - timedelta(days=3), person_id=maija)
    page = browser.get(P).content.decode()

    assert str(clerk.actor) not in page
    assert browser.get(P).context["page"].look_ups[0].purpose.key == clerk.purpose


def test_page_says_what_is_not_held(browser: Client) -> None:
    nothing = {category.key for category in browser.get(P).context["page"].nothing}

    assert {"billing", "licence"} <= nothing
    assert not {"identity", "contact"} & nothing


def test_looking_changes_nothing_and_is_recorded(browser: Client, maija: UUID) -> None:
    for path in ("", "korjaa/contact/{}/", "selvitys/", "lataa/", "rajoita/", "vastusta/", "poista/"):
        point = ContactPoint.objects.filter(person_id=maija, kind="phone").get()
        assert browser.get(f"{P}{path}".format(point.id)).status_code == 200

    assert (Request.objects.count(), Restriction.objects.count(), ErasureJob.objects.count()) == (0, 0, 0)
    assert AuditEvent.objects.filter(deed="access.contents", subjects__contains=[maija], role="visitor").exists()


def test_page_asks_the_database_as_often_however_much_there_is(browser: Client, maija: UUID) -> None:
    browser.get(P)
    with CaptureQueriesContext(connection) as first:
        browser.get(P)
    for number in range(15):
        register_note(maija, f"Soitto {number}")
    with CaptureQueriesContext(connection) as second:
        page = browser.get(P)

    assert len(second) <= len(first) + 3
    assert len(page.content) < 100_000


def register_note(person_id: UUID, text: str) -> None:
    from seloste.register import actions as register

    register.add_note(by=house.duty(), at=now(), person_id=person_id, origin=house.origin(at=now()), text=text)


# --- Without an open page ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["korjaa/contact/{}/", "selvitys/", "lataa/", "rajoita/", "vastusta/", "poista/"])
def test_nobody_gets_in_without_the_cookie(maija: UUID, path: str) -> None:
    path = f"{P}{path}".format(uuid4())
    answer = Client().post(path, {"text": "Mitä kirjoitin"})

    assert Client().get(path)["Location"] == P
    assert answer.status_code == 403
    assert ("Mitä kirjoitin" in text_of(answer)) is True
    assert Request.objects.count() == 0


def test_form_of_a_page_that_was_open_before_does_nothing(browser: Client, maija: UUID) -> None:
    """Two tabs: in one of them somebody else's page was opened meanwhile."""
    other = make.known("toinen@example.com", given_name="Toinen")
    old = str(make.session_of(browser).id)
    make.enter(make.code_in(make.asked("toinen@example.com")), "toinen@example.com", browser=browser)

    answer = browser.post(f"{P}poista/", {"session": old, "form": form_id(), "do": "erase"})

    assert answer.status_code == 409
    assert ErasureJob.objects.count() == 0
    assert not Restriction.objects.filter(person_id__in=[maija, other]).exists()


@pytest.mark.parametrize("kind", ["name", "contact", "address", "position", "note", "nonsense"])
def test_somebody_elses_value_does_not_exist(browser: Client, kind: str) -> None:
    other = make.known("toinen@example.com", given_name="Toinen", phone="+358 40 765 4321")
    theirs = {
        "name": Name.objects.get(person_id=other).id,
        "contact": ContactPoint.objects.get(person_id=other, kind="phone").id,
    }.get(kind, uuid4())
    path = f"{P}korjaa/{kind}/{theirs}/"

    assert browser.get(path).status_code == 404
    assert make.say(browser, path, form=form_id(), value="+358401111111", family_name="Muu").status_code == 404
    assert Name.objects.get(person_id=other).given_name == "Toinen"


# --- Marketing --------------------------------------------------------------------------------------------------------


def test_consent_is_given_and_taken_back_with_one_press_each(browser: Client, maija: UUID) -> None:
    path = f"{P}markkinointi/"
    assert make.say(browser, path, form=form_id(), do="give", consent=CONSENT).url == f"{P}?tehty=annettu"
    assert ConsentEvent.objects.filter(subject=maija).latest("id").state == ConsentState.GIVEN

    assert make.say(browser, path, form=form_id(), do="withdraw", consent=CONSENT).url == f"{P}?tehty=peruttu"

    assert ConsentEvent.objects.filter(subject=maija).latest("id").state == ConsentState.WITHDRAWN
    request = Request.objects.get()
    assert (request.state, request.channel, request.person) == (State.ANSWERED, CameBy.WEB_FORM, maija)
    assert Correspondence.objects.get(request=request, letter="answer").way == Way.PAGE


def test_all_marketing_is_forbidden_at_once_and_allowed_again(browser: Client, maija: UUID) -> None:
    path = f"{P}markkinointi/"
    make.say(browser, path, form=form_id(), do="give", consent=CONSENT)
    make.say(browser, path, form=form_id(), do="object")

    assert ConsentEvent.objects.filter(subject=maija).latest("id").state == ConsentState.WITHDRAWN
    assert ObjectionEvent.objects.filter(subject=maija).latest("id").state == ObjectionState.OBJECTED
    assert is_suppressed(Channel.EMAIL, make.ADDRESS)
    assert set(requests()[-1][1]) == {Right.WITHDRAWAL, Right.MARKETING_OBJECTION}

    make.say(browser, path, form=form_id(), do="lift")

    assert ObjectionEvent.objects.filter(subject=maija).latest("id").state == ObjectionState.LIFTED
    assert ConsentEvent.objects.filter(subject=maija).latest("id").state == ConsentState.WITHDRAWN


def test_same_press_twice_is_one_request(browser: Client) -> None:
    same = form_id()
    for _ in range(2):
        make.say(browser, f"{P}markkinointi/", form=same, do="object")

    assert Request.objects.count() == 1


@pytest.mark.parametrize("do", ["", "erase", "confirm"])
def test_what_no_button_says_is_not_done(browser: Client, do: str) -> None:
    assert make.say(browser, f"{P}markkinointi/", form=form_id(), do=do).status_code == 404


# --- Restricting and objecting ----------------------------------------------------------------------------------------


def test_restriction_is_in_force_at_once(browser: Client, maija: UUID) -> None:
    answer = make.say(browser, f"{P}rajoita/", form=form_id(), ground="accuracy", text="Osoite on väärä.")

    assert answer.url == f"{P}?tehty=rajoitettu#requests"
    restriction = Restriction.objects.get(person_id=maija, ended_at=None)
    assert restriction.reason == "accuracy"
    assert restriction.detail == Request.objects.get().reference
    assert browser.get(P).status_code == 200
    assert text_of(browser.get(P)).count(restriction.detail) >= 1


def test_objection_is_weighed_by_somebody_and_restricts_meanwhile(browser: Client, maija: UUID) -> None:
    from seloste.mydata.actions.deciding import objectionable

    (purpose,) = objectionable(maija)
    path = f"{P}vastusta/"
    assert make.say(browser, path, form=form_id(), purpose=purpose, text="").status_code == 422
    assert make.say(browser, path, form=form_id(), purpose="order", text="syy").status_code == 422

    answer = make.say(browser, path, form=form_id(), purpose=purpose, text="Asun turvakiellon alaisena.")

    assert answer.url == f"{P}?tehty=vastustettu#requests"
    request = Request.objects.get()
    assert (request.state, request.identity) == (State.ASSESSING, Identity.VERIFIED)
    assert Restriction.objects.get(person_id=maija, ended_at=None).reason == "objection"
    assert request.items.get().scope == purpose


def test_statement_stands_beside_what_it_is_about(browser: Client, maija: UUID) -> None:
    path, about = f"{P}selvitys/", f"name:{Name.objects.get(person_id=maija).id}"
    other = Name.objects.get(person_id=make.known("toinen@example.com", given_name="Toinen"))
    for wrong in ({"text": ""}, {"text": "131052-308T"}, {"text": "Olen.", "about": f"name:{other.id}"}):
        assert make.say(browser, path, **{"form": form_id(), "about": about, **wrong}).status_code == 422

    answer = make.say(browser, path, form=form_id(), about=about, text="Sukunimeni muuttuu pian.")

    assert answer.url == f"{P}?tehty=selvitys"
    assert "Sukunimeni muuttuu pian." in text_of(browser.get(P))
    request = Request.objects.get()
    assert (request.message, request.identity) == ("Sukunimeni muuttuu pian.", Identity.VERIFIED)


# --- Correcting -------------------------------------------------------------------------------------------------------


def test_value_is_corrected_at_once(browser: Client, maija: UUID) -> None:
    name = Name.objects.get(person_id=maija)
    path = f"{P}korjaa/name/{name.id}/"
    assert make.say(browser, path, form=form_id(), given_name="Maija", family_name="Mallikas").status_code == 422

    answer = make.say(browser, path, form=form_id(), given_name="Maija", family_name="Uusinimi")

    assert answer.status_code == 302
    assert Name.objects.get(person_id=maija, ended_at=None).family_name == "Uusinimi"
    assert "Maija Uusinimi" in text_of(browser.get(P))
    assert Request.objects.get().items.get().right == Right.RECTIFICATION


def test_wrong_value_is_told_at_the_field_and_nothing_is_lost(browser: Client, maija: UUID) -> None:
    point = ContactPoint.objects.get(person_id=maija, kind="phone")
    answer = make.say(browser, f"{P}korjaa/contact/{point.id}/", form=form_id(), value="soita minulle")

    assert answer.status_code == 422
    assert 'value="soita minulle"' in answer.content.decode()
    assert {*answer.context["form"].errors} == {"value"}
    assert Request.objects.count() == 0
    assert ContactPoint.objects.get(id=point.id).ended_at is None


def test_rectify_then_access_gives_nothing_to_a_thief(browser: Client, maija: UUID) -> None:
    """Whoever gets at the page and changes the address cannot open it by the new one, and the old one still does."""
    point = ContactPoint.objects.get(person_id=maija, kind="email")
    make.say(browser, f"{P}korjaa/contact/{point.id}/", form=form_id(), value="varas@example.com")
    letter = make.asked("varas@example.com")

    assert "/avaa/" not in letter.text
    assert ContactPoint.objects.get(person_id=maija, kind="email", ended_at=None).value == "varas@example.com"
    make.grow_old(browser)
    late = make.say(browser, f"{P}poista/", form=form_id(), do="erase")
    assert (late.status_code, ErasureJob.objects.count()) == (404, 0)


def test_address_taken_out_of_use_closes_the_page_it_opened(browser: Client, maija: UUID) -> None:
    from seloste.register import actions as register

    point = ContactPoint.objects.get(person_id=maija, kind="email")
    register.remove(by=house.duty(), at=now(), kind="contact", item_id=point.id)

    assert "Mallikas" not in text_of(browser.get(P))


# --- Proving again ----------------------------------------------------------------------------------------------------


def test_old_page_asks_for_a_new_code_and_loses_nothing(browser: Client, maija: UUID) -> None:
    name = Name.objects.get(person_id=maija)
    path, told = f"{P}korjaa/name/{name.id}/", {"form": form_id(), "given_name": "Maija", "family_name": "Uusi"}
    make.grow_old(browser)
    before = len(make.letters())

    asked = make.say(browser, path, **told)

    assert asked.status_code == 200
    assert 'name="family_name" value="Uusi"' in asked.content.decode()
    assert Name.objects.get(person_id=maija, ended_at=None).family_name == "Mallikas"
    letter = make.letters()[-1]
    assert len(make.letters()) == before + 1
    code = make.code_in(letter)
    wrong = make.say(browser, path, **told, code="000000" if code != "000 000" else "111111")
    assert wrong.status_code == 422
    assert make.say(browser, path, **told, code=code).status_code == 302
    assert Name.objects.get(person_id=maija, ended_at=None).family_name == "Uusi"
    assert make.enter(code).status_code == 422
    from seloste.mail.rules.envelope import veiled

    assert code not in veiled(letter.text)


def test_new_codes_are_few_and_guesses_fewer(browser: Client) -> None:
    make.grow_old(browser)
    path, told = f"{P}poista/", {"form": form_id(), "do": "erase"}
    make.say(browser, path, **told)
    code = make.code_in(make.letters()[-1])
    for guess in range(5):
        make.say(browser, path, **told, code=f"{(int(code.replace(' ', '')) + guess + 1) % 10**6:06}")
    assert make.say(browser, path, **told, code=code).status_code == 422
    answers = [make.say(browser, path, **told).status_code for _ in range(MOST_CODES)]

    assert answers == [200] * (MOST_CODES - 1) + [429]
    assert ErasureJob.objects.count() == 0


# --- Downloading ------------------------------------------------------------------------------------------------------


def test_package_is_ready_at_once_and_fetched_by_its_link(browser: Client, maija: UUID) -> None:
    answer = make.say(browser, f"{P}lataa/", form=form_id(), do="access")

    assert answer.url == f"{P}lataa/?tehty=valmis"
    page = browser.get(answer.url).content.decode()
    links = re.findall(r'href="(/oikeudet/paketti/[^"]+)"', page)
    assert len(links) == 1
    assert Client().get(links[0]).status_code == 200
    assert requests() == [(State.ANSWERED, [Right.ACCESS])]


def test_package_that_must_be_looked_through_is_promised_and_not_lost(browser: Client, maija: UUID) -> None:
    register_note(maija, "Puoliso Pekka soitti ja kertoi asiasta.")
    answer = make.say(browser, f"{P}lataa/", form=form_id(), do="access")

    assert answer.url == f"{P}lataa/?tehty=osin"
    (state, rights) = requests()[0]
    assert rights == [Right.ACCESS]
    assert state in {State.ASSESSING, State.FULFILLING}
    assert "Puoliso Pekka" not in text_of(browser.get(P))


# --- Erasing ----------------------------------------------------------------------------------------------------------


def test_erasure_is_shown_planned_told_and_stopped_from_an_old_address(browser: Client, maija: UUID) -> None:
    from seloste.rights.actions import erasing

    preview = browser.get(f"{P}poista/").context["preview"]
    assert preview.going > 0

    make.say(browser, f"{P}poista/", form=form_id(), do="erase")

    job, request = ErasureJob.objects.get(), Request.objects.get()
    assert (job.person, job.state, job.not_before_at > now() + timedelta(hours=71)) == (maija, "planned", True)
    assert (job.matter, request.state) == (request.reference, State.FULFILLING)
    letter = make.letters()[-1]
    link = re.search(r"/oikeudet/(?:[\w-]+/)?([\w-]{60,})/", letter.text)
    assert link is not None
    erasing.stop(by=visitor("rights"), at=now(), letters=link[1])
    assert ErasureJob.objects.get().state == "stopped"
    assert browser.get(P).context["planned"] is None
    assert ContactPoint.objects.filter(person_id=maija, ended_at=None).count() == 2


def test_erasure_is_stopped_on_the_page_and_may_be_asked_again(browser: Client) -> None:
    path = f"{P}poista/"
    make.say(browser, path, form=form_id(), do="erase")
    assert browser.get(P).context["planned"] is not None
    assert make.say(browser, path, form=form_id(), do="stop").url == f"{P}?tehty=pysaytetty"
    assert browser.get(P).context["planned"] is None
    assert Request.objects.get().state == State.WITHDRAWN
    assert make.say(browser, path, form=form_id(), do="stop").status_code == 404
    make.say(browser, path, form=form_id(), do="erase")

    assert sorted(ErasureJob.objects.values_list("state", flat=True)) == ["planned", "stopped"]
    assert make.say(browser, path, form=form_id(), do="everything").status_code == 404


# --- Blocked ----------------------------------------------------------------------------------------------------------


def test_blocked_person_still_sees_what_is_kept_and_why(browser: Client, maija: UUID) -> None:
    Person.objects.filter(id=maija).update(blocked_at=now())
    page = browser.get(P)

    assert page.status_code == 200
    assert "maija@example.com" in text_of(page)
    assert page.context["page"].purposes
