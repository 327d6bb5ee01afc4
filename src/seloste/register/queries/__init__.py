"""Questions about persons. Each is told who asks, leaves a line in the record, and answers what that duty may see."""

from seloste.register.queries.lists import (
    COUNTED,
    Ending,
    Owed,
    PastEnd,
    ending,
    ending_count,
    holders_of,
    information_owed,
    names_of,
    owed_count,
    past_end,
    references_of,
)
from seloste.register.queries.organisations import (
    OrganisationList,
    OrganisationPage,
    organisation_list,
    organisation_page,
    organisations,
)
from seloste.register.queries.persons import (
    Heading,
    Informed,
    PersonPage,
    Reason,
    heading,
    note_denied,
    person_page,
    value,
)
from seloste.register.queries.timeline import timeline_entries
from seloste.register.queries.values import Past, Value
from seloste.register.queries.whose import whose
from seloste.register.queries.withheld import Withheld, check_use, unusable, withheld_from, without_withheld

__all__ = [
    "COUNTED",
    "Ending",
    "Heading",
    "Informed",
    "OrganisationList",
    "OrganisationPage",
    "Owed",
    "Past",
    "PastEnd",
    "PersonPage",
    "Reason",
    "Value",
    "Withheld",
    "check_use",
    "ending",
    "ending_count",
    "heading",
    "holders_of",
    "information_owed",
    "names_of",
    "note_denied",
    "organisation_list",
    "organisation_page",
    "organisations",
    "owed_count",
    "past_end",
    "person_page",
    "references_of",
    "timeline_entries",
    "unusable",
    "value",
    "whose",
    "withheld_from",
    "without_withheld",
]
