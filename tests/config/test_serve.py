"""The running site: starts, tells where it is, survives an outage of its database, stops without leftovers."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from tests.config.conftest import PATIENCE, ROOT, Site, free_port, seloste, start

from seloste.config import embedded

pytestmark = pytest.mark.slow

#: A page that has to ask the database: is there such a session? There is none, so the answer leads to the sign-in.
DESK = {"path": "/tyopoyta/", "cookie": "sid=0123456789abcdef0123456789abcdef"}


#: Nothing of the tests' own settings reaches the started command.
PLAIN = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}


def _alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def _all_processes(site: Site) -> list[int]:
    postmaster = int((site.server.data / "postmaster.pid").read_text().splitlines()[0])
    web = psutil.Process(site.process.pid).children(recursive=True)
    return [site.process.pid, postmaster, *(child.pid for child in web)]


def test_site_answers_when_it_says_so_and_leaves_nothing_after_ctrl_c(demo: Site) -> None:
    assert demo.wait_for("Public site").split()[-1] == f"http://localhost:{demo.port}/"
    assert 200 <= demo.status("/") < 400
    processes = _all_processes(demo)

    assert demo.interrupt() == 0

    assert [pid for pid in processes if _alive(pid)] == []
    assert not embedded.is_running(demo.server)


def test_site_stops_on_sigterm_too(demo: Site) -> None:
    processes = _all_processes(demo)

    demo.process.terminate()
    demo.process.wait(timeout=PATIENCE)

    assert [pid for pid in processes if _alive(pid)] == []


def test_web_processes_end_when_their_parent_is_killed_and_the_next_start_takes_over(demo: Site) -> None:
    workers = psutil.Process(demo.process.pid).children(recursive=True)
    demo.process.kill()
    demo.process.wait()

    psutil.wait_procs(workers, timeout=PATIENCE)
    again = start(seloste("demo"), demo.var)
    try:
        again.wait_for("Ctrl+C")

        assert again.interrupt() == 0
    finally:
        again.end()
    assert not embedded.is_running(demo.server)


def test_outage_of_the_database_is_a_calm_page_and_ends_without_a_restart(demo: Site) -> None:
    assert demo.status(**DESK) == 302
    embedded.stop_unless_used(demo.server, even_if_used=True)

    began = time.monotonic()
    assert demo.status(**DESK) == 503
    assert time.monotonic() - began < 3.5

    embedded.start(demo.server)
    assert [demo.status(**DESK) for _ in range(20)] == [302] * 20


def test_command_beside_the_running_site_uses_its_database_and_leaves_it_up(demo: Site) -> None:
    environ = {**PLAIN, "SELOSTE_VAR": str(demo.var)}
    done = subprocess.run(
        seloste("migrate", "--check"), cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert embedded.is_running(demo.server)


def test_busy_port_is_told_in_one_line(var: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            seloste("demo"), cwd=ROOT, capture_output=True, text=True, check=False,
            env={**PLAIN, "SELOSTE_VAR": str(var), "PORT": str(port)},
        )  # fmt: skip

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Error: Port {port} is in use: stop the other program, or choose another: PORT={port + 1}.\n"
    )


def test_folder_that_cannot_be_written_is_told_in_one_line() -> None:
    done = subprocess.run(
        seloste("demo"), cwd=ROOT, capture_output=True, text=True, check=False,
        env={**PLAIN, "SELOSTE_VAR": "/proc/nowhere", "PORT": str(free_port())},
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: /proc/nowhere cannot be written: ")
    assert done.stderr.count("\n") == 1


def test_database_that_does_not_answer_is_told_in_one_line(var: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:9/nothing"
    done = subprocess.run(
        seloste("migrate"), cwd=ROOT, capture_output=True, text=True, check=False,
        env={**PLAIN, "SELOSTE_VAR": str(var), "DATABASE_URL": url},
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr.startswith("Error: The database of DATABASE_URL does not answer: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not list((ROOT / ".venv").glob(".run-*")), reason="make installs only where it is asked to")
def test_make_run_serves_and_ctrl_c_ends_it(demo_var: Path) -> None:
    site = start(["make", "run"], demo_var)
    try:
        site.wait_for("Ctrl+C")
        processes = _all_processes(site)

        assert 200 <= site.status("/") < 400
        os.killpg(site.process.pid, signal.SIGINT)
        site.process.wait(timeout=PATIENCE)
    finally:
        site.end()

    assert [pid for pid in processes if _alive(pid)] == []


def test_site_for_real_people_refuses_known_logins(demo: Site) -> None:
    done = subprocess.run(
        seloste("serve"), cwd=ROOT, capture_output=True, text=True, check=False,
        env={**PLAIN, "SELOSTE_VAR": str(demo.var), "PORT": str(free_port()), "SELOSTE_ORIGIN": "https://example.com"},
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (1, "")
    assert "example.com" in done.stderr
    assert done.stderr.count("\n") == 1


def test_two_starts_at_the_same_moment_prepare_one_after_the_other() -> None:
    with tempfile.TemporaryDirectory(prefix="seloste-") as folder:
        both = [start(seloste("demo"), Path(folder) / "var") for _ in range(2)]
        try:
            for site in both:
                site.wait_for("Ctrl+C")

            assert [site.status("/") for site in both] == [200, 200]
            assert [site.status("/tietosuoja/tietosuojaseloste.pdf") for site in both] == [200, 200]
            assert both[0].interrupt() == 0
            assert embedded.is_running(both[1].server)
            assert both[1].interrupt() == 0
            assert not embedded.is_running(both[1].server)
        finally:
            for site in both:
                site.end()
            embedded.stop(both[1].server)
            shutil.rmtree(both[1].server.folder)
