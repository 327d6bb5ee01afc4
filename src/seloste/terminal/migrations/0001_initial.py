import django.db.models.deletion
from django.db import migrations, models

from seloste.kernel.guards import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("notices", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AskedWording",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("question", models.TextField()),
                ("language", models.TextField()),
                ("text", models.TextField()),
                ("text_hash", models.CharField(max_length=64)),
                ("first_used_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("question", "language", "text_hash"), name="asked_wording_is_kept_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text_hash__regex", "^[0-9a-f]{64}$")), name="asked_wording_hash_is_sha256"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CookieFault",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField()),
                (
                    "fault",
                    models.TextField(
                        choices=[
                            ("undeclared", "not declared in the notice"),
                            ("without_consent", "without the visitor's consent"),
                            ("too_long", "for longer than the notice says"),
                        ]
                    ),
                ),
                ("page", models.TextField()),
                ("on", models.DateField()),
                ("count", models.IntegerField()),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("name", "fault", "page", "on"), name="cookie_fault_is_one_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("fault__in", ["undeclared", "without_consent", "too_long"])),
                        name="cookie_fault_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeviceChoice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("reference", models.UUIDField(unique=True)),
                ("device", models.UUIDField()),
                ("question", models.TextField()),
                ("purpose", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[("given", "allowed"), ("refused", "refused"), ("withdrawn", "withdrawn")]
                    ),
                ),
                (
                    "place",
                    models.TextField(
                        choices=[
                            ("banner", "the note at the top of a page"),
                            ("page", "the page of cookies"),
                            ("content", "where the content would stand"),
                        ]
                    ),
                ),
                ("gpc", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("valid_until", models.DateField()),
                ("keep_until", models.DateField()),
                (
                    "notice_version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notices.noticeversion",
                    ),
                ),
                (
                    "wording",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="terminal.askedwording",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["device", "id"], name="device_choice_by_device"),
                    models.Index(fields=["keep_until"], name="device_choice_by_end"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["given", "refused", "withdrawn"])),
                        name="device_choice_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("place__in", ["banner", "page", "content"])),
                        name="device_choice_place_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("gpc", True), ("state", "given"), _negated=True),
                        name="device_choice_heeds_gpc",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("keep_until__gte", models.F("valid_until"))), name="device_choice_ends"
                    ),
                ],
            },
        ),
        append_only("terminal_askedwording"),
        append_only("terminal_devicechoice", until="keep_until"),
    ]
