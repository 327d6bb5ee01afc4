"""A clerk of customer service at work in a scratch database: asks the register, and opens pages as a browser would."""

import io
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.urls import reverse

from seloste.accounts import actions, queries
from seloste.accounts.models import User
from seloste.accounts.sessions import SEEN, STARTED, SessionStore
from seloste.config.wsgi import application
from seloste.kernel.clock import now
from seloste.kernel.duty import NOBODY, Duty
from seloste.kernel.timeline import entries
from seloste.register.queries import person_page
from seloste.register.search import search

_OPERATOR = Duty(
    actor=NOBODY,
    role="system",
    purpose="staff_access",
    purposes=frozenset(),
    categories=frozenset(),
    may=frozenset({"staff"}),
)


_CSRF = "a" * 32


class WrongPage(RuntimeError):  # noqa: N818 -- says what came
    """What came was not the page that is measured."""


class Clerk:
    """One signed-in employee; each job role has her own account."""

    def __init__(self, role: str = "customer_service") -> None:
        user = _employee(role)
        self.duty = queries.duty_of(user)
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={_session_of(user)}; {settings.CSRF_COOKIE_NAME}={_CSRF}"

    def search(self, typed: str) -> int:
        """Ask the register; return how many hits came."""
        return len(search(by=self.duty, at=now(), typed=typed).hits)

    def person(self, person_id: str) -> int:
        """Ask for all that the person page shows; return how many values and entries came."""
        page = person_page(by=self.duty, at=now(), person_id=UUID(person_id))
        return len(page.values) + len(entries(self.duty, page.id))

    def typing(self, typed: str) -> int:
        """Send what was typed so far, as the page does at each keystroke; return the length of the hits."""
        return self._ask("POST", reverse("desk:search"), {"q": typed}, HTTP_HX_REQUEST="true")

    def search_page(self, typed: str) -> int:
        """Send the search form without JavaScript: the form, then the page it leads to; return the page's length."""
        self._ask("POST", reverse("desk:search"), {"q": typed}, status=HTTPStatus.FOUND)
        return self._ask("GET", reverse("desk:search"))

    def person_page(self, person_id: str) -> int:
        """Open the person's page; return its length."""
        return self._ask("GET", reverse("desk:person", args=[UUID(person_id)]))

    def home_page(self, _nothing: str) -> int:
        """Open the first page of the desk; return its length."""
        return self._ask("GET", reverse("desk:home"))

    def _ask(
        self, method: str, path: str, form: Mapping[str, str] | None = None, *, status: int = HTTPStatus.OK, **more: str
    ) -> int:
        """Send one request through every layer of the product, as the web server hands it over."""
        said: list[str] = []

        def start(line: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:  # noqa: ARG001 -- PEP 3333
            said.append(line)
            return bytearray().extend

        sent = urlencode({**form, "csrfmiddlewaretoken": _CSRF}).encode() if form else b""
        body: Any = application(self._request(method, path, sent) | more, start)
        try:
            length = sum(map(len, body))
        finally:
            body.close()
        if not said[0].startswith(str(int(status))):
            raise WrongPage(f"{path}: {said[0]}")
        return length

    def _request(self, method: str, path: str, sent: bytes) -> dict[str, object]:
        return {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(sent)),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1:8000",
            "HTTP_COOKIE": self.cookie,
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(sent),
            "wsgi.errors": io.StringIO(),
        }


def _employee(role: str) -> User:
    """Return the employee of the role: invited, with a second factor and the present undertaking signed."""
    email = f"{role}@example.com"
    user: User = User.objects.filter(email=email).first() or _invited(role, email)
    if not queries.has_second_factor(user.id):
        secret = encrypt("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})
    if not queries.has_signed(user.id):
        words = queries.undertaking_hash("fi")
        actions.sign_undertaking(by=queries.own_duty(user), at=now(), language="fi", text_hash=words)
    return user


def _invited(role: str, email: str) -> User:
    link = actions.invite(by=_OPERATOR, at=now(), email=email, name="Tiina Testaaja", role=role)
    user: User = actions.accept_invitation(at=now(), token=link.token, password=secrets.token_urlsafe(24))
    return user


def _session_of(user: User) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store[STARTED] = store[SEEN] = now().timestamp()
    store.create()
    return str(store.session_key)
