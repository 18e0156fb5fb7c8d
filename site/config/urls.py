"""Where URLs lead: fixed first, plugins under /-/, Wagtail last."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from config import door_urls
from config.rooms import urls_of

urlpatterns = [
    *door_urls.urlpatterns,
    path("account/", include("allauth.urls")),
    path("admin/", include(wagtailadmin_urls)),
    *urls_of(
        "core.playback.page_urls",
        "config.api_urls",
        "pages.urls",
        "core.contract.urls",
        "core.webhooks.urls",
    ),
    path("", include("pages.page_urls")),
]
