"""The hours of a day between which a client of a feed came; of older visits, the whole day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0026_who_joined_before")]

    operations = [
        migrations.AddField(
            model_name="feedvisit",
            name="since",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="feedvisit",
            name="until",
            field=models.PositiveSmallIntegerField(db_default=23, default=23),
        ),
    ]
