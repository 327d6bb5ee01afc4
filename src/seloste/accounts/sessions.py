"""Sessions kept in our own table, under a hash of their key and beside the account they belong to."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.backends import db

from seloste.accounts.models import Session
from seloste.accounts.rules import session_hash
from seloste.kernel.clock import now

STARTED = "started_at"
SEEN = "seen_at"
_ACCOUNT = "_auth_user_id"


class SessionStore(db.SessionStore):
    """Django's store of sessions in the database; used synchronously only."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Name our table."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        key = self.session_key
        row = Session.objects.filter(session_key=session_hash(key or ""), expire_date__gt=now()).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        """Tell whether the key is taken."""
        return super().exists(session_hash(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Name the row by the hash, and say beside the data whose session it is."""
        return Session(
            session_key=session_hash(self._get_or_create_session_key()),  # type: ignore[attr-defined]  # the stubs leave it out
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            account_id=data.get(_ACCOUNT),
            started_at=_moment(data.get(STARTED)),
            seen_at=_moment(data.get(SEEN)),
        )

    def delete(self, session_key: str | None = None) -> None:
        """End the session with the key, this one unless told."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(session_hash(key))


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
