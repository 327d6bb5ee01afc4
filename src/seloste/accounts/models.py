"""Logins, invitations, sessions and signatures."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from seloste.kernel.holdings import Holdings, not_personal, personal


class Users(BaseUserManager["User"]):
    """Finds a login by its address, whatever the case it was typed in."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the login with the address."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """The login of one employee. The job role is a key of the declaration; there are no groups and no superusers."""

    id = models.UUIDField(primary_key=True)
    email = models.EmailField(unique=True)
    name = models.TextField()
    role = models.TextField()
    language = models.TextField(default="fi")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.UUIDField()
    disabled_at = models.DateTimeField(null=True)
    disabled_by = models.UUIDField(null=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name", "role"]

    objects: ClassVar[Users] = Users()

    holds: ClassVar[Holdings] = {
        "id": personal("staff"),
        "password": personal("staff"),
        "last_login": personal("staff"),
        "email": personal("staff"),
        "name": personal("staff"),
        "role": personal("staff"),
        "language": personal("staff"),
        "is_active": personal("staff"),
        "created_at": personal("staff"),
        "created_by": personal("staff"),
        "disabled_at": personal("staff"),
        "disabled_by": personal("staff"),
    }

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="user_email_is_lower_case", condition=Q(email=Lower("email"))),
            models.CheckConstraint(
                name="user_is_active_or_disabled",
                condition=Q(is_active=True, disabled_at__isnull=True, disabled_by__isnull=True)
                | Q(is_active=False, disabled_at__isnull=False, disabled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Invitation(models.Model):
    """A link with which a person sets the password. Only its hash is kept; it works once, for a day."""

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.UUIDField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    holds: ClassVar[Holdings] = {
        "id": not_personal("random identifier of the invitation"),
        "user": personal("staff"),
        "token_hash": not_personal("hash of a random link"),
        "issued_at": personal("staff"),
        "issued_by": personal("staff"),
        "expires_at": personal("staff"),
        "used_at": personal("staff"),
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="invitation_one_open", fields=["user"], condition=Q(used_at__isnull=True)),
            models.CheckConstraint(name="invitation_ends", condition=Q(expires_at__gt=F("issued_at"))),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Session(AbstractBaseSession):
    """A browser's session, kept under the hash of its key; with the account, so that all of one can be ended."""

    account_id = models.UUIDField(null=True)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    holds: ClassVar[Holdings] = {
        "session_key": not_personal("hash of a random key"),
        "session_data": personal("staff"),
        "expire_date": not_personal("when the session ends by itself"),
        "account_id": personal("staff"),
        "started_at": personal("staff"),
        "seen_at": personal("staff"),
    }

    class Meta(AbstractBaseSession.Meta):  # type: ignore[name-defined, misc]  # the stubs leave it out
        db_table = "accounts_session"
        abstract = False
        indexes: ClassVar = [
            models.Index(fields=["account_id"], name="session_account", condition=Q(account_id__isnull=False))
        ]

    @classmethod
    def get_session_store_class(cls) -> Any:  # noqa: ANN401 -- Django's own signature
        """Name the engine that reads and writes these rows."""
        from seloste.accounts.sessions import SessionStore  # noqa: PLC0415 -- the engine imports this model

        return SessionStore


class UndertakingSignature(models.Model):
    """That an employee signed the confidentiality undertaking, and which words. Only ever added to."""

    id = models.UUIDField(primary_key=True)
    user_id = models.UUIDField()
    text_hash = models.CharField(max_length=64)
    language = models.TextField()
    signed_at = models.DateTimeField()
    signed_by = models.UUIDField()

    append_only: ClassVar = True
    goes_after: ClassVar = ("signed_at", "24 months")
    holds: ClassVar[Holdings] = {
        "id": not_personal("random identifier of the signature"),
        "user_id": personal("staff"),
        "text_hash": not_personal("which words of the undertaking were signed"),
        "language": personal("staff"),
        "signed_at": personal("staff"),
        "signed_by": personal("staff"),
    }

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user_id", "text_hash"], name="signature_user_text")]

    def __str__(self) -> str:
        return str(self.id)
