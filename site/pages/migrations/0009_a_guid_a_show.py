"""Shows that were there before have one guid between them: give each its own."""

import uuid

from django.db import migrations


def tell_apart(apps, _schema):
    Podcast = apps.get_model("pages", "Podcast")
    for show in Podcast.objects.only("pk"):
        Podcast.objects.filter(pk=show.pk).update(guid=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [("pages", "0008_podcasts_for_apps")]
    operations = [migrations.RunPython(tell_apart, migrations.RunPython.noop)]
