"""The worker as a process: one sweep at a time, through errors, kills, outages and a clock that jumps."""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
import pytest
from tests import ready
from tests.config.conftest import Site, start
from tests.config.sweeping import TABLE

from seloste.config import embedded

pytestmark = pytest.mark.slow

#: How long a busy machine may take for what is waited for; a quiet one takes a moment.
PATIENCE = 120


def until(holds: Callable[[], object], patience: float = PATIENCE) -> float:
    """Wait until it holds; return how long that took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < patience, "it never came to be"
        time.sleep(0.05)
    return time.monotonic() - began


@dataclass
class House:
    """A database with the tables, and the workers that a test starts on it."""

    server: embedded.Server
    workers: list[Site] = field(default_factory=list)
    _connection: psycopg.Connection[tuple[object, ...]] | None = None

    @property
    def url(self) -> str:
        """How to reach the database."""
        return f"postgresql://{embedded.ROLE}@/{embedded.DATABASE}?host={self.server.socket}"

    def ask(self, question: str, *values: object) -> list[tuple[object, ...]]:
        """Return the rows of the answer, over one connection for as long as the database lasts."""
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self.url, autocommit=True)
        try:
            found = self._connection.execute(question.encode(), values or None)
        except psycopg.OperationalError:  # the database went; whoever asks a second time finds the next one
            self.hang_up()
            raise
        return found.fetchall() if found.description else []

    def hang_up(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()

    def tries(self, sweep: str) -> int:
        """Return how often the sweep has run."""
        return int(str(self.ask("SELECT count(*) FROM tries WHERE sweep = %s", sweep)[0][0]))

    def state(self, sweep: str) -> tuple[object, ...]:
        """Return what the worker noted of the sweep: outcome, error, failures in a row."""
        found = self.ask("SELECT outcome, error, failures FROM audit_sweepstate WHERE sweep = %s", sweep)
        return found[0] if found else ()

    def worker(self, *arguments: str) -> Site:
        """Start a worker."""
        command = [sys.executable, "-m", "tests.config.sweeping", *arguments]
        self.workers.append(start(command, self.server.folder / "var", DATABASE_URL=self.url))
        return self.workers[-1]


@pytest.fixture(scope="module")
def database() -> Iterator[embedded.Server]:
    with tempfile.TemporaryDirectory(prefix="seloste-") as name:
        Path(name).chmod(0o711)
        server = embedded.throwaway(Path(name))
        ready.lay_tables(server)
        embedded.start(server)
        yield server
        embedded.stop(server)


@pytest.fixture
def house(database: embedded.Server) -> Iterator[House]:
    embedded.start(database)
    house = House(database)
    house.ask("DROP TABLE IF EXISTS tries")
    house.ask(TABLE)
    house.ask("DELETE FROM audit_sweepstate")
    yield house
    house.hang_up()
    for site in house.workers:
        print("".join(site.printed)[:3000])  # noqa: T201 -- shown where the test failed
        if site.process.poll() is None:
            site.process.kill()
            site.process.wait()


def test_each_sweep_runs_and_a_failing_one_ends_nothing(house: House) -> None:
    (before,) = house.ask("SELECT max(id) FROM audit_run WHERE sweep = 'test.quick'")
    worker = house.worker()

    until(lambda: house.tries("test.quick") > 20 and house.tries("test.broken") > 2 and house.tries("test.leaving") > 2)

    assert worker.process.poll() is None
    assert house.state("test.quick") == ("idle", "", 0)
    outcome, error, failures = house.state("test.broken")
    assert (outcome, error) == ("failed", "ValueError")
    assert isinstance(failures, int)
    assert failures > 1
    assert house.state("test.leaving")[:2] == ("failed", "SystemExit")
    (newest,) = house.ask("SELECT max(id) FROM audit_run WHERE sweep = 'test.quick'")
    assert newest == before
    failed = house.ask("SELECT done, outcome, error FROM audit_run WHERE sweep = 'test.broken'")
    assert set(failed) == {(0, "failed", "ValueError")}


def test_failure_is_logged_with_nothing_of_what_it_says(house: House) -> None:
    worker = house.worker()
    until(lambda: house.tries("test.broken") > 1)
    worker.process.terminate()
    worker.process.wait(timeout=PATIENCE)
    worker.reader.join(timeout=5)

    printed = "".join(worker.printed)
    lines = [json.loads(line) for line in worker.printed if '"job": "test.broken"' in line]
    assert lines[0]["event"] == "sweep.failed"
    assert lines[0]["error"] == "ValueError"
    assert any(place.startswith("tests/config/sweeping.py:") for place in lines[0]["where"])
    assert "Mallikas" not in printed
    assert "example.com" not in printed


def test_failing_sweep_waits_longer_each_time_but_never_half_a_minute() -> None:
    from seloste.config.work import LONGEST_PAUSE, Trust, Turns
    from seloste.kernel.sweeps import sweeps

    turns = Turns(sweeps()[0], Trust())
    pauses = []
    for failures in range(1, 40):
        turns._failures = failures  # noqa: SLF001 -- what it would wait after so many
        pauses.append(turns._pause(0.2))  # noqa: SLF001

    assert pauses == sorted(pauses)
    assert pauses[:4] == [1.0, 2.0, 4.0, 8.0]
    assert pauses[-1] == LONGEST_PAUSE < 30


def test_ctrl_c_ends_the_worker_within_a_second_and_without_an_error(house: House) -> None:
    worker = house.worker()
    until(lambda: house.tries("test.quick") > 2)

    began = time.monotonic()
    assert worker.interrupt() == 0
    assert time.monotonic() - began < 3
    until(lambda: house.ask("SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'seloste work%'") == [], 5)


def _is_at_rest(house: House, sweep: str) -> bool:
    """Tell whether the sweep has run and does not run again within a second: its hour is not over."""
    seen = house.tries(sweep)
    time.sleep(1)
    return seen > 0 and house.tries(sweep) == seen


def test_call_runs_a_sweep_at_commit_and_not_before(house: House) -> None:
    house.worker()
    until(lambda: house.ask("SELECT 1 FROM pg_stat_activity WHERE query IN ('LISTEN seloste_wake', 'SELECT 1')"))
    until(lambda: _is_at_rest(house, "test.called"))  # it runs as the worker starts, and perhaps again as it listens
    before = house.tries("test.called")

    with psycopg.connect(house.url) as connection:
        connection.execute("SELECT pg_notify('seloste_wake', 'test.called')")
        time.sleep(0.5)
        assert house.tries("test.called") == before
        connection.commit()
        until(lambda: house.tries("test.called") == before + 1)

    with psycopg.connect(house.url) as connection:
        connection.execute("SELECT pg_notify('seloste_wake', 'test.called')")
        connection.rollback()
    time.sleep(0.5)
    assert house.tries("test.called") == before + 1


def test_of_two_workers_one_at_a_time_runs_a_sweep_and_the_other_takes_over(house: House) -> None:
    workers = [house.worker(), house.worker()]
    until(lambda: len(house.ask("SELECT pid FROM pg_stat_activity WHERE query = 'LISTEN seloste_wake'")) >= 0)
    until(lambda: house.tries("test.quick") > 60)

    overlapping = house.ask(
        "SELECT count(*) FROM tries a JOIN tries b ON a.id < b.id AND a.sweep = b.sweep"
        " AND a.began < b.ended AND b.began < a.ended WHERE a.sweep = 'test.quick'"
    )
    assert overlapping == [(0,)]

    workers[0].process.kill()
    workers[0].process.wait()
    alone = workers[1].process.pid
    house.ask("DELETE FROM tries")
    until(lambda: house.tries("test.quick") > 5, 5)
    assert set(house.ask("SELECT pid FROM tries WHERE sweep = 'test.quick'")) == {(alone,)}


def test_outage_of_the_database_ends_by_itself(house: House) -> None:
    worker = house.worker()
    until(lambda: house.tries("test.quick") > 5)

    house.hang_up()
    embedded.stop(house.server)
    time.sleep(4)
    assert worker.process.poll() is None
    embedded.start(house.server)
    before = house.tries("test.quick")

    assert until(lambda: house.tries("test.quick") > before + 5) < 30
    assert worker.process.poll() is None
    calls = house.tries("test.called")
    house.ask("SELECT pg_notify('seloste_wake', 'test.called')")
    until(lambda: house.tries("test.called") > calls, 5)


def test_connections_that_the_database_ends_are_made_anew(house: House) -> None:
    house.worker()
    until(lambda: house.tries("test.quick") > 5)

    for _ in range(3):
        house.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'seloste work%'")
        before = house.tries("test.quick")
        assert until(lambda seen=before: house.tries("test.quick") > seen + 5) < 10  # type: ignore[misc]


def test_worker_that_was_stopped_and_continues_runs_beside_nobody(house: House) -> None:
    """A paused process (a machine that swaps, a debugger) holds its lock: nobody doubles what it has in hand."""
    first = house.worker()
    until(lambda: house.tries("test.quick") > 5)
    os.kill(first.process.pid, signal.SIGSTOP)
    house.worker()
    time.sleep(2)
    os.kill(first.process.pid, signal.SIGCONT)
    time.sleep(1)

    overlapping = house.ask(
        "SELECT count(*) FROM tries a JOIN tries b ON a.id < b.id AND a.sweep = b.sweep"
        " AND a.began < b.ended AND b.began < a.ended"
    )
    assert overlapping == [(0,)]


#: Two days make every jump as it is; shorter ones are tried where there is time.
JUMPS = ["48", "-48", "2", "-2"] if "SELOSTE_SOAK" in os.environ else ["48", "-48"]


@pytest.mark.parametrize("hours", JUMPS)
def test_clock_that_jumps_stalls_nothing_and_lets_nothing_be_destroyed(house: House, hours: str) -> None:
    house.worker("--shift", hours)
    until(lambda: house.tries("test.destroying") > 2)

    until(lambda: house.state("test.quick") != () and house.tries("test.quick") > 40)
    time.sleep(3)
    destroyed, quick = house.tries("test.destroying"), house.tries("test.quick")
    time.sleep(2)

    assert house.tries("test.destroying") == destroyed
    assert house.tries("test.quick") > quick + 5


def test_small_correction_of_the_clock_is_no_jump(house: House) -> None:
    house.worker("--shift", "0.5")
    until(lambda: house.tries("test.quick") > 40)
    time.sleep(3)
    destroyed = house.tries("test.destroying")

    until(lambda: house.tries("test.destroying") > destroyed + 2, 5)


# --- Beside the web server --------------------------------------------------------------------------------------------


def _worker_of(site: Site) -> list[psutil.Process]:
    children = psutil.Process(site.process.pid).children(recursive=True)
    return [child for child in children if _is_worker(child)]


def _is_worker(process: psutil.Process) -> bool:
    try:
        return "seloste.config.work" in " ".join(process.cmdline())
    except psutil.Error:  # it has just died
        return False


def test_worker_beside_the_site_is_started_anew_when_it_is_killed_and_ends_with_it(demo: Site) -> None:
    until(lambda: _worker_of(demo))
    (first,) = _worker_of(demo)
    until(lambda: first.num_threads() > 1)
    first.kill()

    until(lambda: any(worker.pid != first.pid for worker in _worker_of(demo)))

    (second,) = [worker for worker in _worker_of(demo) if worker.pid != first.pid]
    assert demo.interrupt() == 0
    assert not second.is_running()


def test_worker_ends_when_the_server_is_killed(demo: Site) -> None:
    until(lambda: len(_worker_of(demo)) == 1)
    (worker,) = _worker_of(demo)

    demo.process.kill()
    demo.process.wait()

    assert psutil.wait_procs([worker], timeout=PATIENCE) == ([worker], [])
