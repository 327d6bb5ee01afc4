"""How a table of items is kept: whose they are, where each is from and until when. Rooms above keep theirs so too."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, TextField, Value

from seloste.kernel.kept import BY_STAFF, SHOWN, About, Kept, Record, Whose, erase_rows
from seloste.kernel.refusals import Words
from seloste.register import rules
from seloste.register.choices import CONTACT_CATEGORY, ContactKind
from seloste.register.models import ContactPoint, Ground, Item

#: The fields of every item that say where it is from.
PROVENANCE: Mapping[str, str] = {
    **dict.fromkeys(("source", "source_detail", "collected_at", "purposes", "ended_at", "end_reason"), SHOWN),
    "notice_version": SHOWN,
    "collected_by": BY_STAFF,
    "ended_by": BY_STAFF,
}

#: person → purpose → (basis, last day).
_Grounds = Mapping[UUID, Mapping[str, tuple[str, date]]]


def grounds_of(persons: frozenset[UUID]) -> _Grounds:
    """Return why each person is held for now, and until when."""
    found: dict[UUID, dict[str, tuple[str, date]]] = {}
    rows = Ground.objects.filter(person_id__in=persons, ended_at=None)
    for person, purpose, basis, until in rows.values_list("person_id", "purpose", "basis", "keep_until"):
        found.setdefault(person, {})[purpose] = (basis, until)
    return found


def _about(row: Any, grounds: Mapping[str, tuple[str, date]], *, names_others: bool, own_words: bool) -> About:  # noqa: ANN401
    ends = {purpose: until for purpose, (_basis, until) in grounds.items()}
    return About(
        source=row.source,
        source_detail=row.source_detail,
        since_at=row.collected_at,
        purposes=tuple(row.purposes),
        bases=tuple(sorted({grounds[purpose][0] for purpose in row.purposes if purpose in grounds})),
        until=rules.latest_end(row.purposes, ends),
        is_current=row.ended_at is None,
        names_others=names_others,
        own_words=own_words,
        category=CONTACT_CATEGORY[ContactKind(row.kind)] if isinstance(row, ContactPoint) else "",
    )


def _by_nobody(_row: Any) -> bool:  # noqa: ANN401 -- a row of any table of items
    return False


def item_records(
    model: type[Item],
    fields: Sequence[str],
    *,
    names_others: bool,
    own_words: Callable[[Any], bool] = _by_nobody,
    whose: Whose,
) -> list[Record]:
    """Return all rows of a table of items about the people, live and past."""
    grounds: _Grounds = whose.once("register.grounds", lambda: grounds_of(whose.persons))
    rows: Any = model._default_manager.filter(person_id__in=whose.persons).order_by("id")  # noqa: SLF001
    if "organisation" in fields:
        rows = rows.select_related("organisation")
    return [
        Record(
            id=row.pk,
            person=row.person_id,
            values={name: _value(row, name) for name in fields},
            about=_about(row, grounds.get(row.person_id, {}), names_others=names_others, own_words=own_words(row)),
        )
        for row in rows
    ]


def _value(row: Any, name: str) -> Any:  # noqa: ANN401 -- any row and any of its values
    return row.organisation.name if name == "organisation" else getattr(row, name)


def items(
    key: str,
    name: Words,
    model: type[Item],
    *,
    categories: frozenset[str],
    fields: Mapping[str, Words],
    inner: Mapping[str, str] | None = None,
    names_others: bool = False,
    own_words: Callable[[Any], bool] = _by_nobody,
) -> Kept:
    """Return the entry of a table of items; rooms above that keep items of their own use it too.

    ``own_words`` tells of a row whether the person typed all of it in a form of ours.
    """
    return Kept(
        key=key,
        name=name,
        model=model,
        categories=categories,
        fields=fields,
        inner={**PROVENANCE, **(inner or {})},
        records=lambda whose: item_records(
            model, list(fields), names_others=names_others, own_words=own_words, whose=whose
        ),
        erase=partial(erase_rows, model),
        narrow=partial(_hold_for_less, model),
    )


def _hold_for_less(model: type[Item], ids: Sequence[Any], purposes: frozenset[str]) -> int:
    """Take every other purpose from the rows."""
    rows: Any = model._default_manager.filter(pk__in=ids)  # noqa: SLF001
    left = Func(
        F("purposes"),
        Value(sorted(purposes), output_field=ArrayField(TextField())),
        template="ARRAY(SELECT p FROM unnest(%(expressions)s) p)",
        arg_joiner=") p INTERSECT SELECT p FROM unnest(",
        output_field=ArrayField(TextField()),
    )
    return int(rows.update(purposes=left))
