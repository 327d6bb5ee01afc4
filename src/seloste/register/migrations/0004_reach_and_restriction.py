"""What a message needs to know of an address, and restriction of processing."""

from collections.abc import Callable
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from seloste.kernel.marks import mark_of
from seloste.register.choices import RestrictionReason, Source
from seloste.register.rules import address_line


def _mark(model: str, text: Callable[[Any], str]) -> migrations.RunPython:
    def run(apps: Any, _editor: Any) -> None:  # noqa: ANN401 -- Django's historical models have no type
        rows = apps.get_model("register", model).objects
        for row in rows.filter(mark=None).iterator():
            rows.filter(id=row.id).update(mark=mark_of(text(row)))

    return migrations.RunPython(run, migrations.RunPython.noop)


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_initial"),
        ("register", "0003_indexes_without_a_waiting_list"),
    ]

    operations = [
        migrations.AddField("contactpoint", "bounced_at", models.DateTimeField(null=True)),
        migrations.AddField("contactpoint", "prohibition_checked_on", models.DateField(null=True)),
        migrations.AddField("contactpoint", "mark", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("postaladdress", "mark", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("position", "relevance", models.TextField(blank=True, default="")),
        _mark("contactpoint", lambda row: row.value),
        _mark("postaladdress", lambda row: address_line(row.street, row.postal_code, row.city, row.country)),
        # A row that was just changed has checks waiting for the transaction's end; the table changes only after them.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField("contactpoint", "mark", models.BinaryField(max_length=32)),
        migrations.AlterField("postaladdress", "mark", models.BinaryField(max_length=32)),
        migrations.AddIndex(
            "contactpoint",
            models.Index(condition=models.Q(("ended_at", None)), fields=["mark"], name="contact_point_by_mark"),
        ),
        migrations.AddConstraint(
            "contactpoint",
            models.CheckConstraint(
                condition=models.Q(("prohibition_checked_on", None), ("kind", "phone"), _connector="OR"),
                name="contact_point_prohibition_is_of_a_number",
            ),
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("reason", models.TextField(choices=RestrictionReason.choices)),
                ("source", models.TextField(choices=Source.choices)),
                ("detail", models.TextField(blank=True, default="")),
                ("since_at", models.DateTimeField()),
                ("since_by", models.UUIDField()),
                ("told_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="register.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", RestrictionReason.values)),
                        name="restriction_reason_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", Source.values)), name="restriction_source_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None)),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                ("told_at__lte", models.F("ended_at")),
                            ),
                            _connector="OR",
                        ),
                        name="restriction_ends_after_telling",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("person", "reason"),
                        name="restriction_is_one_at_a_time",
                    ),
                ],
            },
        ),
    ]
