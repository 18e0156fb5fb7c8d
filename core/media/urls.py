"""Where resumable uploads are taken; mounted at ``/uploads/``."""

from django.urls import path

from . import tus

urlpatterns = [
    path("", tus.uploads, name="media_uploads"),
    path("<uuid:upload_id>", tus.upload, name="media_upload"),
]
