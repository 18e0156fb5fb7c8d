"""What the one player is told: what to play, where to go on, or why there is nothing yet."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.models import Page, Site

from core.access.services import may_each
from core.contract.pieces import Refusal
from core.media.models import Asset
from core.playback.services import Grant, grant
from core.progress.queries import Seen, State, seen_of, states

from ..shell import shell_of
from ..viewer import viewer
from .player_words import failure, preparing, words

if TYPE_CHECKING:
    from core.contract.providers import PlaybackSource

STATES = {"not_ready": "processing", "failed": "failed", "unplayable": "failed"}
SPOKEN = {"captions", "subtitles"}
ASSET_FIELDS = ("video", "media", "replay", "trailer")  # where page types keep what is played


def asset_of(page: Page) -> Asset | None:
    """Return what a page plays, whatever its type calls it."""
    fields = (getattr(page, name, None) for name in ASSET_FIELDS)
    return next((asset for asset in fields if asset is not None), None)


def player_of(
    request: HttpRequest, page: Page, asset: Asset | None = None, state: State | None = None
) -> dict[str, Any] | None:
    """Return a player's configuration (JSON), or None where the page plays nothing.

    ``asset`` and ``state`` are for screens that have them at hand; else they are asked for.
    """
    asset = asset or asset_of(page)
    if asset is None:
        return None
    state = state or _state_of(request, page, asset)
    frame, who = shell_of(request), viewer(request)
    is_draft = getattr(request, "is_preview", False) or who is not request.user
    reach = None if is_draft else frame.reach
    granted = grant(member=who, asset=asset, site=frame.site, page=page, reach=reach)
    return {
        "page": page.pk,
        "asset": str(asset.pk),
        "key": "film",
        "member": request.user.pk,
        "title": page.title,
        "url": reverse("player", args=[page.pk]),
        "beat": "/beat/",
        "completed": state.is_completed,
        "completesAt": getattr(page, "completes_at", 90),
        "now": time.time(),
        "sound": asset.kind == Asset.Kind.AUDIO,
        **_seen(state.seen),
        **_playable(granted, asset, request),
    }


def clip_of(request: HttpRequest, asset: Asset) -> dict[str, Any]:
    """Return a player's configuration for media in a body: watching it completes no page.

    Its title is for whoever may play it.
    """
    site = Site.find_for_request(request)
    granted = grant(member=viewer(request), asset=asset, site=site)
    return {
        "page": None,
        "asset": str(asset.pk),
        "key": asset.pk.hex,
        "member": request.user.pk,
        "title": asset.title if granted.source else "",
        "url": reverse("clip", args=[asset.pk]),
        "beat": "/beat/",
        "completed": True,
        "completesAt": 100,
        "now": time.time(),
        "sound": asset.kind == Asset.Kind.AUDIO,
        **_seen(seen_of(request.user, asset)),
        **_playable(granted, asset, request),
    }


@never_cache
def clip(request: HttpRequest, asset_id: UUID) -> JsonResponse:
    """Answer the player of a body's media; the gate decides, as for every other.

    Another site's is not there.
    """
    asset = Asset.objects.filter(pk=asset_id, site=shell_of(request).site).first()
    if asset is None:
        raise Http404
    return JsonResponse(clip_of(request, asset))


@never_cache
def player(request: HttpRequest, page_id: int) -> JsonResponse:
    """Answer a player that renews its grant, or waits until there is something to play.

    One whose page has closed is told why, and nothing of the page.
    """
    frame = shell_of(request)
    here = Page.objects.live().filter(path__startswith=frame.site.root_page.path)
    page = here.filter(pk=page_id).specific().first()
    config = player_of(request, page) if page else None
    if page is None or config is None:
        raise Http404
    decision = may_each(frame.reach, [page])[page.pk]
    if any(reason.code == "gone" for reason in decision.reasons):
        raise Http404
    return JsonResponse(config if decision else {**config, "title": ""})


def _state_of(request: HttpRequest, page: Page, asset: Asset) -> State:
    return states(request.user, {page.pk: asset.pk}, ranges_of=page.pk)[page.pk]


def _seen(seen: Seen) -> dict[str, Any]:
    return {
        "position": seen.position,
        "positionAt": seen.at.timestamp() * 1000 if seen.at else 0,
        "watched": seen.ranges,
    }


def _playable(granted: Grant, asset: Asset, request: HttpRequest) -> dict[str, Any]:
    if granted.source:
        return {
            "state": "ready",
            "token": granted.token,
            "edition": granted.edition,
            "source": {**_source(granted.source), "base": granted.base_url},
            "words": words(),
        }
    refusal = granted.refusal or Refusal("not_yours", _("You may not see this."))
    state = STATES.get(refusal.code, "locked")
    return {"state": state, "notice": _notice(state, refusal, asset, request), "words": words()}


def _source(source: PlaybackSource) -> dict[str, Any]:
    return {
        "url": source.url,
        "type": source.content_type,
        "expires": source.expires_at,
        "duration": source.duration,
        "poster": source.poster,
        "storyboard": source.storyboard,
        "sound": _sound(source),
        "renews": source.extra.get("renew", ""),
        "observer": source.extra.get("observer"),
        "captions": [
            {"language": track.language, "label": track.label}
            for track in source.tracks
            if track.kind in SPOKEN
        ],
        "tracks": [
            {"kind": t.kind, "url": t.url, "label": t.label, "language": t.language}
            for t in source.tracks
        ],
    }


def _sound(source: PlaybackSource) -> str:
    """Return where the sound alone is, below our own gate; whether it is there, the gate knows."""
    base, found, _rest = source.url.partition("master.m3u8")
    return f"{base}audio/index.m3u8" if found and base.startswith("/p/") else ""


def _notice(state: str, refusal: Refusal, asset: Asset, request: HttpRequest) -> dict[str, Any]:
    if state == "processing":
        return preparing(list(asset.stages.all()), is_uploading=_is_uploading(asset))
    if refusal.code == "failed":
        return failure(asset.error if getattr(request.user, "is_staff", False) else "")
    return {"kind": state, "title": refusal.message, "text": refusal.remedy}


def _is_uploading(asset: Asset) -> bool:
    return asset.status == Asset.Status.UPLOADING
