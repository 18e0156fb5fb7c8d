"""Every plugin's URLs, to be included at ``/-/``."""

from .gates import plugin_urls

urlpatterns = plugin_urls()
