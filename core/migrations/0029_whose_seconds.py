"""A watch notes whose seconds it counts; of older ones nothing is noted: they count what plays."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0028_batches")]

    operations = [
        migrations.AddField(
            model_name="watch",
            name="edition",
            field=models.IntegerField(null=True),
        ),
    ]
