"""Completions are facts, notes lose nothing, marks are one a place."""

import uuid
from dataclasses import dataclass

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.jobs.models import Job
from core.progress import services
from core.progress.beats import Beat
from core.progress.errors import ProgressError, StaleNote
from core.progress.models import Bookmark, Completion, Note


@dataclass(frozen=True)
class Who:
    """What a playback token says."""

    member_id: int
    asset_id: uuid.UUID
    site_id: int
    page_id: int | None
    edition: int = 0


@pytest.fixture
def claims(member, asset, lesson, site):
    return Who(member.pk, asset.pk, site.pk, lesson.pk)


def beat(*ranges) -> Beat:
    return Beat(ranges=ranges, position=0, at=1_800_000_000.0)


def announcements() -> list[dict]:
    told = Job.objects.filter(kind="contract.tell", payload__hook="lesson_completed")
    return [job.payload["arguments"] for job in told]


pytestmark = pytest.mark.usefixtures("listener")


def test_enough_watched_completes_once_and_tells_once(claims, lesson):
    for _again in range(3):
        services.record(claims, beat((0, 95)))
    completion = Completion.objects.get()
    assert (completion.page_id, completion.cause) == (lesson.pk, "watched")
    assert announcements() == [
        {"member_id": claims.member_id, "page_id": lesson.pk, "site_id": claims.site_id}
    ]


def test_too_little_watched_completes_nothing(claims):
    services.record(claims, beat((0, 89)))
    assert not Completion.objects.exists()
    assert announcements() == []


def test_a_page_states_its_own_rule(claims, lesson):
    lesson.completes_at = 50
    lesson.save()
    services.record(claims, beat((0, 50)))
    assert Completion.objects.count() == 1


def test_a_rule_is_asked_once_a_minute(claims, django_assert_num_queries):
    services.record(claims, beat((0, 1)))
    with django_assert_num_queries(1):
        services.record(claims, beat((1, 2)))


def test_a_raised_rule_never_takes_a_completion_back(claims, lesson):
    services.record(claims, beat((0, 95)))
    lesson.completes_at = 100
    lesson.save()
    services._rule.cache_clear()
    services.record(claims, beat((0, 5)))
    assert Completion.objects.count() == 1


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(starts=st.lists(st.integers(0, 100), min_size=1, max_size=12))
def test_completion_is_monotone(claims, starts):
    Completion.objects.all().delete()
    seen = []
    for start in starts:
        services.record(claims, beat((start, start + 25)))
        seen.append(Completion.objects.count())
    assert seen == sorted(seen)
    assert seen[-1] <= 1


def test_a_completion_whose_telling_fails_is_not_kept(claims):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_job ADD CONSTRAINT none CHECK (id < 0) NOT VALID")
    with pytest.raises(Exception, match="none"):
        services.complete(member_id=claims.member_id, page_id=claims.page_id, site_id=1)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_job DROP CONSTRAINT none")
    assert not Completion.objects.exists()


def test_a_member_marks_a_page_complete(member, lesson):
    assert services.mark_complete(member=member, page=lesson) is True
    assert services.mark_complete(member=member, page=lesson) is False
    assert Completion.objects.get().cause == "marked"
    assert len(announcements()) == 1


def test_a_note_grows_by_versions(member, lesson):
    first = services.save_note(member=member, page=lesson, text="one", base_version=0)
    second = services.save_note(member=member, page=lesson, text="*two*", base_version=1)
    assert (first.version, second.version) == (1, 2)
    assert Note.objects.get().html == "<p><em>two</em></p>\n"


def test_the_same_text_again_is_no_new_version(member, lesson):
    for _again in range(2):
        note = services.save_note(member=member, page=lesson, text="one", base_version=0)
    assert note.version == 1


def test_a_stale_save_is_refused_with_what_stands_there(member, lesson):
    services.save_note(member=member, page=lesson, text="phone", base_version=0)
    with pytest.raises(StaleNote) as refusal:
        services.save_note(member=member, page=lesson, text="laptop", base_version=0)
    assert (refusal.value.current.text, refusal.value.current.version) == ("phone", 1)
    assert Note.objects.get().text == "phone"


def test_a_plain_form_keeps_both_texts(member, lesson):
    services.save_note(member=member, page=lesson, text="phone", base_version=0)
    both = services.save_note(
        member=member, page=lesson, text="laptop", base_version=0, keep_both=True
    )
    assert both.text == "phone\n\n---\n\nlaptop"


def test_a_note_too_long_is_refused_in_words(member, lesson):
    with pytest.raises(ProgressError, match="at most"):
        services.save_note(
            member=member, page=lesson, text="x" * (services.MAX_NOTE + 1), base_version=0
        )


def test_a_place_is_marked_once(member, lesson):
    services.add_bookmark(member=member, page=lesson)
    services.add_bookmark(member=member, page=lesson, second=12, label="a")
    services.add_bookmark(member=member, page=lesson, second=12, label="b")
    assert list(Bookmark.objects.order_by("pk").values_list("second", "label")) == [
        (None, ""),
        (12, "b"),
    ]


def test_nobody_removes_a_neighbours_mark(member, other, lesson):
    mark = services.add_bookmark(member=member, page=lesson)
    assert services.remove_bookmark(member=other, bookmark_id=mark.pk) is False
    assert services.remove_bookmark(member=member, bookmark_id=mark.pk) is True
