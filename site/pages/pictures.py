"""Which picture stands for a page: a cover, a frame of its film, or a drawn one; few queries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from wagtail.images import get_image_model

from core.database.statements import IsAmong, statement
from core.playback.services import poster_url

from .art import seed_of
from .shell import Shell

CARD = "fill-640x360|format-webp|webpquality-74"
WIDE = "fill-1280x720|format-webp|webpquality-78"
SQUARE = "fill-640x640|format-webp|webpquality-76"


def covers(image_ids: Iterable[int | None], *specs: str) -> dict[tuple[int, str], str]:
    """Return the addresses of renditions by image and spec, in one query; makes what is missing."""
    return pictures_of({(number, spec) for number in image_ids for spec in specs or (CARD,)})


def pictures_of(asked: set[tuple[int | None, str]]) -> dict[tuple[int, str], str]:
    """Return the addresses of renditions, each of its image in its own spec, in one query."""
    wanted = {(number, spec) for number, spec in asked if number}
    if not wanted:
        return {}
    images = get_image_model()
    model = images.get_rendition_model()
    address = model._meta.get_field("file").storage.url
    numbers, specs = (list(set(column)) for column in zip(*wanted, strict=True))
    rows = _renditions(model, images=numbers, specs=specs)
    found = {(image, spec): address(file) for image, spec, file in rows}
    missing = wanted - found.keys()
    for image in images.objects.filter(pk__in={n for n, _spec in missing}) if missing else ():
        for number, spec in missing:
            if number == image.pk:
                found[number, spec] = image.get_rendition(spec).url
    return found


@statement
def _renditions(model: Any, *, images: list[int], specs: list[str]) -> Any:
    rows = model.objects.filter(IsAmong("image", images), IsAmong("filter_spec", specs))
    return rows.values_list("image", "filter_spec", "file")


def drawn(title: str, frame: Shell) -> str:
    """Return the address of the picture drawn for a title in the site's hue."""
    return reverse("art", args=[round(frame.brand.hue) % 360, seed_of(title)])


def still(asset: Any, title: str, frame: Shell) -> str:
    """Return a frame of a film where there is one, else the drawn picture."""
    poster = poster_url(frame.member, asset, frame.site) if asset else ""
    return poster or drawn(title, frame)
