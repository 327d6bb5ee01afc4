"""What of a person is still needed, whatever she wishes."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.kernel.kept import Stay
from seloste.register.choices import ProjectState
from seloste.register.kept.items import grounds_of
from seloste.register.models import Project


def needed(persons: frozenset[UUID], today: date) -> dict[UUID, dict[str, Stay]]:
    """Return what the law, or a project under way, asks us to keep: purpose → why (art. 17(1)(a), 17(3)(b))."""
    found: dict[UUID, dict[str, Stay]] = {}
    for person, purposes in grounds_of(persons).items():
        for purpose, (basis, until) in purposes.items():
            if basis == "legal_obligation" and until >= today and purpose in current().purpose:
                found.setdefault(person, {})[purpose] = _by_law(purpose, until)
    open_projects = Project.objects.filter(person_id__in=persons, state=ProjectState.OPEN, ended_at=None)
    for person in open_projects.values_list("person_id", flat=True).distinct():
        found.setdefault(person, {})["projects"] = Stay(
            law="GDPR 17(1)(a), 6(1)(b)", why=_("A project agreed with the customer is under way."), blocks=False
        )
    return found


def _by_law(purpose: str, until: date) -> Stay:
    declared = current().purpose[purpose]
    law = declared.retention.law or declared.law
    return Stay(law=f"GDPR 17(3)(b); {law}", why=_("The law obliges us to keep the data."), until=until)
