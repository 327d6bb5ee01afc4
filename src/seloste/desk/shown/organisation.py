"""An organisation, laid out for the page."""

from typing import Any

from django.utils.translation import gettext as _

from seloste.desk import rules
from seloste.register.queries import OrganisationPage


def organisation(found: OrganisationPage, reader: rules.Reader) -> dict[str, Any]:
    """Return the page of an organisation."""
    known = [
        (_("Business id"), found.business_id, ""),
        (_("Web address"), found.website, found.website),
        (_("E-mail address"), found.email, f"mailto:{found.email}"),
        (_("Telephone number"), found.phone, f"tel:{found.phone}"),
    ]
    return {
        "organisation": found,
        "known": [line for line in known if line[1]],
        "source": reader.source(found.source),
    }
