"""What was corrected before is sealed, and gone from its own table."""

from typing import Any

from django.db import migrations

from seloste.register.migrations._sealing import seal_corrected

#: Table, kind and category; that of a contact point goes by its kind.
_TABLES = (
    ("Name", "name", "identity"),
    ("ContactPoint", "contact", ""),
    ("PostalAddress", "address", "contact"),
    ("Position", "position", "position"),
    ("Feedback", "feedback", "feedback"),
    ("Project", "project", "project"),
    ("Note", "note", "correspondence"),
)


def _seal(apps: Any, _editor: object) -> None:  # noqa: ANN401 -- the register of a migration
    corrections = apps.get_model("register", "Correction")
    for model, kind, category in _TABLES:
        seal_corrected(corrections, apps.get_model("register", model), kind=kind, category=category)


class Migration(migrations.Migration):
    dependencies = [("register", "0007_sealed_corrections")]

    operations = [migrations.RunPython(_seal, migrations.RunPython.noop)]
