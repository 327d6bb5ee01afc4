"""What was agreed, and what happened, is only added to. It goes with its order, and not before: the order goes first."""

from django.db import migrations

_FUNCTION = """
CREATE OR REPLACE FUNCTION public.seloste_goes_with_its_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (
        SELECT FROM public.shop_order WHERE id = (pg_catalog.to_jsonb(OLD) ->> TG_ARGV[0])::pg_catalog.uuid
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'table % is only added to: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""
_ROWS = """
CREATE OR REPLACE TRIGGER only_added_to BEFORE UPDATE OR DELETE ON public.{table}
    FOR EACH ROW EXECUTE FUNCTION public.seloste_goes_with_its_order('{column}');
"""


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_what_happens_afterwards")]

    operations = [
        migrations.RunSQL(
            sql=_FUNCTION
            + _ROWS.format(table="shop_orderevent", column="order")
            + _ROWS.format(table="shop_contractacceptance", column="order_id"),
            reverse_sql=migrations.RunSQL.noop,
        )
    ]
