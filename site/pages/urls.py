"""Member screens that are not pages of the tree."""

from django.urls import path

from .screens.dashboard import dashboard
from .screens.profile import profile

urlpatterns = [
    path("dashboard/", dashboard, name="dashboard"),
    path("account/profile/", profile, name="profile"),
]
