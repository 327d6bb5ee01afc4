"""The packages of a request and the links that open them: for the page of the answer, and for its letter."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from seloste.access.choices import Extent
from seloste.access.queries import packages
from seloste.access.queries.packages import Waiting
from seloste.access.rules import sealing
from seloste.access.rules.sealing import Ticket
from seloste.kernel.clock import local_date
from seloste.kernel.keys import key_of
from seloste.kernel.links import page_address
from seloste.kernel.refusals import Words
from seloste.rights.choices import Outcome
from seloste.rights.models import Request, RequestItem

_GIVEN = (Outcome.GRANTED, Outcome.PARTLY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """A package of a request, and the letters of its link."""

    letters: str
    package: Waiting


def secret_of(request_id: UUID, extent: Extent) -> bytes:
    """Return the secret of the link to a package of the request: it stands in no table, and can be said again."""
    return hmac.digest(key_of("rights.packages"), request_id.bytes + extent.value.encode(), "sha256")


def packages_of(request_id: UUID, *, at: datetime) -> list[Ready]:
    """Return the newest package of each kind that was made for the request.

    The letters open it: the caller has made sure who asks.
    """
    found: dict[Extent, Waiting] = {}
    for one in packages.of_matter(request_id, at=at):
        found.setdefault(one.extent, one)
    return [Ready(letters=letters_of(request_id, one), package=one) for _extent, one in sorted(found.items())]


def letters_of(request_id: UUID, one: Waiting) -> str:
    """Return the letters of the link to the package."""
    return sealing.write(Ticket(package=one.id, secret=secret_of(request_id, one.extent)))


def url_of(letters: str, *, language: str) -> str:
    """Return the absolute address of the package's page in the language."""
    return page_address("rights:package", letters, language=language)


def words(request: Request, item: RequestItem) -> str:
    """Return what the answer says of the package: what is in it, how it is fetched and until when."""
    found = packages.newest(request.id, item.right) if item.outcome in _GIVEN else None
    if found is None:
        return ""
    with override(request.language):
        day = formats.date_format(local_date(found.expires_at), "SHORT_DATE_FORMAT")
        return str(_WORDS[found.extent]) % {"day": day, "count": found.entries}


_WORDS: dict[Extent, Words] = {
    Extent.ACCESS: _(
        "All data about you are in one package: a page to read, the same on paper (PDF), and files for machines (JSON, "
        "CSV, vCard). It says of each record where it is from, for what and on which basis we use it, until when we "
        "keep it and who may receive it. You can download it once, on the page of this answer, until %(day)s. Records "
        "in it: %(count)d."
    ),
    Extent.PORTABILITY: _(
        "The data that you gave us and that we process because of your consent or a contract are in one package of "
        "files for machines (JSON with its schema, CSV, vCard). You can download it once, on the page of this answer, "
        "until %(day)s, and give it to another company. Records in it: %(count)d."
    ),
}
