"""Guards that the database itself keeps, whoever is connected and whatever the code believes."""

from django.db.migrations import RunSQL

#: Names of the triggers that every append-only table carries; the census looks for them, enabled.
APPEND_ONLY_TRIGGERS = ("only_added_to", "never_emptied")

_REFUSE = """RAISE EXCEPTION 'table % is only added to: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END """

#: Nothing may change or go.
_STRICT_BODY = f"""
BEGIN
    {_REFUSE}"""

#: A row whose last day is over, as Helsinki counts days, may be deleted, never changed. The first argument names the
#: column of the last day (a date), or with a second one the moment from which that period runs. A third one names whose
#: the row is: one that is nobody's may go at any time.
_WHEN_DUE_BODY = f"""
DECLARE
    last_day date;
BEGIN
    IF TG_OP = 'DELETE' AND TG_NARGS = 3 AND pg_catalog.to_jsonb(OLD) ->> TG_ARGV[2] IS NULL THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'DELETE' AND TG_NARGS = 1 THEN
        last_day := (pg_catalog.to_jsonb(OLD) ->> TG_ARGV[0])::pg_catalog.date;
    ELSIF TG_OP = 'DELETE' THEN
        last_day := ((pg_catalog.to_jsonb(OLD) ->> TG_ARGV[0])::pg_catalog.timestamptz
            AT TIME ZONE 'Europe/Helsinki')::pg_catalog.date + TG_ARGV[1]::pg_catalog.interval;
    END IF;
    IF last_day < (pg_catalog.clock_timestamp() AT TIME ZONE 'Europe/Helsinki')::pg_catalog.date THEN
        RETURN OLD;
    END IF;
    {_REFUSE}"""

#: A row may go once what it belongs to is gone: the arguments name that table and the column with its id.
_WITH_ITS_OWN_BODY = f"""
DECLARE
    is_there boolean := true;
BEGIN
    IF TG_OP = 'DELETE' THEN
        EXECUTE pg_catalog.format('SELECT EXISTS (SELECT FROM public.%I WHERE id = $1)', TG_ARGV[0])
            INTO is_there USING (pg_catalog.to_jsonb(OLD) ->> TG_ARGV[1])::pg_catalog.uuid;
    END IF;
    IF NOT is_there THEN
        RETURN OLD;
    END IF;
    {_REFUSE}"""  # noqa: S608 -- nothing that anybody typed

#: What the guards of rows call.
STRICT, WHEN_DUE = "public.seloste_only_added_to", "public.seloste_goes_when_due"
WITH_ITS_OWN, NEVER_CHANGED = "public.seloste_goes_with", "public.seloste_never_changed"

#: What each of them does, whole; the census compares it with what the database holds. A row that is never changed is
#: guarded against UPDATE alone: it goes with what it belongs to.
BODIES = {
    STRICT: _STRICT_BODY,
    WHEN_DUE: _WHEN_DUE_BODY,
    WITH_ITS_OWN: _WITH_ITS_OWN_BODY,
    NEVER_CHANGED: _STRICT_BODY,
}

_ROWS = """
CREATE OR REPLACE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON public.{table}
    FOR EACH ROW EXECUTE FUNCTION {function};
"""

_WHOLE = """
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.{table}
    FOR EACH STATEMENT EXECUTE FUNCTION public.seloste_only_added_to();
"""

_UNDO = """
DROP TRIGGER only_added_to ON public.{table};
DROP TRIGGER never_emptied ON public.{table};
"""


def append_only(table: str, *, until: str = "", plus: str = "", nobodys: str = "") -> RunSQL:
    """Return the migration step after which the table takes INSERT and refuses UPDATE, DELETE and TRUNCATE.

    With ``until``, a date column, a row may be deleted from the day after that date on, and with ``plus``, such as
    ``24 months``, ``until`` is a moment from which that period runs. ``nobodys`` names the column of whose it is:
    without anybody in it a row may go at any time. The model says ``append_only = True`` beside its fields and the same
    in ``goes_after = ("keep_until",)`` or ``("at", "24 months")``; the census fails where the triggers are missing or
    are others.
    """
    sql = _functions(STRICT, WHEN_DUE) + _rows(table, until, plus, nobodys) + _WHOLE.format(table=table)
    return RunSQL(sql=sql, reverse_sql=_UNDO.format(table=table))


def let_go(table: str, *, until: str, plus: str = "", nobodys: str = "") -> RunSQL:
    """Return the migration step after which rows of an append-only table may go when their time is up."""
    return RunSQL(sql=_functions(WHEN_DUE) + _rows(table, until, plus, nobodys), reverse_sql=_rows(table, "", "", ""))


def goes_with(table: str, *, of: str, by: str) -> RunSQL:
    """Return the migration step after which rows of an append-only table may go once what they belong to is gone.

    ``of`` is the table to which a row belongs, ``by`` the column that holds its id (a UUID, without a foreign key that
    would want it the other way round). The model says ``goes_with = (of, by)`` beside ``append_only = True``.
    """
    rows = _ROWS.format(table=table, function=f"{WITH_ITS_OWN}('{of}', '{by}')")
    return RunSQL(sql=_functions(WITH_ITS_OWN) + rows, reverse_sql=_rows(table, "", "", ""))


def never_changed(*tables: str) -> RunSQL:
    """Return the migration step after which rows of the tables are refused to change; they go with what they belong to.

    The models say ``never_changed = True``; the census fails where the trigger is missing or another.
    """
    made = "CREATE TRIGGER never_changed BEFORE UPDATE ON public.{} FOR EACH ROW EXECUTE FUNCTION {}();"
    undone = "DROP TRIGGER never_changed ON public.{};"
    return RunSQL(
        sql=_functions(NEVER_CHANGED) + "".join(made.format(table, NEVER_CHANGED) for table in tables),
        reverse_sql="".join(undone.format(table) for table in tables),
    )


def _functions(*names: str) -> str:
    return "".join(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${BODIES[name]}$$;\n"
        for name in names
    )


def _rows(table: str, until: str, plus: str, nobodys: str) -> str:
    arguments = [f"'{part}'" for part in (until, plus, nobodys) if part]
    name = WHEN_DUE if arguments else STRICT
    return _ROWS.format(table=table, function=f"{name}({', '.join(arguments)})")
