"""Mux's webhooks (docs.mux.com, "Verify webhook signatures"): they wake, its API tells."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.contract.errors import BadEvent, NotReady
from core.contract.events import Event
from core.jobs.services import wake
from core.media.models import Asset
from core.media.moving.services import look_now
from core.media.queries import remembered
from core.media.services.arriving import heard_of
from core.media.services.preparation import KIND, mark_failed, withdraw

from . import captions
from .account import account_of

NAME = "mux"
TOLERANCE = 300  # seconds, both ways


class MuxEvents:
    """Hears of uploads and assets."""

    name = "mux"
    label = "Mux"

    def verify(self, body: bytes, headers: Mapping[str, str], site: Any) -> Event:
        secret = account_of(site).webhook_secret
        if not secret:
            raise NotReady("Mux's webhook secret is missing. Fill it in under Features.")
        stamp, signatures = _parts(headers.get("mux-signature", ""))
        wanted = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
        if not any(hmac.compare_digest(wanted.hexdigest(), one) for one in signatures):
            raise BadEvent("The signature is wrong.")
        if abs(time.time() - int(stamp)) > TOLERANCE:
            raise BadEvent("The event is too old, or comes from the future.")
        said = json.loads(body)
        return Event(
            id=str(said["id"]),
            kind=str(said["type"]),
            payload=said,
            account=str(said["environment"]["id"]),
        )

    def handle(self, kind: str, payload: Mapping[str, Any], site: Any) -> None:
        """Wake the preparation; what it finds at Mux counts, not what the event says."""
        asset = _asset_of(payload, site)
        if asset is None:
            return
        if kind == "video.asset.deleted":
            _lose(asset, payload)
        else:
            if kind == "video.upload.asset_created":
                heard_of(asset)
            wake(f"{KIND}:{asset.pk}")
            look_now(asset)
            wake(captions.key_of(asset.pk))


def _parts(header: str) -> tuple[str, list[str]]:
    pairs = [part.strip().partition("=") for part in header.split(",")]
    stamps = [value for name, _equals, value in pairs if name == "t"]
    signatures = [value for name, _equals, value in pairs if name == "v1" and value.isascii()]
    if len(stamps) != 1 or not signatures:
        raise BadEvent("The signature is missing.")
    return stamps[0], signatures


def _asset_of(payload: Mapping[str, Any], site: Any) -> Asset | None:
    """Find ours by what we gave along (``passthrough``); an event about others' is no error.

    Of a track it says more than the asset, after a colon. Sites that share an account hear an
    event once, at one of their addresses: who signs with an account's secret speaks of them all.
    """
    data = payload.get("data") or {}
    ours = data.get("passthrough") or (data.get("new_asset_settings") or {}).get("passthrough")
    try:
        number = uuid.UUID(str(ours).partition(":")[0])
    except ValueError:
        return None
    asset = Asset.objects.filter(pk=number).first()
    if asset is None or asset.site_id == site.pk:
        return asset
    secrets = {account_of(one).webhook_secret for one in (asset.site_id, site)}
    return asset if len(secrets) == 1 and all(secrets) else None


def _lose(asset: Asset, payload: Mapping[str, Any]) -> None:
    """Say that what played is gone there; what is not the one we know of changes nothing."""
    theirs = remembered(asset, NAME).get("asset")
    if not theirs or theirs != payload["data"].get("id"):
        return
    with transaction.atomic():
        withdraw(asset, NAME)
        if asset.provider == NAME:
            mark_failed(asset, _lost(asset))


def _lost(asset: Asset) -> str:
    if asset.original_id is None and asset.editions.exists():
        return _("This video was deleted at Mux. Upload its file as a new video.")
    if asset.original_id is None:
        return _("This video was deleted at Mux. Upload it again.")
    return _("This video was deleted at Mux. Its file is here: “Retry” sends it there again.")
