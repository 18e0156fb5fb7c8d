"""What a download holds, in words that are true of a cut as well."""

from django.db import migrations, models

HELP = "Members get a button that saves it as one file, without what was cut."


class Migration(migrations.Migration):
    dependencies = [("pages", "0011_what_came_of_a_feed")]

    operations = [
        migrations.AlterField(
            model_name="episode",
            name="allows_download",
            field=models.BooleanField(
                default=False, help_text=HELP, verbose_name="the episode may be downloaded"
            ),
        ),
        migrations.AlterField(
            model_name="lesson",
            name="allows_download",
            field=models.BooleanField(
                default=False, help_text=HELP, verbose_name="the video may be downloaded"
            ),
        ),
    ]
