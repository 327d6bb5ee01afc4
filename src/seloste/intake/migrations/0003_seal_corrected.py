"""What was corrected before is sealed, and gone from its own table."""

from typing import Any

from django.db import migrations

from seloste.register.migrations._sealing import seal_corrected


def _seal(apps: Any, _editor: object) -> None:  # noqa: ANN401 -- the register of a migration
    corrections = apps.get_model("register", "Correction")
    seal_corrected(corrections, apps.get_model("intake", "Interaction"), kind="interaction", category="correspondence")


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_addresses_of_messages"), ("register", "0007_sealed_corrections")]

    operations = [migrations.RunPython(_seal, migrations.RunPython.noop)]
