"""The page tree's addresses: Wagtail's own, served by `pages.routing`."""

from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.urls import serve_pattern

from .routing import serve

urlpatterns = [
    re_path(serve_pattern, serve, name="wagtail_serve"),
    path("", include(wagtail_urls)),
]
