"""Values of records as a machine reads them and as a person does."""

import decimal
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from babel import Locale
from babel.numbers import format_decimal
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from seloste.access.rules.contents import Plain, Value
from seloste.declaration.load import current
from seloste.declaration.schema import Text
from seloste.declaration.words import date_words
from seloste.kernel.clock import HELSINKI, local_date
from seloste.kernel.kept import Kept, Record, kept
from seloste.kernel.money import shown

#: Fields that hold a key of the notice, and the list of the notice in which it stands.
_DECLARED: Mapping[str, str] = {
    "purpose": "purpose",
    "purposes": "purpose",
    "source": "source",
    "category": "category",
    "categories": "category",
    "recipient": "recipient",
}
#: Fields that hold euros. Every other number is a number: of things, of per cent.
_MONEY = frozenset(
    {
        *("amount", "discount", "gross", "left", "net", "paid", "payable", "price", "refunded", "tax", "total"),
        *("unit", "unit_gross", "unit_net", "vat"),
    }
)
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Columns that are called what they hold.
_FORMATS = frozenset({"pdf", "ubl", "xml"})
_BASES = frozenset({"basis", "bases"})
_COUNTRIES = frozenset({"country", "delivery_country", "vat_country", "buyer_country"})


def files(store: Kept, record: Record) -> dict[str, tuple[str, bytes]]:
    """Return the values that are files: by field, the name that each gets in a package and what it holds."""
    return {
        name: (f"files/{record.id}-{_file_name(record, name)}", bytes(value))
        for name, value in record.values.items()
        if isinstance(value, bytes | bytearray | memoryview) and name in _files(store.model)
    }


@lru_cache
def _files(model: type[models.Model]) -> frozenset[str]:
    """Return the columns of bytes that hold whole files: fingerprints and marks have a length, files have none."""
    columns = [field for field in model._meta.get_fields() if isinstance(field, models.BinaryField)]
    return frozenset(field.name for field in columns if field.max_length is None)


def _file_name(record: Record, field: str) -> str:
    """Return a name that no machine takes for a path."""
    given = str(record.values.get("name") or (f"document.{field}" if field in _FORMATS else field))
    kept = "".join(one if one.isascii() and (one.isalnum() or one in "._-") else "_" for one in given)
    return kept.strip(".")[-80:] or field


def values(store: Kept, record: Record, language: str) -> list[Value]:
    """Return the values of a record in the order of reading; a file is told by its name."""
    held = {name: path for name, (path, _content) in files(store, record).items()}
    return [
        Value(
            key=name,
            name=str(label),
            value=held.get(name) or plain(record.values.get(name)),
            shown=held.get(name) or said(store, name, record, language),
        )
        for name, label in store.fields.items()
    ]


def texts(store: Kept, record: Record) -> dict[str, str]:
    """Return the values in free words: where other people can be named."""
    found = {name: record.values.get(name) for name in store.fields if name not in _listed(store.model)}
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, str) and value and name not in _DECLARED and name not in _BASES
    }


@lru_cache
def _listed(model: type[models.Model]) -> Mapping[str, Mapping[Any, Any]]:
    """Return the fields of the model that hold one of a closed list; ``lists`` says it of those without ``choices``."""
    unsaid = {name: dict(choices.choices) for name, choices in getattr(model, "lists", {}).items()}
    return unsaid | {
        field.name: dict(field.flatchoices)
        for field in model._meta.get_fields()
        if isinstance(field, models.Field) and field.choices
    }


def plain(value: Any) -> Plain:  # noqa: ANN401 -- whatever a table holds
    """Return the value as JSON has it; moments in Helsinki's time."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(HELSINKI).isoformat(timespec="seconds")
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, date | UUID | decimal.Decimal) or not isinstance(value, Iterable):
        return str(value)
    return [plain(one) for one in value]


def said(store: Kept, name: str, record: Record, language: str) -> str:
    """Return the value in words of the language; empty where there is none."""
    return _words(record.values.get(name), name, _listed(store.model).get(name), language)


def _words(value: Any, name: str, labels: Mapping[Any, Any] | None, language: str) -> str:  # noqa: ANN401
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return _key_words(value, name, labels, language)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_words(one, name, labels, language) for one in value)
    return _single_words(value, name, language)


def _single_words(value: Any, name: str, language: str) -> str:  # noqa: ANN401
    if isinstance(value, date):
        return moment_words(value, language) if isinstance(value, datetime) else date_words(value, language)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, decimal.Decimal):
        return shown(value, language) if name in _MONEY else format_decimal(value, locale=language)
    found = plain(value)
    return json.dumps(found, ensure_ascii=False, sort_keys=True) if isinstance(found, dict) else str(found)


def _key_words(value: str, name: str, labels: Mapping[Any, Any] | None, language: str) -> str:
    if labels and value in labels:
        return capfirst(str(labels[value]))
    if name in _DECLARED:
        declared = getattr(current(), _DECLARED[name]).get(value)
        return str(declared.name.in_language(language)) if declared else value
    return _named(value, name, language) or detail_words(value)


def _named(value: str, name: str, language: str) -> str:
    """Return what the value is called where the field holds a key; empty where it does not."""
    found: dict[str, Any] = {
        **dict.fromkeys(_BASES, lambda: next((text for key, text in current().basis.items() if key == value), None)),
        "wanted": lambda: current().consent[value].text if value in current().consent else None,
        "form": lambda: current().form[value].title if value in current().form else None,
        "kind": lambda: next((str(store.name) for store in kept() if store.model._meta.model_name == value), None),
        **dict.fromkeys(_COUNTRIES, lambda: Locale(language).territories.get(value, value)),
        "language": lambda: capfirst(Locale(language).languages.get(value, value)),
    }
    words = found[name]() if name in found else None
    return words.in_language(language) if isinstance(words, Text) else words or ""


def _is_id(value: str) -> bool:
    return len(value) == 36 and _ID.fullmatch(value) is not None


def detail_words(detail: str) -> str:
    """Return the words; nothing where they are only an id of ours, which is in the files for machines."""
    return "" if _is_id(detail) else detail


def moment_words(at: datetime, language: str) -> str:
    """Return the moment as it is written: date and time of day in Helsinki."""
    local = at.astimezone(HELSINKI)
    time = f"{local:%H:%M}" if language == "en" else f"{local.hour}.{local:%M}"
    return f"{date_words(local_date(at), language)} {time}"
