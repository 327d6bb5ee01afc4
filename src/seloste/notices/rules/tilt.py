"""The notice in the Transparency Information Language (TILT, TU Berlin): one JSON document of arts 13–15."""

from typing import Any

from seloste.declaration.checks import EEA
from seloste.declaration.schema import Basis, Declaration, Purpose, Recipient, Right
from seloste.declaration.words import retention_words
from seloste.notices.rules import wording

Node = dict[str, Any]


def document(declared: Declaration, language: str, *, address: str, text_hash: str) -> Node:
    """Return the document in one language; ``address`` is where the notice is read."""
    return {
        "meta": _meta(declared, language, address, text_hash),
        "controller": _controller(declared),
        "dataProtectionOfficer": _officer(declared, language),
        "dataDisclosed": [_disclosed(declared, key, language) for key in declared.category],
        "thirdCountryTransfers": _transfers(declared, language),
        "accessAndDataPortability": _access(declared, language, address),
        "sources": [_sources(declared, key, language, address) for key in declared.category],
        "rightToInformation": _right(declared, language, address, "15"),
        "rightToRectificationOrDeletion": _right(declared, language, address, "16", "17"),
        "rightToDataPortability": _right(declared, language, address, "20"),
        "rightToWithdrawConsent": _right(declared, language, address, "7(3)"),
        "rightToComplain": _complaint(declared, language, address),
        "automatedDecisionMaking": _automated(declared, language),
        "changesOfPurpose": [],
    }


def _meta(declared: Declaration, language: str, address: str, text_hash: str) -> Node:
    major, minor = (int(number) for number in declared.meta.version.split("."))
    day = declared.meta.effective_from.isoformat()
    return {
        "_id": f"{text_hash[:12]}-{language}",
        "name": f"{declared.controller.name}: {declared.register_.name.in_language(language)} {declared.meta.version}",
        "created": day,
        "modified": day,
        "version": major * 1000 + minor,  # TILT counts versions in whole numbers: 2.1 is 2001
        "language": language,
        "status": "active",
        "url": address,
        "_hash": text_hash,
    }


def _controller(declared: Declaration) -> Node:
    one = declared.controller
    contact = {"name": one.name, "email": one.email} | ({"phone": one.phone} if one.phone else {})
    return {"name": one.name, "address": _address(declared), "country": one.country, "representative": contact}


def _address(declared: Declaration) -> str:
    one = declared.controller
    return f"{one.street}, {one.postal_code} {one.city}"


def _officer(declared: Declaration, language: str) -> Node:
    """Name the officer TILT wants; where none is appointed, the name says so and the contact is the controller's."""
    one = declared.controller
    return {
        "name": one.officer.text.in_language(language),
        "address": _address(declared),
        "country": one.country,
        "email": one.email,
    }


def _of(declared: Declaration, category: str) -> dict[str, Purpose]:
    return {key: purpose for key, purpose in declared.purpose.items() if category in purpose.categories}


def _disclosed(declared: Declaration, key: str, language: str) -> Node:
    purposes = _of(declared, key)
    bases = list(dict.fromkeys(basis for purpose in purposes.values() for basis in purpose.bases))
    return {
        "_id": key,
        "category": declared.category[key].name.in_language(language),
        "purposes": [
            {"purpose": one.name.in_language(language), "description": one.why.in_language(language)}
            for one in purposes.values()
        ],
        "legalBases": [
            {"reference": _reference(basis), "description": declared.basis[basis].in_language(language)}
            for basis in bases
        ],
        "legitimateInterests": [
            {"exists": True, "reasoning": one.interest.in_language(language)}
            for one in purposes.values()
            if one.interest
        ],
        "recipients": [_recipient(declared.recipient[name], language) for name in _recipients(purposes)],
        "storage": [_storage(declared, name, language) for name in purposes],
        "nonDisclosure": _not_given(purposes, language),
    }


def _reference(basis: Basis) -> str:
    """Return the article as TILT spells it: GDPR-6-1-f."""
    return "GDPR-" + wording.ARTICLES[basis].replace("(", "-").replace(")", "")


def _recipients(purposes: dict[str, Purpose]) -> list[str]:
    return list(dict.fromkeys(name for purpose in purposes.values() for name in purpose.recipients))


def _recipient(recipient: Recipient, language: str) -> Node:
    return {"name": recipient.name.in_language(language), "country": recipient.country, "category": recipient.kind}


def _storage(declared: Declaration, key: str, language: str) -> Node:
    purpose = declared.purpose[key]
    words = retention_words(declared, key, language)
    return {
        "temporal": [{"description": words, "ttl": str(purpose.retention.period)}],
        "purposeConditional": [purpose.name.in_language(language)],
        "legalBasisConditional": [_reference(basis) for basis in purpose.bases],
        "aggregationFunction": "max",
    }


def _not_given(purposes: dict[str, Purpose], language: str) -> Node:
    bases = {basis for purpose in purposes.values() for basis in purpose.bases}
    by_law, by_contract = Basis.LEGAL_OBLIGATION in bases, Basis.CONTRACT in bases
    said = dict.fromkeys(purpose.obligation.in_language(language) for purpose in purposes.values())
    return {
        "legalRequirement": by_law,
        "contractualRegulation": by_contract,
        "obligationToProvide": by_law or by_contract,
        "consequences": " ".join(said),
    }


def _transfers(declared: Declaration, language: str) -> list[Node]:
    abroad = [one for one in declared.recipient.values() if one.country not in EEA]
    return [_transfer(one, language) for one in abroad]


def _transfer(recipient: Recipient, language: str) -> Node:
    mechanism = recipient.transfer.mechanism if recipient.transfer else ""
    words = wording.transfer_words(recipient, language)
    return {
        "country": recipient.country,
        "adequacyDecision": {"available": mechanism == "adequacy", "description": words},
        "appropriateGuarantees": {"available": mechanism == "standard_clauses", "description": words},
        "presenceOfEnforceableRightsAndEffectiveRemedies": {
            "available": mechanism != "derogation",
            "description": words,
        },
        "standardDataProtectionClause": {"available": mechanism == "standard_clauses", "description": words},
    }


def _access(declared: Declaration, language: str, address: str) -> Node:
    return {
        **_right(declared, language, address, "15", "20"),
        "administrativeFee": {"amount": 0, "currency": "EUR"},
        "dataFormats": ["application/json", "text/csv", "application/pdf"],
    }


def _sources(declared: Declaration, category: str, language: str, address: str) -> Node:
    keys = dict.fromkeys(key for purpose in _of(declared, category).values() for key in purpose.sources)
    return {
        "_id": f"source-{category}",
        "dataCategory": declared.category[category].name.in_language(language),
        "sources": [
            {
                "description": declared.source[key].name.in_language(language),
                "url": f"{address}#source-{key}",
                "publiclyAvailable": declared.source[key].public,
            }
            for key in keys
        ],
    }


def _about(declared: Declaration, *articles: str) -> list[Right]:
    return [one for one in declared.right.values() if one.article in articles]


def _right(declared: Declaration, language: str, address: str, *articles: str) -> Node:
    found = _about(declared, *articles)
    return {
        "available": bool(found),
        "description": " ".join(one.text.in_language(language) for one in found),
        "url": address,
        "email": declared.controller.email,
        "identificationEvidences": _evidence(declared, language),
    }


def _evidence(declared: Declaration, language: str) -> list[str]:
    """S9.4: proof of identity only where there is reasonable doubt."""
    clause = declared.clauses().get("S9.4")
    return [clause.text.in_language(language)] if clause else []


def _complaint(declared: Declaration, language: str, address: str) -> Node:
    one = declared.authority
    authority = {
        "name": one.name.in_language(language),
        "address": one.address,
        "country": one.country,
        "email": one.email,
        "phone": one.phone,
    }
    return {**_right(declared, language, address, "77"), "supervisoryAuthority": authority}


def _automated(declared: Declaration, language: str) -> Node:
    """S4.10: there is none; the gate fails where a purpose says otherwise."""
    clause = declared.clauses().get("S4.10")
    words = clause.text.in_language(language) if clause else ""
    used = any(purpose.automated_decisions or purpose.profiling for purpose in declared.purpose.values())
    return {"inUse": used, "logicInvolved": words, "scopeAndIntendedEffects": words}
