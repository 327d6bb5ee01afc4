"""What the code and the database hold: Django's models and PostgreSQL's own catalog, read and judged by nobody here."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from seloste.declaration.load import current
from seloste.kernel import guards, holdings, kept
from seloste.notices.queries.structure import structure
from seloste.notices.rules.census import Constraint, Database, Relation, Seen, SeenField, SeenKept, SeenModel, Trigger

PACKAGE = "seloste."
#: Binds a cookie to the host; left out where the site is served without encryption, on the operator's own machine.
PREFIX = "__Host-"

_KINDS = {
    "r": "table",
    "p": "partitioned table",
    "v": "view",
    "m": "materialised view",
    "f": "foreign table",
}

#: Schemas that begin with pg_ are PostgreSQL's own, by its own rule; no one else can make one.
_RELATIONS = """
SELECT space.nspname, relation.relname, relation.relkind::text,
       coalesce(array_agg(part.attname::text ORDER BY part.attnum) FILTER (WHERE part.attnum IS NOT NULL), '{}')
FROM pg_catalog.pg_class relation
JOIN pg_catalog.pg_namespace space ON space.oid = relation.relnamespace
LEFT JOIN pg_catalog.pg_attribute part ON part.attrelid = relation.oid AND part.attnum > 0 AND NOT part.attisdropped
WHERE relation.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND (space.nspname <> 'information_schema' OR relation.oid >= 16384) AND space.nspname !~ '^pg_'
GROUP BY 1, 2, 3 ORDER BY 1, 2
"""

#: PostgreSQL 18 knows constraints that are not enforced; older versions have no such column, hence the detour.
_CONSTRAINTS = """
SELECT relation.relname, rule.conname,
       rule.convalidated AND coalesce((to_jsonb(rule) ->> 'conenforced')::boolean, true),
       CASE rule.contype WHEN 'u' THEN split_part(pg_get_indexdef(rule.conindid), ' USING ', 2)
                         ELSE pg_get_constraintdef(rule.oid) END
FROM pg_catalog.pg_constraint rule
JOIN pg_catalog.pg_class relation ON relation.oid = rule.conrelid
WHERE relation.relnamespace = %s::regnamespace AND rule.contype IN ('c', 'u', 'x')
UNION ALL
SELECT relation.relname, entry.relname, mark.indisvalid AND mark.indisunique,
       split_part(pg_get_indexdef(entry.oid), ' USING ', 2)
FROM pg_catalog.pg_index mark
JOIN pg_catalog.pg_class entry ON entry.oid = mark.indexrelid
JOIN pg_catalog.pg_class relation ON relation.oid = mark.indrelid
WHERE relation.relnamespace = %s::regnamespace AND mark.indisunique
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint rule WHERE rule.conindid = mark.indexrelid)
"""

#: tgtype is a set of bits (pg_trigger.h): 1 row, 2 before, 8 delete, 16 update, 32 truncate.
_TRIGGERS = r"""
SELECT relation.relname, trigger.tgname, trigger.tgtype,
       trigger.tgenabled IN ('O', 'A') AND trigger.tgqual IS NULL AND trigger.tgattr::text = ''
           AND trigger.tgtype & 2 = 2,
       space.nspname || '.' || function.proname, function.prosrc,
       (string_to_array(encode(trigger.tgargs, 'escape'), '\000'))[:trigger.tgnargs]
FROM pg_catalog.pg_trigger trigger
JOIN pg_catalog.pg_class relation ON relation.oid = trigger.tgrelid
JOIN pg_catalog.pg_proc function ON function.oid = trigger.tgfoid
JOIN pg_catalog.pg_namespace space ON space.oid = function.pronamespace
WHERE NOT trigger.tgisinternal AND relation.relnamespace = 'public'::regnamespace
"""
_OF_THE_COPIES = r"""
SELECT relation.relname, rule.conname, pg_get_constraintdef(rule.oid)
FROM pg_catalog.pg_class relation JOIN pg_catalog.pg_constraint rule ON rule.conrelid = relation.oid
WHERE relation.relnamespace = pg_my_temp_schema() AND relation.relname ~ '^census_copy_' AND rule.contype = 'c'
UNION ALL
SELECT relation.relname, entry.relname, split_part(pg_get_indexdef(entry.oid), ' USING ', 2)
FROM pg_catalog.pg_class relation JOIN pg_catalog.pg_index mark ON mark.indrelid = relation.oid
JOIN pg_catalog.pg_class entry ON entry.oid = mark.indexrelid
WHERE relation.relnamespace = pg_my_temp_schema() AND relation.relname ~ '^census_copy_' AND mark.indisunique
"""
_EVENTS = {8: "DELETE", 16: "UPDATE", 32: "TRUNCATE"}


def seen() -> Seen:
    """Return everything that holds data. Reads only; takes no lock that a page would wait for."""
    own_rules = dict(_own_rules())
    return Seen(
        models=[_model(model, own_rules) for model in _models()],
        foreign=holdings.foreign_tables(),
        lists={**holdings.closed_lists(), "cookies of the site": _cookies()},
        forms=holdings.forms_asked(),
        guard_bodies=guards.BODIES,
        kept=[_kept(store) for store in kept.kept()],
        of_nobody=kept.of_nobody(),
        structure=structure(),
        database=Database(
            relations=list(_relations()),
            constraints=list(_constraints("public")),
            triggers=list(_triggers()),
            large_objects=_rows("SELECT count(*) FROM pg_catalog.pg_largeobject_metadata")[0][0],
            unapplied=_unapplied(),
        ),
    )


def _rows(sql: str, *parameters: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        rows: list[Any] = cursor.fetchall()
    return rows


# --- The code ---------------------------------------------------------------------------------------------------------


def _models() -> list[type[models.Model]]:
    """Return every model with a table or a view of its own, many-to-many tables and unmanaged models included."""
    return [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]


def _model(model: type[models.Model], own_rules: dict[tuple[str, str], str]) -> SeenModel:
    options = model._meta
    return SeenModel(
        label=options.label,
        table=options.db_table.replace('"', ""),
        ours=model.__module__.startswith(PACKAGE),
        holds=vars(model).get("holds"),
        fields=[_field(field) for field in options.local_concrete_fields],
        append_only=bool(getattr(model, "append_only", False)),
        goes_after=tuple(getattr(model, "goes_after", ())),
        goes_with=tuple(getattr(model, "goes_with", ())),
        never_changed=bool(getattr(model, "never_changed", False)),
        constraints={rule.name: own_rules.get((options.label, rule.name), "") for rule in _named_rules(model)},
    )


def _field(field: Any) -> SeenField:  # noqa: ANN401 -- a field of any model
    values = frozenset(str(value) for value, _ in field.flatchoices or ())
    return SeenField(name=field.name, column=field.column, values=values)


def _kept(store: kept.Kept) -> SeenKept:
    return SeenKept(
        key=store.key,
        model=store.model._meta.label,
        categories=store.categories,
        fields=frozenset(store.fields),
        inner=store.inner,
    )


def _named_rules(model: type[models.Model]) -> Iterator[models.BaseConstraint]:
    kinds = (models.CheckConstraint, models.UniqueConstraint)
    yield from (rule for rule in model._meta.constraints if isinstance(rule, kinds))


def _cookies() -> holdings.ClosedList:
    """Return the cookies the site can set, by their names at a public address: at home they have no prefix."""
    asks = any(not item.necessary for item in current().terminal.values())
    always = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    always |= {settings.MYDATA_COOKIE_NAME, settings.CART_COOKIE_NAME}
    names = always | ({settings.CHOICE_COOKIE_NAME} if asks else set())
    public = {PREFIX + name.removeprefix(PREFIX) for name in names}
    return holdings.ClosedList(what="cookies of the site", of="terminal", values=frozenset(public), whole=True)


# --- What a constraint of a model must read in the database -----------------------------------------------------------


def _own_rules() -> Iterator[tuple[tuple[str, str], str]]:
    """Yield how PostgreSQL spells each named constraint of our models.

    PostgreSQL rewrites a condition, so each is put on an empty temporary copy of its table and read back: a rule that
    someone replaced by a weaker one of the same name shows. All at once, for asking two hundred times takes long; one
    model at a time where that fails: then a table lacks a column, which is another check's finding.
    """
    ruled = [model for model in _models() if model.__module__.startswith(PACKAGE) and list(_named_rules(model))]
    spelt = _spelt(ruled)
    if spelt is None:
        spelt = [definition for model in ruled for definition in _spelt([model]) or ()]
    yield from spelt


def _spelt(ruled: list[type[models.Model]]) -> list[tuple[tuple[str, str], str]] | None:
    """Return the rules of these models in PostgreSQL's words; None where it cannot make them."""
    try:
        with transaction.atomic():
            spelt = _on_copies({f"census_copy_{number}": model for number, model in enumerate(ruled)})
            transaction.set_rollback(True)
    except DatabaseError:
        return None
    return spelt


def _on_copies(ruled: dict[str, type[models.Model]]) -> list[tuple[tuple[str, str], str]]:
    made = [statement for copy, model in ruled.items() for statement in _making(copy, model)]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(made))
        cursor.execute(_OF_THE_COPIES)
        rows: list[tuple[str, str, str]] = cursor.fetchall()
    return [((ruled[copy]._meta.label, name), definition) for copy, name, definition in rows]


def _making(copy: str, model: type[models.Model]) -> Iterator[str]:
    """Yield the statements that make the copy of the model's table and add its rules to it."""
    table = model._meta.db_table
    yield f'CREATE TEMPORARY TABLE {copy} (LIKE public."{table}") ON COMMIT DROP'
    for rule in _named_rules(model):
        said = str(rule.create_sql(model, connection.schema_editor())).replace("%%", "%")
        yield said.replace(f'"{table}"', f"pg_temp.{copy}", 1)


# --- The database -----------------------------------------------------------------------------------------------------


def _relations() -> Iterator[Relation]:
    for schema, name, kind, columns in _rows(_RELATIONS):
        yield Relation(schema=schema, name=name, kind=_KINDS[kind], columns=columns)


def _constraints(schema: str) -> Iterator[Constraint]:
    for table, name, holds, definition in _rows(_CONSTRAINTS, schema, schema):
        yield Constraint(table=table, name=name, holds=holds, definition=definition)


def _triggers() -> Iterator[Trigger]:
    for table, name, kind, fires, function, body, arguments in _rows(_TRIGGERS):
        events = frozenset(event for bit, event in _EVENTS.items() if kind & bit)
        yield Trigger(
            table=table, name=name, fires=fires, events=events, function=function, body=body, arguments=arguments
        )


def _unapplied() -> list[str]:
    loader = MigrationLoader(connection)
    return [f"{room}.{name}" for room, name in sorted(loader.graph.nodes.keys() - loader.applied_migrations.keys())]
