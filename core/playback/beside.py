"""What is read beside a video: captions, the transcript and chapters, made from their rows."""

from __future__ import annotations

import re
from hashlib import sha256

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.http.response import HttpResponseBase

from core.media.chapters.queries import chapters_of
from core.media.models import Asset
from core.media.transcripts.queries import published_cues, spoken
from core.media.transcripts.webvtt import chapters_webvtt, webvtt

from .delivery import TYPES, dressed, refused
from .playlists import of_captions

WAY = re.compile(
    r"(?:captions/(?P<captions>[A-Za-z0-9-]{2,35})\.vtt"
    r"|captions/(?P<listed>[A-Za-z0-9-]{2,35})\.m3u8"
    r"|transcript/(?P<transcript>[A-Za-z0-9-]{2,35})\.json"
    r"|chapters\.(?P<chapters>vtt|json))",
    re.ASCII,
)
ALWAYS_ASK = "private, no-cache"  # a correction is seen at once; the tag spares the bytes


def beside(request: HttpRequest, asset: Asset, name: str) -> HttpResponseBase | None:
    """Answer for a name that belongs here; None for any other."""
    match = WAY.fullmatch(name)
    if match is None:
        return None
    if match["captions"]:
        response = _captions(asset, match["captions"])
    elif match["listed"]:
        response = _listed(asset, match["listed"])
    elif match["transcript"]:
        response = _transcript(asset, match["transcript"])
    else:
        response = _chapters(asset, match["chapters"])
    return _tagged(request, response) if response else refused(404)


def _captions(asset: Asset, language: str) -> HttpResponse | None:
    found = published_cues(asset.pk, language)
    return HttpResponse(webvtt(found[1]), content_type=TYPES["vtt"]) if found else None


def _listed(asset: Asset, language: str) -> HttpResponse | None:
    """As a playlist of one segment: how a device that plays HLS by itself reads captions."""
    if language not in asset.tracks.get("captions", ()):
        return None
    text = of_captions(language, asset.duration or 0.0)
    return HttpResponse(text, content_type=TYPES["m3u8"])


def _transcript(asset: Asset, language: str) -> HttpResponse | None:
    found = spoken(asset.pk, language)
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False}) if found else None


def _chapters(asset: Asset, ending: str) -> HttpResponse | None:
    """As WebVTT for players; as JSON in the form that podcast apps read (version 1.2.0)."""
    marks = chapters_of(asset.pk)
    if not marks:
        return None
    if ending == "vtt":
        text = chapters_webvtt(marks, asset.duration or 0.0)
        return HttpResponse(text, content_type=TYPES["vtt"])
    rows = [{"startTime": at, "title": title} for at, title in marks]
    answer = JsonResponse({"version": "1.2.0", "chapters": rows})
    answer.headers["Content-Type"] = "application/json+chapters"
    return answer


def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    etag = f'"{sha256(response.content).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        return dressed(HttpResponseNotModified(), ALWAYS_ASK, {"ETag": etag})
    return dressed(response, ALWAYS_ASK, {"ETag": etag})
