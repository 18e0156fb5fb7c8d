"""The lesson: its player, what the member keeps beside it, and where it stands in the module."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import HttpRequest
from wagtail.models import Page

from core.access.queries import within
from core.contract import ask
from core.database.statements import statement
from core.progress.queries import State, bookmarks_of, note_of, states

from ..cards import Card, address
from ..models import Lesson
from ..shell import shell_of
from .player import player_of
from .program import length_of

SHOWN = ("title", "path", "url_path", "minutes", "video__duration")
NOTHING = State()


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
        return length_of(self.page)


@statement
def _above(*, program: str, module: str) -> QuerySet[Page]:
    rows = Page.objects.filter(Q(path=program) | Q(path=module)).order_by("path")
    return rows.only("title", "url_path", "path")


@statement
def _around(
    *,
    here: str,
    module: str,
    program: str,
    depth: int,
    root: str,
    closed: list[str],
    edited: list[str],
    at: datetime,
) -> QuerySet[Lesson]:
    """Return the module's lessons, and the nearest open ones of the program on either side."""
    open_to = within(root=root, closed=closed, edited=edited, at=at)
    lessons = (
        Lesson.objects.filter(live=True, depth=depth)
        .annotate(is_open=ExpressionWrapper(open_to, output_field=BooleanField()))
        .select_related("video")
        .only(*SHOWN)
    )
    inside = lessons.filter(path__startswith=module)
    beyond = lessons.filter(path__startswith=program, is_open=True).exclude(path__startswith=module)
    before = beyond.filter(path__lt=here).order_by("-path")[:1]
    after = beyond.filter(path__gt=here).order_by("path")[:1]
    return inside.union(before, after, all=True)


class Outline:
    """The lessons around one: its module's, and the ones before and after it."""

    def __init__(self, request: HttpRequest, page: Lesson) -> None:
        self.frame = shell_of(request)
        self.page = page
        self.module_path = page.path[: -Page.steplen]
        self.program_path = page.path[: -2 * Page.steplen]

    @cached_property
    def ancestors(self) -> list[Card]:
        """The program and the module."""
        above = _above(program=self.program_path, module=self.module_path)
        return [Card(page.title, address(page, self.frame)) for page in above]

    @cached_property
    def _lessons(self) -> list[Lesson]:
        found = _around(
            here=self.page.path,
            module=self.module_path,
            program=self.program_path,
            depth=self.page.depth,
            **self.frame.reach.values,
        )
        return sorted(found, key=lambda lesson: lesson.path)

    @cached_property
    def rows(self) -> list[Row]:
        inside = [page for page in self._lessons if page.path.startswith(self.module_path)]
        films = {lesson.pk: lesson.video_id for lesson in inside}
        seen = states(self.frame.member, films, ranges_of=self.page.pk)
        return [self._row(page, n, seen[page.pk]) for n, page in enumerate(inside, start=1)]

    def _row(self, page: Lesson, number: int = 0, state: State = NOTHING) -> Row:
        is_current = page.pk == self.page.pk
        return Row(page, address(page, self.frame), number, state, is_current)

    @cached_property
    def current(self) -> Row | None:
        return next((row for row in self.rows if row.is_current), None)

    @property
    def state(self) -> State:
        return self.current.state if self.current else NOTHING

    @cached_property
    def completed(self) -> int:
        return sum(row.state.is_completed for row in self.rows)

    @property
    def fraction(self) -> float:
        return self.completed / len(self.rows) if self.rows else 0.0

    @cached_property
    def previous(self) -> Row | None:
        before = [page for page in self._open if page.path < self.page.path]
        return self._beside(before[-1:])

    @cached_property
    def next(self) -> Row | None:
        after = [page for page in self._open if page.path > self.page.path]
        return self._beside(after[:1])

    @property
    def _open(self) -> list[Lesson]:
        return [page for page in self._lessons if page.is_open]

    def _beside(self, found: list[Lesson]) -> Row | None:
        """A neighbour in the module, else the nearest lesson of the program on that side."""
        return self._row(found[0]) if found and self.current else None


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
        "player": player_of(request, page, page.video, outline.state),
        "note": note_of(member, page) if member else None,
        "bookmarks": bookmarks_of(member, page) if member else [],
        "panels": ask("lesson_panels", site=shell_of(request).site, request=request, page=page),
    }
