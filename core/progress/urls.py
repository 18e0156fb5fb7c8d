"""Plain form posts for what a member keeps, and the notes as a file."""

from django.urls import path

from . import views

app_name = "progress"
urlpatterns = [
    path("progress/<int:page_id>/complete/", views.complete, name="complete"),
    path("progress/<int:page_id>/note/", views.note, name="note"),
    path("progress/<int:page_id>/bookmark/", views.bookmark, name="bookmark"),
    path(
        "progress/bookmarks/<int:bookmark_id>/remove/",
        views.remove_bookmark,
        name="remove_bookmark",
    ),
    path("progress/notes.md", views.export_notes, name="export_notes"),
]
