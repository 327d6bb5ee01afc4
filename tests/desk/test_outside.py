"""What is outside a duty, or not there at all, shows no form either."""

import re
from collections.abc import Sequence
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests import make
from tests.accounts.make import client_of

from seloste.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_organisation_is_not_entered_by_a_role_that_sees_none() -> None:
    make.version_id()

    assert client_of("technical").get(reverse("desk:add_organisation")).status_code == 404
    assert client_of("customer_service").get(reverse("desk:add_organisation")).status_code == 200


def test_project_that_is_not_there_cannot_be_closed() -> None:
    address = reverse("desk:close_project", args=[make.person(), uuid4()])

    assert client_of("customer_service").get(address).status_code == 404


def test_list_of_organisations_is_recorded() -> None:
    make.version_id()

    client_of("customer_service").get(reverse("desk:organisations"))

    assert AuditEvent.objects.filter(deed="organisation.listed").count() == 1


#: What a page's address may want, none of which is there.
NOBODYS = {"slug": "nimi", "str": "nimi", "int": "4711", "path": "nimi", "version": "1.0", "uuid": str(uuid4())}


def desk_addresses() -> list[str]:
    """Return every address below the desk, with the ids of things that are not there."""
    whole = re.sub(r"[\^$]|\\Z", "", "\n".join(routes(get_resolver().url_patterns)))
    filled = re.sub(r"<(?:(\w+):)?\w+>", lambda part: NOBODYS[part[1] or "str"], whole)
    return [f"/{line}" for line in filled.splitlines() if line.startswith("tyopoyta/")]


def routes(patterns: Sequence[URLPattern | URLResolver], before: str = "") -> list[str]:
    found = []
    for pattern in patterns:
        route = before + str(pattern.pattern)
        found += routes(pattern.url_patterns, route) if isinstance(pattern, URLResolver) else [route]
    return found


@pytest.mark.parametrize("role", ["customer_service", "marketing", "accounting", "technical", "privacy", "owner"])
def test_what_is_sent_to_a_page_outside_the_duty_is_answered_as_the_page_is(role: str) -> None:
    make.version_id()
    browser, addresses = client_of(role), desk_addresses()
    browser.raise_request_exception = False

    answers = [(place, browser.get(place).status_code, browser.post(place).status_code) for place in addresses]

    assert len(answers) >= 140
    assert [told for told in answers if told[2] in {403, 500} or (told[1] == 404 and told[2] not in {404, 405})] == []
