"""What a receipt says: the consent record of ISO/IEC TS 27560:2023 in the terms of the W3C Data Privacy Vocabulary 2.3.

The fields and their terms are those of the group's guide (https://w3id.org/dpv/guides/consent-27560, report of
15 February 2026): header, processing, parties, event. Every term is of a published vocabulary; none is our own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from seloste.consents.choices import Cause, ConsentState, EvidenceKind
from seloste.declaration.schema import Declaration, Purpose, Recipient, Source

Node = dict[str, Any]

PROFILE = "https://w3id.org/dpv/guides/consent-27560#receipt-eu-gdpr"
CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "loc": "https://w3id.org/dpv/loc#",
    "pd": "https://w3id.org/dpv/pd#",
    "dct": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
#: The states of the vocabulary (DPV ConsentStatus). It has no word for a consent that a newer one replaced.
STATUS: Mapping[ConsentState, str] = {
    ConsentState.REQUESTED: "dpv:ConsentRequested",
    ConsentState.PENDING: "dpv:ConsentRequested",
    ConsentState.GIVEN: "dpv:ConsentGiven",
    ConsentState.RENEWED: "dpv:RenewedConsentGiven",
    ConsentState.REFUSED: "dpv:ConsentRefused",
    ConsentState.WITHDRAWN: "dpv:ConsentWithdrawn",
    ConsentState.EXPIRED: "dpv:ConsentExpired",
    ConsentState.INVALIDATED: "dpv:ConsentInvalidated",
    ConsentState.SUPERSEDED: "dpv:ConsentStatusInvalidForProcessing",
}
#: What is done with the data of a consent: they are collected, stored and used, and nothing is decided by machine.
_PROCESSING = ("dpv:Collect", "dpv:Store", "dpv:Use")


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One event, and the words it was about."""

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
    form: str
    evidence_kind: EvidenceKind | None
    evidence: str
    evidence_on: date | None
    cause: Cause | None
    at: datetime
    by_herself: bool
    valid_until: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Where on the web things are: the notice in the language, and where the consent is withdrawn."""

    notice: str
    withdrawal: str


def document(said: Said, declared: Declaration, *, places: Places) -> Node:
    """Return the receipt's content. ``declared`` is the notice of the event, or the present one where that is lost."""
    purpose, language = declared.purpose[said.purpose], said.language
    return {
        "@context": CONTEXT,
        "@id": f"urn:uuid:{uuid5(said.reference, 'receipt')}",
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": PROFILE,
        "dct:hasVersion": "27560-2023",
        "dct:identifier": str(uuid5(said.reference, "receipt")),
        "dct:language": language,
        "dct:source": {
            "@id": f"urn:uuid:{said.reference}",
            "@type": "dpv:ConsentRecord",
            "dct:identifier": str(said.reference),
        },
        "dpv:hasDataSubject": _subject(said),
        **_processing(said, declared, purpose, places),
        **_parties(declared, purpose, language),
        **_event(said),
    }


def _subject(said: Said) -> Node:
    return {"@id": f"urn:uuid:{said.subject}", "@type": "dpv:DataSubject", "dct:identifier": str(said.subject)}


def _processing(said: Said, declared: Declaration, purpose: Purpose, places: Places) -> Node:
    language, country = said.language, f"loc:{declared.controller.country}"
    return {
        "dpv:hasNotice": [_notice(said, places), _words(said)],
        "dpv:hasPurpose": {
            "@type": purpose.dpv,
            "dct:title": purpose.name.in_language(language),
            "dct:description": purpose.why.in_language(language),
        },
        "dpv:hasScope": said.channel,
        "dpv:hasLegalBasis": {"@id": "eu-gdpr:A6-1-a", "@type": "dpv:ExpressedConsent"},
        "dpv:hasPersonalData": [_category(key, declared, language) for key in purpose.categories],
        "dpv:hasDataSource": _source(declared.source.get(said.source), language),
        "dpv:hasProcessing": list(_PROCESSING),
        "dpv:hasStorageCondition": [
            {
                "@type": "dpv:StorageDuration",
                "dpv:hasDuration": {"@value": str(purpose.retention.period), "@type": "xsd:duration"},
                "rdfs:label": declared.start[purpose.retention.start].in_language(language),
            },
            {"@type": "dpv:StorageLocation", "dpv:hasLocation": country},
        ],
        "dpv:hasLocation": country,
        "dpv:hasJurisdiction": country,
        "dpv:hasConsentControl": {
            "@type": "dpv:WithdrawConsent",
            "dpv:isExercisedAt": places.withdrawal,
            "dpv:hasContact": declared.controller.email,
        },
        "dpv:hasRight": sorted({right.dpv for right in declared.right.values()}),
    }


def _notice(said: Said, places: Places) -> Node:
    return {
        "@id": places.notice,
        "@type": "dpv:PrivacyNotice",
        "dct:hasVersion": said.notice_version,
        "dct:language": said.language,
        "dpv:hasIdentifier": f"sha256:{said.notice_hash}",
    }


def _words(said: Said) -> Node:
    """Return what was read or heard, word for word: to this the person answered, and to nothing else."""
    return {
        "@type": "dpv:ConsentNotice",
        "dct:description": said.text,
        "dct:language": said.language,
        "dpv:hasIdentifier": f"sha256:{said.text_hash}",
    }


def _category(key: str, declared: Declaration, language: str) -> Node:
    """Return a kind of data; none of it has to be given, because the consent is free."""
    one = declared.category[key]
    return {"@type": one.dpv, "dct:title": one.name.in_language(language), "dpv:hasNecessity": "dpv:Optional"}


def _source(source: Source | None, language: str) -> Node | None:
    if source is None:
        return None
    return {"@type": "dpv:DataSubjectDataSource", "rdfs:label": source.name.in_language(language)}


def _parties(declared: Declaration, purpose: Purpose, language: str) -> Node:
    one, authority = declared.controller, declared.authority
    return {
        "dpv:hasDataController": {
            "@type": "dpv:DataController",
            "dct:identifier": one.business_id or one.name,
            "dpv:hasName": one.name,
            "dpv:hasAddress": f"{one.street}, {one.postal_code} {one.city}, {one.country}",
            "dpv:hasContact": one.email,
        },
        "dpv:hasRecipient": [_recipient(declared.recipient[key], language) for key in purpose.recipients],
        "dpv:hasAuthority": {
            "@type": "dpv:DataProtectionAuthority",
            "dpv:hasName": authority.name.in_language(language),
            "dpv:hasAddress": authority.address,
            "dpv:hasContact": authority.email,
        },
    }


def _recipient(one: Recipient, language: str) -> Node:
    return {"@type": "dpv:Recipient", "dpv:hasName": one.name.in_language(language), "dpv:hasLocation": one.country}


def _event(said: Said) -> Node:
    """Return what happened, when, until when it holds, and by whose doing."""
    return {
        "dpv:hasConsentStatus": STATUS[said.state],
        "dct:date": said.at.isoformat(timespec="seconds"),
        "dct:valid": said.valid_until.isoformat() if said.valid_until else None,
        "dpv:isIndicatedBy": {"@id": f"urn:uuid:{said.subject}"} if said.source else None,
        "dpv:isIndicatedAtTime": said.evidence_on.isoformat() if said.evidence_on else None,
        "dpv:hasIndicationMethod": said.evidence_kind.value if said.evidence_kind else None,
        "dpv:isImplementedByEntity": "dpv:DataSubject" if said.by_herself else "dpv:DataController",
        "rdfs:comment": said.cause.value if said.cause else None,
    }
