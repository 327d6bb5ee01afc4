"""Whose word about the caller's address is believed, and how large and slow a request may be, before Django sees it."""

import threading
from collections.abc import Callable, Iterable
from io import BytesIO
from ipaddress import IPv4Network, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

Networks = tuple[IPv4Network | IPv6Network, ...]

#: The largest form has some thousand characters; a longer body is refused before it is read.
LARGEST_BODY = 1024 * 1024
#: How long a body may take to arrive. A few callers whose line hangs would otherwise hold every thread for ever.
BODY_SECONDS = 10.0


class Gatehouse:
    """A WSGI application before Django's: sets REMOTE_ADDR and the scheme to what may be believed.

    `X-Forwarded-For` is read from the right, past every address in a trusted network; the first other one is the
    caller. From anybody else the headers are removed, so nothing behind can believe them by mistake.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        trusted: Networks,
        is_secure: bool,
        patience: float = BODY_SECONDS,
        note_refusal: Callable[[WSGIEnvironment, int], None] = lambda _environ, _status: None,
    ) -> None:
        self.application = application
        self.note_refusal = note_refusal
        self.trusted = trusted
        self.is_secure = is_secure
        self.patience = patience

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer 413 to an oversized request and 408 to one that does not arrive, and pass every other one on."""
        self._believe(environ)
        length = _length(environ)
        if length > LARGEST_BODY:
            self.note_refusal(environ, 413)
            return _refuse(start_response, "413 Content Too Large", b"The request is too large.\n")
        if length:
            body = _arrived(environ["wsgi.input"].read, length, self.patience)
            if len(body) < length:
                self.note_refusal(environ, 408)
                return _refuse(start_response, "408 Request Timeout", b"The request did not arrive whole.\n")
            environ["wsgi.input"] = BytesIO(body)
        return self.application(environ, start_response)

    def _believe(self, environ: dict[str, Any]) -> None:
        peer = str(environ.get("REMOTE_ADDR", ""))
        chain = environ.pop("HTTP_X_FORWARDED_FOR", "")
        scheme = environ.pop("HTTP_X_FORWARDED_PROTO", "")
        environ.pop("HTTP_X_FORWARDED_HOST", None)
        believed = self._is_trusted(peer)
        environ["REMOTE_ADDR"] = self._caller(peer, chain) if believed else _address(peer)
        if self.is_secure:
            environ["wsgi.url_scheme"] = "http" if believed and scheme == "http" else "https"

    def _caller(self, peer: str, chain: str) -> str:
        for part in reversed([part.strip() for part in chain.split(",")]):
            address = _address(part)
            if not address:
                break
            peer = address
            if not self._is_trusted(address):
                break
        return _address(peer)

    def _is_trusted(self, peer: str) -> bool:
        address = _address(peer)
        return bool(address) and any(ip_address(address) in network for network in self.trusted)


def _address(text: str) -> str:
    """Return the address in its one spelling, or nothing when it is none; IPv4 inside IPv6 is IPv4.

    The zone of an address (RFC 4007 §11) is anybody's words and tells nobody else anything: it goes.
    """
    try:
        address = ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def _length(environ: WSGIEnvironment) -> int:
    given = str(environ.get("CONTENT_LENGTH") or "0")
    return int(given) if given.isascii() and given.isdigit() else 0


def _arrived(read: Callable[[int], bytes], length: int, patience: float) -> bytes:
    """Return the body, or nothing where it has not arrived in time; the reader ends when the connection is closed."""
    box: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=lambda: box.put(read(length)), daemon=True).start()
    try:
        return box.get(timeout=patience)
    except Empty:
        return b""


def _refuse(start_response: Callable[..., Any], status: str, body: bytes) -> Iterable[bytes]:
    start_response(status, [
        ("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))), ("Connection", "close"),
        ("Content-Security-Policy", "default-src 'none'"), ("X-Content-Type-Options", "nosniff"),
    ])  # fmt: skip
    return [body]
