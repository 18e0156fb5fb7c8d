"""Where events come in."""

from django.urls import path

from .views import knock

urlpatterns = [path("hooks/<slug:source>/", knock, name="lectern_webhook")]
