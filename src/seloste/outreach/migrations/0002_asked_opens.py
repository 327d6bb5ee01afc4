"""What a link or a code that was asked for opens."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="asked",
            name="opens",
            field=models.TextField(
                choices=[("preferences", "what we may send"), ("mydata", "one's own data")], default="preferences"
            ),
        ),
        migrations.AddConstraint(
            model_name="asked",
            constraint=models.CheckConstraint(
                condition=models.Q(("opens__in", ["preferences", "mydata"])), name="asked_opens_is_known"
            ),
        ),
    ]
