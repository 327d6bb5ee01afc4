"""What others are named in: the records that somebody looks through before they leave (art. 15(4))."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from seloste.access.models import Review
from seloste.access.queries import hints, said
from seloste.kernel.kept import Kept, Record, kept
from seloste.kernel.marks import mark_of
from seloste.register.queries import whose


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A record with the table it is of."""

    store: Kept
    record: Record


def stored(person_id: UUID) -> list[Found]:
    """Return every record about the person, the present ones of each table first."""
    hers = whose([person_id], with_past=False)
    return [
        Found(store=store, record=record)
        for store in kept()
        for record in sorted(store.records(hers), key=lambda one: not one.about.is_current)
        if record.person in {person_id, None}
    ]


#: Stands for the words of where a record is from, among the texts of the record.
DETAIL = "source_detail"


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """How a record stands in which others may be named; ``review`` is None while it waits for somebody's look."""

    review: Review | None
    texts: Mapping[str, str]
    hints: Mapping[str, Sequence[hints.Hint]]


def judge(person_id: UUID, stores: Iterable[Found]) -> dict[tuple[str, str], Judged]:
    """Return the records that must be looked through, by table and id, with what was decided.

    What she typed herself into a form of ours goes without a look, unless it names somebody else whom we know: giving
    back her own words tells her nothing new, but a wrong person may have been found.
    """
    everything = {(one.store.key, str(one.record.id)): (one.record, _texts(one)) for one in stores}
    suspects = {key: (record, texts) for key, (record, texts) in everything.items() if texts}
    found = hints.hints(
        {(*key, name): text for key, (_record, texts) in suspects.items() for name, text in texts.items()}, person_id
    )
    reviews = _reviews(person_id) if suspects else {}
    return {
        key: Judged(review=_of(reviews.get(key), texts), texts=texts, hints={name: found[*key, name] for name in texts})
        for key, (record, texts) in suspects.items()
        if _has_to_wait(record, [hint for name in texts for hint in found[*key, name]])
    }


def _texts(one: Found) -> dict[str, str]:
    """Return what of the record can name others: its words, and what an employee wrote about where it is from."""
    words = said.texts(one.store, one.record) if one.record.about.names_others else {}
    detail = said.detail_words(one.record.about.source_detail)
    return {**words, DETAIL: detail} if detail else words


def _has_to_wait(record: Record, found: Sequence[hints.Hint]) -> bool:
    """Tell whether somebody has to look at the record before it leaves."""
    if record.about.names_others and not record.about.own_words:
        return True
    return any(hint.is_known for hint in found)


def _reviews(person_id: UUID) -> dict[tuple[str, str], Review]:
    rows = Review.objects.filter(person=person_id).order_by("decided_at", "id")
    return {(row.store, row.record): row for row in rows}


def _of(review: Review | None, texts: Mapping[str, str]) -> Review | None:
    """Return the review if it is of these words; changed ones have to be looked at again."""
    return review if review is not None and bytes(review.mark) == mark_of_texts(texts) else None


def mark_of_texts(texts: Mapping[str, str]) -> bytes:
    """Return the keyed mark of what was looked at."""
    return mark_of("\x00".join(f"{name}\x01{texts[name]}" for name in sorted(texts)))
