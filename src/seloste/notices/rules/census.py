"""The census: what the code and the database hold, against what is declared. Default deny: the undeclared fails.

Everything here is plain values. ``queries.catalog`` reads them from Django's models and from PostgreSQL's own catalog.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from seloste.declaration.checks import Problem
from seloste.declaration.schema import LANGUAGES, Declaration
from seloste.kernel.holdings import Asking, ClosedList, Holding, Holdings, NotPersonal, Personal, Table
from seloste.notices.rules import structure

#: The only schema with tables of ours.
SCHEMA = "public"
#: A reason that the controller can judge has at least this many characters.
SHORTEST_REASON = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenField:
    """A concrete field of a model, the column it lies in, and the closed list of its values, if it has one."""

    name: str
    column: str
    values: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenModel:
    """A model of the code. ``holds`` is None where nothing stands beside it; ``ours`` where the package is ours."""

    label: str
    table: str
    ours: bool
    holds: Holdings | None
    fields: Sequence[SeenField]
    append_only: bool = False
    goes_after: Sequence[str] = ()
    goes_with: Sequence[str] = ()
    never_changed: bool = False
    constraints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenKept:
    """A table as a room registered it for access and erasure (``kernel.kept``), by the label of its model."""

    key: str
    model: str
    categories: frozenset[str]
    fields: frozenset[str]
    inner: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Relation:
    """Anything in the database that has columns: a table, a view, a materialised view, a foreign table."""

    schema: str
    name: str
    kind: str
    columns: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Constraint:
    """A constraint as it stands in the database; ``holds`` where it is validated and enforced."""

    table: str
    name: str
    holds: bool
    definition: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger:
    """A trigger as it stands in the database; ``fires`` where it is enabled for every change and has no condition."""

    table: str
    name: str
    fires: bool
    events: frozenset[str]
    function: str
    body: str
    arguments: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Database:
    """The whole database, as its catalog tells."""

    relations: Sequence[Relation]
    constraints: Sequence[Constraint]
    triggers: Sequence[Trigger]
    large_objects: int
    unapplied: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """Everything the census compares with the declaration."""

    models: Sequence[SeenModel]
    foreign: Mapping[str, Table]
    lists: Mapping[str, ClosedList]
    forms: Mapping[str, Asking]
    guard_bodies: Mapping[str, str]
    kept: Sequence[SeenKept]
    of_nobody: Mapping[str, str]
    database: Database
    structure: structure.Structure


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """How much the gate has looked at. A gate that sees nothing passes everything, so this is recorded and compared."""

    models: int
    fields: int
    tables: int
    columns: int
    purposes: int
    categories: int
    sentences: int
    rights: int


def counts(declared: Declaration, seen: Seen) -> Counts:
    """Return how much there was to look at."""
    relations = seen.database.relations
    return Counts(
        models=len(seen.models),
        fields=sum(len(model.fields) for model in seen.models),
        tables=len(relations),
        columns=sum(len(relation.columns) for relation in relations),
        purposes=len(declared.purpose),
        categories=len(declared.category),
        sentences=len(declared.clauses()),
        rights=len(declared.right),
    )


def problems(declared: Declaration, seen: Seen) -> list[Problem]:
    """Return everything on which code, database and declaration disagree, in a stable order."""
    return [
        *(problem for check in _OF_THE_HOUSE for problem in check(seen)),
        *(problem for check in _AGAINST_THE_NOTICE for problem in check(declared, seen)),
    ]


# --- The code ---------------------------------------------------------------------------------------------------------


def _models(seen: Seen) -> Iterator[Problem]:
    for model in seen.models:
        if model.ours and model.holds is not None:
            yield from _own_model(model, model.holds)
        elif model.table in seen.foreign:
            yield from _foreign_model(model, seen.foreign[model.table])
        else:
            code, where = ("E005", "beside it (holds)") if model.ours else ("E001", "in a room's holdings.py")
            yield Problem(
                code, model.label, f"model {model.label} (table {model.table}) does not say {where} what it holds"
            )


def _own_model(model: SeenModel, holds: Holdings) -> Iterator[Problem]:
    names = {seen.name for seen in model.fields}
    for seen in model.fields:
        if seen.name not in holds:
            place = f"{model.label}.{seen.name}"
            yield Problem("E001", place, f"the field (column {model.table}.{seen.column}) is not declared in holds")
    for name in sorted(holds.keys() - names):
        yield Problem("E002", f"{model.label}.{name}", f"holds declares a field that model {model.label} does not have")


def _foreign_model(model: SeenModel, table: Table) -> Iterator[Problem]:
    columns = {seen.column for seen in model.fields}
    for seen in model.fields:
        if seen.column not in table.holds:
            place = f"{model.label}.{seen.name}"
            yield Problem("E001", place, f"the column {model.table}.{seen.column} is not declared in holdings.py")
    for name in sorted(table.holds.keys() - columns):
        yield Problem(
            "E002", f"{table.name}.{name}", f"holdings.py declares a column that model {model.label} does not have"
        )


def _declared_holdings(seen: Seen) -> Iterator[tuple[str, Holding]]:
    for model in seen.models:
        yield from ((f"{model.label}.{name}", holding) for name, holding in (model.holds or {}).items())
    for table in seen.foreign.values():
        yield from ((f"{table.name}.{name}", holding) for name, holding in table.holds.items())


def _holdings(declared: Declaration, seen: Seen) -> Iterator[Problem]:
    for place, holding in _declared_holdings(seen):
        if isinstance(holding, NotPersonal):
            if not _is_reason(holding.reason):
                said = holding.reason.strip()
                yield Problem(
                    "E003",
                    place,
                    f"not_personal needs a reason in words, at least {SHORTEST_REASON} characters; it says '{said}'",
                )
        elif not holding.categories:
            yield Problem("E004", place, "personal needs at least one category")
        else:
            for name in holding.categories:
                if name not in declared.category:
                    yield Problem("E004", place, f"'{name}' is not a declared category")


_PLACEHOLDERS = re.compile(r"\b(todo|tbd|fixme|xxx|later|lorem)\b", re.IGNORECASE)


def _is_reason(text: str) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", text)
    return len(text.strip()) >= SHORTEST_REASON and len(set(words)) >= 2 and not _PLACEHOLDERS.search(text)


# --- The database -----------------------------------------------------------------------------------------------------


def _expected(seen: Seen) -> dict[str, set[str]]:
    """Return the columns that the code and holdings.py know, by table."""
    expected = {table.name: set(table.holds) for table in seen.foreign.values()}
    for model in seen.models:
        expected.setdefault(model.table, set()).update(one.column for one in model.fields)
    return expected


def _relations(seen: Seen) -> Iterator[Problem]:
    expected = _expected(seen)
    for relation in seen.database.relations:
        name = f"{relation.schema}.{relation.name}"
        if relation.schema != SCHEMA:
            yield Problem("E013", name, f"the {relation.kind} stands outside schema {SCHEMA}")
        elif relation.name not in expected:
            columns = ", ".join(relation.columns) or "none"
            yield Problem("E010", relation.name, f"the {relation.kind} is declared nowhere (columns: {columns})")
        else:
            for column in relation.columns:
                if column not in expected[relation.name]:
                    yield Problem(
                        "E011",
                        f"{relation.name}.{column}",
                        f"the column of {relation.kind} {relation.name} is declared nowhere",
                    )


def _absent(seen: Seen) -> Iterator[Problem]:
    found = {relation.name: set(relation.columns) for relation in seen.database.relations if relation.schema == SCHEMA}
    for table, columns in sorted(_expected(seen).items()):
        if table not in found:
            yield Problem(
                "E012", table, "the code and the declaration know the table, but the database does not have it"
            )
        else:
            for column in sorted(columns - found[table]):
                yield Problem(
                    "E012",
                    f"{table}.{column}",
                    "the code and the declaration know the column, but the database does not have it",
                )


def _large_objects(seen: Seen) -> Iterator[Problem]:
    if seen.database.large_objects:
        message = f"the database holds {seen.database.large_objects} large object(s), which no declaration can describe"
        yield Problem("E014", "pg_largeobject", message)


def _unapplied(seen: Seen) -> Iterator[Problem]:
    for name in seen.database.unapplied:
        yield Problem("E097", name, "the migration has not been applied: run `seloste migrate`")


# --- The promises of the notice ---------------------------------------------------------------------------------------


def held_categories(seen: Seen) -> frozenset[str]:
    """Return the categories that some column really holds."""
    held = [holding for _, holding in _declared_holdings(seen) if isinstance(holding, Personal)]
    return frozenset(name for holding in held for name in holding.categories)


def _unheld(declared: Declaration, seen: Seen) -> Iterator[Problem]:
    held = held_categories(seen)
    waived = {waiver.item for waiver in declared.waiver}
    for key in declared.category:
        if key not in held and f"category.{key}" not in waived:
            yield Problem(
                "E020", f"category.{key}", "the notice names it, but no field holds it and no waiver covers it"
            )
    for key, purpose in declared.purpose.items():
        lacking = [name for name in purpose.categories if name not in held and f"category.{name}" not in waived]
        if lacking and f"purpose.{key}" not in waived:
            names = ", ".join(lacking)
            yield Problem(
                "E021",
                f"purpose.{key}",
                f"the notice promises it, but no field holds its data ({names}) and no waiver covers it",
            )


def _needless_waivers(declared: Declaration, seen: Seen) -> Iterator[Problem]:
    held = held_categories(seen)
    for waiver in declared.waiver:
        kind, _, key = waiver.item.partition(".")
        if (kind == "category" and key in held) or (kind == "purpose" and _is_built(declared, key, held)):
            yield Problem(
                "E022", f"waiver {waiver.item}", "it is no longer needed: fields hold all of it. Remove the waiver"
            )


def _is_built(declared: Declaration, key: str, held: frozenset[str]) -> bool:
    return key in declared.purpose and held.issuperset(declared.purpose[key].categories)


# --- The guards that the database keeps by itself ---------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Guard:
    """What a trigger of an append-only table must be."""

    name: str
    events: frozenset[str]
    lets_go: bool = False
    function: str = ""


#: kernel.guards.APPEND_ONLY_TRIGGERS with what each refuses.
GUARDS = (
    Guard(name="only_added_to", events=frozenset({"UPDATE", "DELETE"}), lets_go=True),
    Guard(name="never_emptied", events=frozenset({"TRUNCATE"})),
)
#: kernel.guards.never_changed: rows go with what they belong to, and are never rewritten.
NEVER = Guard(name="never_changed", events=frozenset({"UPDATE"}), function="public.seloste_never_changed")
#: What the guards of rows call (kernel.guards): nothing may go, or rows whose declared time is up.
STRICT, WHEN_DUE = "public.seloste_only_added_to", "public.seloste_goes_when_due"
WITH_ITS_OWN = "public.seloste_goes_with"
#: Tables that the notice itself promises never to change, and when their rows may go: the record of use (S8.3) when
#: the employment is over by 24 months, so never within 24 months of the event; what people were told (A13.3) never.
PROMISED: Mapping[str, Sequence[str]] = {"audit_auditevent": ("at", "24 months"), "notices_noticeversion": ()}


def _guards(seen: Seen) -> Iterator[Problem]:
    triggers = {(trigger.table, trigger.name): trigger for trigger in seen.database.triggers}
    for model in seen.models:
        guards = (*(GUARDS if model.append_only else ()), *((NEVER,) if model.never_changed else ()))
        for guard in guards:
            wrong = _wrong(triggers.get((model.table, guard.name)), guard, model, seen.guard_bodies)
            if wrong:
                yield Problem(
                    "E030", f"{model.table}.{guard.name}", f"table {model.table} is only added to, but {wrong}"
                )
        if (model.goes_after or model.goes_with) and not model.append_only:
            yield Problem("E030", model.table, "goes_after or goes_with is said of a table that is not append_only")
    yield from _promised(seen)


def _promised(seen: Seen) -> Iterator[Problem]:
    guarded = {model.table: tuple(model.goes_after) for model in seen.models if model.append_only}
    for table, goes_after in sorted(PROMISED.items()):
        if table not in guarded:
            yield Problem(
                "E030", table, "the notice promises that it is only added to, but its model is not append_only"
            )
        elif guarded[table] != goes_after:
            said = " + ".join(guarded[table]) or "never"
            yield Problem("E030", table, f"its rows go at another time than the notice promises ({said})")


def _wrong(trigger: Trigger | None, guard: Guard, model: SeenModel, bodies: Mapping[str, str]) -> str:
    goes_after = tuple(model.goes_with or model.goes_after) if guard.lets_go else ()
    function = guard.function or _lets_go_by(model, guard)
    if trigger is None:
        return f"the trigger {guard.name} is missing"
    if not trigger.fires or not guard.events <= trigger.events:
        return f"the trigger {guard.name} is disabled or does not fire on every {' and '.join(sorted(guard.events))}"
    if trigger.function != function or trigger.body.split() != bodies[function].split():
        return f"the trigger {guard.name} calls a function that was replaced ({trigger.function})"
    if tuple(trigger.arguments) != goes_after:
        return f"the trigger {guard.name} lets rows go at another time ({' + '.join(trigger.arguments) or 'never'})"
    return ""


def _lets_go_by(model: SeenModel, guard: Guard) -> str:
    """Return which function of ours decides when rows may go."""
    if not guard.lets_go or not (model.goes_with or model.goes_after):
        return STRICT
    return WITH_ITS_OWN if model.goes_with else WHEN_DUE


def _constraints(seen: Seen) -> Iterator[Problem]:
    found = {(constraint.table, constraint.name): constraint for constraint in seen.database.constraints}
    for model in seen.models:
        for name, definition in model.constraints.items():
            standing = found.get((model.table, name))
            if standing is None:
                yield Problem(
                    "E031", f"{model.table}.{name}", f"the constraint of model {model.label} is missing in the database"
                )
            elif not standing.holds:
                yield Problem(
                    "E031",
                    f"{model.table}.{name}",
                    f"the constraint of model {model.label} is not validated or not enforced",
                )
            elif definition and standing.definition != definition:
                message = f"the database keeps another rule than model {model.label}: {standing.definition}"
                yield Problem("E031", f"{model.table}.{name}", message)


# --- Lists and forms --------------------------------------------------------------------------------------------------


def _declared_lists(declared: Declaration) -> dict[str, frozenset[str]]:
    return {
        "source": frozenset(declared.source),
        "category": frozenset(declared.category),
        "purpose": frozenset(declared.purpose),
        "basis": frozenset(declared.basis),
        "role": frozenset(declared.role),
        "form": frozenset(declared.form),
        "sentence": frozenset(declared.clauses()),
        "right": frozenset(declared.right),
        "terminal": frozenset(item.name for item in declared.terminal.values() if item.necessary),
        "language": frozenset(LANGUAGES),
    }


#: A field of such a name with a closed list of values repeats the declared list, registered or not.
_SPEAKING_FIELDS = {"source": "source", "language": "language", "purpose": "purpose", "basis": "basis"}


def _repeated_lists(seen: Seen) -> Iterator[ClosedList]:
    yield from seen.lists.values()
    for model in seen.models:
        for one in model.fields:
            if model.ours and one.values and one.name in _SPEAKING_FIELDS:
                of = _SPEAKING_FIELDS[one.name]
                yield ClosedList(what=f"{model.label}.{one.name}", of=of, values=one.values, whole=True)


def _lists(declared: Declaration, seen: Seen) -> Iterator[Problem]:
    known = _declared_lists(declared)
    for repeated in _repeated_lists(seen):
        if repeated.of not in known:
            yield Problem("E040", repeated.what, f"'{repeated.of}' is not a list of the declaration")
            continue
        extra = ", ".join(sorted(repeated.values - known[repeated.of]))
        absent = ", ".join(sorted(known[repeated.of] - repeated.values)) if repeated.whole else ""
        if extra:
            yield Problem("E040", repeated.what, f"it names a {repeated.of} that is not declared: {extra}")
        if absent:
            yield Problem("E040", repeated.what, f"it lacks a declared {repeated.of}: {absent}")


def _forms(declared: Declaration, seen: Seen) -> Iterator[Problem]:
    for key, form in seen.forms.items():
        if key not in declared.form:
            yield Problem("E050", f"form.{key}", "the form asks people for data, but the notice does not declare it")
            continue
        asked = frozenset(declared.form[key].asks)
        for name in () if form.made_from_notice else sorted(form.names - asked):
            yield Problem("E050", f"form.{key}.{name}", "the form asks it, but the notice does not declare it")
        for name in sorted(asked - form.names):
            yield Problem("E050", f"form.{key}.{name}", "the notice declares it, but the form cannot ask it")
    for key in sorted(declared.form.keys() - seen.forms.keys()):
        yield Problem("E050", f"form.{key}", "the notice declares the form, but no page shows it")


# --- What access and erasure know ------------------------------------------------------------------------------------

#: Data about employees: what they may see and have erased is another matter (S8.3).
STAFF = "staff"
#: Stands beside every item, and is shown with it: no table is of this category alone, unless it holds nothing else.
BESIDE = "provenance"


def _about_people(holds: Holdings | None) -> dict[str, frozenset[str]]:
    """Return the fields that hold data about other people than employees, with their categories."""
    said = {name: frozenset(one.categories) for name, one in (holds or {}).items() if isinstance(one, Personal)}
    return {name: categories for name, categories in said.items() if categories - {STAFF}}


def _kept(seen: Seen) -> Iterator[Problem]:
    """Whatever holds data about people is shown to them and erased, or says why nobody can be found in it."""
    holding = {model.label: _about_people(model.holds) for model in seen.models}
    holding |= {table.name: _about_people(table.holds) for table in seen.foreign.values()}
    registered = {store.model for store in seen.kept}
    for label, fields in holding.items():
        known = label in registered or label in seen.of_nobody
        if fields and not known:
            message = "it holds data about people, but no room's kept.py shows and erases it or says why it cannot"
            yield Problem("E060", label, message)
    yield from _of_nobody(seen, holding, registered)
    models = {model.label: model for model in seen.models}
    for store in seen.kept:
        if store.model not in models:
            yield Problem("E060", store.model, f"{store.key} is registered for a model that does not exist")
        else:
            yield from _kept_fields(store, models[store.model], holding[store.model])


def _of_nobody(
    seen: Seen, holding: Mapping[str, Mapping[str, frozenset[str]]], registered: AbstractSet[str]
) -> Iterator[Problem]:
    for label, reason in seen.of_nobody.items():
        if not holding.get(label):
            yield Problem("E060", label, "it says that it is of nobody, but no such table holds data about people")
        elif label in registered:
            yield Problem(
                "E060", label, "it is registered in kept.py and is said to be of nobody: one of them is wrong"
            )
        elif not _is_reason(reason):
            yield Problem("E060", label, f"that it is of nobody needs a reason in words; it says '{reason.strip()}'")


def _kept_fields(store: SeenKept, model: SeenModel, held: Mapping[str, frozenset[str]]) -> Iterator[Problem]:
    names = {one.name for one in model.fields}
    told = store.fields | store.inner.keys()
    for name in sorted(held.keys() - told):
        yield Problem(
            "E061", f"{model.label}.{name}", f"{store.key} neither shows the field nor says why it does not (inner)"
        )
    for name in sorted(told - names):
        yield Problem("E061", f"{model.label}.{name}", f"{store.key} names a field that the model does not have")
    for name in sorted(store.fields & store.inner.keys()):
        yield Problem("E061", f"{model.label}.{name}", f"{store.key} both shows the field and says why it does not")
    for name, reason in sorted(store.inner.items()):
        if not _is_reason(reason):
            said = reason.strip()
            yield Problem("E061", f"{model.label}.{name}", f"that it is not shown needs a reason in words: '{said}'")
    yield from _kept_categories(store, model, held)


def _kept_categories(store: SeenKept, model: SeenModel, held: Mapping[str, frozenset[str]]) -> Iterator[Problem]:
    """What a person is told of a category, and that nothing of it is held, must be true."""
    really = frozenset(name for categories in held.values() for name in categories) - {STAFF}
    absent = really - {BESIDE} - store.categories
    extra = store.categories - really
    if absent or extra or not store.categories:
        said = ", ".join(sorted(store.categories)) or "none"
        message = f"{store.key} says that it holds {said}; its fields hold {', '.join(sorted(really)) or 'none'}"
        yield Problem("E061", model.label, message)


# --- The gate's own sight ---------------------------------------------------------------------------------------------


#: What census.toml records: how much there is to look at, and how much the notice says.
RECORDED = ("fields", "columns", "purposes", "categories", "sentences", "rights")


#: A record far below what is there would let the gate lose sight unnoticed.
LEAST_RECORDED = 0.9


def _sight(declared: Declaration, seen: Seen) -> Iterator[Problem]:
    saw, least = counts(declared, seen), declared.census
    for name in RECORDED:
        found, wanted = getattr(saw, name), getattr(least, name)
        if found < wanted:
            yield Problem(
                "E099",
                f"census.{name}",
                f"the gate saw {found} {name}, but at least {wanted} are recorded: has it gone blind?",
            )
        elif wanted < found * LEAST_RECORDED:
            message = f"only {wanted} {name} are recorded, and {found} were seen: raise the figure in census.toml"
            yield Problem("E099", f"census.{name}", message)


#: Whether code and database agree with each other and with what stands beside the models.
_OF_THE_HOUSE: tuple[Callable[[Seen], Iterator[Problem]], ...] = (
    _unapplied,
    _models,
    _relations,
    _absent,
    _large_objects,
    _guards,
    _constraints,
    _kept,
    lambda seen: structure.problems(seen.structure),
)
#: Whether they agree with the notice.
_AGAINST_THE_NOTICE: tuple[Callable[[Declaration, Seen], Iterator[Problem]], ...] = (
    _holdings,
    _unheld,
    _needless_waivers,
    _lists,
    _forms,
    _sight,
)
