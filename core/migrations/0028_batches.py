"""What is moved in one go is a batch; every move names its bytes and its times."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Foreign keys are checked at once: PostgreSQL alters no table whose checks are still due.
BATCHES = """
INSERT INTO core_batch (id, kind, target, asked_by_id, created_at)
SELECT batch, 'media.move', min(target), min(asked_by_id), min(created_at)
FROM core_move GROUP BY batch;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
SIZES = """
UPDATE core_move SET size = core_storedobject.size
FROM core_asset JOIN core_storedobject ON core_storedobject.id = core_asset.original_id
WHERE core_asset.id = core_move.asset_id;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0027_hours_of_a_visit'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=80)),
                ('target', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-created_at'], name='batch_newest')],
            },
        ),
        migrations.RunSQL(BATCHES, migrations.RunSQL.noop),
        migrations.RemoveIndex(
            model_name='move',
            name='move_batch',
        ),
        migrations.AlterField(
            model_name='move',
            name='batch',
            field=models.ForeignKey(db_column='batch', on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='core.batch'),
        ),
        migrations.AddField(
            model_name='move',
            name='arrived_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='move',
            name='began_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='move',
            name='size',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.RunSQL(SIZES, migrations.RunSQL.noop),
    ]
