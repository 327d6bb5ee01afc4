from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="sentform", name="content", field=models.TextField(default=""), preserve_default=False
        ),
    ]
