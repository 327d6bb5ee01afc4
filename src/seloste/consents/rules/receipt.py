"""The receipt of a consent event: what the person may keep and show, signed so that anyone can verify it offline.

The shape follows ISO/IEC TS 27560:2023 in the W3C DPV profile (Community Group Report of 15 February 2026).
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from seloste.consents.choices import ConsentState
from seloste.declaration.schema import Declaration

PROFILE = "https://w3id.org/dpv/guides/consent-27560#receipt-eu-gdpr"
CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "loc": "https://w3id.org/dpv/loc#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
#: The states of the vocabulary (DPV ConsentStatus).
_STATUS = {
    ConsentState.REQUESTED: "dpv:ConsentRequested",
    ConsentState.PENDING: "dpv:ConsentRequested",
    ConsentState.GIVEN: "dpv:ConsentGiven",
    ConsentState.RENEWED: "dpv:RenewedConsentGiven",
    ConsentState.REFUSED: "dpv:ConsentRefused",
    ConsentState.WITHDRAWN: "dpv:ConsentWithdrawn",
    ConsentState.EXPIRED: "dpv:ConsentExpired",
    ConsentState.INVALIDATED: "dpv:ConsentInvalidated",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a receipt is about: one event and the words it was about."""

    reference: UUID
    subject: UUID
    purpose: str
    channel: str
    state: ConsentState
    language: str
    text: str
    text_hash: str
    notice_version: str
    notice_hash: str
    source: str
    at: datetime
    valid_until: date | None


def document(said: Said, declared: Declaration, *, notice_address: str) -> dict[str, Any]:
    """Return the receipt's content: header, processing, parties and event (TS 27560 clauses 6.3.2–6.3.5)."""
    purpose = declared.purpose[said.purpose]
    return {
        "@context": CONTEXT,
        "@id": f"urn:uuid:{said.reference}",
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": PROFILE,
        "dct:hasVersion": "27560-2023",
        "dpv:hasDataSubject": f"urn:uuid:{said.subject}",
        "dpv:hasNotice": {
            "@id": notice_address,
            "dct:hasVersion": said.notice_version,
            "dct:language": said.language,
            "dpv:hasIdentifier": f"sha256:{said.notice_hash}",
        },
        "dpv:hasPurpose": {"@type": purpose.dpv, "dct:title": purpose.name.in_language(said.language)},
        "dpv:hasLegalBasis": "eu-gdpr:A6-1-a",
        "dpv:hasPersonalData": [declared.category[key].name.in_language(said.language) for key in purpose.categories],
        "dpv:hasDataController": _controller(declared),
        "dpv:hasRecipient": [declared.recipient[key].name.in_language(said.language) for key in purpose.recipients],
        "dpv:hasStorageCondition": f"{purpose.retention.period} from {purpose.retention.start}",
        "dpv:hasJurisdiction": f"loc:{declared.controller.country}",
        "dpv:hasWithdrawalMethod": declared.controller.email,
        "dpv:hasConsentStatus": _STATUS[said.state],
        "dpv:hasChannel": said.channel,
        "dpv:hasStatement": {"@value": said.text, "dpv:hasIdentifier": f"sha256:{said.text_hash}"},
        "dpv:hasDataSource": said.source,
        "dct:date": said.at.isoformat(timespec="seconds"),
        "dct:valid": said.valid_until.isoformat() if said.valid_until else None,
    }


def _controller(declared: Declaration) -> dict[str, str]:
    controller = declared.controller
    address = f"{controller.street}, {controller.postal_code} {controller.city}, {controller.country}"
    return {"dpv:hasName": controller.name, "dpv:hasAddress": address, "dpv:hasContact": controller.email}


class BadReceiptError(ValueError):
    """The receipt was changed, is not whole, or was signed by somebody else."""


def signing_key(secret: str) -> Ed25519PrivateKey:
    """Return the key that signs receipts, derived from the installation's secret (HKDF, RFC 5869)."""
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"seloste consent receipts")
    return Ed25519PrivateKey.from_private_bytes(derived.derive(secret.encode()))


def public_key(key: Ed25519PrivateKey) -> str:
    """Return the public half, in base64: what a verifier needs."""
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def sign(content: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return the receipt with its signature (Ed25519, RFC 8032) over its canonical form."""
    value = base64.b64encode(key.sign(canonical(content))).decode()
    return {"receipt": dict(content), "signature": {"algorithm": "Ed25519", "key": public_key(key), "value": value}}


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return the bytes that are signed: keys in order, no spaces, UTF-8 (RFC 8785; a receipt has no numbers)."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def verify(text: bytes, *, trusted: str | None = None) -> dict[str, Any]:
    """Return the content of a whole receipt; BadReceiptError where it is not one, or not of the trusted public key."""
    try:
        envelope = json.loads(text)
        content, signature = envelope["receipt"], envelope["signature"]
        signer = base64.b64decode(signature["key"], validate=True)
        Ed25519PublicKey.from_public_bytes(signer).verify(base64.b64decode(signature["value"]), canonical(content))
    except InvalidSignature:
        raise BadReceiptError("the receipt was changed after it was signed") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadReceiptError("this is not a receipt") from None
    if trusted is not None and signature["key"] != trusted:
        raise BadReceiptError("the receipt was signed with another key")
    return dict(content)


def signer(text: bytes) -> str:
    """Return the public key, in base64, that a verified receipt names."""
    return str(json.loads(text)["signature"]["key"])
