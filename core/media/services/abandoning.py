"""What becomes of an upload that ends without its bytes, and of the asset that waited for it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import ProtectedError, TextField
from django.db.models.functions import Cast
from django.utils.timezone import now
from django.utils.translation import gettext as _
from wagtail.models import Page, ReferenceIndex, Revision

from core.media import spool
from core.media.models import Asset, Upload

from .assets import delete
from .preparation import mark_failed


def abandon(upload: Upload) -> None:
    """Stop an upload and forget its bytes.

    The asset that waited for them goes too where nobody uses it yet; where a page already
    points at it, it stays and says what happened.
    """
    with transaction.atomic():
        stopped = Upload.objects.filter(pk=upload.pk, state=Upload.State.RECEIVING).update(
            state=Upload.State.ABANDONED, changed_at=now()
        )
        if not stopped:
            return
        spool.discard(upload.pk)
        waiting = Asset.objects.select_for_update(of=["self"]).filter(
            pk=upload.asset_id, status=Asset.Status.UPLOADING, original=None
        )
        for asset in waiting.exclude(uploads__state=Upload.State.RECEIVING):
            _let_go(asset, upload)


def _let_go(asset: Asset, upload: Upload) -> None:
    if not _is_used(asset):
        try:
            with transaction.atomic():
                delete(asset)
        except ProtectedError:  # by what Wagtail keeps no references of
            asset.refresh_from_db()
        else:
            return
    words = _("The upload of “%(name)s” did not finish. Upload the file again.")
    if upload.expires_at > now():
        words = _("The upload of “%(name)s” was cancelled. Upload the file again.")
    mark_failed(asset, words % {"name": upload.file_name})


def _is_used(asset: Asset) -> bool:
    """Tell whether anything points at an asset, be it a draft that was never published."""
    if ReferenceIndex.get_references_to(asset).exists():
        return True
    newest = Page.objects.filter(has_unpublished_changes=True).values("latest_revision")
    drafts = Revision.objects.filter(pk__in=newest).annotate(text=Cast("content", TextField()))
    return bool(drafts.filter(text__contains=str(asset.pk)).exists())
