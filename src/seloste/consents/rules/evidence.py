"""Evidence that a person said something herself: of which kind, where it is kept, and of which day (art. 7(1))."""

from dataclasses import dataclass
from datetime import date

from seloste.consents.choices import EvidenceKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What we could show to the authority, and where it would be found."""

    kind: EvidenceKind
    kept: str
    on: date
