"""Previews as three people, bodies through the gate."""

import pytest
from wagtail.models import PageViewRestriction

from core.members.models import Member
from core.progress.models import Completion
from core.storage.services import store
from pages.models import Lesson
from pages.personas import ANONYMOUS, COMPLETED, persona


def preview(client, lesson, mode: str):
    url = f"/admin/pages/{lesson.pk}/edit/preview/"
    body = {
        "title": lesson.title,
        "slug": lesson.slug,
        "body-count": "0",
        "completes_at": "90",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "tags": "",
    }
    assert client.post(url, body).json()["is_valid"]
    return client.get(f"{url}?mode={mode}")


@pytest.mark.parametrize("mode", ["", COMPLETED, ANONYMOUS])
def test_a_preview_is_drawn_and_leaves_nobody_behind(as_, editor, program, mode):
    lesson, members = Lesson.objects.first(), Member.objects.count()
    answer = preview(as_(editor), lesson, mode)
    assert (answer.status_code, lesson.title in answer.content.decode()) == (200, True)
    assert (Member.objects.count(), Completion.objects.count()) == (members, 0)


def test_a_visitor_finds_the_door_of_a_members_page(as_, editor, program):
    lesson = Lesson.objects.first()
    PageViewRestriction.objects.create(page=program, restriction_type="login")
    inside, outside = (
        preview(as_(editor), lesson, mode).content.decode() for mode in (COMPLETED, ANONYMOUS)
    )
    player, door = 'data-controller="lesson"', 'class="alone"'
    assert (player in inside, door in inside) == (True, False)
    assert (player in outside, door in outside) == (False, True)


def test_the_finished_persona_has_finished_the_program(program):
    lesson = Lesson.objects.first()
    with persona(COMPLETED, lesson) as somebody:
        done = set(Completion.objects.filter(member=somebody).values_list("page", flat=True))
    assert set(Lesson.objects.values_list("pk", flat=True)) <= done


def test_a_persona_has_the_keys_to_a_private_page(program, home):
    group = Member.groups.rel.model.objects.create(name="Diamond")
    closed = PageViewRestriction.objects.create(page=program, restriction_type="groups")
    closed.groups.add(group)
    with persona("", Lesson.objects.first()) as somebody:
        assert list(somebody.groups.all()) == [group]
    with persona(ANONYMOUS, Lesson.objects.first()) as somebody:
        assert not somebody.is_authenticated


def lesson_with(kind: str, value: dict):
    lesson = Lesson.objects.first()
    lesson.body = [(kind, value)]
    lesson.save()
    return lesson


def test_resources_lead_through_the_gate(as_, editor, program, make_asset, site, tmp_path):
    paper = tmp_path / "sheet.pdf"
    paper.write_bytes(b"%PDF-1.4 a sheet")
    kept = store(site=site, source=paper, content_type="application/pdf")
    sheet = make_asset("Work sheet", kind="file", original=kept)
    item = {"asset": sheet, "title": "", "description": "Fill it in"}
    lesson = lesson_with("resources", {"title": "Take along", "items": [item]})
    page = as_(editor).get(lesson.url).content.decode()
    assert "Work sheet" in page
    address = page[page.index("/p/") : page.index('"', page.index("/p/"))]
    assert address.endswith(f"{sheet.pk}/download")
    assert kept.key not in page
    answer = as_(editor).get(address)
    assert b"".join(answer) == b"%PDF-1.4 a sheet"


def test_a_video_in_the_body_has_a_player_that_completes_nothing(as_, editor, program, make_asset):
    film = make_asset("Aside", status="processing")
    lesson = lesson_with("video", {"asset": film, "caption": "An aside"})
    page = as_(editor).get(lesson.url).content.decode()
    assert "An aside" in page
    assert f"/player/media/{film.pk}/" in page
    told = as_(editor).get(f"/player/media/{film.pk}/").json()
    assert (told["page"], told["state"]) == (None, "processing")
