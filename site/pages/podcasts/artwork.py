"""Pictures of a feed as images of ours: decoded, drawn anew, each kept once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.files.images import ImageFile
from wagtail.images import get_image_model
from wagtail.models import Collection
from wagtail.permission_policies.collections import CollectionPermissionPolicy
from wagtail.utils.file import hash_filelike

from core.media.drawing import draw
from core.media.fetching import fetch
from core.members.models import Member

LARGEST, SECONDS = 20 * 2**20, 60.0
WITHIN = (3000, 3000)  # what podcast directories take at most


def fetch_artwork(url: str, folder: Path, on_progress: Callable[[float], None]) -> Path:
    """Fetch a picture and return it drawn anew, or raise ``MediaError`` saying why not."""
    sent, drawn = folder / "artwork.part", folder / "artwork.jpg"
    fetch(url, sent, most=LARGEST, seconds=SECONDS, on_progress=on_progress)
    with sent.open("rb") as image:
        draw(image, drawn, within=WITHIN)
    return drawn


def image_of(file: Path, *, title: str, member: Member) -> Any:
    """Return a picture as an image of the collection that a member adds to; the same one once."""
    images, collection = get_image_model(), collection_of(member)
    with file.open("rb") as picture:
        digest = hash_filelike(picture)
        same = images.objects.filter(collection=collection, file_hash=digest).first()
        return same or images.objects.create(
            title=title[:255],
            file=ImageFile(picture, name=file.name),
            file_size=file.stat().st_size,
            file_hash=digest,
            collection=collection,
            uploaded_by_user=member,
        )


def collection_of(member: Member) -> Collection:
    """Return where a member may add images; an editor of one site has that site's alone."""
    policy = CollectionPermissionPolicy(get_image_model())
    mine = policy.collections_user_has_permission_for(member, "add")
    return mine.order_by("path").first() or Collection.get_first_root_node()
