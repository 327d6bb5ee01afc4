"""Looking after one's own login."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from tests.accounts import make

from seloste.accounts.adapters import SecondFactors
from seloste.accounts.models import Session
from seloste.audit.models import AuditEvent
from seloste.kernel.clock import now

pytestmark = pytest.mark.django_db

NEW = "another long password"


def test_new_password_ends_the_other_sessions_and_keeps_this_one() -> None:
    user = make.staff()
    here, elsewhere = make.signed_in(user), make.signed_in(user)

    here.post("/tili/salasana/", {"current": make.PASSWORD, "new": NEW, "again": NEW})

    user.refresh_from_db()
    assert user.check_password(NEW)
    assert (here.get("/tili/").status_code, elsewhere.get("/tili/").status_code) == (200, 302)
    assert AuditEvent.objects.filter(deed="password.changed", actor=user.id).count() == 1


def test_password_stays_when_the_present_one_is_wrong() -> None:
    user = make.staff()

    response = make.signed_in(user).post("/tili/salasana/", {"current": "wrong", "new": NEW, "again": NEW})

    user.refresh_from_db()
    assert (response.status_code, user.check_password(make.PASSWORD)) == (200, True)


def test_present_password_cannot_be_guessed_on_the_page() -> None:
    user = make.staff()
    client = make.signed_in(user)
    for _ in range(5):
        client.post("/tili/salasana/", {"current": "wrong", "new": NEW, "again": NEW})

    client.post("/tili/salasana/", {"current": make.PASSWORD, "new": NEW, "again": NEW})

    user.refresh_from_db()
    assert user.check_password(make.PASSWORD)


def test_code_app_is_set_up_with_its_first_code() -> None:
    user = make.staff(factor=False)
    client, elsewhere = make.signed_in(user), make.signed_in(user)
    secret = client.get("/tili/sovellus/").context["form"].secret

    response = client.post("/tili/sovellus/", {"code": make.code(secret)})

    kinds = sorted(Authenticator.objects.values_list("type", flat=True))
    assert (response["Location"], kinds) == ("/tili/varakoodit/", ["recovery_codes", "totp"])
    assert elsewhere.get("/tili/")["Location"] == "/tili/kirjaudu/?next=/tili/"
    assert AuditEvent.objects.filter(deed="factor.app_added", actor=user.id).count() == 1


def test_recovery_codes_are_shown_once() -> None:
    user = make.staff(factor=False)
    client = make.signed_in(user)
    client.post("/tili/sovellus/", {"code": make.code(client.get("/tili/sovellus/").context["form"].secret)})

    first, second = (client.get("/tili/varakoodit/").context["unused_codes"] for _ in range(2))

    assert (len(set(first)), set(second)) == (10, {"****"})


def test_secret_is_sealed_at_rest() -> None:
    user = make.staff(factor=False)
    client = make.signed_in(user)
    secret = client.get("/tili/sovellus/").context["form"].secret

    client.post("/tili/sovellus/", {"code": make.code(secret)})

    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert (secret in stored, SecondFactors().decrypt(stored)) == (False, secret)


def test_same_secret_is_sealed_differently_each_time() -> None:
    sealing = SecondFactors()

    assert sealing.encrypt("secret") != sealing.encrypt("secret")


def test_unsealed_secret_is_not_believed() -> None:
    with pytest.raises(ValueError, match="not a sealed secret"):
        SecondFactors().decrypt("JBSWY3DPEHPK3PXP")


def test_last_factor_cannot_be_removed() -> None:
    client = make.client_of()

    response = client.post("/tili/sovellus/poista/")

    assert (response.status_code, Authenticator.objects.filter(type="totp").count()) == (200, 1)


def test_factor_is_changed_after_fresh_proof_only() -> None:
    client = make.signed_in(make.staff(), at=now() - timedelta(minutes=10))

    response = client.get("/tili/avaimet/uusi/")

    assert response["Location"] == "/tili/vahvista/?next=%2Ftili%2Favaimet%2Fuusi%2F"


def test_code_proves_once_more() -> None:
    client = make.signed_in(make.staff(), at=now() - timedelta(minutes=10))

    client.post("/tili/vahvista/koodi/?next=/tili/avaimet/uusi/", {"code": make.code()})

    assert client.get("/tili/avaimet/uusi/").status_code == 200


def test_session_key_is_new_after_proof() -> None:
    client = make.client_of()
    before = client.session.session_key

    client.post("/tili/vahvista/?next=/tili/", {"password": make.PASSWORD})

    assert (client.session.session_key == before, client.get("/tili/").status_code) == (False, 200)


def test_wrong_proof_is_recorded_and_changes_nothing() -> None:
    user = make.staff()
    client = make.signed_in(user, at=now() - timedelta(minutes=10))

    client.post("/tili/vahvista/koodi/", {"code": "000000"})

    event = AuditEvent.objects.latest("id")
    assert (event.deed, event.item, event.denied) == ("session.code_refused", user.id, True)
    assert client.get("/tili/avaimet/uusi/").status_code == 302


def test_sessions_are_listed_and_another_one_is_ended() -> None:
    user = make.staff()
    here, elsewhere = make.signed_in(user), make.signed_in(user)
    other = next(one for one in here.get("/tili/").context["sessions"] if not one.is_this)

    here.post(f"/tili/istunnot/{other.id}/paata/")

    assert (here.get("/tili/").status_code, elsewhere.get("/tili/").status_code) == (200, 302)


def test_all_other_sessions_are_ended() -> None:
    user, colleague = make.staff(), make.staff()
    here = make.signed_in(user)
    for one in (user, user, colleague):
        make.signed_in(one)

    here.post("/tili/istunnot/paata-muut/")

    left = [Session.objects.filter(account_id=one.id).count() for one in (user, colleague)]
    assert (left, here.get("/tili/").status_code) == ([1, 1], 200)


def test_session_of_a_colleague_does_not_exist() -> None:
    here, colleague = make.client_of(), make.staff()
    make.signed_in(colleague)
    theirs = Session.objects.get(account_id=colleague.id)

    response = here.post(f"/tili/istunnot/{theirs.session_key}/paata/")

    assert (response.status_code, Session.objects.filter(account_id=colleague.id).count()) == (404, 1)


def test_session_id_on_the_page_does_not_open_a_session() -> None:
    client = make.client_of()
    shown = client.get("/tili/").context["sessions"][0].id

    from django.test import Client

    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = shown

    assert thief.get("/tili/").status_code == 302


def test_common_and_numeric_passwords_are_refused() -> None:
    from django.contrib.auth.password_validation import validate_password

    for weak in ("short", "111111111111111", "password12345"):
        with pytest.raises(ValidationError):
            validate_password(weak, make.staff())
