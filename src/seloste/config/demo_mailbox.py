"""The demo's own mail server: real SMTP on this machine's loopback, in a process of its own. It sends nothing on.

What it takes lies in the storage folder and is shown on the demo's inbox page (`/demo/posti/`).
"""

import asyncio
import contextlib
import logging
import socket
import time
from itertools import count
from pathlib import Path
from typing import Any

from seloste.config.children import LocalServer, handed_over

#: Messages of the demo are small; what is larger is refused as a real server would.
LARGEST = 10 * 1024 * 1024
#: Addresses that begin so do not exist, for whoever wants to see a message fail.
NOBODY = "ei-ole"


class Mailbox(LocalServer):
    """The mail server, whose address is one for SELOSTE_SMTP. What it took stays in the folder."""

    module = "seloste.config.demo_mailbox"
    scheme = "smtp"


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
    listening, folder = handed_over()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(listening, folder))


if __name__ == "__main__":
    main()
