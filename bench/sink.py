"""A mail server of the benchmark, in a process of its own: takes everything, and notes each mark before it says so.

Prints its port; writes ``<Message-ID> <recipient>`` into the file it is given, one line for each time a message came.
"""

import asyncio
import re
import sys
from pathlib import Path
from typing import TextIO

_MARK = re.compile(rb"(?im)^Message-ID:\s*(<[^>\r\n]+>)")
_SIMPLE = {b"MAIL": b"250 OK\r\n", b"RSET": b"250 OK\r\n", b"NOOP": b"250 OK\r\n", b"EHLO": b"250 sink\r\n"}


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ledger: TextIO) -> None:
    writer.write(b"220 sink\r\n")
    recipient = b""
    try:
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            if verb == b"RCPT":
                recipient = line.partition(b"<")[2].partition(b">")[0]
                writer.write(b"250 OK\r\n")
            elif verb == b"DATA":
                writer.write(b"354 go\r\n")
                _note(await reader.readuntil(b"\r\n.\r\n"), recipient, ledger)
                writer.write(b"250 2.0.0 taken\r\n")
            else:
                writer.write(_SIMPLE.get(verb, b"502 what\r\n"))
    except (asyncio.IncompleteReadError, ConnectionError):  # the sender died: what did not come whole was not taken
        pass
    finally:
        writer.close()


def _note(content: bytes, recipient: bytes, ledger: TextIO) -> None:
    found = _MARK.search(content)
    ledger.write(f"{found[1].decode() if found else '-'} {recipient.decode()}\n")
    ledger.flush()


async def _serve(path: Path) -> None:
    with path.open("a", encoding="utf-8") as ledger:
        server = await asyncio.start_server(lambda r, w: _talk(r, w, ledger), "127.0.0.1", 0, limit=16 * 1024 * 1024)
        sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
