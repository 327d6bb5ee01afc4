"""Questions about erasure: what would go and stay, what was erased, whose time is up."""

from seloste.erasure.queries.certificates import Certificate, certificate, certificate_pdf, paragraphs
from seloste.erasure.queries.due import holds_to_review
from seloste.erasure.queries.jobs import Held, Standing, answer_to, holds_on, newest_for, planned_for, standing
from seloste.erasure.queries.preview import Part, Plan, Planned, plan

__all__ = [
    "Certificate",
    "Held",
    "Part",
    "Plan",
    "Planned",
    "Standing",
    "answer_to",
    "certificate",
    "certificate_pdf",
    "holds_on",
    "holds_to_review",
    "newest_for",
    "paragraphs",
    "plan",
    "planned_for",
    "standing",
]
