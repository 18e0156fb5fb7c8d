"""The gate: the one door in front of every private byte of a stream."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from wagtail.models import Page, Site

from core.contract.errors import NoProvider, StorageError
from core.media.models import Asset
from core.storage.services import key_of, place

from . import enclosures, lending, remote
from .beside import beside
from .delivery import TYPES, attachment, deliver, dressed, refused
from .entitlement import entitled
from .errors import BadToken, BadViewing, TooManyViewings
from .playlists import master
from .queries import Former, Shelf, shelf_of, site_id_of
from .services import Grant, grant, lend, renew
from .tokens import Claims, read_token
from .viewings import MAX_BODY, take

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from core.storage.models import StoredObject

FILE = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}(?:\.[A-Za-z0-9_-]{1,40})*\.(?P<ending>[a-z0-9]{2,4})"
FOLDER = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,39}"
WAY = re.compile(rf"(?P<folder>{FOLDER})/(?P<file>{FILE})", re.ASCII)
SINGLE = {  # files beside the streams, and their types; a poster says itself which it is
    "poster.jpg": "",
    "waveform.json": "application/json",
    "audio.m4a": "audio/mp4",
    "video.mp4": "video/mp4",
}
STILL_HEARD = 12 * 60 * 60  # seconds
IMAGES = frozenset(kind for kind in TYPES.values() if kind.startswith("image/"))
ASSET = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@csrf_exempt  # the token alone speaks; no cookie is read
def gate(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Answer ``/p/<token>/…``: 403 for whoever has no right token, and nothing more."""
    token, _, way = rest.partition("/")
    try:
        if way == "viewing":
            return _viewing(request, token)
        claims = read_token(token)
        if claims.site_id != site_id_of(request):
            return refused()
        if way in {"renew", "remote"}:
            return _another(request, token, way)
        return _serve(request, claims, way)
    except BadToken:
        return refused()
    except (NoProvider, StorageError):
        return refused(404)


@require_POST
def grant_again(request: HttpRequest, page_id: int, asset_id: uuid.UUID) -> HttpResponseBase:
    """Grant anew by the session, for a page that stood open longer than its token lived."""
    site = Site.find_for_request(request)
    asset = Asset.objects.filter(pk=asset_id).first()
    page = Page.objects.filter(pk=page_id).first()
    if site is None or asset is None or page is None:
        return refused()
    return _told(grant(member=request.user, asset=asset, site=site, page=page.specific))


def _another(request: HttpRequest, token: str, way: str) -> HttpResponseBase:
    """Grant the next token, or one that a device takes along."""
    if request.method != "POST":
        return refused(405)
    return _told(renew(token) if way == "renew" else lend(token))


def _viewing(request: HttpRequest, token: str) -> HttpResponseBase:
    """Hear how a play went; whose token has just run out may still say so."""
    if request.method != "POST":
        return refused(405)
    claims = read_token(token, grace=STILL_HEARD)
    if claims.use != "play" or claims.site_id != site_id_of(request):
        return refused()
    try:
        take(claims, request.read(MAX_BODY + 1)[:MAX_BODY])
    except BadViewing:
        return dressed(HttpResponse(status=400), "no-store")
    except TooManyViewings:
        return dressed(HttpResponse(status=429), "no-store")
    return dressed(HttpResponse(status=204), "no-store")


def _told(granted: Grant) -> HttpResponseBase:
    if granted.source is None:
        return refused()
    answer = {
        "token": granted.token,
        "edition": granted.edition,
        "url": granted.source.url,
        "base": granted.base_url,
        "expires_at": granted.source.expires_at,
    }
    return dressed(JsonResponse(answer), "no-store")


def _serve(request: HttpRequest, claims: Claims, way: str) -> HttpResponseBase:
    asset_id, _, name = way.partition("/")
    if not ASSET.fullmatch(asset_id) or uuid.UUID(asset_id) != claims.asset_id:
        return refused()
    if not _opens(claims, name) or not entitled(claims):
        return refused()
    if request.method not in {"GET", "HEAD"}:
        return refused(405)
    shelf = shelf_of(claims.asset_id, claims.edition)
    if shelf is None:
        return refused(404)
    if claims.use == "enclosure" and name in enclosures.TYPES:
        return _enclosure(request, shelf, name, f"private, max-age={_seconds_left(claims)}")
    response = _file(request, claims, shelf, name)
    return _opened(response, remote.OPEN) if claims.use == "remote" else response


def _opens(claims: Claims, name: str) -> bool:
    """Tell whether this kind of token is for this kind of file."""
    if claims.use == "play":
        return name != "download"
    if claims.use == "enclosure":
        return enclosures.opens(name)
    if claims.use == "words":
        return lending.opens(name)
    if claims.use == "remote":
        return remote.opens(name)
    return name == {"poster": "poster.jpg", "download": "download"}[claims.use]


def _file(request: HttpRequest, claims: Claims, shelf: Shelf, name: str) -> HttpResponseBase:
    if name == "master.m3u8":
        return _master(shelf.of(claims.edition), _captions(request, claims, shelf))
    cache_control = f"private, max-age={_seconds_left(claims)}"
    if name in SINGLE:
        return _whole(request, shelf.single(name), cache_control, SINGLE[name])
    if name == "download":
        return _download(request, shelf, cache_control)
    if (words := beside(request, shelf.asset, name)) is not None:
        return _opened(words, enclosures.OPEN) if claims.use == "enclosure" else words
    match = WAY.fullmatch(name)
    streams = shelf.of(claims.edition)
    tree = streams.tree(match["folder"]) if match else None
    if match is None or tree is None or match["ending"] not in TYPES:
        return refused(404)
    if match["ending"] == "m3u8" and streams.is_growing(match["folder"]):
        cache_control = "private, max-age=1"
    return deliver(
        request,
        place(tree),
        key_of(tree, match["file"]),
        content_type=_type(match["ending"], shelf),
        cache_control=cache_control,
    )


def _captions(request: HttpRequest, claims: Claims, shelf: Shelf) -> Sequence[str]:
    """Return the captions a device is told of, for its film as it is now."""
    if claims.use != "remote" or claims.edition != shelf.asset.edition:
        return ()
    return list(remote.captions_of(shelf.asset, request.GET.get("captions", "")))


def _master(shelf: Shelf | Former, captions: Sequence[str]) -> HttpResponseBase:
    text = master(shelf.streams, captions)
    response = HttpResponse(text, content_type=TYPES["m3u8"])
    return dressed(response, "private, max-age=2")


def _whole(
    request: HttpRequest, obj: StoredObject | None, cache_control: str, content_type: str = ""
) -> HttpResponseBase:
    """Answer with one file; a picture says itself which kind it is."""
    if obj is None:
        return refused(404)
    picture = obj.content_type if obj.content_type in IMAGES else "image/jpeg"
    return deliver(
        request,
        place(obj),
        key_of(obj),
        content_type=content_type or picture,
        cache_control=cache_control,
    )


def _download(request: HttpRequest, shelf: Shelf, cache_control: str) -> HttpResponseBase:
    obj = shelf.download
    if obj is None:
        return refused(404)
    name = shelf.asset.file_name or shelf.asset.title
    if obj != shelf.asset.original:
        name = str(PurePath(name).with_suffix(PurePath(obj.key).suffix))
    return deliver(
        request,
        place(obj),
        key_of(obj),
        content_type="application/octet-stream",
        cache_control=cache_control,
        extra={"Content-Disposition": attachment(name)},
    )


def _enclosure(
    request: HttpRequest, shelf: Shelf, name: str, cache_control: str
) -> HttpResponseBase:
    files = enclosures.whole_files(shelf.renditions)
    offered = enclosures.enclosures_of(shelf.asset, files)
    chosen = next((one for one in offered if one.name == name), None)
    if chosen is None:
        return refused(404)
    return deliver(
        request,
        place(chosen.object),
        key_of(chosen.object),
        content_type=chosen.content_type,
        cache_control=cache_control,
        extra=enclosures.OPEN,
    )


def _opened(response: HttpResponseBase, headers: Mapping[str, str]) -> HttpResponseBase:
    """Let players on other sites read what a token of its own speaks for."""
    for name, value in headers.items():
        response.headers[name] = value
    return response


def _type(ending: str, shelf: Shelf) -> str:
    if ending in {"mp4", "m4s"} and shelf.asset.kind == shelf.asset.Kind.AUDIO:
        return "audio/mp4"
    return TYPES[ending]


def _seconds_left(claims: Claims) -> int:
    return max(1, claims.expires_at - int(time.time()))
