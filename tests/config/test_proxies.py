"""Whose word about the caller's address is believed."""

import threading
from collections.abc import Iterable
from io import BytesIO
from ipaddress import ip_network
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from seloste.config.proxies import LARGEST_BODY, Gatehouse

TRUSTED = (ip_network("127.0.0.1"), ip_network("10.0.0.0/8"))


class Slow:
    """A caller whose line hangs after some bytes."""

    def __init__(self, arrives: bytes) -> None:
        self.arrives = arrives
        self.hung_up = threading.Event()

    def read(self, length: int) -> bytes:
        """Give what arrived, once nobody waits for more."""
        if len(self.arrives) < length:
            self.hung_up.wait(5)
        return self.arrives[:length]


def _seen(environ: dict[str, Any], *, is_secure: bool = True) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    def application(given: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        seen.update(given)
        return []

    Gatehouse(application, trusted=TRUSTED, is_secure=is_secure)(environ, lambda *_a, **_k: lambda _b: None)
    return seen


@pytest.mark.parametrize(
    ("peer", "chain", "caller"),
    [
        ("198.51.100.7", "", "198.51.100.7"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),  # a stranger's word is not believed
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "192.0.2.1, 203.0.113.9, 10.1.1.1", "203.0.113.9"),  # what a caller wrote itself stands left
        ("127.0.0.1", "10.1.1.1", "10.1.1.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("::ffff:127.0.0.1", "2001:DB8::1", "2001:db8::1"),
        ("127.0.0.1", "2001:db8::1%anybody's words", "2001:db8::1"),
        ("", "203.0.113.9", ""),
    ],
)
def test_caller_is_the_first_address_from_the_right_that_is_no_proxy(peer: str, chain: str, caller: str) -> None:
    assert _seen({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": chain})["REMOTE_ADDR"] == caller


def test_forwarded_headers_do_not_reach_the_application() -> None:
    seen = _seen({
        "REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9",
        "HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_HOST": "evil.example",
    })  # fmt: skip

    assert [name for name in seen if "FORWARDED" in name] == []


@pytest.mark.parametrize(
    ("peer", "said", "scheme"),
    [
        ("127.0.0.1", "https", "https"),
        ("127.0.0.1", "http", "http"),
        ("127.0.0.1", "", "https"),
        ("198.51.100.7", "http", "https"),
    ],
)
def test_site_on_https_believes_only_its_proxy_about_plain_http(peer: str, said: str, scheme: str) -> None:
    seen = _seen({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_PROTO": said, "wsgi.url_scheme": "http"})

    assert seen["wsgi.url_scheme"] == scheme


def test_site_on_plain_http_stays_on_it() -> None:
    seen = _seen({"REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http"}, is_secure=False)

    assert seen["wsgi.url_scheme"] == "http"


@pytest.mark.parametrize(("length", "passes"), [(str(LARGEST_BODY), True), (str(LARGEST_BODY + 1), False), ("x", True)])
def test_oversized_request_is_refused_before_it_is_read(length: str, *, passes: bool) -> None:
    body = BytesIO(b"x" * LARGEST_BODY)

    assert bool(_seen({"REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": length, "wsgi.input": body})) is passes


def _told(body: object, *, length: int) -> tuple[str, list[bytes]]:
    """Return the status the gatehouse itself gives, and what it passes on."""
    statuses: list[str] = []
    read: list[bytes] = []

    def application(given: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        read.append(given["wsgi.input"].read())
        return []

    gatehouse = Gatehouse(application, trusted=TRUSTED, is_secure=False, patience=0.05)
    environ = {"REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": str(length), "wsgi.input": body}
    gatehouse(environ, lambda status, *_rest: statuses.append(status))  # type: ignore[arg-type]
    return "".join(statuses), read


def test_a_body_that_arrives_is_passed_on_whole() -> None:
    assert _told(BytesIO(b"message=Hei"), length=11) == ("", [b"message=Hei"])


def test_a_caller_whose_line_hangs_holds_no_thread() -> None:
    caller = Slow(b"message=")

    answer = _told(caller, length=11)

    caller.hung_up.set()
    assert answer == ("408 Request Timeout", [])


def test_half_a_message_is_no_message() -> None:
    assert _told(BytesIO(b"message="), length=11) == ("408 Request Timeout", [])
