"""Deeds on accounts. Each one is told who and when, and is recorded in the same transaction."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt, encrypt
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from seloste.accounts.models import Invitation, Session, UndertakingSignature, User
from seloste.accounts.queries import own_duty, undertaking_hash
from seloste.accounts.rules import DEMO_STAFF, INVITATION_LASTS, OWN_LOGIN, session_hash, token_hash
from seloste.audit.actions import record
from seloste.declaration import load
from seloste.declaration.schema import LANGUAGES
from seloste.kernel.duty import Duty, visitor
from seloste.kernel.ids import new_id
from seloste.kernel.refusals import Missing, NotAllowed, Refusal
from seloste.kernel.text import plain_text

#: What an event about an employee is about.
STAFF = ("staff",)


class AddressTaken(Refusal):
    """Somebody signs in with this address already."""


class NoSuchRole(Refusal):
    """The declaration knows no such job role."""


class LastOwner(Refusal):
    """Nobody would be left who may look after the staff."""


class LastFactor(Refusal):
    """Nobody works here with a password alone."""


class TextChanged(Refusal):
    """The undertaking that was read is not the present one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A freshly issued invitation: the only moment at which its token is known."""

    user_id: UUID
    token: str
    expires_at: datetime


# --- Looking after the staff


@transaction.atomic
def invite(*, by: Duty, at: datetime, email: str, name: str, role: str, language: str = "fi") -> Link:
    """Make an account that nobody can use until its link was followed, and return the link."""
    _refuse_unless_owner(by)
    _refuse_unknown_role(role)
    user = _new_user(by=by, at=at, email=email, name=name, role=role, language=language)
    record(by=by, at=at, deed="staff.invited", categories=STAFF, item=user.id)
    return _issue(user, by=by, at=at)


@transaction.atomic
def renew_invitation(*, by: Duty, at: datetime, user_id: UUID) -> Link:
    """Issue a new link, with which the person sets a new password. Second factors stay as they are."""
    _refuse_unless_owner(by)
    user = _locked(user_id)
    if not user.is_active:
        raise Missing
    record(by=by, at=at, deed="staff.invited_again", categories=STAFF, item=user.id)
    return _issue(user, by=by, at=at)


@transaction.atomic
def change_role(*, by: Duty, at: datetime, user_id: UUID, role: str) -> None:
    """Give the account another job role. Its sessions end, so that nothing of the old duty stays on a screen."""
    _refuse_unless_owner(by)
    _refuse_unknown_role(role)
    user = _locked(user_id)
    user.role = role
    user.save(update_fields=["role"])
    _refuse_without_owner()
    _end_sessions(user.id)
    record(by=by, at=at, deed="staff.role_changed", categories=STAFF, item=user.id)


@transaction.atomic
def disable(*, by: Duty, at: datetime, user_id: UUID) -> None:
    """Close the account at once: its sessions end, its open invitation dies."""
    _refuse_unless_owner(by)
    user = _locked(user_id)
    user.is_active, user.disabled_at, user.disabled_by = False, at, by.actor
    user.save(update_fields=["is_active", "disabled_at", "disabled_by"])
    _refuse_without_owner()
    _end_sessions(user.id)
    Invitation.objects.filter(user=user, used_at=None).delete()
    record(by=by, at=at, deed="staff.disabled", categories=STAFF, item=user.id)


@transaction.atomic
def enable(*, by: Duty, at: datetime, user_id: UUID) -> None:
    """Open the account again, with the password and the second factors it had."""
    _refuse_unless_owner(by)
    user = _locked(user_id)
    user.is_active, user.disabled_at, user.disabled_by = True, None, None
    user.save(update_fields=["is_active", "disabled_at", "disabled_by"])
    record(by=by, at=at, deed="staff.enabled", categories=STAFF, item=user.id)


@transaction.atomic
def forget_factors(*, by: Duty, at: datetime, user_id: UUID) -> None:
    """Remove all second factors of a person who lost them; the next sign-in sets up new ones first.

    The password goes too, so that whoever holds only the password cannot set up a factor: a new link is needed.
    """
    _refuse_unless_owner(by)
    user = _locked(user_id)
    Authenticator.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    _end_sessions(user.id)
    record(by=by, at=at, deed="staff.factors_forgotten", categories=STAFF, item=user.id)


def _refuse_unless_owner(by: Duty) -> None:
    if "staff" not in by.may:
        raise NotAllowed(_("Only the owner looks after the staff."))


def _refuse_unknown_role(role: str) -> None:
    if role not in load.current().role:
        raise NoSuchRole(_("There is no such job role."), field="role")


def _refuse_without_owner() -> None:
    able = [key for key, role in load.current().role.items() if "staff" in role.may]
    if not User.objects.filter(is_active=True, role__in=able).exists():
        raise LastOwner(_("This is the last account that may look after the staff."))


def _locked(user_id: UUID) -> User:
    user = User.objects.select_for_update().filter(id=user_id).first()
    if user is None:
        raise Missing
    return user


def _new_user(*, by: Duty, at: datetime, email: str, name: str, role: str, language: str) -> User:
    user = User(id=new_id(at), email=email.strip().lower(), name=plain_text(name, field="name"), role=role)
    user.language = language if language in LANGUAGES else LANGUAGES[0]
    user.created_at, user.created_by = at, by.actor
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise AddressTaken(_("Somebody signs in with this address already."), field="email") from None
    return user


def _issue(user: User, *, by: Duty, at: datetime) -> Link:
    Invitation.objects.filter(user=user, used_at=None).delete()
    token, expires_at = secrets.token_urlsafe(32), at + INVITATION_LASTS
    Invitation.objects.create(
        id=new_id(at),
        user=user,
        token_hash=token_hash(token),
        issued_at=at,
        issued_by=by.actor,
        expires_at=expires_at,
    )
    return Link(user_id=user.id, token=token, expires_at=expires_at)


# --- Looking after one's own login


@transaction.atomic
def accept_invitation(*, at: datetime, token: str, password: str) -> User:
    """Set the password of the invited person. The link is spent, and every earlier session ends."""
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("user")
    row = rows.filter(token_hash=token_hash(token), used_at=None, expires_at__gt=at, user__is_active=True).first()
    if row is None:
        raise Missing
    row.used_at = at
    row.save(update_fields=["used_at"])
    row.user.set_password(password)
    row.user.save(update_fields=["password"])
    _end_sessions(row.user_id)
    record(by=own_duty(row.user), at=at, deed="staff.enrolled", categories=STAFF, item=row.user_id)
    return row.user


@transaction.atomic
def change_password(*, by: Duty, at: datetime, password: str, keep: str) -> User:
    """Give the actor a new password; the other sessions end."""
    user = _locked(by.actor)
    user.set_password(password)
    user.save(update_fields=["password"])
    note_changed_proof(by=by, at=at, deed="password.changed", keep=keep)
    return user


@transaction.atomic
def sign_undertaking(*, by: Duty, at: datetime, language: str, text_hash: str) -> None:
    """Sign the undertaking as it was read; refused where its words changed since."""
    if text_hash != undertaking_hash(language):
        raise TextChanged(_("The undertaking has changed since you opened the page. Read it again, please."))
    signature = UndertakingSignature(id=new_id(at), user_id=by.actor, text_hash=text_hash, language=language)
    signature.signed_at, signature.signed_by = at, by.actor
    signature.save(force_insert=True)
    record(by=by, at=at, deed="undertaking.signed", categories=STAFF, item=signature.id)


@transaction.atomic
def note_changed_proof(*, by: Duty, at: datetime, deed: str, keep: str) -> None:
    """Record that the account's password or second factors changed, and end its other sessions."""
    _end_sessions(by.actor, keep=keep)
    record(by=by, at=at, deed=deed, categories=STAFF, item=by.actor)


@transaction.atomic
def end_session(*, by: Duty, at: datetime, session_id: str) -> None:
    """End one of the actor's own sessions; Missing where it is not theirs."""
    ended, _rows = Session.objects.filter(account_id=by.actor, session_key=session_id).delete()
    if not ended:
        raise Missing
    record(by=by, at=at, deed="session.ended", categories=STAFF, item=by.actor)


@transaction.atomic
def end_other_sessions(*, by: Duty, at: datetime, keep: str) -> None:
    """End all of the actor's sessions but the one with the key ``keep``."""
    _end_sessions(by.actor, keep=keep)
    record(by=by, at=at, deed="session.others_ended", categories=STAFF, item=by.actor)


def _end_sessions(account_id: UUID, *, keep: str | None = None) -> None:
    rows = Session.objects.filter(account_id=account_id)
    (rows if keep is None else rows.exclude(session_key=session_hash(keep))).delete()


@transaction.atomic
def spend_code(*, user_id: UUID, at: datetime, code: str) -> bool:
    """Use up a code of the code app; False where it, or a later one, was used before (RFC 6238 §5.2)."""
    row = Authenticator.objects.select_for_update().filter(user_id=user_id, type=Authenticator.Type.TOTP).first()
    step = None if row is None else _step_of(decrypt(row.data["secret"]), code, at)
    if row is None or step is None or step <= row.data.get("last_step", 0):
        return False
    row.data["last_step"] = step
    row.save(update_fields=["data"])
    return True


def _step_of(secret: str, code: str, at: datetime) -> int | None:
    """Return the half minute the code belongs to, one to either side of now."""
    present = int(at.timestamp()) // totp.app_settings.TOTP_PERIOD
    typed = totp.normalize_user_code(code)
    steps = [present, present - 1, present + 1]
    return next((step for step in steps if totp.format_hotp_value(totp.hotp_value(secret, step)) == typed), None)


# --- Notes of what was tried


@transaction.atomic
def note_started(*, by: Duty, at: datetime) -> None:
    """Record a sign-in, and sweep away the sessions that have ended by themselves."""
    Session.objects.filter(expire_date__lt=at).delete()
    record(by=by, at=at, deed="session.started", categories=STAFF, item=by.actor)


@transaction.atomic
def note_ended(*, by: Duty, at: datetime, expired: bool = False) -> None:
    """Record a sign-out, or that the session had run its time."""
    record(by=by, at=at, deed="session.expired" if expired else "session.ended", categories=STAFF, item=by.actor)


@transaction.atomic
def note_refused_sign_in(*, at: datetime, account_id: UUID | None, deed: str = "session.refused") -> None:
    """Record a failed sign-in. The tried address is not kept: a known account by its id, an unknown one not at all."""
    record(by=visitor(OWN_LOGIN), at=at, deed=deed, categories=STAFF, item=account_id, denied=True)


@transaction.atomic
def note_refused_page(*, by: Duty, at: datetime) -> None:
    """Record that somebody asked for a page outside the job role."""
    record(by=by, at=at, deed="page.refused", denied=True)


@transaction.atomic
def note_purpose(*, by: Duty, at: datetime) -> None:
    """Record that somebody turned to another purpose of the job role."""
    record(by=by, at=at, deed="duty.purpose_chosen")


# --- Invented accounts


class OnlyInDemo(Refusal):
    """Invented accounts have known passwords."""


#: Printed by `seloste demo`; worthless anywhere else, because `make_demo_accounts` refuses there.
DEMO_PASSWORD = "kahvi-kuksa-kanto-2026"  # noqa: S105
DEMO_SECRET = "SELOSTEDEMOSELOSTEDEMOSELOSTEDEM"  # noqa: S105


@transaction.atomic
def make_demo_accounts(*, by: Duty, at: datetime) -> None:
    """Make one invented account for each job role, unless they are there. Each signs the undertaking itself."""
    if not settings.DEMO:
        raise OnlyInDemo(_("Invented accounts exist in the demo only."))
    for role, (email, name) in DEMO_STAFF.items():
        if not User.objects.filter(email=email).exists():
            _make_demo_account(by=by, at=at, email=email, name=name, role=role)


def _make_demo_account(*, by: Duty, at: datetime, email: str, name: str, role: str) -> None:
    link = invite(by=by, at=at, email=email, name=name, role=role)
    user = accept_invitation(at=at, token=link.token, password=DEMO_PASSWORD)
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(DEMO_SECRET)}, created_at=at
    )


def demo_code(*, at: datetime) -> str:
    """Return the code that the invented accounts' code app shows now."""
    if not settings.DEMO:
        raise OnlyInDemo(_("Invented accounts exist in the demo only."))
    step = int(at.timestamp()) // totp.app_settings.TOTP_PERIOD
    return str(totp.format_hotp_value(totp.hotp_value(DEMO_SECRET, step)))
