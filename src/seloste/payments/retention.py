"""What of this room goes when its time is up."""

from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from seloste.kernel import retention
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Words
from seloste.kernel.retention import Due, Store
from seloste.payments.models import EventBody, Payment, PaymentEvent, PaymentTrouble


def _due(model: Any, until: date) -> list[Due]:  # noqa: ANN401 -- either model
    return retention.due_by_day(model.objects.all(), F("keep_until"), until)


def _held(model: Any) -> int:  # noqa: ANN401 -- likewise
    return retention.held(model.objects.all())


def _store(key: str, name: Words, model: Any, *, purpose: str, shorter: Words = "") -> Store:  # noqa: ANN401 -- likewise
    def clear(_by: Duty, at: datetime, limit: int) -> int:
        return retention.delete_over(model.objects.all(), F("keep_until"), at, limit)

    return Store(
        key=key,
        name=name,
        purpose=purpose,
        due=partial(_due, model),
        clear=clear,
        held=partial(_held, model),
        shorter=shorter,
    )


STORES = (
    _store(
        "payments.payments",
        _("Payments and refunds"),
        Payment,
        purpose="accounting",
        shorter=_("What was never paid goes with the order."),
    ),
    _store(
        "payments.events",
        _("What was heard of payments"),
        PaymentEvent,
        purpose="accounting",
        shorter=_("What does not say that money moved goes with the order."),
    ),
    _store(
        "payments.words",
        _("Messages of payment providers, word for word"),
        EventBody,
        purpose="accounting",
        shorter=_("They may name the payer, and are proof only while a payment is settled: 90 days."),
    ),
    _store("payments.troubles", _("Payments that had to be looked into"), PaymentTrouble, purpose="accounting"),
)
