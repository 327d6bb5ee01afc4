"""Doing something to several rows: first a page that says what will happen to each, then the deed, once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from seloste.accounts.http import StaffRequest, requires
from seloste.kernel.clock import now
from seloste.kernel.refusals import Missing, NotAllowed, Refusal, Words
from seloste.once.http import answer
from seloste.sales.choices import ListKey
from seloste.sales.forms.orders import ConfirmForm
from seloste.sales.queries.orders import OrderOnList
from seloste.sales.shown.listing import Bulk, Shelf
from seloste.sales.shown.orders import state_words
from seloste.sales.views.listing import shelf_of
from seloste.shop.actions import delivering, states
from seloste.shop.choices import OrderState, Why

#: One page of a list, and no more: what is done to many has to be read before.
MOST = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """What will happen to one row, or why nothing can."""

    id: UUID
    name: str
    detail: str
    state: Words
    happens: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Many:
    """A deed on several rows."""

    about: Words
    fate: Callable[[Any], tuple[bool, Words]]
    do: Callable[[dict[str, Any], Any], object]


def _delivers(line: OrderOnList) -> tuple[bool, Words]:
    if line.is_due:
        return True, gettext_lazy("becomes delivered; the customer is told")
    return False, gettext_lazy("cannot be delivered as it stands")


def _cancels(line: OrderOnList) -> tuple[bool, Words]:
    if line.state is OrderState.PLACED:
        return True, gettext_lazy("is cancelled; the customer is told")
    return False, gettext_lazy("cannot be cancelled any more: return the money instead")


DEEDS: Mapping[tuple[ListKey, str], Many] = {
    (ListKey.ORDERS, "toimita"): Many(
        about=gettext_lazy("Everything of these orders that is not delivered yet becomes delivered."),
        fate=_delivers,
        do=lambda told, line: delivering.deliver(**told, order_id=line.id),
    ),
    (ListKey.ORDERS, "peru"): Many(
        about=gettext_lazy("Orders that nobody has paid are cancelled. It cannot be undone."),
        fate=_cancels,
        do=lambda told, line: states.cancel(**told, order_id=line.id, why=Why.BY_STAFF),
    ),
}


@requires("write")
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: StaffRequest, key: str) -> HttpResponse:
    """Say what will happen to each of the chosen rows; when that is confirmed, do it."""
    shelf = shelf_of(key, request)
    asked = cast(QueryDict, request.POST if request.method == "POST" else request.GET)
    offered, many = _deed(shelf, asked.get("teko", ""), request)
    ids = _ids(asked)
    if not ids:
        messages.error(request, _("Choose rows of the list first."))
        return redirect(shelf.place)
    lines = shelf.source.some(by=request.duty, at=now(), ids=ids)
    form = ConfirmForm(request.POST or None, by=request.duty, at=now())
    counts: dict[bool, int] = {True: 0, False: 0}

    def do() -> str:
        for line in lines:
            counts[_done(many, line, form)] += 1
        return reverse(shelf.place)

    context = {"shelf": shelf, "bulk": offered, "many": many, "ids": ids, "fates": [_fate(many, one) for one in lines]}
    response = answer(request, form, do, template="sales/bulk.html", done="", context=context)
    _tell(request, counts)
    return response


def _deed(shelf: Shelf, key: str, request: StaffRequest) -> tuple[Bulk, Many]:
    offered = next((one for one in shelf.bulk if one.key == key), None)
    if offered is None or offered.category not in request.duty.categories:
        raise Missing
    if "order" not in request.duty.purposes:
        raise Missing
    return offered, DEEDS[shelf.key, key]


def _ids(asked: QueryDict) -> Sequence[UUID]:
    try:
        return [UUID(one) for one in asked.getlist("rivi")[:MOST]]
    except ValueError:
        raise Missing from None


def _fate(many: Many, line: OrderOnList) -> Fate:
    happens, words = many.fate(line)
    detail = ", ".join(
        str(one) for one in (line.company or line.name, line.what, state_words(line.state, is_due=line.is_due)) if one
    )
    return Fate(id=line.id, name=line.reference, detail=detail, state=words, happens=happens)


def _done(many: Many, line: Any, form: ConfirmForm) -> bool:  # noqa: ANN401 -- a line of the list
    """Do it to one row by itself: what cannot be done is left as it is, and the others are done."""
    if not many.fate(line)[0]:
        return False
    try:
        with transaction.atomic():
            many.do({"by": form.by, "at": form.at}, line)
    except (Missing, NotAllowed):
        raise
    except Refusal:
        return False
    return True


def _tell(request: StaffRequest, counts: Mapping[bool, int]) -> None:
    if counts[True]:
        words = ngettext("Done to %(number)s order.", "Done to %(number)s orders.", counts[True])
        messages.success(request, words % {"number": counts[True]})
    if counts[False]:
        words = ngettext("%(number)s was left as it is.", "%(number)s were left as they are.", counts[False])
        messages.warning(request, words % {"number": counts[False]})
