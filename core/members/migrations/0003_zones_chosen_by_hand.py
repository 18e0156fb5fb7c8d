"""Whoever has another zone than the first one has chosen it."""

from django.db import migrations


def keep_chosen(apps, _schema_editor):
    members = apps.get_model("members", "Member").objects
    members.exclude(timezone="UTC").update(follows_device=False)


class Migration(migrations.Migration):
    dependencies = [("members", "0002_whose_clock")]

    operations = [migrations.RunPython(keep_chosen, migrations.RunPython.noop)]
