"""What was said of an address of nobody known is found by its mark."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(
                condition=models.Q(("subject", None), models.Q(("mark", b""), _negated=True)),
                fields=["mark"],
                name="ledger_mark",
            ),
        ),
    ]
