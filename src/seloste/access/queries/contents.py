"""Everything the rooms keep about one person, with the reasons: what art. 15 wants told, from the one registry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from seloste.access.choices import Verdict
from seloste.access.models import Review
from seloste.access.queries import hints, said
from seloste.access.rules import blackout
from seloste.access.rules import contents as told
from seloste.access.rules.contents import Contents, Entry, Named
from seloste.audit.actions import record as note
from seloste.declaration.load import current
from seloste.declaration.schema import Declaration
from seloste.declaration.words import retention_words
from seloste.disclosures.queries import name_of, recipients_of
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.holdings import Personal
from seloste.kernel.kept import About, Kept, Record, kept
from seloste.kernel.marks import mark_of
from seloste.kernel.refusals import Missing
from seloste.notices.queries.documents import address
from seloste.notices.queries.publications import declared_hash
from seloste.notices.rules import page, wording
from seloste.register.models import Person
from seloste.register.queries import whose

#: Who acts without being an employee: the person herself, the system, whoever is at the server's own command line.
NOT_STAFF = ("visitor", "system", "operator")
#: Categories under which nothing is shown that another one of the record names better.
_PLAIN = frozenset({"identity", "contact", "organisation", "provenance"})
#: The bases with which data can be moved (art. 20(1)(a)).
_MOVABLE = frozenset({"consent", "contract"})


def may_see(by: Duty) -> bool:
    """Tell whether somebody may be told everything about a person: whoever proved to be her, or answers requests."""
    return by.role in NOT_STAFF[:2] or by.sees("rights_request", ("rights",))


@transaction.atomic
def contents(*, by: Duty, at: datetime, person_id: UUID, language: str = "") -> Contents:
    """Return everything about the person, in the language; Missing where she does not exist for this duty.

    A visitor gets only her own: the caller has made sure who she is.
    """
    person = Person.objects.filter(id=person_id).first() if may_see(by) else None
    if person is None:
        raise Missing
    spoken = language or (get_language() or "fi")
    with override(spoken):
        found = _contents(person, at=at, language=spoken)
    held = [category.key for category in found.categories if category.entries]
    note(by=by, at=at, deed="access.contents", subjects=[person_id], categories=held)
    return found


def _contents(person: Person, *, at: datetime, language: str) -> Contents:
    declared, stores = current(), _stored(person.id)
    look_ups = _look_ups(person.id, language)
    judged = judge(person.id, stores)
    entries = [_entry(one, judged.get((one.store.key, str(one.record.id))), language) for one in stores]
    purposes = _purposes_of(entries)
    return Contents(
        person_id=person.id,
        reference=person.reference,
        name=_name(stores),
        language=language,
        at=at,
        company=_company(declared),
        notice_version=declared.meta.version,
        notice_url=address(language),
        categories=_categories(stores, entries, language, was_seen=bool(look_ups)),
        purposes=_told(purposes, stores, language),
        look_ups=look_ups,
        recipients=_recipients(purposes, language),
        disclosed=_disclosed(person.id, language),
        rights=_rights(language),
        complaint=_complaint(declared, language),
        automated=_automated(declared),
    )


# --- What is kept -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A record with the table it is of."""

    store: Kept
    record: Record


def _stored(person_id: UUID) -> list[Found]:
    """Return every record about the person, the present ones of each table first."""
    hers = whose([person_id], with_past=False)
    return [
        Found(store=store, record=record)
        for store in kept()
        for record in sorted(store.records(hers), key=lambda one: not one.about.is_current)
        if record.person in {person_id, None}
    ]


def stored(person_id: UUID) -> list[Found]:
    """Return every record about the person, for whoever looks through them."""
    return _stored(person_id)


# --- What others are named in (art. 15(4)) ----------------------------------------------------------------------------


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


# --- One record -------------------------------------------------------------------------------------------------------


def _entry(one: Found, judged: Judged | None, language: str) -> Entry:
    about, declared = one.record.about, current()
    source = declared.source.get(about.source)
    values = said.values(one.store, one.record, language)
    bases = about.bases or _declared_bases(about.purposes)
    return Entry(
        store=one.store.key,
        id=str(one.record.id),
        kind=str(one.store.name),
        values=_released(values, judged),
        source=Named(key=about.source, name=source.name.in_language(language) if source else about.source)
        if about.source
        else None,
        source_detail=_detail(about, judged),
        since_at=about.since_at,
        purposes=[_purpose(key, language) for key in about.purposes],
        bases=[_basis(key, language) for key in bases],
        until=about.until,
        until_words="" if about.until else _criterion(about.purposes, language),
        recipients=_recipients(about.purposes, language),
        is_current=about.is_current,
        is_held_back=judged is not None and judged.review is None,
        left_out=_left_out(judged.review) if judged is not None and judged.review is not None else "",
        is_portable=is_portable(one.record),
        files=dict(said.files(one.store, one.record).values()),
    )


def _detail(about: About, judged: Judged | None) -> str:
    """Return where exactly it is from, as it may be handed out."""
    detail = said.detail_words(about.source_detail)
    if judged is None or DETAIL not in judged.texts:
        return detail
    return _one_released(told.Value(key=DETAIL, name="", value=detail, shown=detail), judged).shown


def _released(values: Sequence[told.Value], judged: Judged | None) -> Sequence[told.Value]:
    """Return the values as they may be handed out."""
    if judged is None:
        return values
    return [_one_released(value, judged) if value.key in judged.texts else value for value in values]


def _one_released(value: told.Value, judged: Judged) -> told.Value:
    review = judged.review
    if review is not None and review.verdict == Verdict.WHOLE:
        return value
    if review is None or review.verdict == Verdict.WITHHELD:
        return told.Value(key=value.key, name=value.name, value=None, shown="")
    text = blackout.blacked(judged.texts[value.key], [(s, e) for s, e in review.passages.get(value.key, ())])
    return told.Value(key=value.key, name=value.name, value=text, shown=text)


def _left_out(review: Review) -> str:
    words = {
        Verdict.BLACKED: _("Passages about other people are blacked out (GDPR 15(4))."),
        Verdict.WITHHELD: _("The words are withheld because they would harm the rights of others (GDPR 15(4))."),
    }.get(Verdict(review.verdict), "")
    return f"{words} {review.reasons}".strip()


def is_portable(record: Record) -> bool:
    """Tell whether the record is among what can be moved (art. 20(1)).

    She gave it herself, it rests on her consent or on a contract, and it is not what an employee wrote about her.
    """
    source, about = current().source.get(record.about.source), record.about
    is_hers = source is not None and source.from_person and (about.own_words or not about.names_others)
    return is_hers and not _MOVABLE.isdisjoint(about.bases)


def _purpose(key: str, language: str) -> Named:
    return _named(current().purpose, key, language)


def _basis(key: str, language: str) -> Named:
    words = {basis.value: text for basis, text in current().basis.items()}
    return Named(key=key, name=words[key].in_language(language) if key in words else key)


def _declared_bases(purposes: Iterable[str]) -> list[str]:
    known = current().purpose
    return sorted({known[key].basis.value for key in purposes if key in known})


def _criterion(purposes: Sequence[str], language: str) -> str:
    """Return from when the time runs, where the day is not known yet (art. 15(1)(d))."""
    known = [key for key in purposes if key in current().purpose]
    if not known:
        return _("as long as anything else about you is held")
    return "; ".join(retention_words(current(), key, language) for key in known)


# --- By category ------------------------------------------------------------------------------------------------------


def _categories(
    stores: Sequence[Found], entries: Sequence[Entry], language: str, *, was_seen: bool
) -> list[told.Category]:
    """Return every declared category, also those of which nothing is held."""
    declared = current().category
    under: dict[str, list[Entry]] = {key: [] for key in declared}
    elsewhere: dict[str, set[str]] = {key: set() for key in declared}
    for one, entry in zip(stores, entries, strict=True):
        mine = _category(one)
        under.setdefault(mine, []).append(entry)
        for other in _others(one, mine):
            elsewhere[other].add(mine)
    return [
        told.Category(
            key=key,
            name=category.name.in_language(language),
            what=category.what.in_language(language),
            entries=under[key],
            elsewhere=[
                *(
                    Named(key=one, name=declared[one].name.in_language(language))
                    for one in declared
                    if one in elsewhere[key]
                ),
                *([Named(key="look_ups", name=_("Who looked at your data"))] if key == "read_log" and was_seen else []),
            ],
        )
        for key, category in declared.items()
    ]


def _category(one: Found) -> str:
    """Return the category under which the record is shown: its own, or the most telling one of its table."""
    order = list(current().category)
    known = [key for key in order if key in one.store.categories]
    return one.record.about.category or min(known, key=lambda key: (key in _PLAIN, order.index(key)))


def _others(one: Found, mine: str) -> set[str]:
    """Return the other categories of which the record holds something."""
    if one.record.about.category:
        return set()
    holds: Mapping[str, Any] = getattr(one.store.model, "holds", {})
    held = {
        category
        for name in one.store.fields
        if one.record.values.get(name) not in (None, "") and isinstance(holds.get(name), Personal)
        for category in holds[name].categories
    }
    return (held & set(one.store.categories) & set(current().category)) - {mine}


# --- Look-ups ---------------------------------------------------------------------------------------------------------

#: By day and purpose, and never by whom: the person's interest is in when and why (C-579/21).
_LOOK_UPS = """
SELECT (at AT TIME ZONE 'Europe/Helsinki')::date AS on_day, purpose, count(*)
FROM audit_auditevent
WHERE subjects @> ARRAY[%s]::uuid[] AND NOT denied AND role <> ALL(%s)
GROUP BY 1, 2 ORDER BY 1 DESC, 2
"""


def _look_ups(person_id: UUID, language: str) -> list[told.LookUp]:
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_UPS, [person_id, list(NOT_STAFF)])
        return [
            told.LookUp(on=day, purpose=_purpose(purpose, language), times=times)
            for day, purpose, times in cursor.fetchall()
        ]


# --- The rest of art. 15(1) -------------------------------------------------------------------------------------------


def _purposes_of(entries: Iterable[Entry]) -> list[str]:
    held = {purpose.key for entry in entries for purpose in entry.purposes}
    return [key for key in current().purpose if key in held]


@lru_cache(maxsize=8)
def _notice(language: str, _mark: str) -> page.Notice:
    return page.notice(current(), language)


def _told(purposes: Sequence[str], stores: Iterable[Found], language: str) -> list[told.PurposeTold]:
    ends: dict[str, date] = {
        one.record.values["purpose"]: one.record.values["keep_until"]
        for one in stores
        if one.store.key == "register.grounds" and one.record.about.is_current
    }
    return [
        told.PurposeTold(
            key=card.key,
            name=card.title,
            why=card.text,
            basis=card.basis,
            article=card.article,
            interest=card.interest,
            period=card.period,
            recipients=card.recipients,
            until=ends.get(card.key),
        )
        for card in _notice(language, declared_hash()).purposes
        if card.key in purposes
    ]


def _recipients(purposes: Iterable[str], language: str) -> Sequence[told.Recipient]:
    return _declared_recipients(tuple(purposes), language, declared_hash())


@lru_cache(maxsize=256)
def _declared_recipients(purposes: tuple[str, ...], language: str, _mark: str) -> tuple[told.Recipient, ...]:
    declared = current()
    keys = dict.fromkeys(
        key for purpose in purposes if purpose in declared.purpose for key in declared.purpose[purpose].recipients
    )
    found = [(key, declared.recipient[key]) for key in keys if key in declared.recipient]
    return tuple(
        told.Recipient(
            key=key,
            name=one.name.in_language(language),
            kind=one.kind,
            country=wording.country_name(one.country, language),
            transfer=wording.transfer_words(one, language),
        )
        for key, one in found
    )


def _disclosed(person_id: UUID, language: str) -> list[told.Disclosed]:
    """Return to whom her data went in fact: the law wants the recipients themselves named (C-154/21)."""
    declared = current()
    return [
        told.Disclosed(
            recipient=Named(key=one.recipient, name=name_of(one.recipient, language)),
            first_on=local_date(one.first_at),
            last_on=local_date(one.last_at),
            categories=[_named(declared.category, key, language) for key in one.categories],
            purposes=[_purpose(key, language) for key in one.purposes],
            transfer=wording.transfer_words(declared.recipient[one.recipient], language)
            if one.recipient in declared.recipient
            else "",
        )
        for one in recipients_of(person_id)
    ]


def _named(declared: Mapping[str, Any], key: str, language: str) -> Named:
    return Named(key=key, name=declared[key].name.in_language(language) if key in declared else key)


def _rights(language: str) -> list[told.RightTold]:
    return [
        told.RightTold(key=one.key, name=one.name, text=one.text, article=one.note)
        for one in _notice(language, declared_hash()).rights
    ]


def _complaint(declared: Declaration, language: str) -> str:
    one = declared.authority
    where = ", ".join([one.name.in_language(language), one.address, one.email, one.phone, one.website])
    return _("You may complain to the supervisory authority: %(where)s.") % {"where": where}


def _automated(declared: Declaration) -> str:
    if any(purpose.automated_decisions or purpose.profiling for purpose in declared.purpose.values()):
        return _("The purposes above say where decisions are automated.")
    return _("No decision about you is made automatically, and you are not profiled (GDPR 22).")


def _company(declared: Declaration) -> told.Company:
    one = declared.controller
    return told.Company(
        name=one.name,
        address=f"{one.street}, {one.postal_code} {one.city}",
        email=one.email,
        phone=one.phone,
        business_id=one.business_id,
    )


def _name(stores: Iterable[Found]) -> str:
    named = [one.record.values for one in stores if one.store.key == "register.names" and one.record.about.is_current]
    return " ".join(part for values in named[:1] for part in (values["given_name"], values["family_name"]) if part)
