"""Addresses of an asset's words, under /admin/media/<asset>/."""

from django.urls import path

from .chapters import chapters, chapters_proposed
from .editing import discard, edit, save
from .history import restore, version, versions
from .listing import change, download, hear, upload, words, work

urlpatterns = [
    path("<uuid:pk>/words/", words, name="words"),
    path("<uuid:pk>/words/progress/", work, name="words_work"),
    path("<uuid:pk>/words/upload/", upload, name="words_upload"),
    path("<uuid:pk>/words/hear/", hear, name="words_hear"),
    path("<uuid:pk>/words/<slug:language>/", edit, name="words_edit"),
    path("<uuid:pk>/words/<slug:language>/save/", save, name="words_save"),
    path("<uuid:pk>/words/<slug:language>/change/", change, name="words_change"),
    path("<uuid:pk>/words/<slug:language>/discard/", discard, name="words_discard"),
    path("<uuid:pk>/words/<slug:language>/versions/", versions, name="words_versions"),
    path("<uuid:pk>/words/<slug:language>/versions/<int:number>/", version, name="words_version"),
    path("<uuid:pk>/words/<slug:language>/restore/<int:number>/", restore, name="words_restore"),
    path(
        "<uuid:pk>/words/<slug:language>/download/<slug:ending>/", download, name="words_download"
    ),
    path("<uuid:pk>/chapters/", chapters, name="chapters"),
    path("<uuid:pk>/chapters/proposed/", chapters_proposed, name="chapters_proposed"),
]
