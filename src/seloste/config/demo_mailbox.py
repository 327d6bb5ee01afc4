"""The demo's own mail server: real SMTP on this machine's loopback, in a process of its own. It sends nothing on.

What it takes lies in the storage folder and is shown on the demo's inbox page (`/demo/posti/`).
"""

import asyncio
import contextlib
import logging
import socket
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

from seloste.config.children import follow_parent

#: Messages of the demo are small; what is larger is refused as a real server would.
LARGEST = 10 * 1024 * 1024
#: Addresses that begin so do not exist, for whoever wants to see a message fail.
NOBODY = "ei-ole"


class Mailbox:
    """The mail server, from `start` to `stop`. Its address is known, and mail waits for it, before it answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start the server on a free port; return its address, such as ``smtp://127.0.0.1:40123`` for SELOSTE_SMTP."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen(20)
            port = listening.getsockname()[1]
            self._process = subprocess.Popen(  # noqa: S603 -- our own program
                [sys.executable, "-m", "seloste.config.demo_mailbox", str(listening.fileno()), str(self.folder)],
                stdin=subprocess.DEVNULL,
                pass_fds=[listening.fileno()],
                process_group=0,
            )
        return f"smtp://127.0.0.1:{port}"

    def stop(self) -> None:
        """End the server; what it took stays in the folder. Does nothing where none was started."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=5)
                return
            process.kill()
            process.wait()


class _Taking:
    """Takes what comes: on disk first, then the answer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()

    async def handle_RCPT(  # noqa: N802 -- the server's own names
        self,
        _server: Any,  # noqa: ANN401 -- likewise
        _session: Any,  # noqa: ANN401
        envelope: Any,  # noqa: ANN401
        address: str,
        _options: Any,  # noqa: ANN401
    ) -> str:
        if address.lower().startswith(NOBODY):
            return "550 5.1.1 No such mailbox in the demo"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: ANN401, N802 -- the server's own names
        from seloste.mail import mailbox  # noqa: PLC0415 -- the process starts faster than Django does

        recipients = " ".join(envelope.rcpt_tos)
        mailbox.keep(self._folder, envelope.content, recipients, moment_ns=time.time_ns(), number=next(self._numbers))
        return "250 2.0.0 Kept in the demo's mailbox"


async def _serve(listening: socket.socket, folder: Path) -> None:
    from aiosmtpd.smtp import SMTP  # noqa: PLC0415 -- only this process needs it

    logging.getLogger("mail.log").setLevel(logging.WARNING)  # it would name every address
    taking = _Taking(folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(taking, data_size_limit=LARGEST, hostname="mailbox.example.com"), sock=listening
    )
    async with server:
        await server.serve_forever()


def main() -> None:
    """Serve on the socket that the parent listens on, until the parent ends."""
    follow_parent()
    listening = socket.socket(fileno=int(sys.argv[1]))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(listening, Path(sys.argv[2])))


if __name__ == "__main__":
    main()
