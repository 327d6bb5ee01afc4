"""For which purpose a person works."""

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client
from tests.accounts import make

from seloste.accounts import queries
from seloste.audit.models import AuditEvent
from seloste.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db


def choose(client: Client, purpose: str, **more: str) -> str:
    return client.post("/tili/tehtava/", {"purpose": purpose, **more}).get("Location", "")


def test_chosen_purpose_is_kept_and_recorded() -> None:
    client = make.client_of("customer_service")

    choose(client, "feedback")

    event = AuditEvent.objects.latest("id")
    assert (client.session["purpose"], event.deed, event.purpose) == ("feedback", "duty.purpose_chosen", "feedback")


def test_purpose_outside_the_role_is_refused() -> None:
    client = make.client_of("customer_service")

    response = client.post("/tili/tehtava/", {"purpose": "direct_marketing"})

    assert (response.status_code == 422, "purpose" in client.session) == (True, False)
    with pytest.raises(Refusal):
        queries.duty_of(make.staff("customer_service"), "direct_marketing")


def test_purpose_kept_from_another_role_is_dropped() -> None:
    client = make.client_of("owner")
    session = client.session
    session["purpose"] = "direct_marketing"
    session.save()

    response = client.get("/tili/henkilosto/")

    assert vars(response.wsgi_request)["duty"].purpose == "staff_access"


def test_choosing_leads_back_to_our_own_pages_only() -> None:
    client = make.client_of("customer_service")

    assert choose(client, "feedback", next="/tili/") == "/tili/"
    assert choose(client, "feedback", next="https://elsewhere.example/") == resolve_url(settings.LOGIN_REDIRECT_URL)
    assert choose(client, "feedback", next="//elsewhere.example/") == resolve_url(settings.LOGIN_REDIRECT_URL)


def test_purpose_is_not_chosen_by_a_link() -> None:
    client = make.client_of("customer_service")

    assert client.get("/tili/tehtava/?purpose=feedback").status_code == 405
