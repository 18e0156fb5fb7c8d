from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0019_direct_uploads")]

    operations = [
        migrations.AddField(
            model_name="stage",
            name="is_late",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
