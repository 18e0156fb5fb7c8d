"""The core app: it gathers the rooms' parts and loads the plugins."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    label = "core"
    verbose_name = "Lectern"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.contract import gates, registry  # noqa: PLC0415 - the tables must stand first

        registry.load()
        gates.gate_page_types()
