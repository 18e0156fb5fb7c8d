"""Where a browser sends a file instead, when its provider takes it itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0018_editions")]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="direct",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
