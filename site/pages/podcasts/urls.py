"""Addresses of feeds: by a member's token, or by the number of a public show."""

from django.urls import path, register_converter

from core.playback.enclosures import TYPES

from . import views


class FileName:
    """The name of a file that an episode offers."""

    regex = "|".join(name.replace(".", r"\.") for name in TYPES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Words(FileName):
    """Captions in a language, or chapters."""

    regex = r"captions/[A-Za-z0-9-]{2,35}\.vtt|chapters\.json"


register_converter(FileName, "episode_file")
register_converter(Words, "episode_words")

PODCAST, SHOW = "feeds/podcast/<str:token>", "feeds/show/<int:show_id>"

urlpatterns = [
    path(f"{PODCAST}.xml", views.private_feed, name="podcast_feed"),
    path(f"{PODCAST}/artwork.jpg", views.private_artwork, name="podcast_artwork"),
    path(
        f"{PODCAST}/<int:page_id>/artwork.jpg",
        views.private_artwork,
        name="podcast_episode_artwork",
    ),
    path(
        f"{PODCAST}/<int:page_id>/<episode_file:name>",
        views.private_enclosure,
        name="podcast_enclosure",
    ),
    path(
        f"{PODCAST}/<int:page_id>/<episode_words:name>", views.private_words, name="podcast_words"
    ),
    path(f"{SHOW}.xml", views.show_feed, name="show_feed"),
    path(f"{SHOW}/artwork.jpg", views.show_artwork, name="show_artwork"),
    path(f"{SHOW}/<int:page_id>/artwork.jpg", views.show_artwork, name="show_episode_artwork"),
    path(f"{SHOW}/<int:page_id>/<episode_file:name>", views.show_enclosure, name="show_enclosure"),
    path(f"{SHOW}/<int:page_id>/<episode_words:name>", views.show_words, name="show_words"),
]
