"""Carrying out access and portability (art. 15, 20): a package that waits behind the link of the answer.

Whoever asked on her own page gets what needs no look at once; the rest follows in a later package. An employee cannot
say that it was granted while a record waits, nor that it was granted whole while something is left out of it.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from seloste.access import actions as access
from seloste.access.actions import Delivered
from seloste.access.choices import Extent
from seloste.access.queries import reviewing
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, Refusal
from seloste.rights import letter
from seloste.rights.actions import sending
from seloste.rights.actions.effects import LATER, Done, Effect, Task
from seloste.rights.choices import Letter, Outcome, Right
from seloste.rights.models import Request, RequestItem
from seloste.rights.queries import packages, people


class StillToReview(Refusal):
    """Records in which others may be named, and at which nobody has looked."""

    status = 409


class NotWhole(Refusal):
    """Something is left out for the sake of others, and the decision says that all was granted."""

    status = 409


def give(by: Duty, at: datetime, task: Task) -> Done:
    """Make the package that was asked for; what it holds is what is held now.

    StillToReview where an employee has to look at something first. For whoever asked on her own page the package is
    made of all the rest, and the request waits for the employee.
    """
    person_id = task.person()
    waiting = reviewing.waiting(person_id) if task.right is Right.ACCESS else 0
    if waiting and by.role != "visitor":
        words = ngettext_lazy(
            "%(count)d record has to be looked through before it is handed out.",
            "%(count)d records have to be looked through before they are handed out.",
            "count",
        )
        raise StillToReview(words % {"count": waiting})
    if task.right is Right.ACCESS and not waiting:
        _must_say_what_is_left_out(task, person_id)
    _build(task.request_id, person_id, Extent(task.right.value), by=by, at=at)
    return LATER if waiting else True


def _must_say_what_is_left_out(task: Task, person_id: UUID) -> None:
    """Refuse to call granted what is granted in part: she is told why, and what she can do about it (12(4))."""
    item = RequestItem.objects.get(id=task.item_id)
    if item.outcome == Outcome.GRANTED and reviewing.left_out(person_id):
        raise NotWhole(
            _("Something is left out for the sake of others (GDPR 15(4)). Decide “granted in part” and say why.")
        )


def _build(request_id: UUID, person_id: UUID, extent: Extent, *, by: Duty, at: datetime) -> None:
    language = Request.objects.values_list("language", flat=True).get(id=request_id)
    access.build(
        by=by,
        at=at,
        person_id=person_id,
        right=extent.value,
        language=language,
        matter=request_id,
        secret=packages.secret_of(request_id, extent),
    )


EFFECTS: dict[Right, Effect] = {Right.ACCESS: give, Right.PORTABILITY: give}


@transaction.atomic
def make_again(*, by: Duty, at: datetime, request_id: UUID) -> int:
    """Make the packages of a request anew, because they ran out or never arrived; return how many."""
    reviewing.check_duty(by)
    request = Request.objects.select_for_update().filter(id=request_id).first()
    if request is None:
        raise Missing
    found = packages.packages_of(request_id, at=at) if request.person else []
    for one in found:
        if request.person is not None:
            _build(request_id, request.person, one.package.extent, by=by, at=at)
    return len(found)


def tell_downloaded(by: Duty, at: datetime, delivered: Delivered) -> None:
    """Tell every older address that the data were fetched: whoever did not do it learns of it (T5–T7)."""
    request = Request.objects.filter(id=delivered.matter).first() if delivered.matter else None
    if request is None:
        return
    written = letter.write(Letter.DOWNLOADED, request, downloaded_at=at)
    for address in people.to_be_told(delivered.person_id, received_at=request.received_at):
        try:
            sending.send(request, Letter.DOWNLOADED, written, by=by, at=at, to=address, person_id=delivered.person_id)
        except sending.NoWay:
            continue
