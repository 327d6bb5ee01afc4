"""One log line for each request, with nothing in it that a person typed."""

import secrets
import time
from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.http import HttpRequest, HttpResponse

#: A page slower than this is worth a look; milliseconds.
SLOW = 1000

_log = structlog.stdlib.get_logger("seloste.requests")

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestLog:
    """Tell the pattern of the address, never the address: ordinary pages at debug, faults and slow ones louder."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Take the time around everything else."""
        began, reference = time.perf_counter(), secrets.token_hex(8)
        request.reference = reference  # type: ignore[attr-defined]  # the security log names it, too
        response = self.get_response(request)
        status, ms = response.status_code, round((time.perf_counter() - began) * 1000, 1)
        tell = _log.warning if _is_odd(status, ms) else _log.debug
        tell("page.served", request=reference, method=request.method, route=_route(request), status=status, ms=ms)
        return response


def _is_odd(status: int, ms: float) -> bool:
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or ms > SLOW


def _route(request: HttpRequest) -> str | None:
    """Return the pattern that matched, such as `tyopoyta/henkilot/<uuid:person_id>/`."""
    return request.resolver_match.route if request.resolver_match else None
