"""Looks at rows that had no person yet are found by the row, once it turns out whose it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_deeds_with_figures")]

    operations = [
        migrations.AddIndex(
            "auditevent",
            models.Index(
                fields=["item"], name="audit_item_of_nobody", condition=models.Q(subjects=[], item__isnull=False)
            ),
        ),
    ]
