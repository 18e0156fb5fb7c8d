"""Member screens that are not pages of the tree."""

from django.urls import path

from .screens.dashboard import dashboard
from .screens.player import player
from .screens.profile import profile

urlpatterns = [
    path("dashboard/", dashboard, name="dashboard"),
    path("player/<int:page_id>/", player, name="player"),
    path("account/profile/", profile, name="profile"),
]
