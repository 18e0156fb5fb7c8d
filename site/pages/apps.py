"""Page types, blocks and member screens."""

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PagesConfig(AppConfig):
    name = "pages"
    label = "pages"
    default = True  # of the two configurations here
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.models import Page  # noqa: PLC0415 - models are not there before

        from . import downloads  # noqa: PLC0415 - models are not there before
        from .screen import find_screens  # noqa: PLC0415 - models are not there before

        own = [model for model in self.get_models() if issubclass(model, Page)]
        find_screens(own)
        downloads.listen()


class PeopleConfig(WagtailUsersAppConfig):
    """Wagtail's users, shown our way: members have an e-mail address and one name."""

    user_viewset = "pages.admin.people.MemberViewSet"
