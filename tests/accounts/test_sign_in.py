"""Signing in: password and code, and what does not get in."""

from datetime import timedelta
from typing import cast

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.accounts import make

from seloste.accounts import actions
from seloste.accounts.models import Session
from seloste.audit.models import AuditEvent
from seloste.kernel.clock import now

pytestmark = pytest.mark.django_db

SIGN_IN, CODE = "/tili/kirjaudu/", "/tili/kirjaudu/koodi/"


def type_password(client: Client, email: str, password: str = make.PASSWORD, ip: str = "127.0.0.1") -> HttpResponse:
    return cast(HttpResponse, client.post(SIGN_IN, {"login": email, "password": password}, REMOTE_ADDR=ip))


def deeds() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("deed", flat=True))


def is_in(client: Client) -> bool:
    return client.get("/tili/salasana/").status_code == 200


def test_password_and_code_open_the_desk() -> None:
    user, client = make.staff(), Client()

    first = type_password(client, user.email)
    halfway = is_in(client)
    second = client.post(CODE, {"code": make.code()})

    assert (first["Location"], halfway, second.status_code, is_in(client)) == (CODE, False, 302, True)
    assert deeds()[-1] == "session.started"


def test_session_key_is_new_after_sign_in() -> None:
    user, client = make.staff(), Client()
    type_password(client, user.email)
    before = client.session.session_key

    client.post(CODE, {"code": make.code()})

    assert client.session.session_key != before


def test_session_is_kept_under_a_hash() -> None:
    client = make.client_of()
    key = client.session.session_key

    assert not Session.objects.filter(session_key=key).exists()
    assert Session.objects.count() == 1


def test_wrong_password_is_refused_and_recorded_without_the_address() -> None:
    user, client = make.staff(), Client()

    response = type_password(client, user.email, "not the password")
    unknown = type_password(client, "nobody@example.com", "not the password")

    assert (response.status_code, unknown.status_code, is_in(client)) == (200, 200, False)
    refused = list(AuditEvent.objects.filter(deed="session.refused").order_by("id").values_list("item", "denied"))
    assert refused == [(user.id, True), (None, True)]


def test_known_and_unknown_address_are_answered_alike() -> None:
    known, unknown = make.staff().email, "x" + make.staff().email

    pages = [
        type_password(Client(), address, "not the password").content.decode().replace(address, "ADDRESS")
        for address in (known, unknown)
    ]

    assert without_tokens(pages[0]) == without_tokens(pages[1])


def without_tokens(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


def test_wrong_code_is_refused_and_recorded() -> None:
    user, client = make.staff(), Client()
    type_password(client, user.email)

    response = client.post(CODE, {"code": "000000" if make.code() != "000000" else "111111"})

    assert (response.status_code, is_in(client), deeds()[-1]) == (200, False, "session.code_refused")


def test_used_code_is_refused_when_typed_again() -> None:
    user = make.staff()
    code = make.code()
    first, second = Client(), Client()
    for client in (first, second):
        type_password(client, user.email)
        client.post(CODE, {"code": code})

    assert (is_in(first), is_in(second)) == (True, False)


def test_older_code_is_refused_after_a_newer_one() -> None:
    user, at = make.staff(), now()
    older = make.code(at=at - timedelta(seconds=30))

    assert actions.spend_code(user_id=user.id, at=at, code=make.code(at=at))
    assert not actions.spend_code(user_id=user.id, at=at, code=older)


def test_sixth_guess_waits_whatever_the_address_it_comes_from() -> None:
    user = make.staff()
    for number in range(5):
        type_password(Client(), user.email, "not the password", ip=f"192.0.2.{number}")

    client = Client()
    type_password(client, user.email, ip="192.0.2.99")

    assert client.get(CODE).status_code == 302


def test_codes_are_limited_for_the_account() -> None:
    user = make.staff()
    clients = [Client() for _ in range(6)]
    for number, client in enumerate(clients):
        type_password(client, user.email, ip=f"192.0.2.{number}")
        client.post(CODE, {"code": make.code() if number == 5 else "abcdef"}, REMOTE_ADDR=f"192.0.2.{number}")

    assert not is_in(clients[-1])


def test_recovery_code_works_once() -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    user = make.staff()
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    first, second = Client(), Client()
    for client in (first, second):
        type_password(client, user.email)
        client.post(CODE, {"code": code})

    assert (is_in(first), is_in(second)) == (True, False)


def test_closed_account_cannot_sign_in() -> None:
    user, client = make.staff(), Client()
    make.staff("owner")
    actions.disable(by=make.OPERATOR, at=now(), user_id=user.id)

    response = type_password(client, user.email)

    assert (response["Location"], is_in(client)) == ("/tili/suljettu/", False)


def test_half_done_sign_in_is_left_by_signing_out() -> None:
    user, client = make.staff(), Client()
    type_password(client, user.email)

    client.post("/tili/kirjaudu-ulos/")

    assert client.get(CODE)["Location"] == SIGN_IN


def test_sign_up_does_not_exist() -> None:
    assert Client().get("/tili/rekisteroidy/").status_code == 404


def test_sign_out_ends_the_session_and_clears_the_browser() -> None:
    client = make.client_of()

    response = client.post("/tili/kirjaudu-ulos/")

    assert (response["Clear-Site-Data"], is_in(client), deeds()[-1]) == ('"cache", "storage"', False, "session.ended")


def test_sign_out_by_link_changes_nothing() -> None:
    client = make.client_of()

    client.get("/tili/kirjaudu-ulos/")

    assert is_in(client)
