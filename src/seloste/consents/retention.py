"""What of this room goes when its time is up: the story of what no longer stands, once nobody can dispute it.

The newest word of a person on a matter stays while she is in the register: a no that was forgotten would be a yes.
What was said before a no is the proof that it was ever allowed to write to her, and stays as long as a claim about it
can be made: the period of the purpose "rights", from the day of the no.
"""

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Max, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from seloste.consents.choices import ConsentState, ObjectionState
from seloste.consents.models import ConsentEvent, ObjectionEvent
from seloste.consents.models.acknowledgements import Acknowledgement
from seloste.declaration.load import current
from seloste.kernel import retention
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.periods import Period
from seloste.kernel.refusals import Words
from seloste.kernel.retention import Due, Store
from seloste.ledger.choices import Kind
from seloste.ledger.models import LedgerEntry
from seloste.register.models import Person

_ENDED = (ConsentState.WITHDRAWN, ConsentState.REFUSED, ConsentState.EXPIRED, ConsentState.INVALIDATED)


def _period() -> Period:
    return current().purpose["rights"].retention.period


def _closed(model: type[Model], *, matter: tuple[str, ...], ends: tuple[str, ...]) -> QuerySet[Any]:
    """Return the events after which the matter ended: an ending by the same person on the same matter came later."""
    later = model._base_manager.filter(  # noqa: SLF001 -- Django's own door
        id__gt=OuterRef("id"), state__in=ends, **{name: OuterRef(name) for name in matter}
    )
    ended = Subquery(later.order_by("id").values("at")[:1])
    closed: QuerySet[Any] = model._base_manager.annotate(ended_at=ended).filter(ended_at__isnull=False)  # noqa: SLF001
    return closed


def _store(key: str, name: Words, model: type[Model], *, matter: tuple[str, ...], ends: tuple[str, ...]) -> Store:
    def rows(until: date) -> QuerySet[Any]:
        closed = _closed(model, matter=matter, ends=ends)
        return closed.filter(at__lt=retention.begun_before(until, _period()))

    def last() -> Any:  # noqa: ANN401 -- an expression of a date
        # A clock that was set back may have dated the end before the beginning: the later of the two counts.
        return retention.last_day(Greatest("at", "ended_at"), _period())

    def due(until: date) -> list[Due]:
        return retention.due_by_day(rows(until), last(), until)

    def clear(_by: Duty, at: datetime, limit: int) -> int:
        return retention.delete_over(rows(local_date(at)), last(), at, limit)

    return Store(
        key=key,
        name=name,
        purpose="rights",
        due=due,
        clear=clear,
        held=lambda: retention.held(model._base_manager.all()),  # noqa: SLF001
    )


# --- What is left of people who are gone ------------------------------------------------------------------------------


def _of_the_gone(model: type[Model]) -> QuerySet[Any]:
    """Return the events of people who are no longer in the register, with the last that is known of each.

    It is the last event of the kind, or the erasure, which the ledger knows: from then on nothing new can be disputed.
    """
    gone = ~Exists(Person.objects.filter(id=OuterRef("subject")))
    same = model._base_manager.filter(subject=OuterRef("subject")).order_by()  # noqa: SLF001 -- Django's own door
    ended = LedgerEntry.objects.filter(subject=OuterRef("subject"), kind__in=[Kind.ERASE, Kind.ERASED]).order_by()
    rows: Any = model._base_manager.filter(gone)  # noqa: SLF001
    found: QuerySet[Any] = rows.annotate(
        last_at=Greatest(
            "at",  # of a waiting order's acknowledgement nothing else is known
            Subquery(same.values("subject").annotate(last=Max("at")).values("last")),
            Subquery(ended.values("subject").annotate(last=Max("at")).values("last")),
        )
    )
    return found


def _gone(key: str, name: Words, model: type[Model]) -> Store:
    def rows(until: date) -> QuerySet[Any]:
        return _of_the_gone(model).filter(at__lt=retention.begun_before(until, _period()))

    def last() -> Any:  # noqa: ANN401 -- an expression of a date
        return retention.last_day("last_at", _period())

    def due(until: date) -> list[Due]:
        return retention.due_by_day(rows(until), last(), until)

    def clear(_by: Duty, at: datetime, limit: int) -> int:
        return retention.delete_over(rows(local_date(at)), last(), at, limit)

    return Store(key=key, name=name, purpose="rights", due=due, clear=clear)


OF_THE_GONE = (
    _gone("consents.of_the_gone", _("Proof of the consents of people who have been erased"), ConsentEvent),
    _gone(
        "consents.objections_of_the_gone", _("Proof of the objections of people who have been erased"), ObjectionEvent
    ),
    _gone(
        "consents.acknowledged_by_the_gone",
        _("Proof of what people acknowledged who have been erased"),
        Acknowledgement,
    ),
)


STORES = (
    _store(
        "consents.events",
        _("What people said about consents, before a no"),
        ConsentEvent,
        matter=("subject", "purpose", "channel"),
        ends=tuple(_ENDED),
    ),
    _store(
        "consents.objections",
        _("Objections that were lifted"),
        ObjectionEvent,
        matter=("subject", "purpose"),
        ends=(ObjectionState.LIFTED,),
    ),
)
