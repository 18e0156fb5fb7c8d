"""Which picture stands for a page: a cover, a frame of its film, or a drawn one; few queries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from wagtail.images import get_image_model

from core.playback.services import poster_url

from .art import seed_of
from .shell import Shell

CARD = "fill-640x360|format-webp|webpquality-74"
WIDE = "fill-1280x720|format-webp|webpquality-78"
SQUARE = "fill-640x640|format-webp|webpquality-76"


def covers(image_ids: Iterable[int | None], spec: str = CARD) -> dict[int, str]:
    """Return the addresses of renditions by image, in one query; makes what is missing once."""
    wanted = {number for number in image_ids if number}
    if not wanted:
        return {}
    images = get_image_model()
    renditions = images.get_rendition_model().objects.filter(image__in=wanted, filter_spec=spec)
    found = {rendition.image_id: rendition.url for rendition in renditions}
    for image in images.objects.filter(pk__in=wanted - found.keys()) if wanted - found.keys() else ():
        found[image.pk] = image.get_rendition(spec).url
    return found


def drawn(title: str, frame: Shell) -> str:
    """Return the address of the picture drawn for a title in the site's hue."""
    return reverse("art", args=[round(frame.brand.hue) % 360, seed_of(title)])


def still(asset: Any, title: str, frame: Shell) -> str:
    """Return a frame of a film where there is one, else the drawn picture."""
    poster = poster_url(frame.member, asset, frame.site) if asset else ""
    return poster or drawn(title, frame)
