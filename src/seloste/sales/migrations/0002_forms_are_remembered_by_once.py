from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_saved_views_and_figures"), ("once", "0001_initial")]

    operations = [migrations.DeleteModel(name="SentForm")]
