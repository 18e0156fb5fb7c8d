"""A program is put in order: moved, renamed, added to, by several editors at once."""

import random
import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageLogEntry

from core.media.models import Asset
from pages.admin.outline import services
from pages.admin.outline.errors import Moved, OutlineError, Refused
from pages.admin.outline.tree import outline_of
from pages.models import Lesson, Module, Program
from tests.site.admin.conftest import named, order


def move(program, title, into, after=None, *, user):
    return services.move(
        program=program,
        page_id=named(title).pk,
        parent_id=program.pk if into is None else named(into).pk,
        after_id=named(after).pk if after else None,
        user=user,
    )


def test_a_lesson_moves_between_modules(program, editor):
    move(program, "Lesson 1", "B", "Lesson 4", user=editor)
    assert order(program) == {"A": ["Lesson 2", "Lesson 3"], "B": ["Lesson 4", "Lesson 1"]}


def test_a_lesson_moves_to_the_front(program, editor):
    move(program, "Lesson 3", "A", user=editor)
    assert order(program)["A"] == ["Lesson 3", "Lesson 1", "Lesson 2"]


def test_a_lesson_moves_into_an_empty_module(program, editor):
    program.add_child(instance=Module(title="C", slug="c"))
    move(Program.objects.get(pk=program.pk), "Lesson 2", "C", user=editor)
    assert order(program)["C"] == ["Lesson 2"]


def test_a_module_moves_with_its_lessons(program, editor):
    move(program, "B", None, user=editor)
    assert list(order(program).items()) == [
        ("B", ["Lesson 4"]),
        ("A", ["Lesson 1", "Lesson 2", "Lesson 3"]),
    ]


def test_a_move_is_logged_with_its_editor(program, editor):
    move(program, "Lesson 1", "B", user=editor)
    entry = PageLogEntry.objects.filter(page=named("Lesson 1"), action="wagtail.move").get()
    assert entry.user == editor


def test_a_move_to_the_same_place_writes_nothing(program, editor):
    before = PageLogEntry.objects.count()
    move(program, "Lesson 2", "A", "Lesson 1", user=editor)
    assert PageLogEntry.objects.count() == before


def test_a_lesson_cannot_stand_in_the_program(program, editor):
    with pytest.raises(OutlineError, match="cannot stand there"):
        move(program, "Lesson 1", None, user=editor)


def test_a_moved_neighbour_is_noticed(program, editor):
    move(program, "Lesson 3", "B", user=editor)
    with pytest.raises(Moved):
        move(program, "Lesson 1", "A", "Lesson 3", user=editor)


def test_an_address_that_is_taken_is_named(program, editor):
    named("B").add_child(instance=Lesson(title="Twin", slug="lesson-1"))
    with pytest.raises(OutlineError, match="“lesson-1”"):
        move(program, "Lesson 1", "B", user=editor)


def test_who_may_not_move_is_refused(program, author, stranger):
    for person in (author, stranger):
        with pytest.raises(Refused):
            move(program, "Lesson 1", "B", user=person)
    assert order(program)["B"] == ["Lesson 4"]


def test_a_rename_of_a_live_lesson_is_live(program, editor):
    services.rename(program=program, page_id=named("Lesson 1").pk, title="New", user=editor)
    lesson = named("New")
    assert (lesson.live, lesson.has_unpublished_changes, lesson.slug) == (True, False, "lesson-1")


def test_a_rename_beside_a_draft_stays_a_draft(program, editor):
    lesson = named("Lesson 1")
    lesson.summary = "Newer words"
    lesson.save_revision()
    services.rename(program=program, page_id=lesson.pk, title="New", user=editor)
    lesson.refresh_from_db()
    assert (lesson.title, lesson.draft_title) == ("Lesson 1", "New")
    assert lesson.get_latest_revision_as_object().summary == "Newer words"


def test_an_added_lesson_is_a_draft_at_the_end(program, editor):
    page = services.add(program=program, parent_id=named("A").pk, title="Fresh", user=editor)
    assert (page.live, page.owner, order(program)["A"][-1]) == (False, editor, "Fresh")


def test_an_empty_title_is_refused(program, editor):
    with pytest.raises(OutlineError):
        services.add(program=program, parent_id=named("A").pk, title=" ", user=editor)


def test_the_outline_shows_the_drafts_video(program, editor, make_asset):
    lesson, film = named("Lesson 1"), make_asset(duration=90)
    lesson.video = film
    lesson.save_revision()
    row = outline_of(program).modules[0].children[0]
    assert (row.asset, row.length, row.standing.tone) == (film, "1:30", "ready")


def plant(program, count):
    """Grow a module by many lessons, quickly."""
    module = named("A")
    for number in range(count):
        film = Asset.objects.create(site_id=1, title=str(number), status="processing")
        module.add_child(instance=Lesson(title=f"More {number}", slug=f"more-{number}", video=film))


def test_the_outline_costs_the_same_for_any_length(program, editor, site):
    Asset.objects.filter(pk=None)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            outline_of(program)
        return len(seen)

    plant(program, 1)
    few = queries()
    plant_more(program)
    assert queries() == few <= 8


def plant_more(program):
    module = named("B")
    for number in range(30):
        module.add_child(instance=Lesson(title=f"B{number}", slug=f"b-{number}"))


# --- the screen ---------------------------------------------------------------------------


def test_the_screen_names_every_lesson(as_, editor, program):
    page = as_(editor).get(f"/admin/outline/{program.pk}/").content.decode()
    assert all(f"Lesson {number}" in page for number in (1, 2, 3, 4))


def test_the_screen_is_hidden_from_another_sites_editor(as_, stranger, program):
    client = as_(stranger)
    assert client.get(f"/admin/outline/{program.pk}/").status_code == 404
    body = {"page": named("Lesson 1").pk, "parent": named("B").pk, "after": ""}
    assert client.post(f"/admin/outline/{program.pk}/move/", body).status_code == 404
    assert order(program)["B"] == ["Lesson 4"]


def test_a_conflict_answers_with_the_fresh_tree(as_, editor, program):
    stale = {"page": named("Lesson 1").pk, "parent": named("A").pk, "after": named("Lesson 4").pk}
    answer = as_(editor).post(f"/admin/outline/{program.pk}/move/", stale)
    assert (answer.status_code, "Lesson 4" in answer.json()["html"]) == (409, True)
    assert answer.json()["error"]


def test_nonsense_is_refused_without_a_stack_trace(as_, editor, program):
    for body in ({"page": "x", "parent": "y"}, {"page": "0", "parent": "0"}, {}):
        answer = as_(editor).post(f"/admin/outline/{program.pk}/move/", body)
        assert answer.status_code in (400, 409, 422), body


# --- many at once -------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, serialized_rollback=False)
def test_moves_at_the_same_time_keep_the_tree_whole(program, editor):
    errors = []

    def shuffle(seed):
        dice = random.Random(seed)
        try:
            for _turn in range(6):
                title, into = f"Lesson {dice.randint(1, 4)}", dice.choice("AB")
                move(program, title, into, user=editor)
        except Exception as error:  # noqa: BLE001 - every thread's error is reported below
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=shuffle, args=[seed]) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert errors == []
    found = [title for titles in order(program).values() for title in titles]
    assert sorted(found) == [f"Lesson {n}" for n in (1, 2, 3, 4)]
    assert Page.find_problems() == ([], [], [], [], [])
