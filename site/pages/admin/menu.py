"""The admin's menu, tuned to the job: what is worked on daily first, noise out of the way."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from core.media.permissions import policy

HIDDEN = {"documents"}
ORDER = {
    "programs": 10,
    "podcasts": 20,
    "private-feeds": 25,
    "coaching": 30,
    "help-pages": 40,
    "explorer": 50,
    "media": 60,
    "images": 70,
    "categories": 80,
    "members": 90,
}


class MediaItem(MenuItem):
    """Shown to whoever may add or change media."""

    def is_shown(self, request):
        return policy.user_has_any_permission(request.user, ["add", "change", "choose"])


def media_item() -> MenuItem:
    return MediaItem(
        _("Media"), reverse("media_library:index"), name="media", icon_name="media", order=60
    )


class FeedsItem(MenuItem):
    """Shown to whoever may publish a page: they decide about their shows' feeds."""

    def is_shown(self, request):
        return PagePermissionPolicy(Page).user_has_permission(request.user, "publish")


def feeds_item() -> MenuItem:
    url = reverse("podcast_feeds:index")
    return FeedsItem(
        _("Private feeds"), url, name="private-feeds", icon_name="headphones", order=25
    )


def tune(request, items: list[MenuItem]) -> None:
    """Hide what is noise and put the rest in the order of the day."""
    items[:] = [item for item in items if item.name not in HIDDEN]
    for item in items:
        item.order = ORDER.get(item.name, item.order)
        if item.name == "explorer":
            item.label = _("Page tree")
    items.sort(key=lambda item: item.order)
