"""What the room tells everyone: the public key that verifies its receipts."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from seloste.consents.rules.receipt import key_set, signing_key

#: The key is for good; a day is how long a copy of it may be trusted to be the present one.
FRESH = "public, max-age=86400"


@login_not_required
@require_safe
def receipt_key(_request: HttpRequest) -> JsonResponse:
    """The public half of the key that signs receipts of consents (RFC 7517); no table is asked."""
    return JsonResponse(key_set(signing_key(settings.SEAL_KEY)), headers={"Cache-Control": FRESH})
