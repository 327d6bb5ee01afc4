"""Questions about erasure: what would go and stay, what was erased, whose time is up."""

from seloste.erasure.queries.certificates import Certificate, certificate, certificate_pdf, paragraphs
from seloste.erasure.queries.due import holds_to_review
from seloste.erasure.queries.jobs import Standing, standing
from seloste.erasure.queries.preview import Part, Plan, Planned, plan

__all__ = [
    "Certificate",
    "Part",
    "Plan",
    "Planned",
    "Standing",
    "certificate",
    "certificate_pdf",
    "holds_to_review",
    "paragraphs",
    "plan",
    "standing",
]
