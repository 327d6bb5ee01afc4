"""Answers may be given on the person's own page."""

from django.db import migrations, models

WAYS = ["email", "letter", "phone", "in_person", "page"]


class Migration(migrations.Migration):
    dependencies = [("rights", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="correspondence",
            name="way",
            field=models.TextField(
                choices=[
                    ("email", "by e-mail"),
                    ("letter", "by letter"),
                    ("phone", "on the telephone"),
                    ("in_person", "face to face"),
                    ("page", "on the person's own page"),
                ]
            ),
        ),
        migrations.RemoveConstraint(model_name="correspondence", name="correspondence_way_is_known"),
        migrations.AddConstraint(
            model_name="correspondence",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", WAYS)), name="correspondence_way_is_known"
            ),
        ),
    ]
