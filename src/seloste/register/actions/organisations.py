"""Organisations: entered, and found again by exactly their name."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from seloste.audit.actions import record
from seloste.kernel.duty import Duty
from seloste.kernel.ids import free_reference, new_id
from seloste.register import rules
from seloste.register.actions.duties import HeldAlready, check_duty, check_notice
from seloste.register.actions.items import provenance
from seloste.register.models import Organisation
from seloste.register.rules import Origin


@transaction.atomic
def add_organisation(
    *,
    by: Duty,
    at: datetime,
    origin: Origin,
    name: str,
    business_id: str = "",
    website: str = "",
    email: str = "",
    phone: str = "",
) -> UUID:
    """Enter an organisation; return its id."""
    check_duty(by, category="organisation", purposes=origin.purposes)
    check_notice(origin, category="organisation")
    values = rules.read_organisation(
        {"name": name, "business_id": business_id, "website": website, "email": email, "phone": phone}
    )
    organisation_id, reference = new_id(at), free_reference("Y", is_taken=_is_taken)
    try:
        with transaction.atomic():
            Organisation.objects.create(
                id=organisation_id,
                reference=reference,
                **provenance(origin, by=by),
                **values,
            )
    except IntegrityError:
        raise HeldAlready(
            _("An organisation with this business id is already in the register."), field="business_id"
        ) from None
    record(by=by, at=at, deed="organisation.added", categories=["organisation"], item=organisation_id)
    return organisation_id


@transaction.atomic
def organisation_called(*, by: Duty, at: datetime, origin: Origin, name: str) -> UUID:
    """Return the organisation of exactly this name, entering it where there is none."""
    read = rules.read_organisation({"name": name})["name"]
    known = Organisation.objects.filter(name__iexact=read, ended_at=None).order_by("id").first()
    return known.id if known else add_organisation(by=by, at=at, origin=origin, name=read)


def _is_taken(drawn: str) -> bool:
    return Organisation.objects.filter(reference=drawn).exists()
