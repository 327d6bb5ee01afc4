"""The demo's third party: a small server on this machine in another company's place, and a notice that asks for it.

The notice is a copy of the real one with ``third_party/*.over.toml`` laid over it. It has a version of its own, and the
demo with a third party has a folder and a database of its own, so that neither demo meets the other's notice.
"""

import contextlib
import errno
import os
import secrets
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from seloste.config import demo_notice, environment
from seloste.config.trouble import Trouble

OVERLAY = Path(__file__).parent / "third_party"
MAP = OVERLAY / "kartta.html"
#: Another host than the site's `localhost`, so that browsers take it for another party.
HOST, PORT = "127.0.0.1", 8790
#: What the stand-in calls its cookie; the overlay declares it.
COOKIE = "kartta_laite"
#: For 30 days, in a frame on another site. Partitioned, since browsers take no other cookie there by now (CHIPS).
ATTRIBUTES = "Path=/; Max-Age=2592000; SameSite=None; Secure; Partitioned"


def prepare() -> None:
    """Have this process and its children run by the notice with the third party, in a folder of its own."""
    found = environment.read()
    os.environ["SELOSTE_VAR"] = str(found.var / "third-party")
    os.environ["SELOSTE_NOTICE"] = str(lay_over(found.notice, found.var / "third-party" / "notice"))


def lay_over(base: Path, into: Path, *, origin: str = f"http://{HOST}:{PORT}") -> Path:
    """Make a copy of the notice with the overlay on it, which names the origin of the third party; return it."""
    return demo_notice.lay_over(base, into, sorted(OVERLAY.glob("*.toml")), words={"@ORIGIN@": origin})


class StandIn(BaseHTTPRequestHandler):
    """Another company's page: a drawing in a frame, with a cookie that lasts 30 days."""

    def do_GET(self) -> None:
        """Answer with the map; nothing else is here."""
        if self.path != "/kartta":
            self.send_error(404)
            return
        body = MAP.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("Set-Cookie", f"{COOKIE}={secrets.token_hex(8)}; {ATTRIBUTES}")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing: the demo's own log is read by people."""


@contextlib.contextmanager
def host(port: int = PORT) -> Iterator[str]:
    """Have the third party answer while the block runs; gives its origin."""
    try:
        server = ThreadingHTTPServer((HOST, port), StandIn)
    except OSError as wrong:
        if wrong.errno != errno.EADDRINUSE:
            raise
        raise Trouble(f"Port {port}, which the demo's third party needs, is in use: stop the other program.") from None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
