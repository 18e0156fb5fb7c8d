"""The thin doors: playback, heartbeats, uploads, pictures, probes; no page, no admin."""

from config.rooms import urls_of

urlpatterns = urls_of(
    "core.playback.urls",
    "core.progress.door_urls",
    "core.media.urls",
    "config.operating.urls",
)
handler400 = "config.bare.bad_request"
handler403 = "config.bare.permission_denied"
handler404 = "config.bare.page_not_found"
handler500 = "config.bare.server_error"
