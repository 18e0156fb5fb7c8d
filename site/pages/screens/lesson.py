"""The lesson: its player, what the member keeps beside it, and where it stands in the module."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, QuerySet
from django.http import HttpRequest
from wagtail.models import Page

from core.access.queries import visible
from core.contract import ask
from core.progress.queries import State, bookmarks_of, note_of, states

from ..shell import shell_of
from .player import player_of


@dataclass(frozen=True, slots=True)
class Row:
    """A lesson in the outline."""

    page: Any
    url: str
    number: int
    state: State
    is_current: bool

    @property
    def duration(self) -> float:
        video = self.page.video
        return (video.duration if video else 0) or (self.page.minutes or 0) * 60


class Outline:
    """The lessons around one: its module's, and the ones before and after it."""

    def __init__(self, request: HttpRequest, page: Any) -> None:
        self.request = request
        self.page = page
        self.site = shell_of(request).site

    @cached_property
    def ancestors(self) -> list[Page]:
        """The program and the module."""
        above = self.page.get_ancestors().filter(depth__gte=self.page.depth - 2)
        return list(above.only("id", "title", "url_path", "path", "depth", "numchild"))

    @cached_property
    def rows(self) -> list[Row]:
        lessons = list(self._lessons(self._module_path))
        films = {lesson.pk: lesson.video_id for lesson in lessons}
        seen = states(self.request.user, films, ranges_of=self.page.pk)
        return [
            Row(lesson, self.url(lesson), number, seen[lesson.pk], lesson.pk == self.page.pk)
            for number, lesson in enumerate(lessons, start=1)
        ]

    @property
    def _module_path(self) -> str:
        return str(self.page.path[: -Page.steplen])

    @cached_property
    def current(self) -> Row | None:
        return next((row for row in self.rows if row.is_current), None)

    @property
    def state(self) -> State:
        return self.current.state if self.current else State()

    @property
    def video(self) -> Any | None:
        """The page's own film, already at hand; a draft that is looked at has no row."""
        return self.current.page.video if self.current else self.page.video

    @property
    def completed(self) -> int:
        return sum(row.state.is_completed for row in self.rows)

    @property
    def fraction(self) -> float:
        return self.completed / len(self.rows) if self.rows else 0.0

    @cached_property
    def previous(self) -> Any | None:
        return self._beside(-1, "path__lt", "-path")

    @cached_property
    def next(self) -> Any | None:
        return self._beside(1, "path__gt", "path")

    def url(self, page: Page) -> str:
        return page.get_url(self.request) or ""

    def _lessons(self, parent_path: str) -> QuerySet[Any]:
        may_see = visible(self.request.user, self.site)
        depth = {"depth": self.page.depth, "live": True}
        return (
            type(self.page)
            .objects.filter(path__startswith=parent_path, **depth)
            .annotate(is_open=ExpressionWrapper(may_see, output_field=BooleanField()))
            .select_related("video")
            .defer("body", "search_description")
            .order_by("path")
        )

    def _beside(self, step: int, side: str, order: str) -> Any | None:
        """A neighbour in the module, else the nearest lesson of the program on that side."""
        open_rows = [row for row in self.rows if row.page.is_open or row.is_current]
        here = next((n for n, row in enumerate(open_rows) if row.is_current), None)
        if here is None:
            return None
        if 0 <= here + step < len(open_rows):
            return open_rows[here + step]
        return self._across(side, order)

    def _across(self, side: str, order: str) -> Any | None:
        program = self.page.path[: -2 * Page.steplen]
        lessons = self._lessons(program).filter(**{side: self.page.path}, is_open=True)
        found = lessons.exclude(path__startswith=self._module_path).order_by(order).first()
        return found and Row(found, self.url(found), 0, State(), is_current=False)


def context(request: HttpRequest, page: Any) -> dict[str, Any]:
    """Return what a lesson shows; twelve queries at most, however long the module is."""
    outline = Outline(request, page)
    program, module = ([None, None, *outline.ancestors])[-2:]
    member = request.user if request.user.is_authenticated else None
    return {
        "outline": outline,
        "program": program,
        "module": module,
        "state": outline.state,
        "player": player_of(request, page, outline.video, outline.state),
        "note": note_of(member, page) if member else None,
        "bookmarks": bookmarks_of(member, page) if member else [],
        "panels": ask("lesson_panels", site=outline.site, request=request, page=page),
    }
