"""Look an address up whoever had it, and what is over for each purpose."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_initial"),
        ("register", "0008_seal_corrected"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="contactpoint",
            name="contact_point_by_mark",
        ),
        migrations.RemoveIndex(
            model_name="ground",
            name="ground_by_end",
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(fields=["mark"], name="contact_point_by_any_mark"),
        ),
        migrations.AddIndex(
            model_name="ground",
            index=models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["purpose", "keep_until", "id"],
                name="ground_by_purpose_end",
            ),
        ),
        migrations.AddIndex(
            model_name="ground",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False)), fields=["purpose"], name="ground_ended"
            ),
        ),
    ]
