"""What the room tells everyone: the public key that verifies packages, and the schema of their JSON."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from seloste.access.queries import documents
from seloste.access.rules.archive import signing_key
from seloste.consents.rules.receipt import key_set

#: Both are for good; a day is how long a copy may be trusted to be the present one.
FRESH = "public, max-age=86400"


@login_not_required
@require_safe
def key(_request: HttpRequest) -> JsonResponse:
    """The public half of the key that signs packages (RFC 7517); no table is asked."""
    return JsonResponse(key_set(signing_key(settings.SEAL_KEY)), headers={"Cache-Control": FRESH})


@login_not_required
@require_safe
def schema(_request: HttpRequest) -> HttpResponse:
    """The JSON Schema of the data in a package; no table is asked."""
    return HttpResponse(documents.schema(), content_type="application/schema+json", headers={"Cache-Control": FRESH})
