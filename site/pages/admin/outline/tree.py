"""Reads a program's modules and lessons, drafts included, in a fixed number of queries."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from core.media.models import Asset
from pages.models import Lesson, Module, Program

from ..media.state import Standing, clock, standing_of


@dataclass
class Row:
    """One line of the outline."""

    pk: int
    title: str
    kind: str  # module | lesson
    status: str  # live | changed | draft | scheduled
    status_words: str
    seconds: float = 0
    asset: Asset | None = None
    standing: Standing | None = None
    children: list["Row"] = field(default_factory=list)

    @property
    def length(self) -> str:
        return clock(self.seconds)


@dataclass
class Outline:
    """The program's lines and sums."""

    program: Program
    modules: list[Row]

    @property
    def lessons(self) -> int:
        return sum(len(module.children) for module in self.modules)

    @property
    def length(self) -> str:
        return clock(sum(module.seconds for module in self.modules))


def outline_of(program: Program) -> Outline:
    """Read the whole program; five queries, whatever its size."""
    modules = list(Module.objects.child_of(program).defer("body").order_by("path"))
    lessons = list(Lesson.objects.descendant_of(program).defer("body").order_by("path"))
    videos = _videos_of(lessons)
    under = defaultdict(list)
    for lesson in lessons:
        under[lesson.path[: -Page.steplen]].append(_lesson_row(lesson, videos.get(lesson.pk)))
    return Outline(program, [_module_row(module, under[module.path]) for module in modules])


def _module_row(module: Module, lessons: list[Row]) -> Row:
    row = Row(module.pk, _title(module), "module", *_status(module), children=lessons)
    row.seconds = sum(lesson.seconds for lesson in lessons)
    return row


def _lesson_row(lesson: Lesson, video: Asset | None) -> Row:
    row = Row(lesson.pk, _title(lesson), "lesson", *_status(lesson), asset=video)
    row.seconds = (video.duration if video else None) or (lesson.minutes or 0) * 60
    row.standing = standing_of(video) if video else None
    return row


def _title(page: Page) -> str:
    return page.draft_title or page.title


def _status(page: Page) -> tuple[str, str]:
    if not page.live and page.approved_schedule:
        return "scheduled", _("Scheduled")
    if page.live and page.has_unpublished_changes:
        return "changed", _("Live, with a newer draft")
    return ("live", _("Live")) if page.live else ("draft", _("Draft"))


def _videos_of(lessons: list[Lesson]) -> dict[int, Asset]:
    """Find each lesson's video as its newest draft has it."""
    chosen = {lesson.pk: str(lesson.video_id or "") for lesson in lessons}
    drafts = [
        lesson.latest_revision_id
        for lesson in lessons
        if lesson.has_unpublished_changes and lesson.latest_revision_id
    ]
    newer = Revision.objects.filter(pk__in=drafts).values_list("object_id", "content__video")
    chosen.update({int(pk): str(video or "") for pk, video in newer})
    wanted = {video for video in chosen.values() if video}
    found = Asset.objects.filter(pk__in=wanted).prefetch_related("stages", "uploads")
    by_id = {str(asset.pk): asset for asset in found}
    return {pk: by_id[video] for pk, video in chosen.items() if video in by_id}
