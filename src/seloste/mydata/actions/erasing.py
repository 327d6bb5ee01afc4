"""Erasure from her own page: shown first, then asked for as a request like any other and carried out the same way.

It begins after three days, and every old address is told how to stop it (``rights.actions.erasing``).
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.erasure.queries import plan
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, Refusal
from seloste.mydata.actions.deciding import Form, ask_for
from seloste.mydata.queries import planned
from seloste.mydata.rules import Opened
from seloste.rights import actions as rights
from seloste.rights.actions import Wanted, erasing
from seloste.rights.choices import Right


class Disputed(Refusal):
    """An erasure of hers was stopped from one of her addresses: a code does not show any more who asks."""

    status = 409


@transaction.atomic
def erase(*, by: Duty, at: datetime, opened: Opened, form: Form) -> UUID:
    """Plan the erasure of all that may go, as the preview says; return the request's id. Disputed where it may not."""
    if erasing.is_disputed(opened.person_id):
        raise Disputed(
            _("An erasure was stopped from one of your addresses. Please call us: we make sure that it is you.")
        )
    shown = plan(by=by, at=at, person_id=opened.person_id)
    request = ask_for([Wanted(right=Right.ERASURE)], by=by, at=at, opened=opened, form=form)
    ruling = erasing.proposal(shown, language=form.language)
    rights.do_as_she_says(by=by, at=at, request_id=request.id, ruling=ruling)
    return request.id


@transaction.atomic
def stop(*, by: Duty, at: datetime, opened: Opened) -> None:
    """Stop whatever erasure is planned, and take the requests back; Missing where none waits."""
    found = planned.of(opened.person_id)
    if found is None:
        raise Missing
    while found is not None:  # it may have been asked for twice, and not by her
        erasing.stop_by_herself(by=by, at=at, item_id=found.item_id)
        rights.withdraw(by=by, at=at, request_id=found.request_id)
        found = planned.of(opened.person_id)
