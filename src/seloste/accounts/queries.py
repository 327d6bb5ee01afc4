"""Questions about accounts: which duty, which proof of identity, which sessions, who works here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.accounts.models import Invitation, Session, UndertakingSignature, User
from seloste.accounts.rules import DEMO_DOMAIN, DEMO_STAFF, OWN_LOGIN, session_hash, text_hash, token_hash
from seloste.audit.actions import record
from seloste.declaration import load
from seloste.declaration.schema import LANGUAGES, Role
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, NotAllowed, Refusal

#: Recovery codes stand in for a lost factor; alone they are none.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


#: What the deeds of the declaration mean.
DEEDS = {
    "read": _("See people in the register"),
    "write": _("Add, correct and note"),
    "intake": _("Take in messages, calls, meetings and finds"),
    "export": _("Take data out of the system"),
    "audit": _("See who has looked at what"),
    "staff": _("Give and take away access"),
    "notice": _("Prepare versions of the privacy notice"),
}


class NotThisRolesPurpose(Refusal):
    """The purpose is not one of the job role's."""


# --- Duties


def duty_of(user: User, purpose: str | None = None) -> Duty:
    """Return the duty of the account's declared job role, for one of its purposes (the first unless told).

    A role that the declaration no longer knows sees nothing and may do nothing.
    """
    role = load.current().role.get(user.role)
    if role is None:
        return _idle(user)
    duty = _whole(user, role)
    return duty if purpose is None else _working_on(duty, purpose)


def _idle(user: User) -> Duty:
    return Duty(actor=user.id, role=user.role, purpose=OWN_LOGIN, purposes=frozenset(), categories=frozenset())


def _whole(user: User, role: Role) -> Duty:
    return Duty(
        actor=user.id,
        role=user.role,
        purpose=role.purposes[0] if role.purposes else OWN_LOGIN,
        purposes=frozenset(role.purposes),
        categories=frozenset(role.categories),
        may=frozenset(role.may),
    )


def _working_on(duty: Duty, purpose: str) -> Duty:
    if purpose not in duty.purposes:
        raise NotThisRolesPurpose(_("Your job role does not include this purpose."), field="purpose")
    return duty.working_on(purpose)


def own_duty(user: User) -> Duty:
    """Return the duty under which people look after their own login."""
    return replace(duty_of(user), purpose=OWN_LOGIN)


# --- The undertaking


def undertaking_hash(language: str) -> str:
    """Return the hash of the undertaking's present words in the language."""
    undertaking = load.current().undertaking
    return text_hash(undertaking.title.in_language(language), [part.in_language(language) for part in undertaking.text])


def has_signed(user_id: UUID) -> bool:
    """Tell whether the account signed the present words, in whichever language."""
    present = [undertaking_hash(language) for language in LANGUAGES]
    return UndertakingSignature.objects.filter(user_id=user_id, text_hash__in=present).exists()


# --- Proofs of identity and sessions


def has_second_factor(user_id: UUID) -> bool:
    """Tell whether the account can prove itself with more than a password."""
    return bool(Authenticator.objects.filter(user_id=user_id, type__in=FACTORS).exists())


def is_last_factor(user_id: UUID, *, but: int) -> bool:
    """Tell whether the account would be left without a second factor when the given one is gone."""
    return not Authenticator.objects.filter(user_id=user_id, type__in=FACTORS).exclude(id=but).exists()


@dataclass(frozen=True, kw_only=True, slots=True)
class Proofs:
    """With what an account proves itself."""

    app: Authenticator | None
    passkeys: Sequence[Authenticator]
    codes_left: int


def proofs_of(user_id: UUID) -> Proofs:
    """Return the account's second factors, and how many of its recovery codes are unused."""
    rows = list(Authenticator.objects.filter(user_id=user_id).order_by("created_at", "id"))
    codes = [row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES]
    return Proofs(
        app=next((row for row in rows if row.type == Authenticator.Type.TOTP), None),
        passkeys=[row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        codes_left=sum(len(row.wrap().get_unused_codes()) for row in codes),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitting:
    """One signed-in session of an account."""

    id: str
    started_at: datetime | None
    seen_at: datetime | None
    is_this: bool


def sessions_of(user_id: UUID, *, at: datetime, this: str) -> list[Sitting]:
    """Return the account's sessions, last used first; ``this`` is the key of the asking one."""
    rows = Session.objects.filter(account_id=user_id, expire_date__gt=at).order_by("-seen_at", "session_key")
    own = session_hash(this)
    return [
        Sitting(id=row.session_key, started_at=row.started_at, seen_at=row.seen_at, is_this=row.session_key == own)
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Invited:
    """Whom a link invites."""

    user_id: UUID
    email: str
    name: str
    language: str
    is_new: bool


def invited_by(token: str, *, at: datetime) -> Invited:
    """Return whom the link invites; Missing where it was used, is too old or never was."""
    row = (
        Invitation.objects.filter(token_hash=token_hash(token), used_at=None, expires_at__gt=at, user__is_active=True)
        .select_related("user")
        .first()
    )
    if row is None:
        raise Missing
    user = row.user
    return Invited(
        user_id=user.id, email=user.email, name=user.name, language=user.language, is_new=user.last_login is None
    )


def account(user_id: UUID) -> User:
    """Return the account; Missing where there is none."""
    user = User.objects.filter(id=user_id).first()
    if user is None:
        raise Missing
    return user


def account_at(email: str) -> UUID | None:
    """Return the account that signs in with the address."""
    return User.objects.filter(email=email.lower()).values_list("id", flat=True).first()


def is_fit_for_production() -> bool:
    """Tell whether no invented account can sign in. A production start refuses where this is False."""
    return not User.objects.filter(is_active=True, email__endswith=DEMO_DOMAIN).exists()


# --- The staff


@dataclass(frozen=True, kw_only=True, slots=True)
class Employee:
    """One line of the list of staff."""

    id: UUID
    email: str
    name: str
    role: str
    is_active: bool
    last_used_at: datetime | None
    has_app: bool
    passkeys: int
    is_invited: bool
    signed_at: datetime | None


@transaction.atomic
def staff(*, by: Duty, at: datetime) -> list[Employee]:
    """Return everybody who works here, active first, by name. Four queries, whatever their number."""
    if "staff" not in by.may:
        raise NotAllowed("")
    users = list(User.objects.order_by("-is_active", "name", "id"))
    factors, invited, signed = _factors(), _open_invitations(at), _signatures()
    record(by=by, at=at, deed="staff.listed", categories=["staff"])
    return [_employee(user, factors.get(user.id, []), invited, signed) for user in users]


def _employee(user: User, factors: list[str], invited: set[UUID], signed: dict[UUID, datetime]) -> Employee:
    return Employee(
        id=user.id,
        email=user.email,
        name=user.name,
        role=user.role,
        is_active=user.is_active,
        last_used_at=user.last_login,
        has_app=Authenticator.Type.TOTP in factors,
        passkeys=factors.count(Authenticator.Type.WEBAUTHN),
        is_invited=user.id in invited,
        signed_at=signed.get(user.id),
    )


def _factors() -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for user_id, kind in Authenticator.objects.filter(type__in=FACTORS).values_list("user_id", "type"):
        found.setdefault(user_id, []).append(kind)
    return found


def _open_invitations(at: datetime) -> set[UUID]:
    return set(Invitation.objects.filter(used_at=None, expires_at__gt=at).values_list("user_id", flat=True))


def _signatures() -> dict[UUID, datetime]:
    present = [undertaking_hash(language) for language in LANGUAGES]
    rows = UndertakingSignature.objects.filter(text_hash__in=present).order_by("signed_at", "id")
    return {row.user_id: row.signed_at for row in rows}


def employee(user_id: UUID, *, by: Duty, at: datetime) -> Employee:
    """Return one line of the list of staff; Missing where there is none."""
    found = [one for one in staff(by=by, at=at) if one.id == user_id]
    if not found:
        raise Missing
    return found[0]


def names(*, by: Duty) -> dict[UUID, str]:
    """Return the names of all accounts, for pages that say which colleague did something."""
    if not by.may:
        raise NotAllowed("")
    return dict(User.objects.values_list("id", "name"))


def demo_logins(language: str) -> list[tuple[str, str]]:
    """Return address and role of every invented login, for whoever tries the demo."""
    logins = [login for login, _name in DEMO_STAFF.values()]
    rows = list(User.objects.filter(is_active=True, email__in=logins).order_by("email"))
    said = load.current().role.items()
    return [(row.email, role.name.in_language(language)) for key, role in said for row in rows if row.role == key]


# --- The access matrix


def access_matrix(language: str) -> dict[str, object]:
    """Return who sees what, in the words of the declaration: roles across, purposes and categories and deeds down."""
    said = load.current()
    roles = list(said.role.values())
    return {
        "roles": [
            (key, role.name.in_language(language), role.duty.in_language(language)) for key, role in said.role.items()
        ],
        "purposes": [
            (purpose.name.in_language(language), [key in role.purposes for role in roles])
            for key, purpose in said.purpose.items()
        ],
        "categories": [
            (category.name.in_language(language), [key in role.categories for role in roles])
            for key, category in said.category.items()
        ],
        "deeds": [(words, [deed in role.may for role in roles]) for deed, words in DEEDS.items()],
    }
