"""Guards that the database itself keeps, whoever is connected and whatever the code believes."""

from django.db.migrations import RunSQL

#: Names of the triggers that every append-only table carries; the census looks for them, enabled.
APPEND_ONLY_TRIGGERS = ("only_added_to", "never_emptied")

#: What the triggers do, whole; the census compares it with what the database holds.
APPEND_ONLY_BODY = """
BEGIN
    RAISE EXCEPTION 'table % is only added to: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END """

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION public.seloste_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $${APPEND_ONLY_BODY}$$;
"""

_TRIGGERS = """
CREATE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON public.{table}
    FOR EACH ROW EXECUTE FUNCTION public.seloste_only_added_to();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.{table}
    FOR EACH STATEMENT EXECUTE FUNCTION public.seloste_only_added_to();
"""

_UNDO = """
DROP TRIGGER only_added_to ON public.{table};
DROP TRIGGER never_emptied ON public.{table};
"""


def append_only(table: str) -> RunSQL:
    """Return the migration step after which the table takes INSERT and refuses UPDATE, DELETE and TRUNCATE.

    The model says ``append_only = True`` beside its fields, and the census fails where the triggers are missing.
    """
    return RunSQL(sql=_FUNCTION + _TRIGGERS.format(table=table), reverse_sql=_UNDO.format(table=table))
