"""The preparations of an asset: which one a report is of, and what each is called."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core.media.models import Asset, Preparation, Rendition, Stage
from core.media.services.reports import facts_of, late_key, stage_key

CODECS = {"av01": "AV1", "hvc1": "HEVC", "hev1": "HEVC", "vp09": "VP9"}
AHEAD = (Stage.State.WAITING, Stage.State.RUNNING)
Cause = Preparation.Cause


@dataclass
class Chapter:
    """One preparation with its stages and what came of it."""

    preparation: Preparation
    stages: list[Stage]
    is_current: bool = False  # what came of it plays
    made: list[dict] = field(default_factory=list)  # facts of renditions
    label: str = ""
    note: str = ""

    @property
    def number(self) -> int:
        return self.preparation.pk or 0

    @property
    def cpu_seconds(self) -> float:
        return sum(stage.cpu_seconds for stage in self.stages)

    @property
    def is_busy(self) -> bool:
        """Tell whether work on it goes on, or is about to, that the asset does not speak of."""
        is_own = self.is_current and self.preparation.cause != Cause.IMPROVED
        ahead = [stage for stage in self.stages if stage.state in AHEAD]
        return any(stage.is_late or not is_own for stage in ahead)

    def key_of(self, stage: Stage) -> str:
        return stage_key(self.preparation, stage.name)


def chapters_of(asset: Asset, names: dict[str, str]) -> list[Chapter]:
    """Return every preparation of an asset, what plays first, then the newest; three queries."""
    found = list(asset.preparations.all())
    playing = _playing(asset, found)
    stages = defaultdict(list)
    rows = Stage.objects.filter(Q(asset=asset) | Q(preparation__asset=asset))
    for stage in rows.order_by("position", "pk"):
        stages[stage.preparation_id or playing.pk].append(stage)
    chapters = [
        Chapter(one, stages[one.pk])
        for one in (found or [playing])
        if stages[one.pk] or one is playing
    ]
    _share_out(asset, playing, chapters)
    for chapter in chapters:
        chapter.label = label_of(chapter, names)
        chapter.note = note_of(chapter)
    _tell_apart(chapters)
    return sorted(chapters, key=lambda one: (one.preparation is not playing, -one.number))


def _playing(asset: Asset, found: Sequence[Preparation]) -> Preparation:
    """Return the preparation of what plays; where none was written down yet, a row unsaved."""
    whole = [one for one in found if one.has_played and one.cause != Cause.IMPROVED]
    fits = [one for one in whole if (one.edition, one.provider) == (asset.edition, asset.provider)]
    first = Preparation(asset=asset, cause=Cause.FIRST, edition=asset.edition)
    return next(reversed(fits or whole), first)


def _share_out(asset: Asset, playing: Preparation, chapters: Iterable[Chapter]) -> None:
    """Give each preparation what came of it: rows while it plays, else what was kept of them."""
    whole = {late_key(one.preparation): one for one in chapters}
    live = [
        facts_of(row) | {"is_growing": row.is_growing}
        for row in asset.renditions.select_related("object")
        if not playing.pk or row.provider == playing.provider or row.kind == Rendition.Kind.FILE
    ]
    for one in chapters:
        one.is_current = one.preparation is playing
        if one.preparation.cause != Cause.IMPROVED:
            one.made = live if one.is_current else one.preparation.made
    for late in chapters:
        if late.preparation.cause != Cause.IMPROVED or late.preparation.key not in whole:
            continue
        former = whole[late.preparation.key]
        names = {name for stage in late.stages for name in stage.made}
        late.is_current = former.is_current
        late.made = [row for row in former.made if row["name"] in names]
        former.made = [row for row in former.made if row["name"] not in names]


def label_of(chapter: Chapter, names: dict[str, str]) -> str:
    """Say what a preparation was for: "First preparation", "Cut of 3 May", "AV1 added"."""
    one = chapter.preparation
    when = {"date": day(localdate(one.began_at))} if one.began_at else {"date": ""}
    if one.cause == Cause.CUT:
        return _("Cut of %(date)s") % when
    if one.cause == Cause.REPLACED:
        return _("File of %(date)s") % when
    if one.cause == Cause.MOVED:
        return _("Moved to %(place)s") % {"place": names.get(one.provider, one.provider)}
    if one.cause == Cause.IMPROVED:
        return _improvement(chapter)
    return _("First preparation")


def _improvement(chapter: Chapter) -> str:
    kinds = [CODECS.get(row["codecs"].partition(".")[0]) for row in chapter.made]
    codec = next(filter(None, kinds), "")
    return _("%(codec)s added") % {"codec": codec} if codec else _("Improved afterwards")


def day(moment: date) -> str:
    """Write a day as people say it; the year where it is another one."""
    return date_format(moment, "j F" if moment.year == localdate().year else "j F Y")


def note_of(chapter: Chapter) -> str:
    """Say how a preparation stands."""
    if chapter.is_current:
        return "" if chapter.preparation.cause == Cause.IMPROVED else _("plays now")
    if chapter.preparation.has_played:
        return ""
    return _("never played") if chapter.preparation.gave_up else _("being prepared")


def _tell_apart(chapters: Iterable[Chapter]) -> None:
    """Number those that are called the same, the oldest first."""
    same = defaultdict(list)
    for chapter in sorted(chapters, key=lambda one: one.number):
        same[chapter.label].append(chapter)
    for label, those in same.items():
        for number, chapter in enumerate(those[1:], start=2):
            chapter.label = f"{label} ({number})"


def chosen(chapters: Sequence[Chapter], asked: str) -> Chapter:
    """Return the one that was asked for by its number, else that which plays."""
    return next((one for one in chapters if str(one.number) == asked), chapters[0])
