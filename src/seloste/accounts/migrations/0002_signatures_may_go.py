from django.db import migrations

from seloste.kernel.guards import let_go


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        let_go("accounts_undertakingsignature", until="signed_at", plus="24 months"),
    ]
