"""The ground of every test: a PostgreSQL of its own, no network, and a house of its own in a temporary folder."""

import fcntl
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from tests.browser import Chromium

IS_FIRST = "PYTEST_XDIST_WORKER" not in os.environ

if IS_FIRST:
    # The settings are read at import: nothing of the caller's environment may reach them but DATABASE_URL.
    for variable in [name for name in os.environ if name.startswith("SELOSTE_") or name == "PORT"]:
        if variable != "SELOSTE_SOAK":  # `make soak` asks the tests themselves for larger samples
            del os.environ[variable]
    # Where nothing compiled is kept, each worker and each of a hundred programs compiles everything anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    os.environ["TEST_HOUSE"] = tempfile.mkdtemp(prefix="seloste-test-")
    os.environ["TEST_POSTGRES"] = "" if os.environ.get("DATABASE_URL") else os.environ["TEST_HOUSE"] + "/postgres"
    if os.environ["TEST_POSTGRES"]:
        os.environ["DATABASE_URL"] = f"postgresql://seloste@/seloste?host={os.environ['TEST_POSTGRES']}/run"
    os.environ["SELOSTE_VAR"] = os.environ["TEST_HOUSE"] + "/var"
    os.environ["DJANGO_SETTINGS_MODULE"] = "seloste.config.settings"

HOUSE = Path(os.environ["TEST_HOUSE"])


def pytest_configure() -> None:
    """Read the settings, so that pytest-django finds them read and sets Django up."""
    from django.conf import settings

    assert settings.configured or settings.DATABASES


def pytest_unconfigure() -> None:
    """Leave nothing behind; workers of a parallel run share the first process's folder."""
    if IS_FIRST:
        shutil.rmtree(HOUSE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """See that a test which ran by another notice leaves the next one the real one."""
    yield
    left = os.environ.pop("SELOSTE_NOTICE", None)
    assert left is None


@pytest.fixture(scope="session")
def postgres() -> Iterator[None]:
    """A throw-away PostgreSQL, shared by the workers of a parallel run; the last one stops it."""
    if not os.environ["TEST_POSTGRES"]:
        yield
        return
    from tests import ready

    from seloste.config import embedded

    folder = Path(os.environ["TEST_POSTGRES"])
    HOUSE.chmod(0o711)  # as root the server runs as another account and has to pass
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    server = embedded.throwaway(folder)
    ready.lay_tables(server)
    with embedded.in_use(server):
        ready.set_aside(server)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres: None, django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Have the server up before Django makes the test database on it, there as a copy; migrations find nothing to do.

    Elsewhere (DATABASE_URL) each worker migrates: nothing is left on a server that is not ours.
    """
    from django.db import connection
    from tests import ready

    if os.environ["TEST_POSTGRES"]:
        connection.settings_dict["TEST"]["TEMPLATE"] = ready.TEMPLATE


@pytest.fixture(scope="session")
def browsers() -> Iterator["Chromium"]:
    """One browser for all tests of this process that ask for one."""
    from tests.browser import Chromium

    chromium = Chromium()
    yield chromium
    chromium.close()


@pytest.fixture(scope="session", autouse=True)
def static_files() -> None:
    """Pages name their static files by hash, as in production, so those have to be collected once."""
    from seloste.config import preparation

    with (HOUSE / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        preparation.collect_static_files()


@pytest.fixture(scope="session", autouse=True)
def static_files_are_found_once(static_files: None) -> Iterator[None]:
    """Have every client of a test remember what the first one found in the folder of static files: it stays."""
    from whitenoise.base import StaticFile, WhiteNoise

    look, found = WhiteNoise.update_files_dictionary, dict[tuple[str, str], dict[str, StaticFile]]()

    def remember(one: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in found:
            before, one.files = one.files, {}
            look(one, root, prefix)
            found[root, prefix], one.files = one.files, before
        one.files |= found[root, prefix]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(WhiteNoise, "update_files_dictionary", remember)
        yield


#: What stands in these tables says which code there is, not what a test did.
STAND = {"django_content_type", "auth_permission"}
#: Deleting takes as long as there are rows; TRUNCATE makes new files for every table and index, touched or not.
#: Like TRUNCATE it waits for whoever still writes, so that nothing comes into the next test.
EMPTY = """
DO $$ DECLARE one text; BEGIN
  LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE;
  SET LOCAL session_replication_role = replica;
  FOREACH one IN ARRAY ARRAY['{names}'] LOOP EXECUTE format('DELETE FROM %I', one); END LOOP;
END $$
"""


@pytest.fixture(scope="session", autouse=True)
def emptied_by_the_owner() -> Iterator[None]:
    """Let the database's owner empty tables between tests that commit: append-only tables refuse it, as they must."""
    from django.core.management.commands import flush
    from django.db.backends.postgresql.operations import DatabaseOperations

    def emptying(operations: DatabaseOperations, style: object, tables: list[str], **_how: object) -> list[str]:
        names = sorted(set(tables) - STAND)
        return [EMPTY.format(tables=", ".join(map(operations.quote_name, names)), names="','".join(names))]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(DatabaseOperations, "sql_flush", emptying)
        patched.setattr(flush, "emit_post_migrate_signal", lambda *_told: None)  # it would fill what stands
        yield


@pytest.fixture(autouse=True)
def ledger_of_its_own() -> Iterator[None]:
    """Give each test a ledger outside the database of its own; a program it starts is told by SELOSTE_LEDGER."""
    from django.conf import settings

    folder = HOUSE / "ledgers" / uuid4().hex
    files, mark = settings.LEDGER_FILES, settings.LEDGER_MARK
    settings.LEDGER_FILES, settings.LEDGER_MARK = [folder / "ledger.jsonl"], folder / "seen"
    yield
    settings.LEDGER_FILES, settings.LEDGER_MARK = files, mark


#: Seconds before the end of an hour, or of a day here or in Greenwich, in which no quick test, no slow one is begun.
HOUR_ENDS, DAY_ENDS = (3, 20), (10, 90)


@pytest.fixture(autouse=True)
def no_hour_ends(request: pytest.FixtureRequest, hours_that_stand_still: list[datetime]) -> None:
    """Have the hour and the day last as long as the test: what a rule says of their end is tested by given moments."""
    from seloste.kernel.clock import local_date, now

    at = now()
    after = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    ends_day = local_date(after) != local_date(at) or after.date() != at.date()
    is_slow = any(request.node.get_closest_marker(name) for name in ("slow", "browser"))
    left = (after - at).total_seconds()
    if left < (DAY_ENDS if ends_day else HOUR_ENDS)[is_slow]:
        time.sleep(left)
    hours_that_stand_still[:] = [now()]


@pytest.fixture(scope="session")
def hours_that_stand_still() -> Iterator[list[datetime]]:
    """Count whatever happens while a test runs, however long, in the hour and on the day it began."""
    from seloste.floods.rules import hour_of
    from seloste.kernel.clock import local_date, now

    began: list[datetime] = []

    def held(at: datetime) -> datetime:
        return began[0] if began and began[0] < at <= now() else at

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("seloste.floods.actions.hour_of", lambda at: hour_of(held(at)))
        patched.setattr("seloste.floods.actions.local_date", lambda at: local_date(held(at)))
        yield began


@pytest.fixture(scope="session", autouse=True)
def cookies_that_are_not_declared_are_faults() -> Iterator[None]:
    """Fail any test in which a page sets what the notice does not allow; in service the cookie is only dropped."""
    from django.conf import settings

    settings.UNDECLARED_COOKIE_IS_A_FAULT = True
    yield
    settings.UNDECLARED_COOKIE_IS_A_FAULT = False


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Hash passwords the same way but cheaply: a hash of full cost takes 100 MiB and as long as a whole test."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    with pytest.MonkeyPatch.context() as patched:
        for name, value in {"time_cost": 1, "memory_cost": 64, "parallelism": 1}.items():
            patched.setattr(Argon2PasswordHasher, name, value)
        yield
