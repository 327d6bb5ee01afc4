"""What people type to sign in and to look after the staff."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Literal

from allauth.account.adapter import get_adapter as sign_in_adapter
from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic import ValidationError as PydanticError

from seloste.accounts import actions
from seloste.declaration import load
from seloste.declaration.schema import LANGUAGES
from seloste.kernel.clock import now

if TYPE_CHECKING:
    from seloste.accounts.models import User

NOT_ACCEPTED = _("This passkey was not accepted.")
#: Base64url without padding; the longest attestation of real devices has a few thousand characters.
Coded = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=20_000)]
#: Argon2 reads a password whole; a longer one only costs time (ASVS 6.2.9).
LONGEST_PASSWORD = 128
LONGEST_NAME = 100
#: Why a password is refused, in words that are translated.
WEAK = {
    "password_too_short": _("Use at least 15 characters."),
    "password_too_common": _("Many people use this password. Choose another one."),
    "password_entirely_numeric": _("Use something else than digits too."),
    "password_too_similar": _("This is too near to your name or address."),
}
_NATIVE = {"fi": "Suomi", "sv": "Svenska", "en": "English"}


def _bare(field: forms.Field, label: Any, **attributes: str) -> None:  # noqa: ANN401 -- words, lazily translated
    """Give a field of the package our label, no grey hint inside, and what keyboards and browsers should know."""
    field.label, field.help_text = label, ""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


def _bare_code(field: forms.Field, label: Any) -> None:  # noqa: ANN401 -- words, lazily translated
    _bare(field, label, inputmode="numeric", autocomplete="one-time-code", spellcheck="false", **{"class": "code"})


# --- Signing in


class SignInForm(LoginForm):  # type: ignore[misc]  # the package has no types
    """Address and password; the second factor is asked on the next page."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _bare(self.fields["login"], _("E-mail address"), autocomplete="username webauthn", spellcheck="false")
        _bare(self.fields["password"], _("Password"))
        self.fields["password"].max_length = LONGEST_PASSWORD


class PasswordAgainForm(ReauthenticateForm):  # type: ignore[misc]  # the package has no types
    """The password once more, before a deed that matters."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _bare(self.fields["password"], _("Password"))


class _CodeOnce:
    """A code of the app works once, whatever the cache remembers."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _bare_code(self.fields["code"], _("Code"))  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        """Refuse a used code."""
        code: str = super().clean_code()  # type: ignore[misc]
        held = self.authenticator  # type: ignore[attr-defined]
        if held.type == Authenticator.Type.TOTP and not actions.spend_code(user_id=held.user_id, at=now(), code=code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_CodeOnce, mfa.AuthenticateForm):  # type: ignore[misc]  # the package has no types
    """The second step of signing in."""


class CodeAgainForm(_CodeOnce, mfa.ReauthenticateForm):  # type: ignore[misc]  # the package has no types
    """The code once more, before a deed that matters."""


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]  # the package has no types
    """The first code of a new code app, which proves that both hold the same secret."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _bare_code(self.fields["code"], _("Code that the app shows"))


class _Said(BaseModel):
    """What a browser says about a passkey, each part in base64url (WebAuthn level 3, §5.1)."""

    model_config = ConfigDict(extra="forbid")

    client: Coded = Field(alias="clientDataJSON")
    attestation: Coded | None = Field(None, alias="attestationObject")
    authenticator: Coded | None = Field(None, alias="authenticatorData")
    signature: Coded | None = None
    holder: Coded | None = Field(None, alias="userHandle")
    transports: list[Annotated[str, StringConstraints(max_length=40)]] = []


class _Credential(BaseModel):
    """The browser's whole answer."""

    type: Literal["public-key"]
    id: Coded
    raw_id: Coded = Field(alias="rawId")
    attachment: Literal["platform", "cross-platform"] | None = Field(None, alias="authenticatorAttachment")
    extensions: dict[str, Any] = Field({}, alias="clientExtensionResults")
    response: _Said


class _CredentialField(forms.CharField):
    """Reads the answer strictly: the packages behind would stumble over one that is not whole."""

    widget = forms.HiddenInput

    def to_python(self, value: object) -> Any:  # noqa: ANN401 -- what the packages take
        """Return the answer as the packages read it."""
        try:
            return _Credential.model_validate_json(str(value or "")).model_dump(by_alias=True, exclude_none=True)
        except PydanticError:
            raise ValidationError(NOT_ACCEPTED) from None


@contextmanager
def _refusing_broken() -> Iterator[None]:
    """Refuse what looks whole and is not: lengths, CBOR, unknown keys."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, struct.error):
        raise ValidationError(NOT_ACCEPTED) from None


class _Answered:
    """A form that brings a browser's answer about a passkey it holds."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = _CredentialField()  # type: ignore[attr-defined]

    def clean_credential(self) -> Authenticator:
        """Find the passkey and check its signature."""
        with _refusing_broken():
            return super().clean_credential()  # type: ignore[misc]


class PasskeySignInForm(_Answered, LoginWebAuthnForm):  # type: ignore[misc]  # the package has no types
    """A passkey alone."""


class PasskeySecondForm(_Answered, AuthenticateWebAuthnForm):  # type: ignore[misc]  # the package has no types
    """A passkey after the password."""


class PasskeyAgainForm(_Answered, ReauthenticateWebAuthnForm):  # type: ignore[misc]  # the package has no types
    """A passkey once more, before a deed that matters."""


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # the package has no types
    """A passkey's name, and what the browser made. Every passkey can sign in alone: it verifies its holder."""

    def clean(self) -> Any:  # noqa: ANN401 -- the package's own
        """Check what the browser made."""
        with _refusing_broken():
            return super().clean()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = _CredentialField()
        _bare(self.fields["name"], _("Name of the passkey"), maxlength=str(LONGEST_NAME))
        self.fields["name"].max_length = LONGEST_NAME
        self.fields["passwordless"] = forms.BooleanField(widget=forms.HiddenInput, initial=True)


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]  # the package has no types
    """Another name for a passkey."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _bare(self.fields["name"], _("Name of the passkey"), maxlength=str(LONGEST_NAME))


# --- Passwords


class _NewPassword(forms.Form):
    """A password typed twice, held against the rules."""

    new = forms.CharField(
        label=_("New password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        help_text=_("At least 15 characters. Three or four unrelated words are good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:  # noqa: ANN401 -- Django's own signature
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new(self) -> str:
        """Refuse a password that is too short, too common or too near to the person."""
        password = str(self.cleaned_data["new"])
        try:
            validate_password(password, self.user)
        except ValidationError as weak:
            raise ValidationError([WEAK.get(one.code or "", one) for one in weak.error_list]) from None
        return password

    def clean_again(self) -> str:
        """Refuse two different passwords."""
        if "new" in self.cleaned_data and self.cleaned_data["again"] != self.cleaned_data["new"]:
            raise ValidationError(_("The two passwords are not the same."))
        return str(self.cleaned_data["again"])


class EnrolForm(_NewPassword):
    """The first password, or a new one instead of a forgotten one."""


class PasswordForm(_NewPassword):
    """A new password instead of the present one."""

    current = forms.CharField(
        label=_("Present password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("current", "new", "again")

    def clean_current(self) -> str:
        """Refuse whoever does not know the present password, under the limits of sign-in."""
        if not sign_in_adapter().reauthenticate(self.user, self.cleaned_data["current"]):
            raise ValidationError(_("This is not your present password."))
        return str(self.cleaned_data["current"])


# --- The duty, the undertaking, the staff


class PurposeForm(forms.Form):
    """For which purpose of the job role the person works now."""

    purpose = forms.CharField(max_length=60)
    next = forms.CharField(max_length=2000, required=False)


class SignatureForm(forms.Form):
    """That the words were read and are undertaken. The hash says which words stood on the page."""

    agreed = forms.BooleanField(
        label=_("I have read this and undertake to follow it."),
        error_messages={"required": _("Tick the box to sign.")},
    )
    text_hash = forms.CharField(widget=forms.HiddenInput, min_length=64, max_length=64)
    language = forms.ChoiceField(widget=forms.HiddenInput, choices=[(key, key) for key in LANGUAGES])


def _roles() -> list[tuple[str, str]]:
    language = get_language() or LANGUAGES[0]
    return [(key, role.name.in_language(language)) for key, role in load.current().role.items()]


class RoleForm(forms.Form):
    """The job role of an employee."""

    role = forms.ChoiceField(label=_("Job role"), choices=_roles)


class InviteForm(RoleForm):
    """A new employee."""

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The person signs in with it. No mail is sent."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=list(_NATIVE.items()))
    field_order = ("name", "email", "role", "language")
