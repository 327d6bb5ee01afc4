"""Everything the rooms keep about one person, with the reasons: what art. 15 wants told, from the one registry."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from seloste.access.choices import Verdict
from seloste.access.models import Review
from seloste.access.queries import notice, said
from seloste.access.queries.judging import DETAIL, Found, Judged, judge, stored
from seloste.access.rules import blackout
from seloste.access.rules import contents as told
from seloste.access.rules.contents import Contents, Entry, Named
from seloste.audit.actions import record as note
from seloste.audit.kept import looked_at
from seloste.declaration.load import current
from seloste.disclosures.queries import name_of, recipients_of
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.holdings import Personal
from seloste.kernel.kept import About, Record
from seloste.kernel.refusals import Missing
from seloste.notices.queries.documents import address
from seloste.notices.rules import wording
from seloste.register.models import Person
from seloste.register.queries.whose import whose

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
    declared, stores = current(), stored(person.id)
    look_ups = _look_ups(person.id, language)
    judged = judge(person.id, stores)
    entries = [_entry(one, judged.get((one.store.key, str(one.record.id))), language) for one in stores]
    held = {purpose.key for entry in entries for purpose in entry.purposes}
    return Contents(
        person_id=person.id,
        reference=person.reference,
        name=_name(stores),
        language=language,
        at=at,
        company=notice.company(),
        notice_version=declared.meta.version,
        notice_url=address(language),
        categories=_categories(stores, entries, language, was_seen=bool(look_ups)),
        purposes=notice.purposes(held, ends=_ends(stores), language=language),
        look_ups=look_ups,
        recipients=notice.recipients(_in_order(held), language),
        disclosed=_disclosed(person.id, language),
        rights=notice.rights(language),
        complaint=notice.complaint(language),
        automated=notice.automated(),
    )


# --- One record -------------------------------------------------------------------------------------------------------


def _entry(one: Found, judged: Judged | None, language: str) -> Entry:
    about, declared = one.record.about, current()
    source = declared.source.get(about.source)
    values = said.values(one.store, one.record, language)
    bases = about.bases or notice.bases_of(about.purposes)
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
        purposes=[notice.purpose_named(key, language) for key in about.purposes],
        bases=[notice.basis_named(key, language) for key in bases],
        until=about.until,
        until_words="" if about.until else notice.criterion(about.purposes, language),
        recipients=notice.recipients(about.purposes, language),
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

#: By day and purpose, and never by whom: the person's interest is in when and why (C-579/21). What was looked at before
#: it had a person, such as an order that waits under her address, names nobody and is found by itself.
_LOOK_UPS = """
SELECT (at AT TIME ZONE 'Europe/Helsinki')::date AS on_day, purpose, count(*)
FROM (
    SELECT at, purpose, role FROM audit_auditevent WHERE subjects @> %(person)s::uuid[] AND NOT denied
    UNION ALL
    SELECT at, purpose, role FROM audit_auditevent
    WHERE item = ANY(%(items)s::uuid[]) AND item IS NOT NULL AND subjects = '{}' AND NOT denied
) AS look
WHERE role <> ALL(%(others)s)
GROUP BY 1, 2 ORDER BY 1 DESC, 2
"""


def _look_ups(person_id: UUID, language: str) -> list[told.LookUp]:
    items = looked_at(whose([person_id], with_past=False))
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_UPS, {"person": [person_id], "items": items, "others": list(NOT_STAFF)})
        return [
            told.LookUp(on=day, purpose=notice.purpose_named(purpose, language), times=times)
            for day, purpose, times in cursor.fetchall()
        ]


# --- The rest of art. 15(1) -------------------------------------------------------------------------------------------


def _in_order(held: Container[str]) -> list[str]:
    """Return the purposes in the order of the notice."""
    return [key for key in current().purpose if key in held]


def _ends(stores: Iterable[Found]) -> dict[str, date]:
    """Return until when each purpose lasts for her, as her grounds say."""
    return {
        one.record.values["purpose"]: one.record.values["keep_until"]
        for one in stores
        if one.store.key == "register.grounds" and one.record.about.is_current
    }


def _disclosed(person_id: UUID, language: str) -> list[told.Disclosed]:
    """Return to whom her data went in fact: the law wants the recipients themselves named (C-154/21)."""
    declared = current()
    return [
        told.Disclosed(
            recipient=Named(key=one.recipient, name=name_of(one.recipient, language)),
            first_on=local_date(one.first_at),
            last_on=local_date(one.last_at),
            categories=[notice.named(declared.category, key, language) for key in one.categories],
            purposes=[notice.purpose_named(key, language) for key in one.purposes],
            transfer=wording.transfer_words(declared.recipient[one.recipient], language)
            if one.recipient in declared.recipient
            else "",
        )
        for one in recipients_of(person_id)
    ]


def _name(stores: Iterable[Found]) -> str:
    named = [one.record.values for one in stores if one.store.key == "register.names" and one.record.about.is_current]
    return " ".join(part for values in named[:1] for part in (values["given_name"], values["family_name"]) if part)
