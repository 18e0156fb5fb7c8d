"""The Postgres extensions the house leans on; a superuser may have made them already."""

from django.contrib.postgres.operations import CreateExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = []
    operations = [
        CreateExtension("pg_trgm"),
        CreateExtension("unaccent"),
        CreateExtension("btree_gin"),
        CreateExtension("vector"),
    ]
