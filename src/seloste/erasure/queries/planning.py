"""What an erasure would take and what would stay, record by record; nothing is changed by asking."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from uuid import UUID

from django.utils import translation

from seloste.erasure import rules
from seloste.erasure.choices import LAW_OF_HOLD, NEEDED_BY_WHAT_STAYS, Cause, HoldKind
from seloste.erasure.models import Hold
from seloste.erasure.rules import Entered, Held
from seloste.kernel.kept import Kept, Record, Stay, Surviving, Whose, kept, still_needed
from seloste.register.models import Ground, Person
from seloste.register.queries import whose

#: Whom a store of the number in the register is about.
PERSON = "register.person"


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Why something is erased, and which purposes it names (none for a request: every purpose that can end)."""

    cause: Cause
    named: frozenset[str] = frozenset()
    #: What a restored ledger says was erased before: then that decides, and nothing is weighed anew.
    entered: Entered | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """What becomes of one person: the purposes left, the codes for the ledger, the hold that keeps everything."""

    surviving: Surviving
    codes: tuple[str, ...]
    ended: frozenset[str]
    hold: Stay | None = None

    @property
    def is_blocked(self) -> bool:
        """Tell whether what is left may be read for the law and claims alone."""
        return self.hold is not None or rules.is_blocked(self.surviving.purposes)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One store: the records that go, and those that stay with the reason."""

    store: Kept
    goes: Sequence[Record]
    stays: Sequence[tuple[Record, Stay]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """A whole erasure, of one person or of a batch: by what she is looked for, what becomes of her, store by store."""

    scope: Scope
    today: date
    whose: Whose
    fates: Mapping[UUID, Fate]
    lines: Sequence[Line] = field(default_factory=list)

    def fate_of(self, record: Record) -> Fate:
        """Return whose fate a record shares: its person's; what belongs to nobody yet, that of the one looked for."""
        if record.person is not None and record.person in self.fates:
            return self.fates[record.person]
        return next(iter(self.fates.values()))

    def stay(self, store: Kept, record: Record) -> Stay | None:
        """Return why the record outlives the erasure; None where it goes."""
        fate = self.fate_of(record)
        if fate.hold is not None:
            return fate.hold
        kept_by_store = store.stays(record, fate.surviving)
        if kept_by_store is None and self.scope.cause is not Cause.REQUEST:
            return rules.runs_on(record.about, self.today) if not self._is_named(record) else None
        return kept_by_store

    def _is_named(self, record: Record) -> bool:
        """Tell whether the record rests on nothing but purposes that were named: these do not run on."""
        return bool(record.about.purposes) and set(record.about.purposes) <= self.scope.named


# --- What is known of the people --------------------------------------------------------------------------------------


def grounds_of(persons: Collection[UUID]) -> dict[UUID, list[Held]]:
    """Return the grounds on which people are or were held."""
    found: dict[UUID, list[Held]] = defaultdict(list)
    rows = Ground.objects.filter(person_id__in=persons)
    for person, purpose, basis, until, ended in rows.values_list(
        "person_id", "purpose", "basis", "keep_until", "ended_at"
    ):
        found[person].append(Held(purpose=purpose, basis=basis, until=until, is_ended=ended is not None))
    return found


def holds_of(persons: Collection[UUID], today: date) -> dict[UUID, Stay]:
    """Return the holds in force: person → what is cited. One past its review keeps on, and rings (I57)."""
    found: dict[UUID, Stay] = {}
    rows = Hold.objects.filter(person_id__in=persons, released_at=None)
    for person, kind, review_on, until in rows.values_list("person_id", "kind", "review_on", "until"):
        if until is None or until >= today:
            stay = Stay(law=LAW_OF_HOLD[HoldKind(kind)], why=HoldKind(kind).label, until=until or review_on)
            found[person] = rules.longest(found.get(person), stay)
    return found


def fates_of(persons: Collection[UUID], scope: Scope, *, today: date) -> dict[UUID, Fate]:
    """Return what becomes of each person: asked before anything is looked up, and asked again under the locks."""
    grounds, holds = grounds_of(persons), holds_of(persons, today)
    needed = still_needed(frozenset(persons), today)
    return {
        person: _fate(scope, grounds.get(person, []), needed.get(person, {}), holds.get(person), today=today)
        for person in persons
    }


def _fate(scope: Scope, grounds: list[Held], needed: Mapping[str, Stay], hold: Stay | None, *, today: date) -> Fate:
    if scope.entered is not None:
        return _as_entered(scope.entered, grounds, needed, hold, today=today)
    left = rules.surviving(scope.cause, grounds, needed, named=scope.named, today=today)
    codes = rules.codes(scope.cause, grounds, left, named=scope.named, is_held=hold is not None)
    ended = frozenset(rules.read_codes(codes).ended)
    return Fate(surviving=Surviving(purposes=left, today=today), codes=tuple(codes), ended=ended, hold=hold)


def _as_entered(
    entered: Entered, grounds: list[Held], needed: Mapping[str, Stay], hold: Stay | None, *, today: date
) -> Fate:
    """Return the fate that the ledger tells: what ended then ends now, whatever a restored table says."""
    left = {}
    if not entered.went_wholly:
        alive = {**rules.surviving(Cause.RETENTION, grounds, needed, today=today), **needed}
        left = {purpose: stay for purpose, stay in alive.items() if purpose not in entered.ended}
    held = hold or (_held_then() if entered.is_held else None)
    return Fate(
        surviving=Surviving(purposes=left, today=today),
        codes=(),
        ended=entered.ended | frozenset(ground.purpose for ground in grounds if ground.purpose not in left),
        hold=held,
    )


def _held_then() -> Stay:
    kind = HoldKind.CLAIM
    return Stay(law=LAW_OF_HOLD[kind], why=kind.label)


# --- Record by record -------------------------------------------------------------------------------------------------


def work_out(persons: Collection[UUID], scope: Scope, *, today: date, fates: Mapping[UUID, Fate] | None = None) -> Work:
    """Return everything that the erasure of these people would take and leave."""
    hers = whose(persons)
    found = fates if fates is not None else fates_of(persons, scope, today=today)
    work = Work(scope=scope, today=today, whose=hers, fates=found)
    return Work(scope=scope, today=today, whose=hers, fates=found, lines=list(_lines(work)))


def records_of(work: Work, store: Kept, whose: Whose) -> Iterator[Record]:
    """Return the store's records that the erasure is about: of the people, and for one alone by her addresses too."""
    for record in store.records(whose):
        if record.person in work.fates or (record.person is None and _takes_unowned(work)):
            yield record


def _takes_unowned(work: Work) -> bool:
    """Tell whether what belongs to nobody in the register goes too: at the end of a period it has one of its own."""
    return work.scope.cause is not Cause.RETENTION and len(work.fates) == 1


def _lines(work: Work) -> Iterator[Line]:
    anchors: dict[UUID, Stay] = {}
    for store in kept():
        goes: list[Record] = []
        stays: list[tuple[Record, Stay]] = []
        for record in records_of(work, store, work.whose):
            stay = work.stay(store, record) or (anchors.get(record.id) if store.key == PERSON else None)
            if stay is None:
                goes.append(record)
            else:
                stays.append((record, stay))
        if needs_person(store):
            _anchor(anchors, stays)
        yield Line(store=store, goes=goes, stays=stays)


@cache
def _points_to_people(model: type) -> bool:
    return any(one.related_model is Person for one in model._meta.concrete_fields)  # type: ignore[attr-defined]


def needs_person(store: Kept) -> bool:
    """Tell whether the database keeps a person for as long as a row of the store points to her."""
    return _points_to_people(store.model)


def _anchor(anchors: dict[UUID, Stay], stays: Iterable[tuple[Record, Stay]]) -> None:
    for record, stay in stays:
        if record.person is not None:
            because = Stay(law=stay.law, why=NEEDED_BY_WHAT_STAYS, until=stay.until, blocks=stay.blocks)
            anchors[record.person] = rules.longest(anchors.get(record.person), because)


def words_of(text: str) -> str:
    """Return a reason that was written down, in the reader's language."""
    return translation.gettext(text) if text else ""
