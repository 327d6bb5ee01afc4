from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from seloste.register.models import Beginnings

LIVE = models.Q(ended_at=None)


class Migration(migrations.Migration):
    dependencies = [("register", "0002_word_and_purpose_indexes")]

    operations = [
        migrations.RemoveIndex("contactpoint", "contact_point_by_purpose"),
        migrations.RemoveIndex("name", "name_by_beginnings"),
        migrations.RemoveIndex("name", "name_by_purpose"),
        migrations.AddIndex(
            "contactpoint",
            GinIndex(fields=["purposes"], name="contact_point_by_purpose", condition=LIVE, fastupdate=False),
        ),
        migrations.AddIndex(
            "name", GinIndex(Beginnings("by_family"), name="name_by_beginnings", condition=LIVE, fastupdate=False)
        ),
        migrations.AddIndex(
            "name", GinIndex(fields=["purposes"], name="name_by_purpose", condition=LIVE, fastupdate=False)
        ),
    ]
