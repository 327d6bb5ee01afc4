"""The overview in words: what is held, by category, and why."""

from seloste.access.rules.contents import Contents


def page(found: Contents) -> Contents:
    """Return what the page shows."""
    return found
