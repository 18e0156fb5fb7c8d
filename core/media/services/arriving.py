"""What becomes of a file that went straight to its video provider, once it is there."""

from __future__ import annotations

from django.db import transaction

from core.contract import ask
from core.media.models import Asset, Upload
from core.media.permissions import may_send

from .abandoning import abandon
from .preparation import enqueue_preparation, forget_former, withdraw
from .uploads import may_fill


def arrived(upload: Upload) -> None:
    """Have prepared what a browser, or the provider itself, says has arrived there; once.

    Whether it has, the preparation asks the provider. Where a later file is the asset's by now,
    the upload only ends; where its member may send it no more, what came is deleted there too.
    """
    with transaction.atomic():
        row = Upload.objects.select_for_update(of=["self"]).select_related("asset__site", "member")
        upload = row.get(pk=upload.pk)
        if upload.state != Upload.State.RECEIVING or not upload.direct:
            return
        if _is_outdated(upload):
            upload.state = Upload.State.ABANDONED
            upload.save(update_fields=["state", "changed_at"])
            return
        if not may_send(upload.member, upload):
            _refuse(upload)
            return
        upload.state, upload.received = Upload.State.COMPLETE, upload.size
        upload.save(update_fields=["state", "received", "changed_at"])
        if upload.asset.status == Asset.Status.FAILED:
            forget_former(upload.asset, keep=upload.asset.provider)
        enqueue_preparation(upload.asset)


def _is_outdated(upload: Upload) -> bool:
    later = upload.asset.uploads.filter(created_at__gt=upload.created_at)
    return bool(later.filter(state=Upload.State.COMPLETE).exists())


def _refuse(upload: Upload) -> None:
    """Have deleted what its provider has of a file that its asset still waits for."""
    asset = upload.asset
    for provider in ask("video_providers"):
        if provider.name == asset.provider and may_fill(asset):
            provider.forget(asset)
            withdraw(asset, provider.name)
    abandon(upload)


def heard_of(asset: Asset) -> None:
    """A provider says that a file has come: whoever sent it may have gone before saying so."""
    for upload in asset.uploads.filter(state=Upload.State.RECEIVING).exclude(direct=""):
        arrived(upload)
