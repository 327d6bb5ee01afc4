"""Work that orders leave for employees, and projects that are opened once it is known whose they are."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from seloste.audit.actions import record
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty, system
from seloste.kernel.refusals import Missing
from seloste.notices.queries import current_version_id
from seloste.register import actions as register
from seloste.register.choices import ProjectState, Source
from seloste.register.models import Project
from seloste.register.rules import Origin
from seloste.services.choices import TaskState
from seloste.services.models import ProjectOpening, ServiceActivation
from seloste.shop.actions import delivering
from seloste.shop.actions.history import check_duty
from seloste.shop.rules import course

#: The purpose for which projects are held, and that of orders.
PROJECTS, PURPOSE = "projects", "order"
AT_ONCE = 200


@transaction.atomic
def done(*, by: Duty, at: datetime, task_id: UUID) -> bool:
    """Note that it was switched on or handed over: the line is delivered. Tells whether it was still to be done."""
    row = _waiting(task_id, by=by)
    if row is None:
        return False
    _settle(row, TaskState.DONE, by=by, at=at)
    delivering.deliver(by=by, at=at, order_id=row.order_id, line_ids=[row.line_id])
    return True


@transaction.atomic
def drop(*, by: Duty, at: datetime, task_id: UUID) -> bool:
    """Note that it is not needed any more. Tells whether it was still to be done."""
    row = _waiting(task_id, by=by)
    if row is None:
        return False
    _settle(row, TaskState.DROPPED, by=by, at=at)
    return True


def _waiting(task_id: UUID, *, by: Duty) -> ServiceActivation | None:
    rows = ServiceActivation.objects.select_for_update(of=("self",)).select_related("order")
    row = rows.filter(id=task_id).first()
    if row is None:
        raise Missing
    check_duty(row.order, by=by)
    return row if row.state == TaskState.WAITING else None


def _settle(row: ServiceActivation, state: TaskState, *, by: Duty, at: datetime) -> None:
    row.state, row.settled_at, row.settled_by = state, at, by.actor
    row.save(update_fields=["state", "settled_at", "settled_by"])
    subjects = [row.order.person_id] if row.order.person_id else []
    record(by=by, at=at, deed=f"activation.{state}", subjects=subjects, categories=["delivery"], item=row.id)


# --- Projects ---------------------------------------------------------------------------------------------------------


def open_projects(at: datetime) -> int:
    """Open what was ordered by people who are known by now; the rest waits. Return how many were opened."""
    waiting = ProjectOpening.objects.filter(
        state=TaskState.WAITING, order__person__isnull=False, order__person__blocked_at=None
    )
    ids = list(waiting.order_by("created_at", "id").values_list("id", flat=True)[:AT_ONCE])
    return sum(_open(row_id, at) for row_id in ids)


@transaction.atomic
def _open(row_id: UUID, at: datetime) -> bool:
    rows = ProjectOpening.objects.select_for_update(of=("self",), skip_locked=True).select_related("order")
    row = rows.filter(id=row_id, state=TaskState.WAITING).first()
    if row is None or row.order.person_id is None:
        return False
    by, order = system(PURPOSE), row.order
    origin = Origin(
        source=Source.ORDER,
        detail=order.reference,
        collected_at=order.placed_at,
        purposes=(PROJECTS,),
        notice_version_id=current_version_id(),
    )
    row.project = register.open_project(
        by=by, at=at, person_id=row.order.person_id, origin=origin, name=row.title, started_on=local_date(at)
    )
    row.state, row.settled_at = TaskState.DONE, at
    row.save(update_fields=["project", "state", "settled_at"])
    return True


def deliver_closed(at: datetime) -> int:
    """Note what was ordered as delivered once its project was closed in the register. Return how many were."""
    closed = Project.objects.filter(id=OuterRef("project"), state=ProjectState.CLOSED)
    rows = ProjectOpening.objects.filter(
        Exists(closed), state=TaskState.DONE, line__fulfilled_at=None, order__state__in=course.STILL_DELIVERING
    )
    found = list(rows.values_list("order_id", "line_id")[:AT_ONCE])
    return sum(
        delivering.deliver(by=system(PURPOSE), at=at, order_id=order_id, line_ids=[line_id])
        for order_id, line_id in found
    )


def sweep(at: datetime) -> int:
    """Open what can be opened and deliver what was closed."""
    return open_projects(at) + deliver_closed(at)
