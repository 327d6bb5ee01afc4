"""Inviting, changing and closing accounts."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.test.utils import override_settings
from tests.accounts import make

from seloste.accounts import actions, queries
from seloste.accounts.models import Invitation, Session, User
from seloste.audit.models import AuditEvent
from seloste.kernel.clock import now
from seloste.kernel.refusals import Missing, NotAllowed

pytestmark = pytest.mark.django_db

NEW = {"email": "Uusi.Ihminen@Example.com", "name": "Uusi Ihminen", "role": "marketing"}


def invite() -> actions.Link:
    return actions.invite(by=make.OPERATOR, at=now(), **NEW)


def test_invited_person_sets_the_password_with_the_link_once() -> None:
    link = invite()

    user = actions.accept_invitation(at=now(), token=link.token, password=make.PASSWORD)

    assert (user.email, user.check_password(make.PASSWORD)) == ("uusi.ihminen@example.com", True)
    with pytest.raises(Missing):
        actions.accept_invitation(at=now(), token=link.token, password="another long password")


def test_link_dies_after_a_day() -> None:
    link = invite()

    with pytest.raises(Missing):
        actions.accept_invitation(at=now() + timedelta(hours=24), token=link.token, password=make.PASSWORD)


def test_older_link_dies_when_a_new_one_is_issued() -> None:
    old = invite()

    actions.renew_invitation(by=make.OPERATOR, at=now(), user_id=old.user_id)

    with pytest.raises(Missing):
        queries.invited_by(old.token, at=now())


def test_link_dies_when_the_account_is_closed() -> None:
    make.staff("owner")
    link = invite()

    actions.disable(by=make.OPERATOR, at=now(), user_id=link.user_id)

    with pytest.raises(Missing):
        queries.invited_by(link.token, at=now())


def test_link_is_kept_as_a_hash_only() -> None:
    link = invite()

    assert link.token not in str(Invitation.objects.values().get())


def test_invited_account_cannot_sign_in_before_the_link_was_followed() -> None:
    link = invite()

    assert not User.objects.get(id=link.user_id).has_usable_password()


def test_enrolment_leads_to_a_second_factor_before_the_desk() -> None:
    link, client = invite(), Client()
    url = f"/tili/kutsu/{link.token}/"

    response = client.post(url, {"new": make.PASSWORD, "again": make.PASSWORD})

    assert (response.status_code, client.get("/tili/tehtavat/")["Location"]) == (302, "/tili/kaksivaiheinen/")


def test_opening_the_link_uses_nothing_up() -> None:
    link = invite()

    pages = [Client().get(f"/tili/kutsu/{link.token}/").status_code for _ in range(2)]

    assert (pages, Invitation.objects.get().used_at) == ([200, 200], None)


@pytest.mark.parametrize("password", ["short", "uusi.ihminen@example.com", "123456789012345678", "a" * 129])
def test_weak_password_is_refused(password: str) -> None:
    link = invite()

    response = Client().post(f"/tili/kutsu/{link.token}/", {"new": password, "again": password})

    assert (response.status_code, Invitation.objects.get().used_at) == (200, None)


def test_renewed_link_keeps_second_factors() -> None:
    user = make.staff()
    link = actions.renew_invitation(by=make.OPERATOR, at=now(), user_id=user.id)

    response = Client().post(
        f"/tili/kutsu/{link.token}/", {"new": "another long password", "again": "another long password"}
    )

    assert response["Location"] == "/tili/kirjaudu/koodi/"


def test_forgetting_factors_takes_password_and_sessions_along() -> None:
    user = make.staff()
    make.signed_in(user)

    actions.forget_factors(by=make.OPERATOR, at=now(), user_id=user.id)

    user.refresh_from_db()
    left = (
        Authenticator.objects.count(),
        user.has_usable_password(),
        Session.objects.filter(account_id=user.id).count(),
    )
    assert left == (0, False, 0)


def test_taken_address_is_refused_whatever_its_case() -> None:
    invite()

    with pytest.raises(actions.AddressTaken):
        actions.invite(by=make.OPERATOR, at=now(), email="uusi.ihminen@example.COM", name="Toinen", role="owner")


def test_undeclared_role_is_refused() -> None:
    with pytest.raises(actions.NoSuchRole):
        actions.invite(by=make.OPERATOR, at=now(), email="a@example.com", name="A", role="admin")


def test_last_owner_can_neither_be_closed_nor_moved() -> None:
    owner = make.staff("owner")

    with pytest.raises(actions.LastOwner):
        actions.disable(by=queries.duty_of(owner), at=now(), user_id=owner.id)
    with pytest.raises(actions.LastOwner):
        actions.change_role(by=queries.duty_of(owner), at=now(), user_id=owner.id, role="marketing")

    owner.refresh_from_db()
    assert (owner.is_active, owner.role) == (True, "owner")


@pytest.mark.parametrize("role", ["customer_service", "marketing", "accounting", "technical", "privacy"])
def test_only_the_owner_looks_after_the_staff(role: str) -> None:
    by, other = queries.duty_of(make.staff(role)), make.staff()

    with pytest.raises(NotAllowed):
        actions.invite(by=by, at=now(), email="a@example.com", name="A", role="owner")
    for deed in (actions.disable, actions.enable, actions.forget_factors, actions.renew_invitation):
        with pytest.raises(NotAllowed):
            deed(by=by, at=now(), user_id=other.id)
    with pytest.raises(NotAllowed):
        queries.staff(by=by, at=now())


def test_every_deed_is_recorded() -> None:
    make.staff("owner")
    link = invite()
    at, by = now(), make.OPERATOR
    before = AuditEvent.objects.count()

    actions.renew_invitation(by=by, at=at, user_id=link.user_id)
    actions.change_role(by=by, at=at, user_id=link.user_id, role="technical")
    actions.forget_factors(by=by, at=at, user_id=link.user_id)
    actions.disable(by=by, at=at, user_id=link.user_id)
    actions.enable(by=by, at=at, user_id=link.user_id)
    queries.staff(by=by, at=at)

    events = AuditEvent.objects.order_by("id")[before:]
    assert [event.deed for event in events] == [
        "staff.invited_again",
        "staff.role_changed",
        "staff.factors_forgotten",
        "staff.disabled",
        "staff.enabled",
        "staff.listed",
    ]


def test_list_costs_the_same_with_one_and_three() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for role in ("owner", "marketing", "technical"):
        make.staff(role)
        with CaptureQueriesContext(connection) as seen:
            queries.staff(by=make.OPERATOR, at=now())
        counts.append(len(seen))

    assert counts[0] == counts[1] == counts[2]


# --- On the pages


def owner() -> tuple[User, Client]:
    user = make.staff("owner")
    return user, make.signed_in(user)


def test_owner_invites_on_the_page_and_sees_the_link_once() -> None:
    _user, client = owner()

    page = client.post("/tili/henkilosto/kutsu/", {**NEW, "language": "fi"}).content.decode()

    assert "/tili/kutsu/" in page
    assert Invitation.objects.filter(used_at=None).count() == 1


def test_deed_asks_for_proof_when_the_sign_in_is_old() -> None:
    user = make.staff("owner")
    client = make.signed_in(user, at=now() - timedelta(minutes=10))
    other = make.staff()

    response = client.post(f"/tili/henkilosto/{other.id}/sulje/")

    other.refresh_from_db()
    assert (response["Location"], other.is_active) == ("/tili/vahvista/?next=%2Ftili%2Fhenkilosto%2F", True)


def test_deed_goes_through_after_fresh_proof() -> None:
    user = make.staff("owner")
    client = make.signed_in(user, at=now() - timedelta(minutes=10))
    other = make.staff()

    proof = client.post("/tili/vahvista/?next=/tili/henkilosto/", {"password": make.PASSWORD})
    client.post(f"/tili/henkilosto/{other.id}/sulje/")

    other.refresh_from_db()
    assert (proof["Location"], other.is_active) == ("/tili/henkilosto/", False)


def test_refusal_is_told_on_the_page() -> None:
    user, client = owner()

    response = client.post(f"/tili/henkilosto/{user.id}/rooli/", {"role": "marketing"}, follow=True)

    user.refresh_from_db()
    assert (response.status_code, user.role) == (200, "owner")


# --- The demo


@override_settings(DEMO=True)
def test_demo_has_one_account_for_each_role() -> None:
    actions.make_demo_accounts(by=make.OPERATOR, at=now())
    actions.make_demo_accounts(by=make.OPERATOR, at=now())

    from seloste.declaration import load

    assert sorted(User.objects.values_list("role", flat=True)) == sorted(load.current().role)
    assert not queries.is_fit_for_production()


def test_demo_accounts_are_refused_outside_the_demo() -> None:
    with pytest.raises(actions.OnlyInDemo):
        actions.make_demo_accounts(by=make.OPERATOR, at=now())
    with pytest.raises(actions.OnlyInDemo):
        actions.demo_code(at=now())

    assert (User.objects.count(), queries.is_fit_for_production()) == (0, True)


@override_settings(DEMO=True)
def test_demo_code_signs_in() -> None:
    actions.make_demo_accounts(by=make.OPERATOR, at=now())
    client = Client()
    client.post("/tili/kirjaudu/", {"login": "talous@example.com", "password": actions.DEMO_PASSWORD})

    client.post("/tili/kirjaudu/koodi/", {"code": actions.demo_code(at=now())})

    assert client.get("/tili/salasana/").status_code == 200


def test_code_is_not_shown_outside_the_demo() -> None:
    user, client = make.staff(), Client()
    client.post("/tili/kirjaudu/", {"login": user.email, "password": make.PASSWORD})

    assert make.code() not in client.get("/tili/kirjaudu/koodi/").content.decode()
