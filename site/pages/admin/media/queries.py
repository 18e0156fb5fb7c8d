"""Reads of media for editors."""

from django.db.models import Count, Q, QuerySet
from wagtail.models import ReferenceIndex

from core.media.models import Asset

BUSY = (Asset.Status.UPLOADING, Asset.Status.PROCESSING)


def with_cards(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Bring along what a card shows, in a fixed number of queries."""
    return assets.select_related("poster", "collection", "site").prefetch_related(
        "stages", "uploads"
    )


def count_uses(assets: list[Asset]) -> list[Asset]:
    """Note on each asset how many pages and other things use it."""
    counts = ReferenceIndex.get_count_references_to_in_bulk(assets)
    for asset in assets:
        asset.usage_count = counts.get(asset, 0)
    return assets


def matching(assets: QuerySet[Asset], words: str) -> QuerySet[Asset]:
    """Return the assets that every word is in: title, file name or a tag; typos forgiven."""
    for word in words.split()[:8]:
        tagged = Asset.objects.filter(tags__name__icontains=word).values("pk")
        assets = assets.filter(
            Q(title__icontains=word)
            | Q(title__trigram_word_similar=word)
            | Q(file_name__icontains=word)
            | Q(pk__in=tagged)
        )
    return assets


def tally(assets: QuerySet[Asset]) -> dict[str, int]:
    """Count by status."""
    return dict(assets.order_by().values_list("status").annotate(n=Count("pk")))
