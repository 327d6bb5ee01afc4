"""One table for a spreadsheet from each category."""

from collections.abc import Mapping, Sequence

from seloste.access.rules.contents import Category, Entry, Plain
from seloste.kernel.sheets import as_csv

#: The columns that every record has, by their keys in JSON.
PROVENANCE = ("source", "source_detail", "since", "purposes", "bases", "until", "current", "left_out")


def sheet(category: Category, labels: Mapping[str, str]) -> bytes:
    """Return the category's records as CSV (RFC 4180 with semicolons); ``labels`` are the heads of our own columns."""
    fields = list(dict.fromkeys((value.key, value.name) for entry in category.entries for value in entry.values))
    head = [labels["kind"], *(name for _key, name in fields), *(labels[name] for name in PROVENANCE)]
    return as_csv([head, *(_cells(entry, fields, labels) for entry in category.entries)]).encode()


def _cells(entry: Entry, fields: Sequence[tuple[str, str]], labels: Mapping[str, str]) -> list[str]:
    held = {(value.key, value.name): value for value in entry.values}
    return [
        entry.kind,
        *(_cell(held[field].value, held[field].shown) if field in held else "" for field in fields),
        entry.source.name if entry.source else "",
        entry.source_detail,
        entry.since_at.isoformat() if entry.since_at else "",
        ", ".join(one.name for one in entry.purposes),
        ", ".join(one.name for one in entry.bases),
        entry.until.isoformat() if entry.until else entry.until_words,
        labels["yes"] if entry.is_current else labels["no"],
        labels["held_back"] if entry.is_held_back else entry.left_out,
    ]


def _cell(value: Plain, shown: str) -> str:
    """Return words as she reads them; days and numbers stay as a machine reads them."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else shown
