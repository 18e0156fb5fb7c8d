"""Every plugin's URLs, below ``/-/``."""

from django.urls import include, path

from .gates import plugin_urls

urlpatterns = [path("-/", include(plugin_urls()))]
