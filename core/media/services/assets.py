"""What is done to an asset once it is there: ingest, retry, retitle, a new poster, delete."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Collection, Site

from core.contract import ask
from core.jobs.queries import jobs_of
from core.jobs.services import cancel, hold
from core.media import spool
from core.media.drawing import draw
from core.media.errors import CannotRetry, NotMedia
from core.media.models import Asset, Upload
from core.storage.models import StoredObject
from core.storage.services import doom, local_copy, store

from . import pieces
from .direct import keeper_of
from .improving import improve_again
from .preparation import (
    enqueue_preparation,
    is_being_edited,
    make_offered_file,
    present,
    publish_poster,
)
from .uploads import finish, start_upload

POSTER_SIZE = (1920, 1920)  # at most, in pixels


def ingest(
    *,
    site: Site,
    member: Any,
    path: Path,
    title: str,
    kind: str = Asset.Kind.VIDEO,
    collection: Collection | None = None,
    tags: Iterable[str] = (),
) -> Asset:
    """Bring in a copy of a file of this machine, through the same pipeline as an upload."""
    upload = start_upload(
        site=site,
        member=member,
        file_name=path.name,
        size=path.stat().st_size,
        content_type="",
        title=title,
        kind=kind,
    )
    asset = upload.asset
    if collection is not None:
        asset.collection = collection
        asset.save(update_fields=["collection"])
    asset.tags.add(*tags)
    shutil.copyfile(path, spool.path_of(upload.pk))
    Upload.objects.filter(pk=upload.pk).update(received=upload.size)
    finish(upload)
    asset.refresh_from_db()
    return asset


def retry(asset: Asset, stage: str = "", make: Iterable[str] = ()) -> None:
    """Prepare an asset again; what is published already is kept and not made twice.

    What a named ``stage`` has published is made again, and so is what ``make`` names; it plays on
    until it is replaced. Raises ``CannotRetry``, also while another version is being prepared.
    """
    with transaction.atomic():
        _retry(present(asset), stage, make)
    asset.refresh_from_db(fields=["status", "error"])


def _retry(asset: Asset, stage: str, make: Iterable[str]) -> None:
    is_here = asset.original_id or keeper_of(asset)
    if not is_here or asset.kind == Asset.Kind.FILE:
        raise CannotRetry(
            _("“%(title)s” has no file to prepare. Upload it again.") % {"title": asset.title}
        )
    if is_being_edited(asset):
        raise CannotRetry(
            _("Another version of “%(title)s” is being prepared. Wait for it, or stop it.")
            % {"title": asset.title}
        )
    known = asset.stages.filter(name=stage).first()
    again = [*(known.made if known else ()), *make]
    if known is not None and known.is_late:
        improve_again(asset, known, again)
    else:
        enqueue_preparation(asset, again=again)


def replace_title(asset: Asset, title: str) -> None:
    """Give an asset another title."""
    asset.title = title.strip()[:255] or asset.title
    asset.save(update_fields=["title", "changed_at"])


def replace_poster(asset: Asset, image: BinaryIO) -> None:
    """Give an asset a poster of the editor's; what is stored is drawn anew, never the upload."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = Path(folder) / "poster.jpg"
        draw(image, drawn, within=POSTER_SIZE)
        with transaction.atomic():
            stored = store(
                site=asset.site, source=drawn, content_type="image/jpeg", purpose="poster"
            )
            publish_poster(asset, stored)
    asset.refresh_from_db(fields=["poster"])


def choose_poster(asset: Asset, position: int) -> None:
    """Make one of the offered frames the poster; the offer stays."""
    chosen = asset.poster_candidates.filter(position=position).select_related("object").first()
    if chosen is None:
        raise NotMedia(_("This frame is not offered any more. Choose another one."))
    with local_copy(chosen.object) as image:
        stored = store(
            site=asset.site,
            source=image,
            content_type=chosen.object.content_type,
            purpose="poster",
        )
    with transaction.atomic():
        publish_poster(asset, stored)
    asset.refresh_from_db(fields=["poster"])


def offer_file(asset: Asset) -> None:
    """Have a whole file made of a video, because a page lets members download it.

    While it is being prepared, or another version of it is, the file is made after that.
    """
    if asset.offers_file or asset.kind == Asset.Kind.FILE:
        return
    with transaction.atomic():
        present(asset)  # whoever ends a preparation has read it by now, or reads it afterwards
        Asset.objects.filter(pk=asset.pk).update(offers_file=True)
        make_offered_file(asset)
    asset.offers_file = True


def delete(asset: Asset) -> None:
    """Delete an asset; its preparation stops and every byte of it is doomed."""
    jobs = jobs_of(f"asset:{asset.pk}")
    for job in jobs:
        cancel(job)
    pieces.let_go(jobs)
    for upload in asset.uploads.all():
        spool.discard(upload.pk)
    left = list(_left_elsewhere(asset))
    with transaction.atomic():
        hold(f"asset:{asset.pk}")
        objects = list(_objects_of(asset))
        asset_id = asset.pk
        asset.delete()
        for stored in objects:
            doom(stored)
    asset.pk = asset_id
    for provider, known in left:
        asset.provider_data = known
        provider.forget(asset)


def _left_elsewhere(asset: Asset) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield every provider that has something of the asset or its versions, and what it knows."""
    providers = ask("video_providers")
    facts = asset.editions.values_list("facts__provider_data", flat=True)
    for known in (asset.provider_data, *filter(None, facts)):
        names = {*known} | ({asset.provider} if known is asset.provider_data else set())
        yield from ((one, known) for one in providers if one.name in names)


def _objects_of(asset: Asset) -> Iterable[StoredObject]:
    own = (asset.original_id, asset.poster_id, asset.storyboard_id, asset.waveform_id)
    numbers = [number for number in own if number is not None]
    numbers += asset.poster_candidates.values_list("object_id", flat=True)
    numbers += asset.renditions.exclude(object=None).values_list("object_id", flat=True)
    numbers += asset.editions.exclude(original=None).values_list("original_id", flat=True)
    numbers += asset.editions.exclude(parts__object=None).values_list("parts__object_id", flat=True)
    return StoredObject.objects.filter(pk__in=numbers)
