"""The customer's page of an order: rooms above add sections of their own, such as downloads and subscriptions."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

#: Returns a section's markup for the order in the language, safe as the templates make it; empty where there is none.
Section = Callable[[UUID, str, datetime], str]
_sections: list[Section] = []


def section(show: Section) -> None:
    """Add a section. Called once, in the room's ``AppConfig.ready``."""
    _sections.append(show)


def sections(order_id: UUID, language: str, at: datetime) -> list[str]:
    """Return the sections that have something to say about the order."""
    return [said for show in _sections if (said := show(order_id, language, at))]
