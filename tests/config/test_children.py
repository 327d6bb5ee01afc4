"""The demo's small servers: there when they are asked, gone with whoever began them."""

import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from seloste.config.gateway import Gateway

#: Begins the gateway as the demo does, and is then there until it is killed.
BEGIN = """
import sys, time
from pathlib import Path
from seloste.config.gateway import Gateway
running = Gateway(Path(sys.argv[1]))
print(running.start(), flush=True)
time.sleep(60)
"""


def books(origin: str) -> int:
    with urlopen(f"{origin}/books", timeout=20) as answer:  # noqa: S310 -- our own
        return int(answer.status)


def test_server_is_there_from_start_to_stop_and_ends_once(tmp_path: Path) -> None:
    running = Gateway(tmp_path / "gateway")
    running.stop()

    origin = running.start()

    assert books(origin) == 200
    running.stop()
    running.stop()
    with pytest.raises(OSError, match="refused"):
        books(origin)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_server_ends_where_its_parent_was_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", BEGIN, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert books(parent.stdout.readline().strip()) == 200
    (child,) = psutil.Process(parent.pid).children()

    parent.kill()
    parent.communicate()

    until = time.monotonic() + 30
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE and time.monotonic() < until:
        time.sleep(0.02)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
