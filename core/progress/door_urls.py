"""The thin door of heartbeats."""

from django.urls import path

from .door_views import beat

urlpatterns = [path("beat/<str:token>", beat, name="beat")]
