"""Playing an asset in the library: the same gate as for members, asked as the editor."""

from django.http import JsonResponse
from django.views.decorators.cache import never_cache

from core.playback.services import grant

from .state import visible_asset


@never_cache
def play(request, pk):
    """Answer with what a player needs, or with the reason why it does not play."""
    asset = visible_asset(request.user, pk)
    granted = grant(member=request.user, asset=asset, site=asset.site)
    if granted.refusal or granted.source is None:
        words = granted.refusal.message if granted.refusal else ""
        return JsonResponse({"refusal": words}, status=409)
    return JsonResponse({**beside(granted, asset), "poster": granted.source.poster})


def beside(granted, asset) -> dict[str, str]:
    """Name what plays, and what is drawn on a line of its time: "" for what there is not."""
    return {
        "url": granted.source.url,
        "type": granted.source.content_type,
        "waveform": f"{granted.base_url}waveform.json" if asset.waveform_id else "",
        "storyboard": granted.source.storyboard,
    }
