"""The core app: it gathers the rooms' parts and loads the plugins."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    label = "core"
    verbose_name = "Lectern"
    default_auto_field = "django.db.models.BigAutoField"
