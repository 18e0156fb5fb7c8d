"""The verb of chapters: replace them all."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from core.media import tracks
from core.media.errors import BadChapters, Outdated
from core.media.models import Asset
from core.media.transcripts.cues import LAST_SECOND, plain

from .models import Chapter

MOST = 200
LONGEST_TITLE = 200  # letters
Mark = tuple[float, str]  # seconds, title


@transaction.atomic
def replace_chapters(
    *, asset: Asset, chapters: Iterable[Mark], base: Iterable[Mark] | None = None
) -> list[Mark]:
    """Replace an asset's chapters and return them in order.

    Raises ``BadChapters`` naming the one that cannot be. With ``base``, what their editor started
    from, raises ``Outdated`` when others stand there.
    """
    marks = cleaned(chapters)
    row = Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
    _inside(marks, row.duration)
    standing = list(row.chapters.values_list("start", "title"))
    if base is not None and cleaned(base) != standing:
        raise Outdated(_("Somebody changed the chapters meanwhile. Reload to see theirs."))
    row.chapters.all().delete()
    Chapter.objects.bulk_create([Chapter(asset=row, start=at, title=title) for at, title in marks])
    tracks.renew(row)
    asset.tracks = row.tracks
    return marks


def _inside(marks: Iterable[Mark], duration: float | None) -> None:
    """Refuse a chapter that nobody would ever reach."""
    for at, title in marks:
        if duration and at >= duration:
            raise BadChapters(_("“%(title)s” begins after the end.") % {"title": title})


def cleaned(chapters: Iterable[Mark]) -> list[Mark]:
    """Return chapters in order, or raise ``BadChapters`` naming the one that cannot be."""
    marks = sorted((round(float(at), 3), plain(title).replace("\n", " ")) for at, title in chapters)
    if len(marks) > MOST:
        raise BadChapters(_("These are more than %(most)d chapters.") % {"most": MOST})
    moments = set()
    for at, title in marks:
        if not title or len(title) > LONGEST_TITLE:
            raise BadChapters(_("Every chapter needs a title of at most 200 letters."))
        if at in moments or not 0 <= at <= LAST_SECOND:
            raise BadChapters(
                _("“%(title)s” begins where another chapter does.") % {"title": title}
            )
        moments.add(at)
    return marks
