"""What may be sent to her, as on the preference page: the same question, asked about whoever has her page open."""

from datetime import datetime

from seloste.kernel.marks import mark_of
from seloste.mydata.queries.entrance import herself
from seloste.mydata.rules import Opened
from seloste.outreach.queries.preferences import Preferences, Reader, preferences
from seloste.outreach.rules.links import Kind, Link


def reader(opened: Opened) -> Reader:
    """Return her as the preference page knows whoever asked for a link: by her address, which she has shown is hers."""
    link = Link(kind=Kind.ASKED, subject=opened.id, mark=mark_of(opened.address), made_at=opened.proved_at)
    return Reader(link=link, person_id=opened.person_id, address=opened.address)


def marketing(opened: Opened, *, at: datetime, language: str) -> Preferences:
    """Return the consents, with where each stands, and whether all marketing is forbidden."""
    return preferences(reader(opened), by=herself(), at=at, language=language)
