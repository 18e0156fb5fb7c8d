"""Member screens that are not pages of the tree."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView

from .screens import subscribe
from .screens.addresses import addresses
from .screens.calendar import calendar
from .screens.calendars import calendars, feed, forget
from .screens.dashboard import dashboard
from .screens.drawn import art, brand, offline
from .screens.event import place, room
from .screens.notifications import (
    bell,
    notification_settings,
    notifications,
    off,
    read,
    read_all,
)
from .screens.player import clip, player
from .screens.profile import device_zone, profile
from .screens.styleguide import styleguide
from .screens.transcript import transcript
from .search.views import search, suggest

FAVICON = RedirectView.as_view(url=f"{settings.STATIC_URL}img/favicon.png")

urlpatterns = [
    path("favicon.ico", FAVICON),
    path("dashboard/", dashboard, name="dashboard"),
    path("player/<int:page_id>/", player, name="player"),
    path("player/media/<uuid:asset_id>/", clip, name="clip"),
    path("transcript/<int:page_id>/", transcript, name="transcript"),
    path("account/profile/", profile, name="profile"),
    path("account/zone/", device_zone, name="device_zone"),
    path("account/notifications/", notification_settings, name="notification_settings"),
    path("account/addresses/", addresses, name="addresses"),
    path("notifications/", notifications, name="notifications"),
    path("notifications/bell/", bell, name="notifications_bell"),
    path("notifications/read/", read_all, name="notifications_read_all"),
    path("notifications/<uuid:notification>/read/", read, name="notifications_read"),
    path("notifications/off/<str:token>/", off, name="notifications_off"),
    path("styleguide/", styleguide, name="styleguide"),
    path("brand.css", brand, name="brand"),
    path("art/<int:hue>/<int:seed>.svg", art, name="art"),
    path("calendar/", calendars, name="calendars"),
    path("calendar/<int:pk>.ics", calendar, name="calendar"),
    path("calendar/<int:pk>/forget/", forget, name="calendar_forget"),
    path("events/<int:pk>/place/", place, name="event_place"),
    path("events/<int:pk>/room/", room, name="event_room"),
    path("feeds/<str:token>/calendar.ics", feed, name="calendar_feed"),
    path("offline/", offline, name="offline"),
    path("", include("pages.podcasts.urls")),
    path("podcasts/<int:pk>/subscribe/", subscribe.subscribe, name="subscribe"),
    path("podcasts/<int:pk>/subscribe/all/", subscribe.replace, name="subscribe_replace_all"),
    path(
        "podcasts/<int:pk>/subscribe/<int:key_id>/replace/",
        subscribe.replace,
        name="subscribe_replace",
    ),
    path(
        "podcasts/<int:pk>/subscribe/<int:key_id>/remove/",
        subscribe.remove,
        name="subscribe_remove",
    ),
    path("search/", search, name="search"),
    path("search/suggest/", suggest, name="search_suggest"),
]
