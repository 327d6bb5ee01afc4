"""Closed while the database does not know what has happened since it was made: a calm page, and nothing else.

Whether it is open is looked up beside the requests (:func:`watch`), so that no page waits for it.
"""

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from seloste.ledger.choices import Standing
from seloste.ledger.queries import standing

_log = structlog.stdlib.get_logger("seloste.ledger")

#: How often a running web process looks; a database may be put back under it.
LOOKS_EVERY = timedelta(seconds=3)
#: A browser, and a robot, may ask again after so many seconds.
RETRY_AFTER = 300

Answer = Callable[[HttpRequest], HttpResponse]


class _Gate:
    """Whether this process serves. Open until somebody looks: a process that never watches is not a server."""

    def __init__(self) -> None:
        self.is_open = True


gate = _Gate()


def look() -> None:
    """Look whether the database may be served. Where nobody can tell, what was found last holds."""
    try:
        found = standing()
    except (Error, OSError) as wrong:
        _log.warning("ledger.not_looked", error=type(wrong).__name__)
        return
    if gate.is_open and found.state is not Standing.WHOLE:
        _log.error("ledger.closed", status=found.state.value)
    gate.is_open = found.state is Standing.WHOLE


def watch() -> None:
    """Look now, before the first request, and then every few seconds; what cannot be looked at is not served."""
    gate.is_open = False
    look()
    connection.close()  # the thread that serves or listens has its own
    threading.Thread(target=_keep_looking, name="ledger", daemon=True).start()


def _keep_looking() -> None:
    pause = threading.Event()
    while not pause.wait(LOOKS_EVERY.total_seconds()):
        look()
        connection.close()


class LedgerMiddleware:
    """Answers every request with 503 while the database is closed."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say in three languages that we are not here just now."""
        if gate.is_open:
            return self._get_response(request)
        page = render_to_string("ledger/closed.html")
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"})
