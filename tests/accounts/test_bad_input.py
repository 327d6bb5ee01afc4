"""What nobody should send."""

import json

import pytest
from django.test import Client
from django.test.utils import override_settings
from tests.accounts import make

from seloste.accounts.models import User

pytestmark = pytest.mark.django_db

CREDENTIALS = [
    "", "null", "1", "[]", "{}", '"text"', "not json",
    '{"id": 1}', '{"response": []}', '{"response": {"userHandle": 1}}',
    '{"id":"AA","rawId":"AA","type":"public-key","response":{}}',
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {
        "userHandle": "////", "clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA"}}),
    json.dumps({"id": "é", "rawId": "é", "type": "public-key", "response": {
        "userHandle": "é", "clientDataJSON": "é", "authenticatorData": "é", "signature": "é"}}),
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {
        "userHandle": "MDAwMA", "clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA"}}),
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {
        "attestationObject": "AAAA", "clientDataJSON": "e30"}}),
    "[" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_broken_passkey_is_refused_on_the_sign_in_page(credential: str) -> None:
    client = Client()
    client.get("/tili/kirjaudu/avain/", headers={"Accept": "application/json"})

    response = client.post("/tili/kirjaudu/avain/", {"credential": credential})

    assert (response.status_code, response["Location"]) == (302, "/tili/kirjaudu/")


@pytest.mark.parametrize("credential", CREDENTIALS)
@pytest.mark.parametrize("path", ["/tili/avaimet/uusi/", "/tili/vahvista/avain/"])
def test_broken_passkey_is_refused_at_the_desk(path: str, credential: str) -> None:
    client = make.client_of()
    client.get(path)

    response = client.post(path, {"credential": credential, "name": "x", "passwordless": "on"})

    assert response.status_code in {200, 302}


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_broken_passkey_is_refused_as_second_step(credential: str) -> None:
    user, client = make.staff(), Client()
    client.post("/tili/kirjaudu/", {"login": user.email, "password": make.PASSWORD})

    response = client.post("/tili/kirjaudu/koodi/", {"credential": credential})

    assert (response.status_code, client.get("/tili/").status_code) == (200, 302)


TEXTS = [
    "",
    "\x00",
    "a\r\nSet-Cookie: x=1",
    "x" * 50_000,
    "\ud7ff\u202e@example.com",
    '"a" <b@example.com>, c@example.com',
]


@pytest.mark.parametrize("text", TEXTS)
def test_odd_text_signs_nobody_in(text: str) -> None:
    client = Client()

    response = client.post("/tili/kirjaudu/", {"login": text, "password": text, "next": text})

    assert (response.status_code, client.get("/tili/").status_code) == (200, 302)


@pytest.mark.parametrize("text", TEXTS)
def test_odd_code_is_refused(text: str) -> None:
    user, client = make.staff(), Client()
    client.post("/tili/kirjaudu/", {"login": user.email, "password": make.PASSWORD})

    assert client.post("/tili/kirjaudu/koodi/", {"code": text}).status_code == 200


@pytest.mark.parametrize("text", TEXTS)
def test_odd_invitation_makes_no_account(text: str) -> None:
    client = make.client_of("owner")
    before = User.objects.count()

    response = client.post(
        "/tili/henkilosto/kutsu/", {"name": text, "email": text, "role": "marketing", "language": "fi"}
    )

    assert (response.status_code, User.objects.count()) == (200, before)


@pytest.mark.parametrize("name", ["Mai\nja", "131052-308T", "Maija\u202e", "x" * 101])
def test_odd_name_is_refused_with_its_reason(name: str) -> None:
    client = make.client_of("owner")
    fields = {"name": name, "email": "uusi@example.com", "role": "marketing", "language": "fi"}

    response = client.post("/tili/henkilosto/kutsu/", fields)

    assert (response.status_code, "name" in response.context["form"].errors) == (200, True)


@pytest.mark.parametrize(
    "next_url", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)"]
)
def test_sign_in_leads_to_our_own_pages_only(next_url: str) -> None:
    user, client = make.staff(), Client()
    client.post(f"/tili/kirjaudu/?next={next_url}", {"login": user.email, "password": make.PASSWORD, "next": next_url})

    response = client.post("/tili/kirjaudu/koodi/", {"code": make.code()})

    assert response["Location"] == "/tyopoyta/"


def test_missing_csrf_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)

    assert client.post("/tili/kirjaudu/", {"login": "a@example.com", "password": "b"}).status_code == 403


@override_settings(ACCOUNT_RATE_LIMITS={"login": "2/m/ip"})
def test_flood_of_sign_ins_is_answered_calmly() -> None:
    client = Client()
    answers = [client.post("/tili/kirjaudu/", {"login": "a", "password": "b"}).status_code for _ in range(3)]

    assert answers == [200, 200, 429]


@pytest.mark.parametrize("session_id", ["x", "%00", "0" * 500])
def test_odd_session_id_ends_nothing(session_id: str) -> None:
    assert make.client_of().post(f"/tili/istunnot/{session_id}/paata/").status_code == 404
