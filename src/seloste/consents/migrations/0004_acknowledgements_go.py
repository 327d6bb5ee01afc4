"""An acknowledgement may go three years after it was made, as consents may; the database refuses it sooner."""

from django.db import migrations

from seloste.kernel.guards import let_go


class Migration(migrations.Migration):
    dependencies = [("consents", "0003_goes_after_a_no")]

    operations = [let_go("consents_acknowledgement", until="at", plus="36 months")]
