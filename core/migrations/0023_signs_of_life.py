from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0018_editions'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='life',
            field=models.BigIntegerField(blank=True, null=True),
        ),
    ]
