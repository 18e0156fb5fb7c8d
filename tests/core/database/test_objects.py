"""Objects that a statement makes are those that Django would have made."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model, QuerySet
from django.db.models.signals import post_init
from django.utils.timezone import now
from wagtail.models import Page, PageViewRestriction, Site

from core.database.statements import statement
from core.members.models import Member
from core.progress.models import Watch
from core.progress.services import mark_complete
from pages.models import BrandSettings, Lesson, Module
from tests.factories import make_asset, make_image, make_member, make_program, the_site


@pytest.fixture(autouse=True)
def world(db) -> None:
    make_program(modules=2, lessons=2)
    first, second = Lesson.objects.order_by("path")[:2]
    first.video, second.video = make_asset(title="A film"), None
    body = [{"type": "text", "value": "<p>Breathe out.</p>"}]
    for lesson in (first, second):
        lesson.body = body
        lesson.save()
    Module.objects.update(cover=make_image())
    BrandSettings.objects.create(site=the_site(), name="Ours", logo=make_image())
    PageViewRestriction.objects.create(page=first.get_parent(), restriction_type="login")
    mark_complete(member=make_member(), page=first)
    seen = {"asset": first.video, "page_id": first.pk, "site_id": the_site().pk}
    Watch.objects.create(member=make_member(), position_at=now(), **seen)


def lessons() -> QuerySet[Lesson]:
    return Lesson.objects.select_related("video__poster").order_by("path")


def few_fields() -> QuerySet[Lesson]:
    return lessons().only("title", "body", "video__poster__key")


def sites() -> QuerySet[Site]:
    shown = ("hostname", "root_page__title", "brand__name", "brand__logo__title")
    return Site.objects.select_related("root_page", "brand__logo").only(*shown)


def watches() -> QuerySet[Watch]:
    return Watch.objects.select_related("page", "asset").only(
        "page__title", "asset__title", "position"
    )


def restrictions() -> QuerySet[PageViewRestriction]:
    return PageViewRestriction.objects.select_related("page")


def members() -> QuerySet[Member]:
    return Member.objects.order_by("pk")


@pytest.mark.parametrize(
    "asked", [lessons, few_fields, sites, watches, restrictions, members], ids=lambda f: f.__name__
)
def test_they_hold_what_djangos_hold(asked, django_assert_num_queries):
    theirs = list(asked())
    assert theirs
    with django_assert_num_queries(1):
        ours = statement(asked)()
    assert [facts(one) for one in ours] == [facts(one) for one in theirs]


def facts(one: Model, depth: int = 0) -> dict[str, Any]:
    """Return everything about an object, and about those that came along with it."""
    assert getattr(one, "id", one.pk) == one.pk  # a page takes it from its other key, unasked
    state = one._state
    came = {
        name: facts(other, depth + 1) if isinstance(other, Model) and depth < 3 else other
        for name, other in sorted(state.fields_cache.items())
    }
    held = {name: str(value) for name, value in vars(one).items() if name != "_state"}
    deferred = one.get_deferred_fields()
    return {"type": type(one), "state": (state.adding, state.db), "held": held} | {
        "deferred": deferred,
        "came": came,
    }


def test_what_was_deferred_is_fetched_when_it_is_asked_for(django_assert_num_queries):
    one = statement(lambda: Lesson.objects.order_by("path").only("title"))()[0]
    with django_assert_num_queries(1):
        assert "Breathe out." in str(one.body)


def test_an_object_can_be_changed_and_saved():
    one = statement(lessons)()[0]
    one.title = "Another title"
    one.save()
    assert Lesson.objects.get(pk=one.pk).title == "Another title"


def test_whoever_listens_for_objects_is_told():
    told = []

    def listen(instance: Model, **_: Any) -> None:
        told.append(instance)

    post_init.connect(listen, sender=Lesson)
    try:
        made = statement(lessons)()
    finally:
        post_init.disconnect(listen, sender=Lesson)
    assert told == made


def test_a_table_and_the_one_it_extends_are_refused():
    with pytest.raises(NotImplementedError):
        statement(lambda: Page.objects.select_related("lesson"))()
