from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("desk", "0002_sentform_content"), ("once", "0001_initial")]

    operations = [migrations.DeleteModel(name="SentForm")]
