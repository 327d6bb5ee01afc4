"""The embedded PostgreSQL: start, share, recover, stop, and never touch what is not its own."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest
from django.db import connection

from seloste.config import embedded
from seloste.config.embedded import DatabaseTrouble, Server


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of the test's own; its folder's path is short, as a socket's must be."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        Path(folder).chmod(0o711)
        made = embedded.throwaway(Path(folder))
        yield made
        embedded.stop(made)


def _answer(server: Server) -> object:
    with psycopg.connect(embedded.conninfo(server), connect_timeout=3) as session:
        found = session.execute("SELECT current_setting('server_version_num')::int / 10000").fetchone()
    return found and found[0]


def _postmaster(server: Server) -> psutil.Process:
    return psutil.Process(int((server.data / "postmaster.pid").read_text().splitlines()[0]))


@pytest.mark.django_db
def test_database_is_utf8_and_knows_the_case_of_every_letter() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_encoding'), lower('ÄÖÅ')")

        assert cursor.fetchone() == ("UTF8", "äöå")


@pytest.mark.slow
def test_server_runs_while_it_is_used_and_no_longer(server: Server) -> None:
    with embedded.in_use(server):
        assert _answer(server) == 18

    assert not embedded.is_running(server)


@pytest.mark.slow
def test_data_have_checksums_and_reach_the_disk() -> None:
    text = embedded.settings(Server(folder=Path("/x"), binaries=Path("/x")))

    assert "fsync = on\nsynchronous_commit = on\nfull_page_writes = on\n" in text
    assert "listen_addresses = ''\n" in text


@pytest.mark.slow
def test_server_listens_on_no_port_and_only_its_account_may_pass_the_folder(server: Server) -> None:
    with embedded.in_use(server):
        assert [found for found in _postmaster(server).net_connections("inet") if found.status == "LISTEN"] == []
        assert server.socket.stat().st_mode & 0o077 == 0
        assert server.data.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_second_command_uses_the_running_server_and_leaves_it_up(server: Server) -> None:
    with embedded.in_use(server):
        first = _postmaster(server).pid
        with embedded.in_use(server):
            assert _postmaster(server).pid == first

        assert _answer(server) == 18


@pytest.mark.slow
def test_first_command_may_end_before_the_second(server: Server) -> None:
    first, second = embedded.in_use(server), embedded.in_use(server)
    first.__enter__()
    second.__enter__()

    first.__exit__(None, None, None)

    assert _answer(server) == 18
    second.__exit__(None, None, None)
    assert not embedded.is_running(server)


@pytest.mark.slow
def test_killed_server_starts_again_with_its_data(server: Server) -> None:
    server = replace(server, durable=True)
    with embedded.in_use(server):
        with psycopg.connect(embedded.conninfo(server)) as session:
            session.execute("CREATE TABLE kept (id int)")
        _postmaster(server).send_signal(signal.SIGKILL)

    with embedded.in_use(server), psycopg.connect(embedded.conninfo(server)) as session:
        assert session.execute("SELECT count(*) FROM kept").fetchone() == (0,)


@pytest.mark.slow
def test_lock_files_that_name_another_program_do_not_hinder(server: Server) -> None:
    with embedded.in_use(server):
        content = (server.data / "postmaster.pid").read_text().splitlines()
    stranger = subprocess.Popen(["sleep", "60"], user=server.account.uid if server.account else None)
    for lock in (server.data / "postmaster.pid", server.socket / ".s.PGSQL.5432.lock"):
        lock.write_text("\n".join([str(stranger.pid), *content[1:]]))

    try:
        with embedded.in_use(server):
            assert _answer(server) == 18
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.slow
def test_interrupted_making_is_begun_anew(server: Server) -> None:
    (server.folder / "data.new").mkdir()
    (server.folder / "data.new" / "PG_VERSION").write_text("18")

    with embedded.in_use(server):
        assert _answer(server) == 18


@pytest.mark.slow
def test_kept_server_stays_until_it_is_stopped(server: Server) -> None:
    embedded.start_and_keep(server)
    with embedded.in_use(server):
        pass

    assert _answer(server) == 18
    embedded.stop_unless_used(server)
    assert not embedded.is_running(server)


@pytest.mark.slow
def test_server_in_use_is_not_stopped_by_hand_unless_told_so(server: Server) -> None:
    with embedded.in_use(server):
        with pytest.raises(DatabaseTrouble, match="Another command uses the database"):
            embedded.stop_unless_used(server)

        embedded.stop_unless_used(server, even_if_used=True)
        assert not embedded.is_running(server)


@pytest.mark.slow
def test_data_of_another_major_version_are_left_alone(server: Server) -> None:
    server.data.mkdir()
    (server.data / "PG_VERSION").write_text("15\n")

    with pytest.raises(DatabaseTrouble, match="was made by PostgreSQL 15; this Seloste brings 18"):
        embedded.start(server)


@pytest.mark.slow
def test_log_holds_no_values(server: Server) -> None:
    with embedded.in_use(server), psycopg.connect(embedded.conninfo(server), autocommit=True) as session:
        session.execute("CREATE TABLE person (email text UNIQUE)")
        session.execute("INSERT INTO person VALUES ('aino@example.com')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            session.execute("INSERT INTO person VALUES ('aino@example.com')")

    log = server.log.read_text()
    assert "duplicate key value violates unique constraint" in log
    assert "aino" not in log


def test_deep_checkout_gets_a_short_socket_folder() -> None:
    deep = Server(folder=Path("/" + "x" * 120), binaries=Path("/x"))

    assert len(os.fsencode(deep.socket / ".s.PGSQL.5432")) <= 107


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")
def test_copied_checkout_does_not_share_its_database(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    found = embedded.at(tmp_path / "first")
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "postgres").symlink_to(found.folder)

    with pytest.raises(DatabaseTrouble, match="is a copy"):
        embedded.at(tmp_path / "second")

    (tmp_path / "first").rename(tmp_path / "moved")
    assert found.folder in embedded.left_behind()
    assert embedded.at(tmp_path / "moved").folder == found.folder
    assert found.folder not in embedded.left_behind()
    _remove(found.folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")
def test_root_changes_no_permission_of_a_parent(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    before = {folder: folder.stat().st_mode for folder in tmp_path.parents}

    found = embedded.at(tmp_path / "var")

    assert {folder: folder.stat().st_mode for folder in tmp_path.parents} == before
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    _remove(found.folder)


def _remove(folder: Path) -> None:
    (folder / "checkout").unlink()
    folder.rmdir()
