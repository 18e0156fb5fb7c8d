"""Where resumable uploads are taken."""

from django.urls import path

from . import tus

urlpatterns = [
    path("uploads/", tus.uploads, name="media_uploads"),
    path("uploads/<uuid:upload_id>", tus.upload, name="media_upload"),
]
