"""Staff for tests: real accounts, real second factors, real signatures."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import encrypt
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from seloste.accounts import actions, queries
from seloste.accounts.models import User
from seloste.accounts.rules import operator
from seloste.accounts.sessions import SEEN, STARTED, SessionStore
from seloste.kernel.clock import now

PASSWORD = "a long enough password"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

OPERATOR = operator()
_count = iter(range(1_000_000))


def staff(
    role: str = "customer_service", *, factor: bool = True, signed: bool = True, at: datetime | None = None
) -> User:
    """Return an employee of the role, who can sign in and (unless told) has all that the desk asks for."""
    at = at or now()
    link = actions.invite(
        by=OPERATOR, at=at, email=f"person{next(_count)}@example.com", name="Tiina Testaaja", role=role
    )
    user = actions.accept_invitation(at=at, token=link.token, password=PASSWORD)
    if factor:
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(SECRET)})
    if signed:
        sign(user, at=at)
    return user


def sign(user: User, *, at: datetime | None = None) -> None:
    """Sign the present undertaking in Finnish."""
    words = queries.undertaking_hash("fi")
    actions.sign_undertaking(by=queries.own_duty(user), at=at or now(), language="fi", text_hash=words)


def signed_in(user: User, client: Client | None = None, *, at: datetime | None = None) -> Client:
    """Return a browser in which the employee signed in at ``at`` (now unless told)."""
    client, at = client or Client(), at or now()
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store[STARTED] = store[SEEN] = at.timestamp()
    store.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(store.session_key)
    return client


def client_of(role: str = "customer_service") -> Client:
    """Return the browser of a new employee of the role, signed in and ready for the desk."""
    return signed_in(staff(role))


def code(secret: str = SECRET, *, at: datetime | None = None) -> str:
    """Return the code the code app shows."""
    step = int((at or now()).timestamp()) // 30
    return str(totp.format_hotp_value(totp.hotp_value(secret, step)))
