from django.db import migrations, models

#: The marks of the last day, which two rooms kept for themselves before.
MOVE = """
INSERT INTO once_sentform (token, sent_at, sent_by, "then", content)
SELECT token, sent_at, sent_by, "then", content FROM desk_sentform
UNION ALL
SELECT token, sent_at, sent_by, "then", content FROM sales_sentform
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("desk", "0002_sentform_content"), ("sales", "0001_saved_views_and_figures")]

    operations = [
        migrations.CreateModel(
            name="SentForm",
            fields=[
                ("token", models.UUIDField(primary_key=True, serialize=False)),
                ("sent_at", models.DateTimeField(db_index=True)),
                ("sent_by", models.UUIDField()),
                ("then", models.TextField()),
                ("content", models.TextField()),
            ],
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop, elidable=True),
    ]
