"""What was said before a no may go three years later; the database refuses it sooner."""

from django.db import migrations

from seloste.kernel.guards import let_go


class Migration(migrations.Migration):
    dependencies = [("consents", "0002_whole_life")]

    operations = [
        let_go("consents_consentevent", until="at", plus="36 months"),
        let_go("consents_objectionevent", until="at", plus="36 months"),
    ]
