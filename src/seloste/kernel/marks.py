"""Keyed marks of addresses: they find an address again without being one."""

from django.conf import settings
from django.utils.crypto import salted_hmac

#: HMAC-SHA-256.
BYTES = 32


def mark_of(address: str) -> bytes:
    """Return the keyed mark of an address in its normal form; the key is not in the database, so it tells nothing.

    Capitals make no other address. But ``ß`` is not ``ss`` in a domain (RFC 5891): whoever owned the one would be taken
    for whoever reads mail at the other.
    """
    said = address.lower() if "@" in address else address.casefold()
    return salted_hmac("seloste.suppression", said, secret=settings.SEAL_KEY, algorithm="sha256").digest()
