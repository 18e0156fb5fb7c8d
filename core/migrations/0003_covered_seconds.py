"""A watch counts its own seconds."""

from django.db import migrations, models

COVERED_SECONDS = """
CREATE OR REPLACE FUNCTION covered_seconds(int4multirange) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS 'SELECT coalesce(sum(upper(r) - lower(r)), 0)::integer FROM unnest($1) AS r'
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_house")]
    operations = [
        migrations.RunSQL(
            COVERED_SECONDS, "DROP FUNCTION covered_seconds(int4multirange)"
        ),
        migrations.AddField(
            "watch",
            "seconds",
            models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    "watched",
                    function="covered_seconds",
                    output_field=models.IntegerField(),
                ),
                output_field=models.IntegerField(),
            ),
        ),
    ]
