"""Questions about the ledger: does the database fit the files outside it, and what do they say."""

from seloste.ledger.queries.safety import Safety, safety
from seloste.ledger.queries.standing import Condition, database_head, standing, words
from seloste.ledger.queries.verifying import Finding, verify

__all__ = ["Condition", "Finding", "Safety", "database_head", "safety", "standing", "verify", "words"]
