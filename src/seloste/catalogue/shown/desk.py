"""What the staff read about a product in words: what is missing, and what somebody changed."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from seloste.catalogue.choices import ProductState, RateClass, VatKind
from seloste.catalogue.queries.desk import ChangeRow
from seloste.catalogue.rules.vat import home_rate
from seloste.catalogue.rules.words import Lack
from seloste.catalogue.shown.rates import in_per_cent
from seloste.kernel.clock import local_date
from seloste.kernel.money import shown as money
from seloste.kernel.refusals import Words

LANGUAGES: Mapping[str, Words] = {
    "fi": gettext_lazy("Finnish"),
    "sv": gettext_lazy("Swedish"),
    "en": gettext_lazy("English"),
}
TONES = {ProductState.PUBLISHED: "good", ProductState.WITHDRAWN: "warn", ProductState.DRAFT: ""}

_LACKS: Mapping[str, Words] = {
    "title": gettext_lazy("A name"),
    "summary": gettext_lazy("One sentence about it"),
    "slug": gettext_lazy("An address"),
    "variant": gettext_lazy("A variant that can be bought"),
    "price": gettext_lazy("A price for every variant"),
    "alt": gettext_lazy("What each picture shows"),
}
_FIELDS: Mapping[str, Words] = {
    "title": gettext_lazy("Name"),
    "slug": gettext_lazy("Address"),
    "summary": gettext_lazy("In one sentence"),
    "text": gettext_lazy("Description"),
    "included": gettext_lazy("What is included"),
    "alt": gettext_lazy("What the picture shows"),
    "vat_kind": gettext_lazy("To value added tax it is"),
    "rate_class": gettext_lazy("Rate"),
    "group_id": gettext_lazy("Group"),
    "position": gettext_lazy("Place"),
    "sku": gettext_lazy("Product code"),
    "variant": gettext_lazy("Variant"),
    "is_available": gettext_lazy("May be bought now"),
    "stock": gettext_lazy("How many there are"),
    "amount": gettext_lazy("Price"),
    "vat_included": gettext_lazy("With value added tax"),
    "from": gettext_lazy("Holds from"),
    "name": gettext_lazy("File"),
}
_LABELS: Mapping[str, Mapping[str, Words]] = {
    "vat_kind": {str(value): label for value, label in VatKind.choices},
    "rate_class": {str(value): label for value, label in RateClass.choices},
}
#: How much of a long text a line of the history shows.
_SHORT = 80


def lack(missing: Lack) -> str:
    """Say what is missing, and in which language."""
    words = str(_LACKS[missing.what])
    return f"{words} ({LANGUAGES[missing.language]})" if missing.language else words


def rate(rate_class: str, on: date) -> str:
    """Return a class of tax with its rate on the day: ``general rate, 25.5 %``."""
    label, per_cent = str(RateClass(rate_class).label), home_rate(rate_class, on)
    return f"{label}, {in_per_cent(per_cent, get_language() or 'fi')}" if per_cent else label


def rates(on: date) -> list[tuple[str, str]]:
    """Return the classes of tax to choose from, each with its rate on the day."""
    return [(value.value, rate(value, on)) for value in RateClass]


def change(row: ChangeRow) -> dict[str, Any]:
    """Return a line of the history: what, when, who, and each field before and after."""
    lines = [_line(name, value) for name, value in row.detail.items() if _split(name)[0] in _FIELDS]
    return {"what": row.what.label, "at": row.at, "by": row.by, "lines": [line for line in lines if line["after"]]}


def _line(name: str, value: object) -> dict[str, str]:
    field, language = _split(name)
    label = str(_FIELDS[field])
    before, after = value if isinstance(value, list) and len(value) == 2 else ("", value)
    return {
        "label": f"{label} ({LANGUAGES[language]})" if language else label,
        "before": _say(field, before),
        "after": _say(field, after) or "–" if before != after else "",
    }


def _split(name: str) -> tuple[str, str]:
    field, _mark, language = name.rpartition("_")
    return (field, language) if language in LANGUAGES else (name, "")


def _say(field: str, value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value == "":
        return ""
    if field == "amount":
        return money(Decimal(str(value)), get_language() or "fi")
    if field == "from":
        return date_format(local_date(datetime.fromisoformat(str(value))), "SHORT_DATE_FORMAT")
    said = str(_LABELS.get(field, {}).get(str(value), value))
    return said if len(said) <= _SHORT else f"{said[:_SHORT]}…"
