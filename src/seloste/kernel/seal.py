"""What is kept sealed: AES-256-GCM (SP 800-38D), with a key that is not in the database, bound to the place it is for.

One way of sealing for the whole house; a room says with which key and to what it is bound.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from seloste.kernel.keys import key_of

_NONCE = 12
_USE = "kernel.seal"


class BrokenSealError(ValueError):
    """What was sealed cannot be opened: the key is another one, or the place it stands in, or its bytes."""


def sealed_bytes(content: bytes, *, key: bytes, bound_to: bytes) -> bytes:
    """Return the content sealed with the key (32 bytes): a fresh nonce, then what is encrypted."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, bound_to)


def opened_bytes(sealed: bytes | memoryview, *, key: bytes, bound_to: bytes) -> bytes:
    """Return the content; BrokenSealError where it was not sealed with this key for this place."""
    whole = bytes(sealed)
    try:
        return AESGCM(key).decrypt(whole[:_NONCE], whole[_NONCE:], bound_to)
    except (InvalidTag, ValueError):
        raise BrokenSealError from None


# --- Words in a row ---------------------------------------------------------------------------------------------------


def seal(text: str, *, row: str) -> bytes:
    """Return the text sealed for one row; ``row`` names table, row and person."""
    return sealed_bytes(text.encode(), key=key_of(_USE), bound_to=row.encode())


def unseal(sealed: bytes | memoryview, *, row: str) -> str:
    """Return the text; BrokenSealError where it was not sealed for this row, or by another installation."""
    return opened_bytes(sealed, key=key_of(_USE), bound_to=row.encode()).decode()
