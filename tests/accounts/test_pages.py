"""Every address of the room, for everybody who might ask for it."""

from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, reverse
from tests.accounts import make

from seloste.accounts import urls
from seloste.accounts.models import User
from seloste.declaration import load

pytestmark = pytest.mark.django_db

#: Pages that open to anybody, with what they answer to a stranger's GET.
OPEN = {
    "account_login": 200,
    "mfa_authenticate": 302,  # back to the first step
    "mfa_login_webauthn": 302,
    "account_logout": 302,
    "account_inactive": 200,
    "accounts:enrol": 404,  # no such link
}
#: Pages that take POST only.
POST_ONLY = {
    "accounts:purpose",
    "accounts:end_session",
    "accounts:end_other_sessions",
    "accounts:invite_again",
    "accounts:change_role",
    "accounts:disable",
    "accounts:enable",
    "accounts:forget_factors",
}
#: Pages that want a deed of the declaration.
WANTS = {
    "accounts:roles": {"staff", "audit", "notice"},
    "accounts:staff": {"staff"},
    "accounts:invite": {"staff"},
    "accounts:employee": {"staff"},
    "accounts:invite_again": {"staff"},
    "accounts:change_role": {"staff"},
    "accounts:disable": {"staff"},
    "accounts:enable": {"staff"},
    "accounts:forget_factors": {"staff"},
}
#: What else a signed-in person with a code app and without recovery codes gets.
OTHERWISE = {
    "account_login": 302,
    "mfa_authenticate": 302,
    "mfa_login_webauthn": 302,
    "accounts:enrol": 404,
    "accounts:second_factor": 302,  # has one
    "mfa_activate_totp": 302,  # has one
    "mfa_reauthenticate_webauthn": 302,  # has no passkey
    "mfa_view_recovery_codes": 404,  # has none
    "mfa_edit_webauthn": 404,  # has no such passkey
    "mfa_remove_webauthn": 404,
}


def named(patterns: list[URLPattern | URLResolver], namespace: str = "") -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += named(pattern.url_patterns, pattern.namespace or namespace)
        else:
            found.append((":".join(filter(None, [namespace, pattern.name])), list(pattern.pattern.converters)))
    return found


NAMES = dict(named(urls.urlpatterns))
ROLES = ["customer_service", "marketing", "accounting", "technical", "privacy", "owner"]


def address(name: str, user_id: UUID) -> str:
    values = {"user_id": user_id, "pk": 4711, "session_id": "0" * 40, "token": "none"}
    return reverse(name, kwargs={key: values[key] for key in NAMES[name]})


def test_there_are_as_many_addresses_as_were_looked_at() -> None:
    assert len(NAMES) == 34


@pytest.mark.parametrize("name", NAMES)
def test_address_leads_a_stranger_to_the_sign_in_unless_it_is_open(name: str) -> None:
    url = address(name, make.staff().id)

    response = Client().get(url)

    if name in OPEN:
        assert response.status_code == OPEN[name]
    else:
        assert (response.status_code, response["Location"]) == (302, f"/tili/kirjaudu/?next={url}")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OPEN])
def test_address_takes_nothing_from_a_stranger(name: str) -> None:
    user = make.staff()

    response = Client().post(address(name, user.id), {"role": "owner", "purpose": "order"})

    assert response.status_code in {302, 403}
    assert User.objects.values_list("role", "is_active").get() == ("customer_service", True)


@pytest.mark.parametrize("role", ROLES)
def test_addresses_answer_by_the_declared_role(role: str) -> None:
    client, other = make.client_of(role), make.staff()

    answers = {name: client.get(address(name, other.id)).status_code for name in NAMES}

    assert answers == {name: expected(name, role) for name in NAMES}


def expected(name: str, role: str) -> int:
    may = set(load.current().role[role].may)
    if name in WANTS and not WANTS[name] & may:
        return 404
    return 405 if name in POST_ONLY else OTHERWISE.get(name, 200)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "owner"])
@pytest.mark.parametrize("name", [name for name in NAMES if name in WANTS and name in POST_ONLY])
def test_deed_on_a_colleague_does_not_exist_outside_the_duty(name: str, role: str) -> None:
    client, other = make.client_of(role), make.staff()

    response = client.post(address(name, other.id), {"role": "owner"})

    other.refresh_from_db()
    assert (response.status_code, other.role, other.is_active) == (404, "customer_service", True)


def test_refused_page_is_recorded() -> None:
    from seloste.audit.models import AuditEvent

    client = make.client_of("marketing")

    client.get("/tili/henkilosto/")

    event = AuditEvent.objects.latest("id")
    assert (event.deed, event.role, event.denied) == ("page.refused", "marketing", True)


def test_link_changes_nothing_but_sessions_and_the_record() -> None:
    client, other = make.client_of("owner"), make.staff()
    client.get("/tili/")

    with CaptureQueriesContext(connection) as seen:
        for name in NAMES:
            client.get(address(name, other.id))

    written = {query["sql"].split('"')[1] for query in seen if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))}
    assert written <= {"accounts_session", "audit_auditevent", "cache_entry"}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in POST_ONLY])
def test_page_has_neither_inline_script_nor_style(name: str) -> None:
    client, other = make.client_of("owner"), make.staff()

    page = client.get(address(name, other.id)).content.decode()

    assert (page.count("<script"), page.count(" style=")) == (page.count("<script src="), 0)
    assert not any(word in page for word in ("<style", " onclick=", " onsubmit=", "javascript:"))


def test_other_methods_are_refused() -> None:
    client = make.client_of("owner")

    assert [client.delete(url).status_code for url in ("/tili/", "/tili/kirjaudu/", "/tili/salasana/")] == [
        405,
        405,
        405,
    ]


def test_matrix_shows_what_the_declaration_says() -> None:
    page = make.client_of("owner").get("/tili/tehtavat/").context

    said = load.current()
    ticks = sum(sum(cells) for _name, cells in page["purposes"])
    assert ticks == sum(len(role.purposes) for role in said.role.values())
    assert [name for _key, name, _duty in page["roles"]] == [role.name.fi for role in said.role.values()]


@pytest.mark.parametrize("url", ["/tili/", "/tili/henkilosto/", "/tili/tehtavat/", "/tili/suljettu/"])
def test_a_page_has_a_head_as_well(url: str) -> None:
    client = make.client_of("owner")

    assert client.head(url).status_code == client.get(url).status_code == 200
