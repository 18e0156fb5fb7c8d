"""An app of its own, because Wagtail needs the user model before our tables need Wagtail."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "core.members"
    label = "members"
    default_auto_field = "django.db.models.BigAutoField"
