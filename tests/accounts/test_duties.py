"""Who may do what, and on whose behalf."""

import pytest
from django.test import Client
from tests.accounts import make

from seloste.accounts import queries
from seloste.declaration import load

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["customer_service", "marketing", "accounting", "technical", "privacy", "owner"])
def test_duty_is_the_declared_role(role: str) -> None:
    user = make.staff(role)
    said = load.current().role[role]

    duty = queries.duty_of(user)

    assert (duty.actor, duty.role, duty.purpose) == (user.id, role, said.purposes[0])
    assert duty.purposes == frozenset(said.purposes)
    assert duty.categories == frozenset(said.categories)
    assert sorted(duty.may) == sorted(said.may)


def test_duty_of_undeclared_role_sees_and_may_nothing() -> None:
    user = make.staff()
    user.role = "abolished"

    duty = queries.duty_of(user)

    assert (duty.purposes, duty.categories, duty.may) == (frozenset(), frozenset(), frozenset())


def test_purpose_is_chosen_when_it_is_the_roles() -> None:
    assert queries.duty_of(make.staff(), "feedback").purpose == "feedback"


def test_purpose_is_refused_when_it_is_another_roles() -> None:
    with pytest.raises(queries.NotThisRolesPurpose):
        queries.duty_of(make.staff(), "direct_marketing")


def test_page_of_own_login_answers_when_signed_in() -> None:
    assert make.client_of().get("/tili/salasana/").status_code == 200


def test_page_of_own_login_leads_to_sign_in_when_anonymous() -> None:
    response = Client().get("/tili/salasana/")

    assert (response.status_code, response["Location"]) == (302, "/tili/kirjaudu/?next=/tili/salasana/")
