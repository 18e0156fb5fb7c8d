"""Pictures of media in the admin: signed, short-lived, never a storage address."""

from django.http import HttpRequest

from core.media.models import Asset
from core.playback.services import poster_url


def poster_for(request: HttpRequest, asset: Asset) -> str:
    """Return the poster's address for this editor, "" where there is none."""
    return poster_url(request.user, asset, asset.site) if asset.poster_id else ""


def add_posters(request: HttpRequest, assets: list[Asset]) -> list[Asset]:
    """Note on each asset where its poster lies for this editor."""
    for asset in assets:
        asset.poster_src = poster_for(request, asset)
    return assets
