"""What stands between a signed-in person and the desk."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client
from tests.accounts import make

from seloste.accounts import actions
from seloste.accounts.models import Session, User
from seloste.audit.models import AuditEvent
from seloste.declaration import load
from seloste.declaration.schema import Declaration
from seloste.kernel.clock import now

pytestmark = pytest.mark.django_db

DESK = "/tili/henkilosto/"  # any page behind all gates; this one is the owner's


def leads_to(client: Client, url: str = DESK) -> str:
    response = client.get(url)
    return response.get("Location") or str(response.status_code)


def test_desk_opens_when_nothing_is_missing() -> None:
    assert leads_to(make.client_of("owner")) == "200"


def test_anonymous_is_led_to_sign_in() -> None:
    assert leads_to(Client()) == f"/tili/kirjaudu/?next={DESK}"


def test_desk_leads_to_second_factor_when_there_is_none() -> None:
    client = make.signed_in(make.staff("owner", factor=False))

    assert leads_to(client) == "/tili/kaksivaiheinen/"


def test_desk_leads_to_the_undertaking_when_it_is_not_signed() -> None:
    client = make.signed_in(make.staff("owner", signed=False))

    assert leads_to(client) == "/tili/sitoumus/"


def test_desk_opens_after_signing() -> None:
    client = make.signed_in(make.staff("owner", signed=False))
    page = client.get("/tili/sitoumus/")
    initial = page.context["form"].initial

    response = client.post("/tili/sitoumus/", {"agreed": "on", **initial})

    assert (response["Location"], leads_to(client)) == (resolve_url(settings.LOGIN_REDIRECT_URL), "200")


def test_undertaking_must_be_signed_again_when_its_words_change(monkeypatch: pytest.MonkeyPatch) -> None:
    client = make.client_of("owner")
    before = leads_to(client)

    present = load.load(load.folder())
    monkeypatch.setattr(load, "current", lambda: reworded(present))

    assert (before, leads_to(client)) == ("200", "/tili/sitoumus/")


def reworded(declaration: Declaration) -> Declaration:
    said = declaration.undertaking
    title = said.title.model_copy(
        update={"fi": said.title.fi + "!", "sv": said.title.sv + "!", "en": said.title.en + "!"}
    )
    return declaration.model_copy(update={"undertaking": said.model_copy(update={"title": title})})


def test_disabled_person_loses_access_on_the_next_request() -> None:
    user = make.staff()
    client = make.signed_in(user)
    before = leads_to(client, "/tili/")
    make.staff("owner")

    actions.disable(by=make.OPERATOR, at=now(), user_id=user.id)

    assert (before, leads_to(client, "/tili/")) == ("200", "/tili/kirjaudu/?next=/tili/")


def test_disabled_person_has_no_access_even_if_a_session_is_left() -> None:
    user = make.staff()
    client = make.signed_in(user)
    User.objects.filter(id=user.id).update(is_active=False, disabled_at=now(), disabled_by=user.id)

    assert leads_to(client, "/tili/") == "/tili/kirjaudu/?next=/tili/"


def test_other_role_counts_from_the_next_request() -> None:
    user = make.staff("owner")
    client = make.signed_in(user)
    make.staff("owner")

    actions.change_role(by=make.OPERATOR, at=now(), user_id=user.id, role="marketing")

    assert leads_to(client, "/tili/") == "/tili/kirjaudu/?next=/tili/"


@pytest.mark.parametrize("age", [timedelta(minutes=15), timedelta(hours=8)])
def test_session_ends_when_its_time_has_run(age: timedelta) -> None:
    user = make.staff()
    client = make.signed_in(user, at=now() - age)

    assert leads_to(client, "/tili/") == "/tili/kirjaudu/?next=/tili/"
    assert AuditEvent.objects.latest("id").deed == "session.expired"
    assert Session.objects.filter(account_id=user.id).count() == 0


def test_session_of_eight_hours_ends_even_when_it_was_just_used() -> None:
    client = make.signed_in(make.staff(), at=now() - timedelta(hours=8))
    session = client.session
    session["seen_at"] = now().timestamp()
    session.save()

    assert leads_to(client, "/tili/") == "/tili/kirjaudu/?next=/tili/"


def test_click_keeps_the_session_alive() -> None:
    user, at = make.staff(), now() - timedelta(minutes=10)
    client = make.signed_in(user, at=at)

    client.get("/tili/")

    assert Session.objects.filter(account_id=user.id, seen_at__gt=at + timedelta(minutes=9)).count() == 1


def test_session_without_clocks_is_over() -> None:
    client = make.signed_in(make.staff())
    session = client.session
    del session["started_at"]
    session.save()

    assert leads_to(client, "/tili/") == "/tili/kirjaudu/?next=/tili/"


def test_signed_in_pages_are_never_stored() -> None:
    assert make.client_of().get("/tili/")["Cache-Control"] == "no-store, private"


def test_htmx_leaves_the_page_when_the_session_is_over() -> None:
    response = Client().get(DESK, headers={"HX-Request": "true"})

    assert (response.status_code, response["HX-Redirect"]) == (200, f"/tili/kirjaudu/?next={DESK}")


def test_gates_ask_the_tables_once_a_session() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = make.client_of("owner")
    client.get(DESK)

    with CaptureQueriesContext(connection) as seen:
        client.get("/tili/henkilosto/kutsu/")

    asked = " ".join(query["sql"] for query in seen)
    assert ("mfa_authenticator" in asked, "undertakingsignature" in asked) == (False, False)
