"""What is drawn on the fly and kept by browsers: the brand sheet, pictures, the offline page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from ..art import draw
from ..shell import shell_of

FOR_EVER = 31_536_000
HUES = 360


def brand(request: HttpRequest) -> HttpResponse:
    """The site's own colours; its address carries their checksum."""
    response = HttpResponse(shell_of(request).brand.css, content_type="text/css")
    patch_cache_control(response, public=True, max_age=FOR_EVER if request.GET else 60)
    return response


def art(_request: HttpRequest, hue: int, seed: int) -> HttpResponse:
    """The picture of a title; the same address always draws the same."""
    if hue >= HUES:
        raise Http404
    response = HttpResponse(draw(seed, hue), content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=FOR_EVER, immutable=True)
    return response


def offline(request: HttpRequest) -> HttpResponse:
    """What a browser keeps to show when there is no network."""
    request.is_front_page = True  # type: ignore[attr-defined]  # kept for everybody: nobody's frame
    response = render(request, "pages/offline.html", {"is_for_nobody": True})
    patch_cache_control(response, public=True, max_age=3600)
    return response
