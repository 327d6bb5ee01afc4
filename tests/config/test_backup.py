"""Backups: one moment, unreadable without the key, whole or not there."""

import gzip
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from django.db import connection
from tests import make
from tests.config.address import address

from seloste.config import backup, environment, nightly, preparation, vault
from seloste.config.commands.backup import backup as command
from seloste.config.trouble import Trouble
from seloste.consents import actions as consents
from seloste.declaration.load import current
from seloste.erasure import actions as erasure
from seloste.erasure.choices import Cause
from seloste.kernel.duty import system
from seloste.ledger.actions import flush
from seloste.register import actions as register
from seloste.register.models import Person

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "kanarialintu-7f3a9c"


@pytest.fixture
def key(tmp_path: Path) -> tuple[str, Path]:
    """Return a public key, and a file with the secret one."""
    public, secret = vault.new_key()
    path = tmp_path / "key.txt"
    path.write_text(f"# kept in a safe\n{secret}\n")
    return public, path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder for backups."""
    return tmp_path / "backups"


@pytest.fixture
def backed_up(key: tuple[str, Path], folder: Path) -> Path:
    """Return a backup of one person."""
    make.person(family_name=CANARY)
    return backup.make(folder, keys=[key[0]], at=make.AT).path


def unpacked(path: Path, identity: Path) -> dict[str, bytes]:
    with (
        path.open("rb") as source,
        vault.decrypting(source, vault.identity(identity)) as plain,
        tarfile.open(fileobj=gzip.GzipFile(fileobj=plain), mode="r|") as archive,
    ):
        return {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]


def table(found: dict[str, bytes], name: str) -> bytes:
    return b"".join(content for part, content in sorted(found.items()) if part.startswith(f"tables/{name}/"))


# --- What is in it ----------------------------------------------------------------------------------------------------


def test_backup_holds_every_row_and_says_what_it_is(backed_up: Path, key: tuple[str, Path]) -> None:
    found = unpacked(backed_up, key[1])
    outline, manifest = json.loads(found["outline.json"]), json.loads(found["manifest.json"])

    assert CANARY.encode() in table(found, "register_name")
    assert outline["ledger"] == {"seq": 0, "hash": "00" * 32}
    assert ["register", "0001_initial"] in outline["migrations"]
    assert manifest["tables"]["register_person"]["rows"] == table(found, "register_person").count(b"\n") == 1
    assert next(iter(found)) == "outline.json"
    assert list(found)[-1] == "manifest.json"
    assert "files/notice/notice.toml" in found


def test_keys_sessions_and_the_ledger_are_not_in_it(backed_up: Path, key: tuple[str, Path]) -> None:
    found = unpacked(backed_up, key[1])

    assert not any(name.startswith(("files/var/secrets", "files/var/ledger")) for name in found)
    assert not any("session" in name for name in found)
    assert all(settings.SEAL_KEY.encode() not in content for content in found.values())


def test_every_table_is_packed_or_left_out_for_a_reason(backed_up: Path, key: tuple[str, Path]) -> None:
    outline = json.loads(unpacked(backed_up, key[1])["outline.json"])
    with connection.cursor() as cursor:
        known = set(connection.introspection.table_names(cursor))

    assert known - set(outline["tables"]) <= set(backup.LEFT_OUT_TABLES)


def test_same_rows_have_the_same_checksum(key: tuple[str, Path], folder: Path) -> None:
    make.person()
    sums = []
    for hours in range(2):
        path = backup.make(folder, keys=[key[0]], at=make.AT + timedelta(hours=hours)).path
        sums.append(json.loads(unpacked(path, key[1])["manifest.json"])["tables"])

    assert sums[0] == sums[1]


# --- Who can read it --------------------------------------------------------------------------------------------------


def test_nothing_can_be_read_without_the_key(backed_up: Path, tmp_path: Path) -> None:
    content = backed_up.read_bytes()
    assert CANARY.encode() not in content
    assert b"register_person" not in content
    assert backed_up.stat().st_mode & 0o777 == 0o600
    other = tmp_path / "other.txt"
    other.write_text(vault.new_key()[1])

    with pytest.raises(vault.Unreadable, match="another key"):
        unpacked(backed_up, other)


@pytest.mark.parametrize("spoil", ["cut", "flipped", "no_backup"])
def test_damaged_backup_is_noticed(backed_up: Path, key: tuple[str, Path], spoil: str) -> None:
    content = bytearray(backed_up.read_bytes())
    if spoil == "cut":
        content = content[: len(content) * 2 // 3]
    elif spoil == "flipped":
        content[len(content) // 2] ^= 1
    else:
        content = bytearray(b"hello")
    backed_up.write_bytes(content)

    with pytest.raises((vault.Unreadable, tarfile.TarError, EOFError)):
        unpacked(backed_up, key[1])


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, standalone_mode=False)


def test_no_backup_is_made_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SELOSTE_BACKUP_KEY", raising=False)

    assert "SELOSTE_BACKUP_KEY" in str(run().exception)


def test_new_key_is_printed_and_written_nowhere(tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in Path(settings.ENVIRONMENT.var).rglob("*")}

    printed = run("--new-key").output

    public = re.search(r"age1[0-9a-z]{58}", printed)
    assert public
    assert "AGE-SECRET-KEY-1" in printed
    assert {path: path.stat().st_mtime_ns for path in Path(settings.ENVIRONMENT.var).rglob("*")} == before
    assert environment.read({"SELOSTE_BACKUP_KEY": public[0]}).backup_key == (public[0],)


def test_secret_key_is_refused_as_a_setting() -> None:
    with pytest.raises(environment.WrongSetting, match="age1"):
        environment.read({"SELOSTE_BACKUP_KEY": vault.new_key()[1]})


def test_command_makes_a_backup_and_tells_the_desk(
    key: tuple[str, Path], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seloste.ledger.queries import safety

    make.version_id()
    monkeypatch.setenv("SELOSTE_BACKUP_KEY", key[0])
    monkeypatch.setattr(preparation, "close_connections", lambda: None)

    result = run("--to", str(folder))

    assert result.exception is None
    assert len(backup.found_in(folder)) == 1
    assert safety(at=make.AT).backup.went_well_at is not None


# --- Whole or not there -----------------------------------------------------------------------------------------------


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Let no file grow over a few kilobytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8 * 1024, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_full_disk_leaves_nothing_half(key: tuple[str, Path], folder: Path, full_disk: None) -> None:
    make.person()

    with pytest.raises(Trouble, match="nothing of it is left"):
        backup.make(folder, keys=[key[0]], at=make.AT)
    assert [path.name for path in folder.iterdir()] == [".lock"]


def test_folder_that_cannot_be_written_is_told(key: tuple[str, Path], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Trouble, match="was not made"):
        backup.make(tmp_path / "file" / "backups", keys=[key[0]], at=make.AT)


_KILLED = """
import os, sys
from datetime import datetime
from pathlib import Path
import django
django.setup()
from seloste.config import backup
backup.make(Path(sys.argv[1]), keys=[sys.argv[2]], at=datetime.fromisoformat(sys.argv[3]),
            tell=lambda *_: os.kill(os.getpid(), 9))
"""


@pytest.mark.slow
def test_killed_backup_leaves_none_and_hinders_none(key: tuple[str, Path], folder: Path) -> None:
    make.person()
    named = {**os.environ, "DATABASE_URL": url(), "SELOSTE_LEDGER": str(settings.LEDGER_FILES[0])}

    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(folder), key[0], make.AT.isoformat()], env=named, check=False
    )

    assert done.returncode == -signal.SIGKILL
    assert backup.found_in(folder) == []
    assert [path.suffix for path in folder.iterdir() if path.name != ".lock"] == [".part"]
    made = backup.make(folder, keys=[key[0]], at=make.AT).path
    assert sorted(path.name for path in folder.iterdir()) == [".lock", made.name]


def url() -> str:
    """Return the address of the test's own database."""
    return address(str(connection.settings_dict["NAME"]))


def test_backup_shows_one_moment_whatever_happens_meanwhile(key: tuple[str, Path], folder: Path) -> None:
    """Whoever says no while a backup is made is either not in it as having said yes, or the ledger repeats her no."""
    clerk = make.duty("marketing")
    her = make.person(by=clerk, email="maija@example.com", purposes=("direct_marketing",))
    flush()
    seen: list[str] = []

    def object_meanwhile(name: str, _rows: int) -> None:
        if not seen:
            seen.append(name)
            thread = Thread(target=_object, args=[her])
            thread.start()
            thread.join()

    path = backup.make(folder, keys=[key[0]], at=make.AT, tell=object_meanwhile).path
    found = unpacked(path, key[1])

    assert table(found, "consents_objectionevent") == table(found, "ledger_ledgerentry") == b""
    assert json.loads(found["outline.json"])["ledger"]["seq"] == 0
    assert flush() == 2


def _object(her: object) -> None:
    by, at = make.duty("marketing"), make.AT
    consents.object_to(by=by, at=at, person_id=her, purpose="direct_marketing", source="phone")  # type: ignore[arg-type]
    connection.close()


def test_two_backups_at_once_are_refused(key: tuple[str, Path], folder: Path) -> None:
    make.version_id()
    refused: list[str] = []

    def again(_name: str, _rows: int) -> None:
        if not refused:
            with pytest.raises(Trouble) as told:
                backup.make(folder, keys=[key[0]], at=make.AT)
            refused.append(str(told.value))

    backup.make(folder, keys=[key[0]], at=make.AT, tell=again)

    assert "Another backup is being made" in refused[0]


# --- How long ---------------------------------------------------------------------------------------------------------


def test_backups_are_kept_as_long_as_the_notice_says(key: tuple[str, Path], folder: Path) -> None:
    assert f" {backup.WINDOW.days} " in current().measure["backups"].text.fi
    make.version_id()
    for days in (0, 34, 35):
        backup.make(folder, keys=[key[0]], at=make.AT - timedelta(days=days))
    (folder / "seloste-of-somebody-else.age").write_text("")

    assert len(backup.found_in(folder)) == 3
    backup.remove_old(folder, at=make.AT + timedelta(seconds=1))
    assert len(backup.found_in(folder)) == 2
    assert (folder / "seloste-of-somebody-else.age").exists()


@pytest.mark.parametrize(("hours_since", "is_due"), [(None, True), (1, False), (10, False), (11, True), (30, True)])
def test_backup_of_the_night_is_made_up(hours_since: int | None, is_due: bool) -> None:  # noqa: FBT001 -- a parameter
    """It is noon in Helsinki; the backup was due at half past one."""
    last = None if hours_since is None else make.AT - timedelta(hours=hours_since)

    assert nightly.is_due(make.AT, last) is is_due


def test_erased_person_is_in_no_later_backup(backed_up: Path, key: tuple[str, Path], folder: Path) -> None:
    """P33: what is erased is in no table and no file of the next backup; only the older ones remember, for 35 days."""
    (her,) = Person.objects.values_list("id", flat=True)
    erasure.erase(by=system("rights"), at=make.AT, person_id=her, cause=Cause.REQUEST)

    found = unpacked(backup.make(folder, keys=[key[0]], at=make.AT + timedelta(hours=1)).path, key[1])

    assert any(CANARY.encode() in content for content in unpacked(backed_up, key[1]).values())
    assert not any(CANARY.encode() in content for content in found.values())
    assert json.loads(found["outline.json"])["ledger"]["seq"] == 1


def test_person_entered_after_the_backup_is_not_in_it(backed_up: Path, key: tuple[str, Path]) -> None:
    her = make.person(family_name="Myöhempi")
    register.set_language(by=make.duty(), at=make.AT, person_id=her, language="sv")

    assert "Myöhempi".encode() not in table(unpacked(backed_up, key[1]), "register_name")
