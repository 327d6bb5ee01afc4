"""What of this room goes when its time is up: three years after data were given, or a recipient was told."""

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from seloste.disclosures.models import Disclosure, RecipientNotice
from seloste.kernel import retention
from seloste.kernel.duty import Duty
from seloste.kernel.refusals import Words
from seloste.kernel.retention import Store


def _store(key: str, name: Words, model: Any) -> Store:  # noqa: ANN401 -- either model
    def clear(_by: Duty, at: datetime, limit: int) -> int:
        return retention.delete_over(model.objects.all(), F("keep_until"), at, limit)

    return Store(
        key=key,
        name=name,
        purpose="rights",
        due=lambda until: retention.due_by_day(model.objects.all(), F("keep_until"), until),
        clear=clear,
        held=lambda: retention.held(model.objects.all()),
    )


STORES = (
    _store("disclosures.given", _("To whom data were given"), Disclosure),
    _store("disclosures.told", _("What recipients were told"), RecipientNotice),
)
