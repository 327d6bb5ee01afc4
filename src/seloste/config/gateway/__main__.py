"""The gateway's process: `python -m seloste.config.gateway <socket> <folder>`, as `Gateway.start` begins it."""

import json
import socket
import threading
from collections.abc import Mapping
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from seloste.config.children import handed_over
from seloste.config.gateway import page, paytrail, stripe, telling
from seloste.config.gateway.books import KEYS, Books, moment

#: A request of a shop is small.
LARGEST = 256 * 1024
#: Seconds until a message that is late comes, and a slow payment is confirmed; the form may say less.
LATE = 30.0


class Handler(BaseHTTPRequestHandler):
    """Answers shops in two protocols, and payers with a page."""

    books: Books
    origin: str
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer."""
        self._answer(b"")

    def do_POST(self) -> None:
        """Answer."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self.send_error(413)
            return
        self._answer(self.rfile.read(length))

    def _answer(self, body: bytes) -> None:
        path = self.path
        headers = {name.lower(): value for name, value in self.headers.items()}
        if path.startswith("/paytrail/"):
            said = paytrail.answer(
                self.books, self.origin, method=self.command, path=path[9:], headers=headers, body=body
            )
            self._send(*said, kind="application/json; charset=utf-8")
        elif path.startswith("/stripe/"):
            said = stripe.answer(
                self.books, self.origin, method=self.command, path=path[7:], headers=headers, body=body
            )
            self._send(*said, kind="application/json")
        elif path == "/delivered":
            with self.books.open():
                self._send(200, {}, json.dumps(self.books.delivered).encode(), kind="application/json")
        elif path == "/books":
            with self.books.open():
                rows = {one.id: asdict(one) for one in self.books.payments.values()}
                self._send(200, {}, json.dumps(rows).encode(), kind="application/json")
        else:
            self._pay(urlsplit(path).path.strip("/").split("/"), body)

    def _pay(self, parts: list[str], body: bytes) -> None:
        payment = self.books.payments.get(parts[1]) if len(parts) == 2 and parts[0] == "pay" else None
        if payment is None:
            self.send_error(404)
            return
        asked = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        state, do, how = payment.settled(moment()), asked.get("do", ""), asked.get("how", "")
        after = min(float(asked.get("after") or LATE), LATE)
        there = ""
        if self.command == "POST" and do == "pay" and state == "new":
            there = telling.pay(self.books, payment, how if how in KEYS else "", after=after)
        elif self.command == "POST" and do == "cancel" and state == "new":
            there = telling.cancel(self.books, payment)
        elif self.command == "POST" and do in telling.LATER and state == "ok":
            telling.afterwards(self.books, payment, do)
        if self.command == "POST":
            self._send(303, {"Location": there or f"/pay/{payment.id}"}, b"", kind="text/plain")
            return
        html = page.page(payment, state).encode()
        self._send(200, {"Content-Security-Policy": page.POLICY}, html, kind="text/html; charset=utf-8")

    def _send(self, status: int, headers: Mapping[str, str], body: bytes, *, kind: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing: the demo's own log is read by people."""


def serving(listening: socket.socket, folder: Path) -> ThreadingHTTPServer:
    """Return a server on a socket that listens already."""
    host, port = listening.getsockname()[:2]
    server = ThreadingHTTPServer((host, port), Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    server.server_address = (host, port)
    server.daemon_threads = True
    Handler.books, Handler.origin = Books(folder), f"http://{host}:{port}"
    return server


def main() -> None:
    """Serve on the socket that the parent listens on, until the parent ends."""
    server = serving(*handed_over())
    threading.current_thread().name = "gateway"
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
