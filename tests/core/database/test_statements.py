"""A statement answers what its queryset would, and Django writes it once."""

from __future__ import annotations

import pytest
from django.db.models import F, QuerySet
from wagtail.models import Page

from core.database.statements import IsAmong, LikeAny, statement
from pages.models import Lesson
from tests.factories import make_asset, make_program


@pytest.fixture
def lessons(site) -> list[Lesson]:
    make_program(modules=2, lessons=3)
    found = list(Lesson.objects.order_by("path"))
    found[0].video = make_asset(title="A film")
    found[0].save()
    return found


def test_rows_come_with_joins_annotations_and_what_is_deferred(lessons, django_assert_num_queries):
    @statement
    def titled(*, path: str) -> QuerySet[Lesson]:
        rows = Lesson.objects.filter(path__startswith=path).annotate(again=F("title"))
        return rows.select_related("video").defer("body", "video__probe").order_by("path")

    titled(path=lessons[0].path)
    with django_assert_num_queries(1):
        rows = titled(path=lessons[0].path[: -Page.steplen])
        assert [row.again for row in rows] == [lesson.title for lesson in lessons[:3]]
        assert rows[0].video.title == "A film"
    assert rows[0].get_deferred_fields() == {"body"}
    assert rows == lessons[:3]


def test_each_run_has_its_own_values_and_is_written_once(lessons):
    built = []

    @statement
    def at(*, path: str, depth: int) -> QuerySet[Lesson]:
        built.append(path)
        return Lesson.objects.filter(path=path, depth=depth)

    found = [at.one(path=lesson.path, depth=lesson.depth) for lesson in lessons]
    assert found == lessons
    assert at.one(path=lessons[0].path, depth=1) is None
    assert len(built) == 1


def test_each_shape_is_written_apart(lessons):
    @statement
    def latest(limit: int, *, depth: int) -> QuerySet[Lesson]:
        return Lesson.objects.filter(depth=depth).order_by("-path")[:limit]

    depth = lessons[0].depth
    assert [len(latest(count, depth=depth)) for count in (1, 4, 1)] == [1, 4, 1]


def test_unions_and_tuples_answer_as_their_querysets(lessons):
    @statement
    def ends(*, depth: int) -> QuerySet[Lesson]:
        rows = Lesson.objects.filter(depth=depth)
        return rows.order_by("path")[:1].union(rows.order_by("-path")[:1], all=True)

    @statement
    def names(*, depth: int) -> QuerySet[Lesson]:
        return Lesson.objects.filter(depth=depth).order_by("path").values_list("path", "title")

    depth = lessons[0].depth
    assert {row.pk for row in ends(depth=depth)} == {lessons[0].pk, lessons[-1].pk}
    assert names(depth=depth) == [(lesson.path, lesson.title) for lesson in lessons]


def test_arrays_hold_any_number_of_values(lessons):
    @statement
    def chosen(*, numbers: list[int], patterns: list[str]) -> QuerySet[Lesson]:
        rows = Lesson.objects.filter(IsAmong("pk", numbers) | LikeAny("path", patterns))
        return rows.order_by("path")

    assert chosen(numbers=[], patterns=[]) == []
    assert chosen(numbers=[lessons[5].pk], patterns=[f"{lessons[0].path}%"]) == [
        lessons[0],
        lessons[5],
    ]


def test_a_value_is_no_sql(lessons):
    @statement
    def named(*, title: str) -> QuerySet[Lesson]:
        return Lesson.objects.filter(title=title)

    assert named(title="' OR true --%s") == []
