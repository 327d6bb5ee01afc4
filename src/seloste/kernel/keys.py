"""Keys derived from the installation's secret, one for each use: what one marks, no other takes for its own.

The secret is random and long, so a key is one HMAC of its use away from it (RFC 5869 §3.3).
"""

import hmac

from django.conf import settings


def key_of(use: str) -> bytes:
    """Return the key of one use, ``room.what``; whatever was made with it is lost when the use is called otherwise."""
    return hmac.digest(settings.SEAL_KEY.encode(), f"seloste.{use}".encode(), "sha256")
