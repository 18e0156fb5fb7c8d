"""Resumable uploads: begin, receive, go on, finish."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.timezone import now
from django.utils.translation import gettext as _
from wagtail.models import Collection, Site

from core.contract import ask
from core.jobs.services import enqueue
from core.media import disguise, spool
from core.media.errors import (
    ChecksumMismatch,
    NoRoom,
    NotMedia,
    Superseded,
    TooLarge,
    UploadGone,
    UploadRefused,
    WrongOffset,
)
from core.media.models import Asset, Upload
from core.media.spool import Spool
from core.storage.models import StoredObject
from core.storage.services import current_place, doom, store

from .preparation import enqueue_preparation, forget_former, mark_failed, mark_ready

CHUNK = 2**20  # bytes read at once
CHECKPOINT = timedelta(seconds=10)  # so much of the sending a power cut may cost at most
KEEP = timedelta(days=7)  # how long an upload waits to be resumed
REPLACE = "media.replace"
UNTAKEN = timedelta(days=1)  # a file that nobody takes over lives so long
LARGEST = 64 * 2**30  # bytes, unless MEDIA_MAX_UPLOAD says otherwise


class Readable(Protocol):
    """Whatever gives bytes: a request's body, an open file."""

    def read(self, size: int, /) -> bytes: ...


def largest_upload() -> int:
    """How many bytes one upload may have."""
    return int(getattr(settings, "MEDIA_MAX_UPLOAD", LARGEST))


def start_upload(
    *,
    site: Site,
    member: Any,
    file_name: str,
    size: int,
    content_type: str,
    title: str = "",
    kind: str = Asset.Kind.VIDEO,
    collection: Collection | None = None,
    asset: Asset | None = None,
    replaces: dict[str, Any] | None = None,
    is_direct: bool = False,
) -> Upload:
    """Begin a resumable upload; it makes a new asset, or fills one that has no good file yet.

    ``replaces``: the asset's file gives way to this one, whose seconds lie so ("offset",
    "removed": see ``core.media.editing``). Of what ``is_direct`` no byte comes to us. Raises
    ``UploadRefused``, ``TooLarge``, ``NoRoom``; ``NoProvider`` where nobody takes a site's files.
    """
    file_name = _plain_name(file_name)
    _refuse_size(site, size, file_name)
    if not is_direct:
        current_place(site)  # who takes it at the end has to be there
        if spool.free_bytes() < size:
            raise NoRoom
    with transaction.atomic():
        if asset is None:
            asset = _new_asset(
                site, member, file_name, title=title, kind=kind, collection=collection
            )
        elif asset.site_id != site.pk or may_fill(asset) == (replaces is not None):
            raise UploadRefused(_why_not_filled(asset))
        return Upload.objects.create(
            asset=asset,
            member=member,
            file_name=file_name,
            content_type=_shown(content_type)[:120],
            size=size,
            expires_at=now() + KEEP,
            replaces=replaces,
        )


def may_fill(asset: Asset) -> bool:
    """Tell whether a file may be an asset's first: it has none, or that one failed."""
    if asset.status == Asset.Status.FAILED:
        return not asset.editions.exists()
    return asset.status == Asset.Status.UPLOADING and asset.original_id is None


def _why_not_filled(asset: Asset) -> str:
    if asset.status != Asset.Status.FAILED:
        words = _("“%(title)s” has its file already. Upload a new one instead.")
    elif asset.original_id:
        words = _(
            "“%(title)s” has several versions, so another file can't be put under it now. Press "
            "“Retry”; once it is ready, choose “Cut or replace”."
        )
    else:
        words = _(
            "The file of “%(title)s” is gone, and it has several versions, so another file can't "
            "be put under it. Upload that one as a new video, then choose it on its pages."
        )
    return words % {"title": asset.title}


def _plain_name(file_name: str) -> str:
    """Keep the last part of a path and what can be shown; it is never used as a path."""
    name = PureWindowsPath(PurePosixPath(file_name).name).name
    return _shown(name)[-255:] or _("Untitled")


def _shown(words: str) -> str:
    return "".join(letter for letter in words if letter.isprintable()).strip()


def _new_asset(
    site: Site,
    member: Any,
    file_name: str,
    *,
    title: str,
    kind: str,
    collection: Collection | None,
) -> Asset:
    if kind not in Asset.Kind.values:
        raise UploadRefused(_("Choose whether this is a video, audio or a download."))
    words = PurePosixPath(file_name).stem.replace("_", " ").strip()
    return Asset.objects.create(
        site=site,
        title=(_shown(title) or words or file_name)[:255],
        kind=kind,
        file_name=file_name,
        uploaded_by=member,
        provider=provider_for(site),
        **({"collection": collection} if collection else {}),
    )


def provider_for(site: Site) -> str:
    """Name the video provider an operator wants new files prepared by."""
    wanted = (one.name for one in ask("video_providers", site=site) if one.wants_new(site.pk))
    return next(wanted, settings.VIDEO_PROVIDER)


def _refuse_size(site: Site, size: int, file_name: str) -> None:
    if size <= 0:
        raise UploadRefused(_("“%(name)s” is empty. Choose the file again.") % {"name": file_name})
    if size > largest_upload():
        raise TooLarge(
            _("“%(name)s” has %(size)s; at most %(most)s are taken. Export it smaller.")
            % {
                "name": file_name,
                "size": filesizeformat(size),
                "most": filesizeformat(largest_upload()),
            }
        )
    for refusal in ask("allowance", site=site, site_id=site.pk, what="upload.bytes", amount=size):
        if refusal is not None:
            raise TooLarge(f"{refusal.message} {refusal.remedy}".strip())


def resume(upload: Upload) -> int:
    """Take an upload over from whoever wrote before; return the byte it goes on at."""
    _refuse_ended(upload)
    if upload.state == Upload.State.COMPLETE:
        return upload.size
    with Spool(upload.pk) as held:
        return _take_over(upload, held)


def _refuse_ended(upload: Upload) -> None:
    ended = upload.state == Upload.State.ABANDONED
    if ended or (upload.state == Upload.State.RECEIVING and upload.expires_at < now()):
        raise UploadGone(
            _("The upload of “%(name)s” has expired or was cancelled. Begin it again.")
            % {"name": upload.file_name}
        )


def _take_over(upload: Upload, held: Spool) -> int:
    with held.locked():
        upload.refresh_from_db(fields=["received", "state", "expires_at", "changed_at"])
        _refuse_ended(upload)
        size = held.take_over(upload.received)
        if size == upload.size:
            held.sync()
            _record(upload, size)
    return size


def _record(upload: Upload, received: int) -> None:
    """Write what is safely on disk, on the condition that nobody wrote since we looked."""
    moment = now()
    moved = Upload.objects.filter(
        pk=upload.pk, received=upload.received, state=Upload.State.RECEIVING
    ).update(received=received, expires_at=moment + KEEP, changed_at=moment)
    if not moved:
        raise Superseded
    upload.received, upload.changed_at = received, moment


def receive(
    upload: Upload, offset: int, stream: Readable, *, checksum: tuple[str, bytes] | None = None
) -> int:
    """Append what ``stream`` gives at ``offset``; return the byte the upload goes on at.

    Whatever arrived before the line broke is kept; with a ``checksum`` (algorithm, digest) it is
    kept only if it matches. Raises ``WrongOffset``, ``TooLarge``, ``NoRoom``, ``Superseded``,
    ``UploadGone``, ``ChecksumMismatch``.
    """
    _refuse_ended(upload)
    if upload.state == Upload.State.COMPLETE:
        raise WrongOffset(upload.size)
    with Spool(upload.pk) as held:
        at = _take_over(upload, held)
        if at != offset:
            raise WrongOffset(at)
        if checksum is None:
            return _append(upload, held, stream, at)
        return _append_checked(upload, held, stream, at, checksum)


def _append(upload: Upload, held: Spool, stream: Readable, at: int) -> int:
    try:
        while chunk := stream.read(min(CHUNK, upload.size - at + 1)):
            _refuse_overflow(upload, at + len(chunk))
            held.append(chunk, at)
            at += len(chunk)
            _checkpoint_when_due(upload, held)
    except BaseException:
        _checkpoint(upload, held)
        raise
    if at == upload.size:
        _checkpoint(upload, held)
    return at


def _checkpoint_when_due(upload: Upload, held: Spool) -> None:
    if now() - upload.changed_at > CHECKPOINT:
        _checkpoint(upload, held)


def _refuse_overflow(upload: Upload, end: int) -> None:
    if end > upload.size:
        raise TooLarge(
            _("More bytes came than “%(name)s” was said to have. Choose the file again.")
            % {"name": upload.file_name}
        )


def _checkpoint(upload: Upload, held: Spool) -> None:
    """Make what arrived durable, then say so in the row: the row never promises too much."""
    with held.mine():
        held.sync()
        _record(upload, held.size())


def _append_checked(
    upload: Upload, held: Spool, stream: Readable, begin: int, checksum: tuple[str, bytes]
) -> int:
    algorithm, digest = checksum
    at, running = begin, hashlib.new(algorithm, usedforsecurity=False)
    is_whole = False
    held.doubt(begin)
    try:
        while chunk := stream.read(min(CHUNK, upload.size - at + 1)):
            _refuse_overflow(upload, at + len(chunk))
            held.append(chunk, at)
            running.update(chunk)
            at += len(chunk)
        is_whole = running.digest() == digest
    finally:
        with held.mine():
            held.cut(at if is_whole else begin)
            held.trust()
    if not is_whole:
        raise ChecksumMismatch
    _checkpoint(upload, held)
    return at


def finish(upload: Upload) -> Asset:
    """Turn a whole upload into its asset's original and have it prepared; once, whoever asks.

    What cannot be media fails the asset at once, with a plain reason.
    """
    with transaction.atomic():
        rows = Upload.objects.select_for_update(of=("self",)).select_related("asset__site")
        upload = rows.get(pk=upload.pk)
        asset = upload.asset
        if upload.state == Upload.State.COMPLETE:
            return asset
        if upload.received != upload.size:
            raise WrongOffset(upload.received)
        upload.state = Upload.State.COMPLETE
        upload.save(update_fields=["state", "changed_at"])
        if upload.replaces is None and may_fill(asset):
            _fill(asset, upload)
        else:
            _hand_on(asset, upload)
    spool.discard(upload.pk)
    return asset


def _fill(asset: Asset, upload: Upload) -> None:
    end_addresses(asset, keep=upload)  # uploads are locked before their asset, as everywhere
    Asset.objects.filter(pk=asset.pk).update(status=Asset.Status.UPLOADING)
    try:
        disguise.refuse(spool.path_of(upload.pk), asset.kind, upload.file_name)
    except NotMedia as error:
        mark_failed(asset, str(error))
        return
    forget_former(asset)
    asset.original = _stored(asset, upload)
    asset.file_name = upload.file_name
    asset.save(update_fields=["original", "file_name", "changed_at"])
    _begin(asset)


def end_addresses(asset: Asset, *, keep: Upload) -> None:
    """Another file comes, or has come: what is still sent past us is not the asset's any more."""
    others = asset.uploads.filter(state=Upload.State.RECEIVING).exclude(direct="")
    others.exclude(pk=keep.pk).update(state=Upload.State.ABANDONED, changed_at=now())


def _stored(asset: Asset, upload: Upload) -> StoredObject:
    path = spool.path_of(upload.pk)
    return store(site=asset.site, source=path, content_type=upload.content_type)


def _hand_on(asset: Asset, upload: Upload) -> None:
    """Leave what plays as it is, whatever this file turns out to be; see ``core.media.editing``."""
    told: dict[str, str] = {"upload": str(upload.pk)}
    try:
        disguise.refuse(spool.path_of(upload.pk), asset.kind, upload.file_name)
    except NotMedia as error:
        told["error"] = str(error)
    else:
        stored = _stored(asset, upload)
        doom(stored, after=UNTAKEN)
        told["object"] = str(stored.pk)
    enqueue(kind=REPLACE, payload=told, site=asset.site, subject=f"asset:{asset.pk}")


def _begin(asset: Asset) -> None:
    if asset.kind == Asset.Kind.FILE:
        mark_ready(asset)
    else:
        enqueue_preparation(asset)
