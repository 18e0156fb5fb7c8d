"""The app that carries checks and commands of the whole house."""

from django.apps import AppConfig


class HouseConfig(AppConfig):
    name = "config"
    label = "config"
    verbose_name = "House"

    def ready(self) -> None:
        from config import checks, invalidation  # noqa: F401, PLC0415 - tables must stand first

        invalidation.listen()
