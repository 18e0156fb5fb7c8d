"""Reads of media for editors."""

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast
from wagtail.models import Page, ReferenceIndex, Revision

from core.contract import ask
from core.media.models import Asset

NEAR = 0.36  # of a word in threes of letters: two swapped in a word of eight still pass
SHORTEST_TYPO = 4  # shorter words are near too much
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


def drafts_using(asset: Asset) -> QuerySet[Page]:
    """Return the pages whose newest draft names the asset; the reference index knows live ones."""
    drafts = Page.objects.filter(has_unpublished_changes=True).values("latest_revision_id")
    naming = Revision.objects.annotate(words=Cast("content", TextField())).filter(
        pk__in=drafts, words__contains=str(asset.pk)
    )
    return Page.objects.filter(latest_revision__in=naming).order_by("path")


def matching(assets: QuerySet[Asset], words: str) -> QuerySet[Asset]:
    """Return the assets that every word is in: title, file name or a tag; typos forgiven."""
    for word in words.split()[:8]:
        tagged = Asset.objects.filter(tags__name__icontains=word).values("pk")
        close = Q(title__icontains=word) | Q(file_name__icontains=word) | Q(pk__in=tagged)
        if len(word) >= SHORTEST_TYPO:
            near = Asset.objects.alias(near=TrigramWordSimilarity(word, "title"))
            close |= Q(pk__in=near.filter(near__gte=NEAR).values("pk"))
        assets = assets.filter(close)
    return assets


def tally(assets: QuerySet[Asset]) -> dict[str, int]:
    """Count by status."""
    return dict(assets.order_by().values_list("status").annotate(n=Count("pk")))


def labels() -> dict[str, str]:
    """Name every video provider the way it names itself."""
    return {provider.name: provider.label for provider in ask("video_providers")}
