"""Which plugin is on for which site, and how it is set."""

from django.db import models
from wagtail.models import Site


class Switch(models.Model):
    """One plugin, on or off for one site; no row means the manifest's default."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="switches")
    plugin = models.SlugField(max_length=80)
    is_on = models.BooleanField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "plugin"], name="one_switch_a_site_and_plugin"),
        ]

    def __str__(self) -> str:
        return f"{self.plugin} {'on' if self.is_on else 'off'}"


class PluginSettings(models.Model):
    """What an operator typed into a plugin's form; secrets are stored encrypted.

    A row without a site is the deployment's; a row with one overrides it for that site.
    """

    site = models.ForeignKey(
        Site,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="plugin_settings",
    )
    plugin = models.SlugField(max_length=80)
    values = models.JSONField(default=dict)
    secrets = models.JSONField(default=dict)  # name -> Fernet token
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plugin", "site"],
                name="one_settings_row_a_plugin_and_site",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.plugin
