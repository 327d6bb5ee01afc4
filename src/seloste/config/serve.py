"""The web server: granian's processes, told of when they answer; then the worker beside them."""

import errno
import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from seloste.config import logs
from seloste.config.environment import Environment
from seloste.config.trouble import Trouble
from seloste.config.work import Beside

#: Threads per process: a page waits for the database, not for the processor.
THREADS = 4

#: How long a started server may take to answer.
READY_SECONDS = 60


def refuse_busy_port(environment: Environment) -> None:
    """Say in one line that the port cannot be listened on, before anything else is started."""
    family = socket.AF_INET6 if ":" in environment.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((environment.host, environment.port))
        except OSError as wrong:
            raise Trouble(_why(wrong, environment)) from None


def _why(wrong: OSError, environment: Environment) -> str:
    if wrong.errno == errno.EADDRINUSE:
        port = environment.port
        return f"Port {port} is in use: stop the other program, or choose another: PORT={port + 1}."
    if wrong.errno == errno.EACCES:
        return f"Port {environment.port} needs more rights: choose one above 1023: PORT=8001."
    return f"SELOSTE_HOST={environment.host} cannot be listened on: {wrong.strerror}."


def serve(environment: Environment, *, when_ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are finished, then the processes end.

    Calls ``when_ready`` once the front page is there, and then starts the worker; raises `Trouble` when it is broken.
    """
    beside = Beside()
    server = Server(
        "seloste.config.wsgi:application",
        address=environment.host,
        port=environment.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=environment.workers,
        blocking_threads=THREADS,
        workers_kill_timeout=6,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        log_dictconfig=logs.dictionary(environment.log_level),
    )
    # A closed terminal ends the server like Ctrl+C; granian would begin new processes instead.
    server.on_startup(lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt) and None)
    failures: list[str] = []
    arguments = (environment, [when_ready, beside.start], failures)
    threading.Thread(target=_tell_when_ready, args=arguments, daemon=True).start()
    try:
        server.serve()
    finally:
        beside.stop()
    if failures:
        raise Trouble(failures[0])


def _tell_when_ready(environment: Environment, when_ready: Sequence[Callable[[], None]], failures: list[str]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    status = 0
    while not status and time.monotonic() < deadline:
        time.sleep(0.05)
        status = _front_page(environment)
    if HTTPStatus.OK <= status < HTTPStatus.BAD_REQUEST:
        for follow in when_ready:
            follow()
    else:
        failures.append(_why_not(status))
        os.kill(os.getpid(), signal.SIGTERM)


def _why_not(status: int) -> str:
    if not status:
        return f"The web server did not answer within {READY_SECONDS} seconds, so it was stopped; see the log above."
    return f"The front page is broken (status {status}), so nothing is served; the log above names the place."


def _front_page(environment: Environment) -> int:
    """Ask for the front page as a browser would; 0 while nothing answers."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(environment.host, environment.host)  # noqa: S104
    headers = {"Host": urlsplit(environment.public_origin).netloc, "Accept": "text/html"}
    connection = http.client.HTTPConnection(host, environment.port, timeout=READY_SECONDS)
    try:
        connection.request("GET", "/", headers=headers)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()
