"""Messages about a subscription: what changed, what is coming, what can be done. Nothing is advertised in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from seloste.declaration.load import current
from seloste.services.choices import AskedBy, ChangeKind, State
from seloste.services.models import Subscription, SubscriptionChange
from seloste.services.queries import links, words
from seloste.services.queries.standing import standing_of, terms_of
from seloste.services.rules.links import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A letter's words."""

    subject: str
    text: str


def changed(row: Subscription, made: SubscriptionChange, *, gone: Sequence[str] = ()) -> Written:
    """Return what is told of a change, whoever asked for it: also somebody who did not.

    ``gone`` are the numbers of the orders that were cancelled with it, unpaid.
    """
    told = {
        "change": made,
        "kind": made.kind,
        "gone": ", ".join(gone),
        "is_ours": made.asked_by == AskedBy.US,
        "is_own": made.asked_by == AskedBy.CUSTOMER,
        "waits": row.next_change_id == made.id,
        "has_ended": row.state == State.ENDED,
        "becomes": words.called(made.title, made.quantity),
        "amount": words.sum_of(made.amount, is_gross=row.is_gross),
        "day": made.effective_on,
        "last_day": made.effective_on - timedelta(days=1),
        "resumes_on": row.resumes_on,
        "left": row.length - row.used,
    }
    with override(row.order.language):
        told["price"] = words.price(terms_of(made).price, made.interval, is_gross=row.is_gross)
        told["was_price"] = words.price(terms_of(row).price, row.interval, is_gross=row.is_gross)
        told["amount"] = words.sum_of(made.amount, is_gross=row.is_gross)
        return _write(row, "changed", _subject(made.kind), **told)


def reminder(row: Subscription, renews_on: date) -> Written:
    """Return what is told before a renewal: when, for how much, and how it is cancelled."""
    coming = standing_of(row).coming
    title = row.next_change.title if row.next_change else row.title
    with override(row.order.language):
        price = words.price(coming.price, coming.interval, is_gross=row.is_gross)
        told = {"day": renews_on, "price": price, "becomes": words.called(title, coming.quantity)}
        return _write(row, "reminder", _("Is renewed soon: %(title)s"), **told)


def _subject(kind: str) -> str:
    return {
        ChangeKind.PAUSE: _("Paused: %(title)s"),
        ChangeKind.RESUME: _("Goes on: %(title)s"),
        ChangeKind.CANCEL: _("Cancelled: %(title)s"),
        ChangeKind.KEEP: _("Goes on after all: %(title)s"),
        ChangeKind.PRICE: _("The price changes: %(title)s"),
        ChangeKind.ENDED: _("Has ended: %(title)s"),
        ChangeKind.PUT_BACK: _("As it was before: %(title)s"),
        ChangeKind.CALLED_OFF: _("Stays as it is: %(title)s"),
    }.get(ChangeKind(kind), _("Changed: %(title)s"))


def _write(row: Subscription, template: str, subject: str, **told: Any) -> Written:  # noqa: ANN401 -- what the template says
    around = {
        "title": words.called(row.title, row.quantity),
        "reference": row.reference,
        "link": links.address(Kind.SUBSCRIPTION, row.id, language=row.order.language),
        "controller": current().controller,
    }
    text = render_to_string(f"services/mail/{template}.txt", {**around, **told})
    return Written(subject=subject % {"title": row.title}, text=_tidy(text))


def _tidy(text: str) -> str:
    """Return the text without the empty lines that the template's own signs leave behind."""
    kept: list[str] = []
    for line in (line.rstrip() for line in text.strip().splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept)
