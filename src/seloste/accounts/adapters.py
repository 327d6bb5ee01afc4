"""How the sign-in packages are told our ways: no sign-up, no mail, sealed secrets, every sign-in recorded."""

import base64
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from seloste.accounts import actions, middleware, queries
from seloste.accounts.models import User
from seloste.accounts.rules import PROOF_LASTS
from seloste.accounts.sessions import STARTED
from seloste.kernel.clock import now
from seloste.kernel.seal import opened_bytes, sealed_bytes

#: Says how a value was sealed, so that a later way can live beside this one.
SEAL_VERSION = "1:"
#: The ways of proving oneself once more, by the package's names for them.
WAYS = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}
#: Modules of white that a reader needs around a QR code (ISO/IEC 18004).
QUIET_ZONE = 4


class SignIn(DefaultAccountAdapter):  # type: ignore[misc]  # the package has no types
    """Staff accounts: made by the owner, never by signing up; no mail is sent."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, or sign in with a passkey."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody signs up: the owner invites."""
        return False

    def send_mail(self, *_args: object, **_kwargs: object) -> None:
        """Send nothing: no mail leaves this stage of the house."""

    def send_notification_mail(self, *_args: object, **_kwargs: object) -> None:
        """Send nothing: the audit record tells, and the sessions page shows."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the caller's address as the gatehouse of the server believes it."""
        return str(request.META.get("REMOTE_ADDR") or "unknown")

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign the person in, start the session's clocks and record it."""
        super().login(request, user)
        at = now()
        middleware.begin(request, at)
        actions.note_started(by=queries.own_duty(cast(User, user)), at=at)

    def authentication_failed(self, request: HttpRequest, **credentials: object) -> None:  # noqa: ARG002
        """Record the attempt without the address that was tried."""
        at = now()
        actions.note_refused_sign_in(at=at, account_id=queries.account_at(str(credentials.get("email", ""))))

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Check the password once more, under the same limits as at sign-in."""
        found = self.authenticate(self.request, email=cast(User, user).email, password=password)
        return found is not None and found.pk == user.pk

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """Name the ways of proof in our words."""
        ways = super().get_reauthentication_methods(user)
        return [{**way, "description": WAYS.get(way["id"], way["description"])} for way in ways]

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:  # noqa: ARG002
        """Ask for proof again only where the sign-in is not fresh."""
        started = self.request.session.get(STARTED)
        if started is None:
            return True
        return now() - datetime.fromtimestamp(started, tz=UTC) > PROOF_LASTS


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # the package has no types
    """Second factors: secrets sealed at rest, the last one cannot be removed."""

    def encrypt(self, text: str) -> str:
        """Seal a secret (AES-256-GCM) with a key derived from the house's seal key."""
        sealed = sealed_bytes(text.encode(), key=_key(), bound_to=SEAL_VERSION.encode())
        return SEAL_VERSION + base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret; ValueError where it is not sealed, or was sealed by another house."""
        if not encrypted_text.startswith(SEAL_VERSION):
            raise ValueError("not a sealed secret")
        sealed = base64.b64decode(encrypted_text.removeprefix(SEAL_VERSION))
        return opened_bytes(sealed, key=_key(), bound_to=SEAL_VERSION.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Keep one: nobody works here with a password alone."""
        return not queries.is_last_factor(authenticator.user_id, but=authenticator.id)

    def get_totp_issuer(self) -> str:
        """Name the entry in the code app."""
        return "Seloste"

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """Say beside it whose it is."""
        return cast(User, user).email

    def build_totp_svg(self, url: str) -> str:
        """Draw the QR code on white, whatever the theme, without a style or a data: address."""
        code = qrcode.QRCode(border=QUIET_ZONE)
        code.add_data(url)
        return _drawing(code.get_matrix(), gettext("The key as a picture"))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bind passkeys to the host name; the name is what the browser shows."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Seloste"}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """Show the person's name in the browser's list of passkeys."""
        return {**super().get_public_key_credential_user_entity(user), "display_name": cast(User, user).name}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:  # noqa: A002, ARG002
        """Propose a name for a new passkey."""
        count = len(queries.proofs_of(cast(User, user).id).passkeys)
        return gettext("Passkey") if count == 0 else gettext("Passkey %(number)s") % {"number": count + 1}


def _drawing(rows: list[list[bool]], label: str) -> str:
    dots = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="208" height="208" '
        f'role="img" aria-label="{escape(label)}">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{dots}"/></svg>'
    )


@lru_cache(maxsize=1)
def _key() -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"seloste second factors").derive(settings.SEAL_KEY.encode())
