"""The thin doors: playback, heartbeats, uploads, pictures, probes; no page, no admin."""

from config.rooms import urls_of

urlpatterns = urls_of(
    "core.playback.urls",
    "core.progress.door_urls",
    "core.media.urls",
    "config.operating.urls",
)
