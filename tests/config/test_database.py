"""How Django reaches its database, wherever that is."""

import os

import pytest
from django.conf import settings
from django.db import connection

from seloste.config import database
from seloste.config.environment import read
from seloste.config.trouble import Trouble


def _entry(url: str) -> dict[str, object]:
    return database.django_database(read({"DATABASE_URL": url}))


def test_url_becomes_djangos_settings() -> None:
    entry = _entry("postgresql://app:p%40ss@db.example.com:6543/seloste?sslmode=verify-full")

    assert {name: entry[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "seloste", "USER": "app", "PASSWORD": "p@ss", "HOST": "db.example.com", "PORT": "6543",
    }  # fmt: skip
    assert entry["OPTIONS"] == {"connect_timeout": 3, "server_side_binding": True, "sslmode": "verify-full"}


def test_connections_persist_and_are_checked() -> None:
    entry = _entry("postgresql://app@/seloste")

    assert (entry["CONN_MAX_AGE"], entry["CONN_HEALTH_CHECKS"], entry["ATOMIC_REQUESTS"]) == (None, True, False)


def test_web_limits_are_added_to_given_options() -> None:
    entry = database.django_database(read({"DATABASE_URL": "postgresql://app@/seloste?options=-c%20jit%3Doff"}))

    database.limit_for_web(entry)

    assert entry["OPTIONS"]["options"] == f"-c jit=off {database.WEB_LIMITS}"


@pytest.mark.django_db
def test_web_limits_are_words_the_server_knows() -> None:
    with connection.cursor() as cursor:
        for limit in database.WEB_LIMITS.split("-c ")[1:]:
            name, _, value = limit.strip().partition("=")
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        cursor.execute("SHOW statement_timeout")

        assert cursor.fetchone() == ("5s",)


@pytest.mark.usefixtures("postgres")
def test_old_server_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "OLDEST_VERSION", 99)
    url = os.environ["DATABASE_URL"].replace("/seloste?", "/postgres?")

    with pytest.raises(Trouble, match=r"^The database of DATABASE_URL is PostgreSQL \d+: Seloste needs 99 or newer\.$"):
        database.available(read({"DATABASE_URL": url})).__enter__()


def test_keys_of_the_cache_table_name_nobody() -> None:
    assert settings.CACHES["default"]["KEY_FUNCTION"] == "seloste.config.cache_keys.sealed"


def test_same_cache_key_is_sealed_alike_and_unreadably() -> None:
    from seloste.config.cache_keys import sealed

    assert sealed("login:192.0.2.7", "", 1) == sealed("login:192.0.2.7", "", 1)
    assert sealed("login:192.0.2.7", "", 1) != sealed("login:192.0.2.8", "", 1)
    assert len(sealed("login:192.0.2.7", "", 1)) == 64
