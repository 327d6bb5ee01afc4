"""The notice for machines: JSON-LD in the W3C Data Privacy Vocabulary 2.3, complete by itself, nothing to fetch."""

from collections.abc import Mapping
from typing import Any

from seloste.declaration.schema import LANGUAGES, Basis, Declaration, Purpose, Recipient, Retention, Source, Text
from seloste.notices.rules import wording

Node = dict[str, Any]

#: Short names of the vocabularies. Inline: a reader needs no network to understand the document.
CONTEXT: Mapping[str, Any] = {
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "pd": "https://w3id.org/dpv/pd#",
    "dct": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

BASES = {
    Basis.CONSENT: "eu-gdpr:A6-1-a",
    Basis.CONTRACT: "eu-gdpr:A6-1-b",
    Basis.LEGAL_OBLIGATION: "eu-gdpr:A6-1-c",
    Basis.LEGITIMATE_INTEREST: "eu-gdpr:A6-1-f",
}
RECIPIENTS = {"processor": "dpv:DataProcessor", "controller": "dpv:ThirdParty", "authority": "dpv:Authority"}
MECHANISMS = {
    "adequacy": "eu-gdpr:A45-3",
    "standard_clauses": "eu-gdpr:A46-2-c",
    "derogation": "dpv:DataTransferLegalBasis",
}


def document(declared: Declaration, *, address: str) -> Node:
    """Return the JSON-LD document; ``address`` is where the notice is read and the root of all identifiers."""
    at = f"{address}#"
    return {
        "@context": dict(CONTEXT),
        "@graph": [
            _notice(declared, address),
            _controller(declared, at),
            _authority(declared, at),
            *(_process(declared, key, at) for key in declared.purpose),
            *(_category(key, declared, at) for key in declared.category),
            *(_source(key, one, at) for key, one in declared.source.items()),
            *(_recipient(key, one, at) for key, one in declared.recipient.items()),
            *(_right(key, declared, at) for key in declared.right),
            *(_measure(key, declared, at) for key in declared.measure),
        ],
    }


def _words(text: Text) -> list[Node]:
    return [{"@value": text.in_language(language), "@language": language} for language in LANGUAGES]


def _ids(at: str, kind: str, keys: Any) -> list[Node]:  # noqa: ANN401 -- keys of any table
    return [{"@id": f"{at}{kind}-{key}"} for key in keys]


def _notice(declared: Declaration, address: str) -> Node:
    at = f"{address}#"
    return {
        "@id": address,
        "@type": "dpv:PrivacyNotice",
        "dct:title": _words(declared.register_.name),
        "dct:description": _words(declared.register_.about),
        "dct:language": list(LANGUAGES),
        "dct:hasVersion": declared.meta.version,
        "dct:valid": {"@value": declared.meta.effective_from.isoformat(), "@type": "xsd:date"},
        "dpv:hasDataController": {"@id": f"{at}controller"},
        "dpv:hasAuthority": {"@id": f"{at}authority"},
        "dpv:hasProcess": _ids(at, "process", declared.purpose),
        "dpv:hasRight": _ids(at, "right", declared.right),
        "dpv:hasTechnicalOrganisationalMeasure": _ids(at, "measure", declared.measure),
    }


def _controller(declared: Declaration, at: str) -> Node:
    one = declared.controller
    node = {
        "@id": f"{at}controller",
        "@type": "dpv:DataController",
        "dpv:hasName": one.name,
        "dpv:hasAddress": f"{one.street}, {one.postal_code} {one.city}, {one.country}",
        "dpv:hasContact": one.email,
    }
    return node | ({"dpv:hasIdentifier": one.business_id} if one.business_id else {})


def _authority(declared: Declaration, at: str) -> Node:
    return {
        "@id": f"{at}authority",
        "@type": "dpv:DataProtectionAuthority",
        "rdfs:label": _words(declared.authority.name),
        "dpv:hasAddress": declared.authority.address,
        "dpv:hasContact": declared.authority.email,
    }


def _process(declared: Declaration, key: str, at: str) -> Node:
    purpose = declared.purpose[key]
    node = {
        "@id": f"{at}process-{key}",
        "@type": "dpv:Process",
        "dct:title": _words(purpose.name),
        "dpv:hasDataController": {"@id": f"{at}controller"},
        "dpv:hasPurpose": {"@id": f"{at}purpose-{key}", "@type": purpose.dpv, "rdfs:label": _words(purpose.why)},
        "dpv:hasLegalBasis": [_basis(purpose, basis, at, key) for basis in purpose.bases],
        "dpv:hasPersonalData": _ids(at, "category", purpose.categories),
        "dpv:hasDataSource": _ids(at, "source", purpose.sources),
        "dpv:hasDataSubject": {"@type": "dpv:DataSubject", "rdfs:label": _words(purpose.subjects)},
        "dpv:hasStorageCondition": _storage(declared, purpose.retention),
        "dpv:hasRight": [{"@id": f"{at}right-{name}"} for name in _rights(declared, purpose)],
    }
    return node | ({"dpv:hasRecipient": _ids(at, "recipient", purpose.recipients)} if purpose.recipients else {})


def _rights(declared: Declaration, purpose: Purpose) -> list[str]:
    applying = [*wording.rights_for(declared, purpose), *wording.objections_for(declared, purpose)]
    return [key for key, right in declared.right.items() if right in applying]


def _basis(purpose: Purpose, basis: Basis, at: str, key: str) -> Node:
    node: Node = {"@id": f"{at}basis-{key}-{basis.value}", "@type": BASES[basis]}
    if basis is Basis.LEGITIMATE_INTEREST and purpose.interest:
        node["rdfs:label"] = _words(purpose.interest)
    if basis is Basis.LEGAL_OBLIGATION and purpose.law:
        node["dpv:hasApplicableLaw"] = purpose.law
    return node


def _storage(declared: Declaration, retention: Retention) -> Node:
    return {
        "@type": "dpv:StorageDuration",
        "dpv:hasDuration": {"@value": str(retention.period), "@type": "xsd:duration"},
        "rdfs:label": _words(declared.start[retention.start]),
    }


def _category(key: str, declared: Declaration, at: str) -> Node:
    one = declared.category[key]
    return {
        "@id": f"{at}category-{key}",
        "@type": one.dpv,
        "rdfs:label": _words(one.name),
        "dct:description": _words(one.what),
    }


def _source(key: str, source: Source, at: str) -> Node:
    given = "dpv:PublicDataSource" if source.public else "dpv:ThirdPartyDataSource"
    kind = "dpv:DataSubjectDataSource" if source.from_person else given
    return {"@id": f"{at}source-{key}", "@type": kind, "rdfs:label": _words(source.name)}


def _recipient(key: str, recipient: Recipient, at: str) -> Node:
    node: Node = {
        "@id": f"{at}recipient-{key}",
        "@type": RECIPIENTS[recipient.kind],
        "rdfs:label": _words(recipient.name),
        "dpv:hasCountry": recipient.country,
    }
    if recipient.transfer:
        mechanism = MECHANISMS[recipient.transfer.mechanism]
        node["dpv:hasLegalBasis"] = {"@type": mechanism, "rdfs:label": _words(recipient.transfer.text)}
    return node


def _right(key: str, declared: Declaration, at: str) -> Node:
    one = declared.right[key]
    return {
        "@id": f"{at}right-{key}",
        "@type": one.dpv,
        "rdfs:label": _words(one.name),
        "dct:description": _words(one.text),
    }


def _measure(key: str, declared: Declaration, at: str) -> Node:
    one = declared.measure[key]
    return {
        "@id": f"{at}measure-{key}",
        "@type": "dpv:TechnicalOrganisationalMeasure",
        "rdfs:label": _words(one.name),
        "dct:description": _words(one.text),
    }
