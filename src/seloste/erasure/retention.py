"""What goes by itself: people and what is known of them, purpose by purpose; and, later, that they were erased."""

from datetime import datetime
from functools import partial

from django.db.models import Func, QuerySet
from django.utils.translation import gettext_lazy as _

from seloste.declaration.load import current
from seloste.erasure.actions import retaining
from seloste.erasure.models import ErasureJob
from seloste.erasure.queries import due
from seloste.kernel import retention
from seloste.kernel.duty import Duty
from seloste.kernel.retention import Store

#: The purposes for which people are in the register. Those of the staff have stores of their own rooms.
PURPOSES = (
    "order",
    "licence_control",
    "accounting",
    "customer_care",
    "feedback",
    "projects",
    "b2b_contact",
    "direct_marketing",
    "web_security",
    "customer_account",
    "contract_management",
    "rights",
)


def _store(purpose: str) -> Store:
    return Store(
        key=f"people.{purpose}",
        name=_("People, and what is held of them for this purpose alone"),
        purpose=purpose,
        due=partial(due.by_day, purpose),
        clear=partial(retaining.clear, purpose=purpose),
        held=lambda: due.held(purpose, most=retention.COUNTED),
        by_itself=True,
    )


NOBODYS = Store(
    key="people.nothing",
    name=_("People for whom there was never a purpose"),
    purpose="rights",
    due=partial(due.by_day, None),
    clear=partial(retaining.clear, purpose=None),
    shorter=_("Nothing was ever entered for them: they are left over from work that was not finished."),
    by_itself=True,
)


def _last_day() -> Func:
    return retention.last_day("ended_at", current().purpose["rights"].retention.period)


def _jobs() -> QuerySet[ErasureJob]:
    return ErasureJob.objects.filter(ended_at__isnull=False)


def _clear_jobs(_by: Duty, at: datetime, limit: int) -> int:
    return retention.delete_over(_jobs(), _last_day(), at, limit)


JOBS = Store(
    key="erasure.jobs",
    name=_("Proofs of erasure"),
    purpose="rights",
    due=lambda until: retention.due_by_day(_jobs(), _last_day(), until),
    clear=_clear_jobs,
    held=lambda: retention.held(ErasureJob.objects.all()),
)

STORES = (*(_store(purpose) for purpose in PURPOSES), NOBODYS, JOBS)
