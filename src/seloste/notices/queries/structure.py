"""How the database is built, read from Django's models and from PostgreSQL's own catalog."""

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models

from seloste.kernel import guards
from seloste.notices.rules.structure import Agent, Column, Key, Structure

PACKAGE = "seloste."

_COLUMNS = """
SELECT relation.relname, part.attname, format_type(part.atttypid, part.atttypmod), part.attnotnull
FROM pg_catalog.pg_attribute part JOIN pg_catalog.pg_class relation ON relation.oid = part.attrelid
WHERE relation.relnamespace = 'public'::regnamespace AND relation.relkind IN ('r', 'p')
  AND part.attnum > 0 AND NOT part.attisdropped
"""

#: A reference counts where it is checked and neither deletes nor changes rows by itself. PostgreSQL 18 knows
#: constraints that are not enforced. A unique index counts where it covers all rows and whole columns.
_KEYS = """
SELECT relation.relname,
       array(SELECT part.attname::text FROM unnest(rule.conkey) WITH ORDINALITY place (number, at)
             JOIN pg_catalog.pg_attribute part ON part.attrelid = rule.conrelid AND part.attnum = place.number
             ORDER BY place.at),
       CASE rule.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' ELSE 'reference' END,
       coalesce((SELECT target.relname::text FROM pg_catalog.pg_class target WHERE target.oid = rule.confrelid), '')
FROM pg_catalog.pg_constraint rule JOIN pg_catalog.pg_class relation ON relation.oid = rule.conrelid
WHERE relation.relnamespace = 'public'::regnamespace AND rule.convalidated
  AND coalesce((to_jsonb(rule) ->> 'conenforced')::boolean, true)
  AND (rule.contype IN ('p', 'u') OR (rule.contype = 'f' AND rule.confdeltype = 'a' AND rule.confupdtype = 'a'))
UNION ALL
SELECT relation.relname,
       array(SELECT part.attname::text FROM unnest(mark.indkey) WITH ORDINALITY place (number, at)
             JOIN pg_catalog.pg_attribute part ON part.attrelid = mark.indrelid AND part.attnum = place.number
             WHERE place.at <= mark.indnkeyatts ORDER BY place.at),
       'unique', ''
FROM pg_catalog.pg_index mark JOIN pg_catalog.pg_class relation ON relation.oid = mark.indrelid
WHERE relation.relnamespace = 'public'::regnamespace AND mark.indisunique AND mark.indisvalid
  AND mark.indpred IS NULL AND mark.indexprs IS NULL
"""

#: What belongs to an extension stands in pg_depend as such; what PostgreSQL brings itself has an oid below 16384.
_AGENTS = """
SELECT 'rule', relation.relname || '.' || rule.rulename
FROM pg_catalog.pg_rewrite rule JOIN pg_catalog.pg_class relation ON relation.oid = rule.ev_class
WHERE rule.rulename <> '_RETURN' AND rule.oid >= 16384
UNION ALL
SELECT 'trigger', relation.relname || '.' || trigger.tgname
FROM pg_catalog.pg_trigger trigger JOIN pg_catalog.pg_class relation ON relation.oid = trigger.tgrelid
WHERE NOT trigger.tgisinternal
UNION ALL
SELECT DISTINCT 'silenced reference', relation.relname::text
FROM pg_catalog.pg_trigger trigger JOIN pg_catalog.pg_class relation ON relation.oid = trigger.tgrelid
WHERE trigger.tgisinternal AND trigger.tgenabled <> 'O'
UNION ALL
SELECT 'event trigger', evtname::text FROM pg_catalog.pg_event_trigger event
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend WHERE objid = event.oid AND deptype = 'e')
UNION ALL
SELECT 'function', function.proname::text FROM pg_catalog.pg_proc function
WHERE function.oid >= 16384 AND function.proname !~ '^seloste_' AND function.pronamespace <> pg_my_temp_schema()
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend WHERE objid = function.oid AND deptype = 'e')
UNION ALL
SELECT 'sequence', counter.relname::text FROM pg_catalog.pg_class counter
WHERE counter.relkind = 'S' AND counter.relpersistence <> 't'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend WHERE objid = counter.oid AND deptype IN ('a', 'i', 'e'))
UNION ALL
SELECT 'publication', pubname::text FROM pg_catalog.pg_publication
UNION ALL
SELECT 'row policy', relation.relname || '.' || policy.polname
FROM pg_catalog.pg_policy policy JOIN pg_catalog.pg_class relation ON relation.oid = policy.polrelid
UNION ALL
SELECT 'setting', setting
FROM pg_catalog.pg_db_role_setting kept, unnest(kept.setconfig) setting
WHERE kept.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
  AND split_part(setting, '=', 1) IN ('session_replication_role', 'synchronous_commit', 'row_security')
ORDER BY 1, 2
"""

_UNLOGGED = """
SELECT relname::text FROM pg_catalog.pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relpersistence = 'u' ORDER BY 1
"""


def structure() -> Structure:
    """Return what the models want of the database, and what it has. Reads only."""
    return Structure(
        wanted_columns=dict(_wanted_columns()),
        found_columns={(table, name): Column(kind=kind, required=full) for table, name, kind, full in _rows(_COLUMNS)},
        wanted_keys=list(_wanted_keys()),
        found_keys={
            Key(table=table, columns=tuple(columns), kind=kind, target=target)
            for table, columns, kind, target in _rows(_KEYS)
        },
        agents=[agent for agent in _agents() if agent not in _guards()],
        unlogged=[table for (table,) in _rows(_UNLOGGED)],
    )


def _rows(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows: list[Any] = cursor.fetchall()
    return rows


def _models() -> list[type[models.Model]]:
    found = [model._meta for model in apps.get_models(include_auto_created=True)]
    return [options.model for options in found if options.managed and not options.proxy]


def _wanted_columns() -> Iterator[tuple[tuple[str, str], Column]]:
    """Yield our own columns: what type a package's keys had when it was made is the package's business."""
    for model in _models():
        for field in model._meta.local_concrete_fields if model.__module__.startswith(PACKAGE) else ():
            kind = re.sub(r"^varchar\b", "character varying", field.db_type(connection) or "").replace(", ", ",")
            required = not (field.null or field.generated)
            yield (model._meta.db_table, field.column), Column(kind=kind, required=required)


def _wanted_keys() -> Iterator[Key]:
    for model in _models():
        table = model._meta.db_table
        for field in model._meta.local_concrete_fields:
            yield from _keys_of(table, field)
        for names in model._meta.unique_together:
            columns = tuple(str(model._meta.get_field(name).column) for name in names)  # type: ignore[union-attr]
            yield Key(table=table, columns=columns, kind="unique")


def _keys_of(table: str, field: Any) -> Iterator[Key]:  # noqa: ANN401 -- a field of any model
    columns = (str(field.column),)
    if field.primary_key:
        yield Key(table=table, columns=columns, kind="primary key")
    elif field.unique:
        yield Key(table=table, columns=columns, kind="unique")
    if field.remote_field and getattr(field, "db_constraint", False):
        target = field.remote_field.model._meta.db_table
        yield Key(table=table, columns=columns, kind="reference", target=target)


def _agents() -> list[Agent]:
    return [Agent(kind=kind, name=name) for kind, name in _rows(_AGENTS)]


def _guards() -> set[Agent]:
    """Return the triggers that the models want: those of append-only tables. The census looks at them closely."""
    tables = [model._meta.db_table for model in _models() if getattr(model, "append_only", False)]
    fixed = [model._meta.db_table for model in _models() if getattr(model, "never_changed", False)]
    names = [f"{table}.{name}" for table in tables for name in guards.APPEND_ONLY_TRIGGERS]
    return {Agent(kind="trigger", name=name) for name in [*names, *(f"{table}.never_changed" for table in fixed)]}
