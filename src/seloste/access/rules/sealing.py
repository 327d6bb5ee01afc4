"""How a package is sealed while it waits, and the letters of the link that opens it.

The link holds the package's random id and a secret of its own. The key is derived from that secret and the
installation's (HKDF, RFC 5869), the bytes are encrypted with AES-256-GCM (SP 800-38D) and bound to the id. The database
holds neither secret, so a copy of it opens nothing.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from seloste.kernel.seal import opened_bytes, sealed_bytes

SECRET = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """What a link to a package holds."""

    package: UUID
    secret: bytes


def new_secret() -> bytes:
    """Return a secret for a link."""
    return secrets.token_bytes(SECRET)


def write(ticket: Ticket) -> str:
    """Return the letters of the link."""
    return base64.urlsafe_b64encode(ticket.package.bytes + ticket.secret).decode()


def read(letters: str) -> Ticket | None:
    """Return what the letters hold; None where they are none of ours."""
    try:
        found = base64.b64decode(letters, altchars=b"-_", validate=True)
    except ValueError:
        return None
    if len(found) != 16 + SECRET:
        return None
    return Ticket(package=UUID(bytes=found[:16]), secret=found[16:])


def opener(ticket: Ticket) -> bytes:
    """Return what tells a true link from a forged one, and opens nothing: the fingerprint of a random secret."""
    return hashlib.sha256(b"seloste access package" + ticket.package.bytes + ticket.secret).digest()


def opens(ticket: Ticket, known: bytes) -> bool:
    """Tell whether the link is a true one."""
    return hmac.compare_digest(opener(ticket), known)


def seal(content: bytes, ticket: Ticket, installation: str) -> bytes:
    """Return the content so that only the ticket and the installation's secret together open it."""
    return sealed_bytes(content, key=_key(ticket, installation), bound_to=ticket.package.bytes)


def unseal(sealed: bytes, ticket: Ticket, installation: str) -> bytes:
    """Return the content; BrokenSealError where the ticket is not the one it was sealed for."""
    return opened_bytes(sealed, key=_key(ticket, installation), bound_to=ticket.package.bytes)


def _key(ticket: Ticket, installation: str) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=ticket.secret, info=b"seloste access package at rest")
    return kdf.derive(installation.encode())
