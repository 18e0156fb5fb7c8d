"""Which page stands where, and what its form takes."""

import json

import pytest
from django.utils.timezone import now

from core.media.models import Asset
from pages.models import (
    Category,
    Coaching,
    Episode,
    Event,
    Help,
    HelpArticle,
    Home,
    Lesson,
    Module,
    Podcast,
    Program,
    Standard,
)

CHILDREN = {
    Home: {Program, Podcast, Coaching, Help, Standard},
    Program: {Module},
    Module: {Lesson},
    Lesson: set(),
    Podcast: {Episode},
    Episode: set(),
    Coaching: {Event},
    Event: set(),
    Help: {HelpArticle},
    HelpArticle: set(),
    Standard: {Standard},
}


@pytest.mark.parametrize("parent", CHILDREN, ids=lambda model: model.__name__)
def test_children_of_a_page_type_are_exactly(parent):
    assert set(parent.creatable_subpage_models()) == CHILDREN[parent]


def lesson_form(lesson, editor):
    return (
        Lesson.get_edit_handler()
        .bind_to_model(Lesson)
        .get_form_class()(instance=lesson, parent_page=lesson.get_parent(), for_user=editor)
    )


def test_categories_offered_are_the_sites_own(program, editor, site, other_site):
    ours = Category.objects.create(site=site, name="Ours", slug="ours")
    Category.objects.create(site=other_site, name="Theirs", slug="theirs")
    lesson = Lesson.objects.first()
    assert list(lesson_form(lesson, editor).fields["categories"].queryset) == [ours]


def posted(client, lesson, **more):
    """Save a lesson's draft the way the editor does; return the answer."""
    body = {
        "title": lesson.title,
        "slug": lesson.slug,
        "body-count": "0",
        "completes_at": "90",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "tags": "",
        **more,
    }
    return client.post(f"/admin/pages/{lesson.pk}/edit/", body)


def with_video_block(asset: Asset) -> dict[str, str]:
    return {
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "video",
        "body-0-id": "",
        "body-0-value-asset": str(asset.pk),
        "body-0-value-caption": "",
    }


def video_of_draft(lesson):
    lesson.refresh_from_db()
    latest = lesson.latest_revision
    return latest.content["video"] if latest else None


def test_a_lesson_takes_its_own_sites_video(as_, editor, program, make_asset):
    lesson, film = Lesson.objects.first(), make_asset()
    assert posted(as_(editor), lesson, video=str(film.pk)).status_code == 302
    assert video_of_draft(lesson) == str(film.pk)


def test_a_lesson_refuses_another_sites_video(as_, editor, program, make_asset, other_site):
    lesson, theirs = Lesson.objects.first(), make_asset(at=other_site)
    answer = posted(as_(editor), lesson, video=str(theirs.pk))
    assert "belongs to another site" in answer.content.decode()
    assert video_of_draft(lesson) is None


def test_a_lesson_is_new_to_a_show_on_the_day_it_was_put_there(as_, editor, program):
    lesson = Lesson.objects.first()
    one, other = (program.get_parent().add_child(instance=Podcast(title=t)) for t in ("A", "B"))
    dates = []
    for show, title in ((one, "Put"), (one, "Renamed"), (other, "Moved"), (None, "Taken out")):
        number = str(show.pk) if show else ""
        assert posted(as_(editor), lesson, show=number, title=title).status_code == 302
        lesson.refresh_from_db()
        dates.append(lesson.get_latest_revision_as_object().heard_since)
    put, renamed, moved, out = dates
    assert put == renamed < moved < now()
    assert out is None


def test_a_body_refuses_another_sites_video(as_, editor, program, make_asset, other_site):
    lesson, theirs = Lesson.objects.first(), make_asset(at=other_site)
    answer = posted(as_(editor), lesson, **with_video_block(theirs))
    assert "belongs to another site" in answer.content.decode()


def test_a_video_block_keeps_its_asset(as_, editor, program, make_asset):
    lesson, film = Lesson.objects.first(), make_asset()
    assert posted(as_(editor), lesson, **with_video_block(film)).status_code == 302
    lesson.refresh_from_db()
    body = json.loads(lesson.latest_revision.content["body"])
    assert body[0]["value"]["asset"] == str(film.pk)
    assert lesson.get_latest_revision_as_object().body[0].value["asset"] == film


def test_a_video_block_refuses_a_download(as_, editor, program, make_asset):
    lesson, sheet = Lesson.objects.first(), make_asset(kind="file")
    answer = posted(as_(editor), lesson, **with_video_block(sheet))
    assert "another kind of media" in answer.content.decode()


def test_an_event_ends_after_it_starts(home):
    coaching = home.add_child(instance=Coaching(title="Coaching", slug="coaching"))
    event = Event(
        title="Backwards",
        starts_at="2026-12-01T10:00Z",
        ends_at="2026-12-01T09:00Z",
        path=coaching.path + "0001",
    )
    event.starts_at, event.ends_at = (
        Event._meta.get_field("starts_at").to_python(value)
        for value in (event.starts_at, event.ends_at)
    )
    with pytest.raises(Exception, match="must end after it starts"):
        event.clean()
