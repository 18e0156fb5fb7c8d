"""A heartbeat changes no index."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0007_asset_tags'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='watch',
            name='watch_recent',
        ),
        migrations.AlterField(
            model_name='watch',
            name='member',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='watches', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='watch',
            name='site',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.site'),
        ),
        migrations.RunSQL(  # room in every block for a row's next version
            "ALTER TABLE core_watch SET (fillfactor = 80)",
            "ALTER TABLE core_watch RESET (fillfactor)",
        ),
    ]
