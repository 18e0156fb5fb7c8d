"""The verb of chapters: replace them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from core.media import tracks
from core.media.editing.anchors import places
from core.media.editing.queries import way_to_today
from core.media.editing.timemap import TimeMap
from core.media.errors import BadChapters, Moved, Outdated
from core.media.models import Asset
from core.media.transcripts.cues import LAST_SECOND, plain

from .models import Chapter

MOST = 200
LONGEST_TITLE = 200  # letters
Mark = tuple[float, str]  # seconds, title


@transaction.atomic
def replace_chapters(
    *,
    asset: Asset,
    chapters: Iterable[Mark],
    base: Iterable[Mark] | None = None,
    edition: int | None = None,
) -> list[Mark]:
    """Replace an asset's chapters and return them in order.

    Raises ``BadChapters`` naming the one that cannot be. With ``base``, what their editor started
    from, raises ``Outdated`` when others stand there. With ``edition``, whose seconds they wrote
    by, chapters are kept where those seconds play by now.
    """
    marks, known = cleaned(chapters), None if base is None else cleaned(base)
    row = Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
    started_from = [known]
    if edition is not None and edition != row.edition:
        marks, moved = _as_played(row, edition, marks, known or ())
        started_from.append(moved)
    _inside(marks, row.duration)
    if base is not None and list(row.chapters.values_list("start", "title")) not in started_from:
        raise Outdated(_("Somebody changed the chapters meanwhile. Reload to see theirs."))
    row.chapters.all().delete()
    Chapter.objects.bulk_create([Chapter(asset=row, start=at, title=title) for at, title in marks])
    tracks.renew(row)
    asset.tracks, asset.edition = row.tracks, row.edition
    return marks


def _as_played(
    asset: Asset, edition: int, marks: Sequence[Mark], known: Sequence[Mark]
) -> tuple[list[Mark], list[Mark]]:
    """Return chapters, and those ``known`` before, where they begin in what plays.

    Raises ``BadChapters`` for a new one that nothing is left of.
    """
    found = way_to_today(asset.pk, edition)
    if found is None:
        raise Moved(_("The film was replaced meanwhile. Copy your chapters, then reload the page."))
    left, gone = _left(marks, found[0])
    for mark in gone:
        if mark not in known:
            sentence = _(
                "The film was cut or replaced meanwhile, and “%(title)s” is not in it any more."
                " Take it out, then save."
            )
            raise BadChapters(sentence % {"title": mark[1]})
    return left, _left(known, found[0])[0]


def _left(marks: Sequence[Mark], way: TimeMap) -> tuple[list[Mark], list[Mark]]:
    """Return what is left of chapters, at its new seconds, and those that nothing is left of."""
    there = [at for _end, at in places([start for start, _title in marks], way)]
    both = list(zip(marks, there, strict=True))
    left = [(at, title) for (_start, title), at in both if at is not None]
    return left, [mark for mark, at in both if at is None]


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
