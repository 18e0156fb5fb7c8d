"""Addresses that need a session: a grant for a page that stood open too long, and documents."""

from django.urls import path

from .pictures import document
from .views import grant_again

urlpatterns = [
    path("playback/<int:page_id>/<uuid:asset_id>/", grant_again, name="grant_again"),
    path(
        "documents/<int:document_id>/<path:document_filename>", document, name="wagtaildocs_serve"
    ),
]
