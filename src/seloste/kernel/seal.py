"""Words that are kept sealed: the key is not in the database, and what was sealed for one row opens in no other."""

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12


class BrokenSealError(ValueError):
    """What was sealed cannot be opened: the key is another one, or the row it stands in."""


def seal(text: str, *, row: str) -> bytes:
    """Return the text sealed for one row (AES-256-GCM); ``row`` names table, row and person."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_key()).encrypt(nonce, text.encode(), row.encode())


def unseal(sealed: bytes | memoryview, *, row: str) -> str:
    """Return the text; BrokenSealError where it was not sealed with this key for this row."""
    whole = bytes(sealed)
    try:
        return AESGCM(_key()).decrypt(whole[:_NONCE], whole[_NONCE:], row.encode()).decode()
    except InvalidTag:
        raise BrokenSealError(row.partition("|")[0]) from None


def _key() -> bytes:
    return hmac.digest(settings.SEAL_KEY.encode(), b"seloste.kernel.seal", "sha256")
