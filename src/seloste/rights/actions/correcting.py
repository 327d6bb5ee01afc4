"""Rectification and completion (art. 16): done value by value, and carried out when at least one was."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.disclosures import actions as disclosures
from seloste.disclosures.choices import Because
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Missing, Refusal
from seloste.notices.queries import current_version_id
from seloste.register import actions as register
from seloste.register.rules import Origin
from seloste.rights.actions.effects import Effect, Task
from seloste.rights.actions.steps import check_duty
from seloste.rights.choices import SOURCE_OF, Channel, Right
from seloste.rights.queries import corrected
from seloste.rights.queries.corrected import Correcting, Held


class NothingDone(Refusal):
    """It is said to have been corrected, and nothing was."""

    status = 409


class NotChanged(Refusal):
    """The value written is the one that stands there."""


@transaction.atomic
def rectify(
    *, by: Duty, at: datetime, request_id: UUID, item_id: UUID, kind: str, target: UUID, values: Mapping[str, str]
) -> UUID:
    """Correct one value in a matter; every copy follows, and recipients are told. Return the new item's id."""
    check_duty(by)
    seen = _asked(Right.RECTIFICATION, by=by, at=at, request_id=request_id, item_id=item_id)
    old = seen.one(kind, target)
    if all(old.fields.get(name, "").strip() == text.strip() for name, text in values.items()):
        raise NotChanged(_("Nothing was changed. Write how it should be."), field=next(iter(values), None))
    return register.correct(
        by=by,
        at=at,
        kind=kind,
        item_id=target,
        origin=_origin(seen, old, at=at),
        values=values,
        person_id=seen.person_id,
        request=seen.reference,
    )


@transaction.atomic
def complete(*, by: Duty, at: datetime, request_id: UUID, item_id: UUID, kind: str, target: UUID, text: str) -> UUID:
    """Set the person's statement beside one value in a matter; recipients are told. Return the statement's id."""
    check_duty(by)
    seen = _asked(Right.COMPLETION, by=by, at=at, request_id=request_id, item_id=item_id)
    origin = _origin(seen, seen.one(kind, target), at=at)
    return register.state(by=by, at=at, person_id=seen.person_id, kind=kind, item_id=target, origin=origin, text=text)


def _asked(right: Right, *, by: Duty, at: datetime, request_id: UUID, item_id: UUID) -> Correcting:
    seen = corrected.correcting(by=by, at=at, request_id=request_id, item_id=item_id)
    if seen.right is not right:
        raise Missing
    return seen


def _origin(seen: Correcting, held: Held, *, at: datetime) -> Origin:
    """Say that it came from the person in this matter. It is as new as the deed: whatever was asked earlier (T6)."""
    return Origin(
        source=SOURCE_OF[Channel(seen.source)],
        detail=seen.reference,
        collected_at=at,
        purposes=tuple(held.purposes),
        notice_version_id=current_version_id(),
    )


# --- Effects ----------------------------------------------------------------------------------------------------------


def has_rectified(_by: Duty, _at: datetime, task: Task) -> bool:
    """Tell that something was corrected in the matter; recipients were told with it (`disclosures.follow_correction`).

    Refused where nothing was: an answer must not say so.
    """
    if not corrected.corrections_in(task.reference, task.person(), task.scope):
        raise NothingDone(_("Correct the data first: nothing has been corrected in this matter yet."))
    return True


def has_completed(by: Duty, at: datetime, task: Task) -> bool:
    """Tell that a statement stands beside something, and have recipients told."""
    statements = corrected.statements_in(task.reference, task.person())
    if not statements:
        raise NothingDone(_("Add the person's statement first: nothing has been completed in this matter yet."))
    for statement in statements:
        disclosures.tell_recipients(
            by=by,
            at=at,
            person_id=task.person(),
            because=Because.COMPLETED,
            matter=task.reference,
            what=statement.text,
            categories=[statement.category],
        )
    return True


EFFECTS: dict[Right, Effect] = {Right.RECTIFICATION: has_rectified, Right.COMPLETION: has_completed}
