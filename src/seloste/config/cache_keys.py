"""Keys of the cache table: rate limits are kept there by caller, and no caller's address may be readable."""

import hashlib
import hmac

from django.conf import settings


def sealed(key: str, prefix: str, version: int) -> str:
    """Return the key as a keyed hash; the same caller has the same key, and nobody can read it back."""
    text = f"{prefix}:{version}:{key}"
    return hmac.digest(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hex()
