"""The running site counts what it answers: over its processes, over a kill of one, and to its orderly end."""

import http.client
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from tests import ready
from tests.config import conftest as running
from tests.config.conftest import Site
from tests.visits import make

from seloste.config import embedded

pytestmark = pytest.mark.slow

VIEWS = "SELECT coalesce(sum(count), 0) FROM visits_daycount WHERE what = 'views'"
LINES = "SELECT coalesce(sum(times), 0) FROM visits_securityline WHERE path = '/ei-ole-sivua.php'"


@pytest.fixture
def site() -> Iterator[Site]:
    """The demo, serving, with a database of its own."""
    with tempfile.TemporaryDirectory(prefix="seloste-") as folder:
        ready.lay_demo(Path(folder) / "var")
        started = running.start(running.seloste("demo"), Path(folder) / "var")
        started.wait_for("Ctrl+C")
        yield started
        started.end()
        embedded.stop(started.server)
        subprocess.run(["rm", "-rf", str(started.server.folder)], check=True)


def ask(site: Site, path: str, times: int) -> int:
    """Ask for a page so often as a browser does; return how many answers came."""
    came = 0
    for _number in range(times):
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
        try:
            connection.request("GET", path, headers={"User-Agent": make.FIREFOX, "Accept": "text/html"})
            came += connection.getresponse().status in {200, 404}
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()
    return came


def stored(site: Site, question: str) -> int:
    with psycopg.connect(embedded.conninfo(site.server)) as connection:
        row = connection.execute(question.encode()).fetchone()
    return int(row[0]) if row else 0


def web_processes(site: Site) -> list[psutil.Process]:
    children = psutil.Process(site.process.pid).children(recursive=True)
    return [one for one in children if any(line.laddr.port == site.port for line in one.net_connections("inet"))]


def test_every_answer_is_counted_once_over_a_kill_and_an_outage(site: Site) -> None:
    before = stored(site, VIEWS)
    answered = ask(site, "/", 40)
    web_processes(site)[0].kill()
    while ask(site, "/", 1) == 0:
        time.sleep(0.1)
    answered += 1 + ask(site, "/", 40)
    embedded.stop_unless_used(site.server, even_if_used=True)
    answered += ask(site, "/", 20)  # no table is asked for this page
    missing = ask(site, "/ei-ole-sivua.php", 7)
    time.sleep(2)
    embedded.start(site.server)
    time.sleep(8)  # a new process has begun, has taken over what the killed one left, and the database is back

    assert site.interrupt() == 0

    with embedded.in_use(site.server):
        assert (stored(site, VIEWS) - before, stored(site, LINES)) == (answered, missing)
    assert list((site.var / "visits").rglob("*.leaf")) == []
