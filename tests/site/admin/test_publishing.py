"""Publishing: a word about media that is not ready, schedules, workflow, comments."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils.timezone import now
from wagtail.models import GroupApprovalTask, Workflow, WorkflowState

from core.contract import ask
from core.jobs.services import enqueue, run_now
from pages.admin.publishing import unready
from pages.hooks import PUBLISH
from pages.models import Episode, Lesson
from tests.factories import make_podcast
from tests.site.admin.conftest import editing
from tests.site.admin.test_rules import posted, with_video_block


def said(answer) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def test_publishing_with_a_film_in_preparation_warns_and_publishes(
    as_, editor, program, make_asset
):
    lesson, film = Lesson.objects.first(), make_asset("Coming", status="processing")
    answer = posted(as_(editor), lesson, video=str(film.pk), **{"action-publish": "1"})
    lesson.refresh_from_db()
    assert "“Coming” is still being prepared" in said(answer)
    assert (lesson.live, lesson.video_id) == (True, film.pk)


def test_publishing_with_a_failed_film_in_the_body_warns(as_, editor, program, make_asset):
    lesson, film = Lesson.objects.first(), make_asset("Broken", status="failed")
    block = with_video_block(film)
    answer = posted(as_(editor), lesson, **block, **{"action-publish": "1"})
    assert "“Broken” failed" in said(answer)


def test_publishing_with_a_ready_film_says_nothing_of_it(as_, editor, program, make_asset):
    lesson, film = Lesson.objects.first(), make_asset("Fine")
    answer = posted(as_(editor), lesson, video=str(film.pk), **{"action-publish": "1"})
    assert "Fine" not in said(answer)


@pytest.mark.parametrize("allows", [True, False])
def test_a_page_that_offers_its_film_has_a_whole_file_made(
    as_, editor, program, make_asset, allows
):
    lesson, film = Lesson.objects.first(), make_asset("Fine")
    fields = {"allows_download": "on"} if allows else {}
    posted(as_(editor), lesson, video=str(film.pk), **fields, **{"action-publish": "1"})
    film.refresh_from_db()
    assert film.offers_file is allows


@pytest.mark.parametrize("model", [Lesson, Episode])
def test_the_screen_of_a_page_tells_what_members_download(as_, boss, program, model):
    """What was cut is in no download, hence it is not the original."""
    page = make_podcast().get_children().first() if model is Episode else model.objects.first()
    shown = as_(boss).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "saves it as one file, without what was cut" in shown


def test_a_playable_film_that_still_improves_is_not_unready(program, make_asset):
    lesson = Lesson.objects.first()
    lesson.video = make_asset(status="processing", height=720)
    assert unready(lesson) == [lesson.video]
    lesson.video.playable_at = now()
    lesson.video.save()
    assert unready(lesson) == []


def test_a_scheduled_lesson_goes_live_by_the_job(program):
    lesson = Lesson.objects.first()
    lesson.unpublish()
    past = now() - timedelta(minutes=1)
    lesson.go_live_at = past
    lesson.save_revision(approved_go_live_at=past)
    run_now(enqueue(kind=PUBLISH))
    lesson.refresh_from_db()
    assert lesson.live


def test_a_page_that_the_clock_publishes_has_a_whole_file_made(program, make_asset):
    lesson, film, past = Lesson.objects.first(), make_asset("Fine"), now() - timedelta(minutes=1)
    lesson.unpublish()
    lesson.video, lesson.allows_download, lesson.go_live_at = film, True, past
    lesson.save_revision(approved_go_live_at=past)
    run_now(enqueue(kind=PUBLISH))
    film.refresh_from_db()
    assert film.offers_file


def test_a_page_that_a_workflow_publishes_has_a_whole_file_made(as_, home, program, make_asset):
    lesson, film = Lesson.objects.first(), make_asset("Fine")
    lesson.video, lesson.allows_download = film, True
    lesson.save_revision()
    approver = editing(home, "Approver")
    lesson.get_workflow().start(lesson, approver)
    task = WorkflowState.objects.get().current_task_state
    task.task.specific.on_action(task, approver, "approve")
    film.refresh_from_db()
    assert film.offers_file


def test_scheduled_publishing_is_due_every_minute(db):
    due = [schedule for schedule in ask("schedules") if schedule.kind == PUBLISH]
    assert [schedule.every for schedule in due] == [timedelta(minutes=1)]


def test_an_author_submits_and_an_editor_approves(as_, home, program):
    lesson = Lesson.objects.first()
    writer = editing(home, "Writer", rights=("add_page", "change_page"))
    editors = Group.objects.get(name="Editors")
    editors.user_set.add(
        approver := type(writer).objects.create_user("approver@lectern.example", "s3cret-words")
    )
    posted(as_(writer), lesson, title="Reworked", **{"action-submit": "1"})
    state = WorkflowState.objects.get()
    task = state.current_task_state
    assert (state.requested_by, task.task.name) == (writer, "An editor approves")
    url = reverse("wagtailadmin_pages:workflow_action", args=[lesson.pk, "approve", task.pk])
    as_(approver).post(url, {"comment": ""})
    lesson.refresh_from_db()
    assert (lesson.title, lesson.live) == ("Reworked", True)


def test_an_author_cannot_publish(as_, home, program):
    lesson = Lesson.objects.first()
    writer = editing(home, "Writer", rights=("add_page", "change_page"))
    posted(as_(writer), lesson, title="Reworked", **{"action-publish": "1"})
    lesson.refresh_from_db()
    assert lesson.title == "Lesson 1"


def test_the_default_workflow_is_answered_by_editors(db):
    task = GroupApprovalTask.objects.get()
    assert [group.name for group in task.groups.all()] == ["Editors"]
    assert [flow.name for flow in Workflow.objects.all()] == ["Editorial review"]


def test_comments_are_kept_with_the_draft(as_, editor, program):
    lesson = Lesson.objects.first()
    comment = {
        "comments-TOTAL_FORMS": "1",
        "comments-0-id": "",
        "comments-0-text": "Shorter, please",
        "comments-0-contentpath": "summary",
        "comments-0-position": "",
        "comments-0-resolved": "",
        "comments-0-DELETE": "",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
    }
    posted(as_(editor), lesson, **comment)
    found = lesson.wagtail_admin_comments.get()
    assert (found.text, found.contentpath, found.user) == ("Shorter, please", "summary", editor)


@pytest.mark.parametrize("name", ["Authors", "Editors", "Operators"])
def test_the_groups_are_there(db, name):
    rights = set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))
    assert "access_admin" in rights
    assert ("change_member" in rights) == (name == "Operators")
