"""The page rate of the public notice beside that of a bare WSGI application, on the same web server in the same run."""

import contextlib
import http.client
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bench import scratch

PATH = "/tietosuoja/"
CONNECTIONS = 8
SECONDS = 5
READY_SECONDS = 60


def bare(_environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer with a page of one line: what the server and the gateway cost by themselves."""
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "6")])
    return [b"hello\n"]


def rates(people: int, pairs: int = 5) -> list[dict[str, float]]:
    """Measure by turns, bare and notice, so that noise hits both alike; return pages a second of each pair."""
    bare_port, notice_port, dbname = free_port(), free_port(), scratch.name(people)
    with (
        serving("bench.notice:bare", bare_port, dbname),
        serving("seloste.config.wsgi:application", notice_port, dbname),
    ):
        for port in (bare_port, notice_port):
            rate(port, seconds=2)
        return [{"pair": pair + 1, "bare": rate(bare_port), "notice": rate(notice_port)} for pair in range(pairs)]


@contextlib.contextmanager
def serving(target: str, port: int, dbname: str) -> Iterator[None]:
    """Have granian serve the application as the product does, with one process, while the block runs."""
    command = [sys.executable, "-m", "bench.notice", target, str(port)]
    process = subprocess.Popen(command, env=scratch.surroundings(dbname))  # noqa: S603
    try:
        wait(port)
        yield
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait(port: int, path: str = PATH) -> None:
    """Wait until the page is answered; TimeoutError after ``READY_SECONDS``."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            _page(http.client.HTTPConnection("127.0.0.1", port, timeout=5), path)
            return
        time.sleep(0.1)
    raise TimeoutError(f"nothing answers on port {port}")


def _page(connection: http.client.HTTPConnection, path: str) -> None:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    if answer.status != http.HTTPStatus.OK:
        raise RuntimeError(f"{path} answered {answer.status}")


def rate(port: int, path: str = PATH, *, seconds: int = SECONDS) -> float:
    """Return pages a second; by wrk where it is installed, else by a client of our own, which is the slower one."""
    by = _rate_by_wrk if shutil.which("wrk") else _rate_by_threads
    return by(port, path, seconds)


def _rate_by_wrk(port: int, path: str, seconds: int) -> float:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", f"http://127.0.0.1:{port}{path}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    if "Non-2xx" in said:
        raise RuntimeError(said)
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    return float(found[1]) if found else 0.0


def _rate_by_threads(port: int, path: str, seconds: int) -> float:
    counts = [0] * CONNECTIONS
    ends = time.monotonic() + seconds

    def load(place: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        while time.monotonic() < ends:
            _page(connection, path)
            counts[place] += 1

    threads = [threading.Thread(target=load, args=(place,)) for place in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _serve(target: str, port: int) -> None:
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415 -- in the serving process only
    from granian.log import LogLevels  # noqa: PLC0415
    from granian.server import Server  # noqa: PLC0415

    from seloste.config.serve import THREADS  # noqa: PLC0415

    Server(
        target,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=1,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
