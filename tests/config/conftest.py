"""A running site: the real command in a process of its own, with a database of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests import ready

from seloste.config import embedded

ROOT = Path(__file__).parents[2]
#: A start prepares a database, on a machine that may be busy with other things.
PATIENCE = 240


@dataclass(kw_only=True)
class Site:
    """A started command, its port and what it printed."""

    process: subprocess.Popen[str]
    port: int
    var: Path
    printed: list[str]
    reader: threading.Thread

    @property
    def server(self) -> embedded.Server:
        """The site's embedded PostgreSQL."""
        return embedded.at(self.var)

    def status(self, path: str, cookie: str = "") -> int:
        """Return the status of a page; 0 when nothing answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers={"Cookie": cookie})
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def wait_for(self, words: str) -> str:
        """Wait until a printed line holds the words; returns the line."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            for line in self.printed:
                if words in line:
                    return line
            time.sleep(0.02)
        code = self.process.poll()
        self.end()
        self.reader.join(timeout=5)
        raise AssertionError(f"{code}: {''.join(self.printed)}")

    def interrupt(self) -> int:
        """Do what Ctrl+C in a terminal does; returns the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=PATIENCE)

    def end(self) -> None:
        """Leave nothing running, whatever became of the test."""
        if self.process.poll() is None:
            try:
                self.interrupt()
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A `var/` folder with a short path, used by one test after the other; its database is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="seloste-") as folder:
        yield Path(folder) / "var"
        server = embedded.at(Path(folder) / "var")
        embedded.stop(server)
        subprocess.run(["rm", "-rf", str(server.folder)], check=True)


def start(command: list[str], var: Path, **environ: str) -> Site:
    """Start a command in a process group of its own and read along what it prints."""
    port = free_port()
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = subprocess.Popen(
        command, cwd=ROOT, start_new_session=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**inherited, "SELOSTE_VAR": str(var), "PORT": str(port), "PYTHONUNBUFFERED": "1", **environ},
    )  # fmt: skip
    printed: list[str] = []
    reader = threading.Thread(target=_read, args=(process, printed), daemon=True)
    reader.start()
    return Site(process=process, port=port, var=var, printed=printed, reader=reader)


def _read(process: subprocess.Popen[str], printed: list[str]) -> None:
    assert process.stdout
    printed.extend(iter(process.stdout.readline, ""))
    process.stdout.close()


def seloste(*arguments: str) -> list[str]:
    """Return the command line that runs `seloste`."""
    return [sys.executable, "-m", "seloste.config.cli", *arguments]


@pytest.fixture
def demo_var(var: Path) -> Path:
    """The folder as the demo leaves it after its first start, or after the test before."""
    ready.lay_demo(var)
    return var


@pytest.fixture
def demo(demo_var: Path) -> Iterator[Site]:
    """The demo, serving."""
    site = start(seloste("demo"), demo_var)
    site.wait_for("Ctrl+C")
    yield site
    site.end()
