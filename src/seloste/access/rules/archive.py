"""The package as one file: a ZIP whose bytes follow from what it holds, with a signed list of its files.

The list (``manifest.json``) names each file with its fingerprint and is signed with Ed25519 (RFC 8032) as receipts of
consents are. Anyone can verify it offline. The key is another one, derived from the same secret.
"""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from seloste.consents.rules.receipt import canonical, public_key, same_key

MANIFEST = "manifest.json"
FORMAT = "seloste-access-package-manifest"
#: A package is some hundred kilobytes; what unpacks to far more is none.
LARGEST = 200_000_000


class BadPackageError(ValueError):
    """The package was changed, is not whole, or was signed by somebody else."""


def signing_key(secret: str) -> Ed25519PrivateKey:
    """Return the key that signs packages, derived from the installation's secret (HKDF, RFC 5869)."""
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"seloste access packages")
    return Ed25519PrivateKey.from_private_bytes(derived.derive(secret.encode()))


def packed(files: Mapping[str, bytes], said: Mapping[str, Any], key: Ed25519PrivateKey, *, at: datetime) -> bytes:
    """Return the archive of the files with the signed list of them; the same content and moment give the same bytes.

    ``said`` is what the list tells besides: of which package, whose, when. ``published`` in it is where the key is.
    """
    whole = {**files, MANIFEST: _manifest(files, said, key)}
    text = io.BytesIO()
    moment = max((at.year, at.month, at.day, at.hour, at.minute, at.second // 2 * 2), (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(text, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in whole.items():
            entry = zipfile.ZipInfo(name, date_time=moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr, entry.create_system = 0o600 << 16, 3
            archive.writestr(entry, content)
    return text.getvalue()


def _manifest(files: Mapping[str, bytes], said: Mapping[str, Any], key: Ed25519PrivateKey) -> bytes:
    listed = [
        {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": str(len(content))}
        for name, content in files.items()
    ]
    published = str(said.get("published", ""))
    content = {
        "format": FORMAT,
        **{name: value for name, value in said.items() if name != "published"},
        "files": listed,
    }
    value = base64.b64encode(key.sign(canonical(content))).decode()
    signature = {"algorithm": "Ed25519", "key": public_key(key), "published": published, "value": value}
    whole = {"manifest": content, "signature": signature}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


# --- Verifying --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What a whole package says, and the public key that it names."""

    manifest: Mapping[str, Any]
    signer: str


def verify(package: bytes, *, trusted: str | None = None) -> Verified:
    """Return what a whole package says; BadPackageError where it is not one, or not of the trusted public key."""
    files = _unpacked(package)
    try:
        envelope = json.loads(files.pop(MANIFEST))
        content, signature = envelope["manifest"], envelope["signature"]
        signer = base64.b64decode(signature["key"], validate=True)
        Ed25519PublicKey.from_public_bytes(signer).verify(base64.b64decode(signature["value"]), canonical(content))
        listed = {one["name"]: one["sha256"] for one in content["files"]}
        known = content["format"] == FORMAT and len(listed) == len(content["files"])
    except InvalidSignature:
        raise BadPackageError("the list of files was changed after it was signed") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadPackageError("this is no signed package") from None
    if not known:
        raise BadPackageError("this is no signed package")
    _same(files, listed)
    if trusted is not None and not same_key(str(signature["key"]), trusted):
        raise BadPackageError("it was signed with another key")
    return Verified(manifest=content, signer=str(signature["key"]))


def _unpacked(package: bytes) -> dict[str, bytes]:
    """Return the files by their names; one name twice, or more than a package can be, is refused before unpacking."""
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            listed = archive.infolist()
            if len({one.filename for one in listed}) != len(listed):
                raise BadPackageError("two files in it have the same name")
            if sum(one.file_size for one in listed) > LARGEST:
                raise BadPackageError("it is far too large")
            return {one.filename: archive.read(one) for one in listed}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        raise BadPackageError("this is no package") from None


def _same(files: Mapping[str, bytes], listed: Mapping[str, str]) -> None:
    for name in sorted(listed.keys() - files.keys()):
        raise BadPackageError(f"{name} is missing")
    for name in sorted(files.keys() - listed.keys()):
        raise BadPackageError(f"{name} is not on the list")
    for name, content in files.items():
        if hashlib.sha256(content).hexdigest() != listed[name]:
            raise BadPackageError(f"{name} was changed")
