"""Uploads that go from the browser straight to a video provider, past us."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils.timezone import now
from wagtail.models import Site

from core.contract import ask
from core.contract.direct import DirectVideoProvider
from core.contract.errors import Later, VideoError
from core.contract.switches import snapshot
from core.media.models import Asset, Upload

from .preparation import remember
from .uploads import end_addresses, provider_for, start_upload

log = structlog.get_logger(__name__)


def upload_origins() -> list[str]:
    """Return where editors' browsers may send files besides to us, whichever site they are for."""
    takers = [(one, site) for site in snapshot().sites for one in _direct(site)]
    taking = [one.upload_origins(site) for one, site in takers if one.takes_files(site)]
    return sorted({origin for origins in taking for origin in origins})


def start_direct(
    *, site: Site, origin: str, kind: str, asset: Asset | None = None, **upload: Any
) -> Upload | None:
    """Begin an upload to the provider that takes this site's files; None: send it to us."""
    name = asset.provider if asset else provider_for(site)
    provider = next((one for one in _direct(site.pk) if one.name == name), None)
    if provider is None or kind == Asset.Kind.FILE or not provider.takes_files(site.pk):
        return None
    try:
        with transaction.atomic():
            row = start_upload(site=site, kind=kind, asset=asset, is_direct=True, **upload)
            address = provider.new_address(row.asset, origin=origin)
            end_addresses(row.asset, keep=row)
            if provider.name in row.asset.provider_data:
                provider.forget(row.asset)  # what it made of a file that failed
            remember(row.asset, dict(address.remembered), of="")
            row.direct = address.url
            row.expires_at = now() + timedelta(seconds=address.seconds)
            row.save(update_fields=["direct", "expires_at"])
    except (Later, VideoError) as error:
        log.warning("direct_upload_not_begun", provider=provider.name, reason=str(error))
        return None
    return row


def keeper_of(asset: Asset) -> DirectVideoProvider | None:
    """Return the provider where alone an asset's file lies; None for any other asset."""
    sent = asset.uploads.filter(state=Upload.State.COMPLETE).exclude(direct="")
    if asset.original_id or not sent.exists():
        return None
    return next((one for one in _direct(asset.site_id) if one.name == asset.provider), None)


def _direct(site_id: int) -> list[DirectVideoProvider]:
    answers = ask("video_providers", site=site_id)
    return [one for one in answers if isinstance(one, DirectVideoProvider)]
