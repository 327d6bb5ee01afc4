"""What was agreed, and what happened, is only added to. It goes with its order, and not before: the order goes first."""

from django.db import migrations

from seloste.kernel.guards import goes_with


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_what_happens_afterwards")]

    operations = [
        goes_with("shop_orderevent", of="shop_order", by="order"),
        goes_with("shop_contractacceptance", of="shop_order", by="order_id"),
    ]
