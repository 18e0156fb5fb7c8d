from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("core", "0020_late_stages"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="life",
            field=models.BigIntegerField(blank=True, null=True),
        ),
    ]
