"""What kind an asset was asked to be, whatever its file is; of older ones, what they are now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0029_whose_seconds")]

    operations = [
        migrations.AddField(
            model_name="asset",
            name="asked",
            field=models.CharField(
                blank=True,
                choices=[("video", "Video"), ("audio", "Audio"), ("file", "Download")],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
    ]
