"""The receipt of a consent event: what the person may keep and show, signed so that anyone can verify it offline.

What it says is made by ``record``. It travels as JSON by itself, or inside the PDF that a person reads.
"""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

#: A receipt is some kilobytes; what claims to be far larger is none.
LARGEST = 1_000_000


class BadReceiptError(ValueError):
    """The receipt was changed, is not whole, or was signed by somebody else."""


def signing_key(secret: str) -> Ed25519PrivateKey:
    """Return the key that signs receipts, derived from the installation's secret (HKDF, RFC 5869)."""
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"seloste consent receipts")
    return Ed25519PrivateKey.from_private_bytes(derived.derive(secret.encode()))


def public_key(key: Ed25519PrivateKey) -> str:
    """Return the public half, in base64: what a verifier needs."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def key_set(key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return the public key as it is published: a JSON Web Key Set (RFC 7517, RFC 8037)."""
    half = public_key(key)
    name = base64.urlsafe_b64encode(base64.b64decode(half)).decode().rstrip("=")
    return {"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": half, "x": name}]}


def same_key(first: str, second: str) -> bool:
    """Tell whether two spellings of a public key, in base64 or base64url, mean the same; what is no key means none."""
    return _raw(first) is not None and _raw(first) == _raw(second)


def _raw(key: str) -> bytes | None:
    text = key.strip().replace("-", "+").replace("_", "/").rstrip("=")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (ValueError, binascii.Error):
        return None
    return raw if len(raw) == 32 else None


def sign(content: Mapping[str, Any], key: Ed25519PrivateKey, *, published: str = "") -> dict[str, Any]:
    """Return the receipt with its signature (Ed25519, RFC 8032) over its canonical form.

    ``published`` is the address at which the public key is told; whoever verifies gets the key there or by another way,
    and never from the receipt alone.
    """
    value = base64.b64encode(key.sign(canonical(content))).decode()
    signature = {"algorithm": "Ed25519", "key": public_key(key), "published": published, "value": value}
    return {"receipt": dict(content), "signature": signature}


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return the bytes that are signed: keys in order, no spaces, UTF-8 (RFC 8785; a receipt has no numbers)."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def verify(text: bytes, *, trusted: str | None = None) -> dict[str, Any]:
    """Return the content of a whole receipt; BadReceiptError where it is not one, or not of the trusted public key.

    Of a PDF the receipt inside it is verified. What its pages show is not signed: what is returned here counts.
    """
    whole = read(text)
    try:
        envelope = json.loads(whole)
        content, signature = envelope["receipt"], envelope["signature"]
        signer = base64.b64decode(signature["key"], validate=True)
        Ed25519PublicKey.from_public_bytes(signer).verify(base64.b64decode(signature["value"]), canonical(content))
    except InvalidSignature:
        raise BadReceiptError("the receipt was changed after it was signed") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadReceiptError("this is not a receipt") from None
    if trusted is not None and not same_key(signature["key"], trusted):
        raise BadReceiptError("the receipt was signed with another key")
    return dict(content)


def signer(text: bytes) -> str:
    """Return the public key, in base64, that a verified receipt names."""
    return str(json.loads(read(text))["signature"]["key"])


# --- Inside a PDF -----------------------------------------------------------------------------------------------------

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)


def read(text: bytes) -> bytes:
    """Return the receipt's JSON: the text itself, or what a PDF carries; BadReceiptError where it carries several."""
    if not text.startswith(b"%PDF"):
        return text
    found = {stream for stream in _streams(text) if _looks_like_receipt(stream)}
    if len(found) > 1:
        raise BadReceiptError("this PDF holds several receipts")
    if not found:
        raise BadReceiptError("this PDF holds no receipt")
    return found.pop()


def _streams(pdf: bytes) -> Iterator[bytes]:
    """Yield what the file holds, unpacked; a file saved by another program may hide it, then the JSON is needed."""
    for match in _STREAM.finditer(pdf):
        packed = match.group(1)
        yield packed
        try:
            yield zlib.decompressobj().decompress(packed, LARGEST)
        except zlib.error:
            continue


def _looks_like_receipt(stream: bytes) -> bool:
    if not stream.startswith(b"{"):
        return False
    try:
        values = json.loads(stream)
    except (ValueError, RecursionError):
        return False
    return isinstance(values, dict) and {"receipt", "signature"} <= values.keys()
