"""Processes that this one starts beside itself: they follow it, and nothing else.

The web server's and the worker's (``wsgi``, ``work``), and the demo's small servers, which are begun and ended here.
"""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

PR_SET_PDEATHSIG = 1  # linux/prctl.h
#: How many callers may wait for a server that does not answer yet.
WAITING = 50
#: How long a server may take to end before it is killed.
ENDS_WITHIN = 5.0


def follow_parent() -> None:
    """Make this process end when its parent says so or is gone, and by nothing else.

    In a process group of its own it does not hear the terminal's Ctrl+C: that and the parent's SIGTERM at the same
    moment block granian's worker until it is killed. Where the parent was killed, the kernel (Linux) tells.
    """
    os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class LocalServer:
    """A server of ours on this machine's loopback, from `start` to `stop`: the module's `main` in a process of its own.

    Its address is known, and callers wait for it, before it answers. What it keeps stays in the folder.
    """

    module: ClassVar[str]
    scheme: ClassVar[str]

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start it on a free port; return its address, such as ``http://127.0.0.1:40123``."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen(WAITING)
            port = listening.getsockname()[1]
            self._process = subprocess.Popen(  # noqa: S603 -- our own program
                [sys.executable, "-m", self.module, str(listening.fileno()), str(self.folder)],
                stdin=subprocess.DEVNULL,
                pass_fds=[listening.fileno()],
                process_group=0,
            )
        return f"{self.scheme}://127.0.0.1:{port}"

    def stop(self) -> None:
        """End it. Does nothing where none was started."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(ENDS_WITHIN)
                return
            process.kill()
            process.wait()


def handed_over() -> tuple[socket.socket, Path]:
    """Follow the parent that began this process as a `LocalServer`; return the socket and the folder it gave."""
    follow_parent()
    return socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2])
