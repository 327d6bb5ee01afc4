"""Where providers tell what happened. No cookie, no form, no page: the bytes, whole, and a plain answer."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from seloste.kernel.clock import now
from seloste.payments import actions
from seloste.payments.actions import Forged
from seloste.payments.choices import Way

#: How each provider sends its messages.
METHODS = {Way.PAYTRAIL: "GET", Way.STRIPE: "POST"}


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def told(request: HttpRequest, way: str) -> HttpResponse:
    """Take a provider's message. It is answered once it is kept; what follows from it follows later."""
    if METHODS.get(way) != request.method:  # type: ignore[call-overload]  # any word of the address
        return _answer("unknown", 404)
    raw = request.META.get("QUERY_STRING", "").encode() if request.method == "GET" else request.body
    try:
        actions.receive(provider=way, raw=raw, headers=request.headers, at=now())
    except Forged:
        return _answer("refused", 400)
    return _answer("ok", 200)


def _answer(word: str, status: int) -> HttpResponse:
    response = HttpResponse(word, status=status, content_type="text/plain; charset=utf-8")
    response["X-Robots-Tag"] = "noindex"
    return response
