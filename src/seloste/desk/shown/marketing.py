"""Whether a person may be contacted for marketing, why, and what she has said about it."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from seloste.consents.choices import VALID
from seloste.consents.queries import Answer, Marketing, Standing
from seloste.desk.queries import Sheet
from seloste.register.choices import Language


def marketing(sheet: Sheet) -> dict[str, Any] | None:
    """Return the panel; None where the duty does not include marketing."""
    told, person_id = sheet.marketing, sheet.person.id
    if told is None:
        return None
    return {
        "answers": [_answer(answer, told, person_id) for answer in told.answers],
        "consents": [_consent(standing, person_id) for standing in told.consents],
        "objects": told.objects,
    }


def _answer(answer: Answer, told: Marketing, person_id: UUID) -> dict[str, Any]:
    decision = answer.decision
    proof = {str(standing.receipt) for standing in told.consents}
    is_receipt = decision.evidence in proof
    return {
        "channel": capfirst(str(answer.channel.label)),
        "text": _("yes") if decision.allow else _("no"),
        "tone": "good" if decision.allow else "bad",
        "icon": "check" if decision.allow else "cross",
        "rule": decision.rule.label,
        "law": decision.law,
        "is_known": bool(answer.address),
        "evidence": "" if is_receipt else decision.evidence,
        "receipt_url": reverse("desk:receipt", args=[person_id, decision.evidence]) if is_receipt else "",
        "must_carry": [carry.label for carry in decision.must_carry],
    }


def _consent(standing: Standing, person_id: UUID) -> dict[str, Any]:
    return {
        "channel": capfirst(str(standing.channel.label)),
        "state": standing.state.label if standing.state else _("never asked"),
        "tone": "good" if standing.state in VALID else "",
        "at": standing.at,
        "until": standing.valid_until,
        "language": Language(standing.language).label if standing.language else "",
        "lang": standing.language,
        "words": standing.text,
        "receipt_url": reverse("desk:receipt", args=[person_id, standing.receipt]) if standing.receipt else "",
    }
