"""Where URLs lead: fixed first, plugins under /-/, Wagtail last."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("", include("pages.urls")),
    path("", include(wagtail_urls)),
]
