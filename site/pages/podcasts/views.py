"""What podcast apps fetch: feeds, artwork, and the ways to files that live for a while.

An address nobody knows is 404; one that was replaced or removed is 410, and apps stop asking.
A show that a member may no longer hear is 404: it comes back by itself with the membership.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from core.access.feeds.errors import RevokedKey, TooManyTries, UnknownKey
from core.access.feeds.services import changed_at, count_visit, note_client
from core.playback.delivery import deliver, dressed
from core.playback.enclosures import OPEN, TYPES, enclosure_url
from core.playback.files import Files

from ..middleware import language
from .feed import feed_of, paused_feed
from .readers import Reader, by_number, by_token

ARTWORK = "max-3000x3000|format-jpeg|jpegquality-82"
PUBLIC_SECONDS = 300
XML = "application/rss+xml; charset=utf-8"
View = Callable[..., HttpResponseBase]


def private(view: Callable[..., HttpResponseBase]) -> View:
    """Open the door of a token, or say as apps understand it why it stays shut."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, token: str, **rest: Any) -> HttpResponseBase:
        try:
            reader = by_token(request, token)
        except RevokedKey as error:
            return _shut(str(error), 410)
        except UnknownKey as error:
            return _shut(str(error), 404)
        except TooManyTries as error:
            return _shut(str(error), 429, {"Retry-After": str(error.seconds)})
        if not reader.may_hear():
            return _shut("", 404)
        with translation.override(language(reader.key.member.language)):
            return view(request, reader, **rest)

    return guarded


def public(view: Callable[..., HttpResponseBase]) -> View:
    """Open the door of a show that anybody may hear."""

    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, show_id: int, **rest: Any) -> HttpResponseBase:
        reader = by_number(request, show_id)
        if reader is None:
            raise Http404
        return view(request, reader, **rest)

    return guarded


def _feed(request: HttpRequest, reader: Reader) -> HttpResponseBase:
    is_paused = reader.key is not None and reader.key.is_suspended
    body, changed = paused_feed(reader) if is_paused else feed_of(reader)
    if reader.key is not None and request.method == "GET":
        count_visit(key=reader.key, request=request)
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    exact = None
    if reader.key is not None:
        exact = int(changed_at(key=reader.key, body=body).timestamp())
    dated = http_date(exact if exact is not None else changed.timestamp())
    headers = {"ETag": etag, "Last-Modified": dated, **_kept(reader)}
    full = HttpResponse(body, content_type=XML, headers=headers)
    answer = get_conditional_response(request, etag=etag, last_modified=exact, response=full)
    return answer or full


def _kept(reader: Reader) -> dict[str, str]:
    """A private feed is asked for each time: what is taken away is away in the next request."""
    if reader.key is not None:
        return {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex, nofollow"}
    return {"Cache-Control": f"public, max-age={PUBLIC_SECONDS}, s-maxage={PUBLIC_SECONDS}"}


def _enclosure(request: HttpRequest, reader: Reader, page_id: int, name: str) -> HttpResponseBase:
    entry = None if _is_paused(reader) else reader.entry(page_id)
    if entry is None or name not in {one.name for one in entry.files}:
        return _shut("", 404)
    if reader.key is not None and request.method == "GET":
        note_client(key=reader.key, request=request)
    return _sent_on(reader, entry, name)


def _words(request: HttpRequest, reader: Reader, page_id: int, name: str) -> HttpResponseBase:
    """Captions or chapters; the gate knows which there are."""
    entry = None if _is_paused(reader) else reader.entry(page_id)
    return _sent_on(reader, entry, name) if entry else _shut("", 404)


def _sent_on(reader: Reader, entry: Any, name: str) -> HttpResponseBase:
    address = enclosure_url(
        member=reader.member,
        asset=entry.asset,
        site=reader.site,
        page=entry.page,
        name=name,
        key_id=reader.key.pk if reader.key else None,
    )
    moved = HttpResponse(status=302, headers={"Location": address})
    return dressed(moved, "no-store", OPEN)


def _artwork(request: HttpRequest, reader: Reader, page_id: int = 0) -> HttpResponseBase:
    """Artwork for apps, which have no cookie to show at the pictures' own door."""
    shown = reader.show
    if page_id:
        entry = reader.entry(page_id)
        shown = entry.page if entry else None
    image = getattr(shown, "artwork", None)
    if image is None:
        return _shut("", 404)
    file = image.get_rendition(ARTWORK).file
    return deliver(
        request,
        Files(file.storage),
        file.name,
        content_type="image/jpeg",
        cache_control="private, max-age=3600" if reader.key else "public, max-age=3600",
        inside="/_pictures/",
        extra=OPEN,
    )


def _is_paused(reader: Reader) -> bool:
    return reader.key is not None and reader.key.is_suspended


def _shut(words: str, status: int, extra: dict[str, str] | None = None) -> HttpResponseBase:
    response = HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    response._has_been_logged = True  # a token stands in the path
    return dressed(response, "no-store", extra)


NAMES = tuple(TYPES)
private_feed, show_feed = private(_feed), public(_feed)
private_enclosure, show_enclosure = private(_enclosure), public(_enclosure)
private_words, show_words = private(_words), public(_words)
private_artwork, show_artwork = private(_artwork), public(_artwork)
