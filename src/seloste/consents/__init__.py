"""Consents, objections, suppressions, and the one rule that says whether a person may be contacted."""
