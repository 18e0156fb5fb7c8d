"""Editors set chapters by the page's script or by its form; what is refused is not lost."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from core.media.chapters.queries import chapters_of
from core.media.chapters.services import replace_chapters
from core.media.transcripts import services
from tests.core.media.editing.test_passage import cut

BASE = [(0.0, "One"), (5.25, "Two")]
CUES = [{"start": 0.0, "end": 2.0, "text": "One."}, {"start": 5.25, "end": 7.0, "text": "Two."}]


@pytest.fixture
def film(make_asset):
    film = make_asset(duration=60.0)
    replace_chapters(asset=film, chapters=BASE)
    return film


def at(film, name="chapters"):
    return reverse(f"media_library:{name}", args=[film.pk])


def send(client, film, **body):
    return client.post(at(film), json.dumps(body), content_type="application/json")


def submit(client, film, *rows, base=BASE):
    starts, titles = zip(*rows, strict=True)
    form = {"at": starts, "title": titles, "base": json.dumps(base)}
    return client.post(at(film), form, follow=True)


def shown(page):
    return [(row["at"], row["title"]) for row in page.context["rows"]]


def test_the_screen_tells_its_script_all_it_needs(as_, editor, film):
    services.write(asset=film, language="en", cues=CUES, origin="uploaded")
    page = as_(editor).get(at(film))
    config = page.context["config"]
    assert (config["chapters"], config["duration"], config["cues"]) == (BASE, 60.0, [0.0, 5.25])
    assert shown(page) == [("0:00", "One"), ("0:05.250", "Two")]


def test_chapters_are_saved_once_a_state(as_, editor, film):
    client = as_(editor)
    answer = send(client, film, chapters=[[5, "Two"], [0, "One"]], base=BASE)
    assert answer.json()["chapters"] == [[0.0, "One"], [5.0, "Two"]]
    late = send(client, film, chapters=[], base=BASE)
    assert (late.status_code, late.json()["chapters"]) == (409, [[0.0, "One"], [5.0, "Two"]])
    base = [[0, "One"], [5, "Two"]]
    assert send(client, film, chapters=[[0, ""]], base=base).status_code == 400
    assert chapters_of(film.pk) == [(0.0, "One"), (5.0, "Two")]
    assert client.get(at(film, "chapters_proposed")).json() == {"chapters": []}


def test_a_chapter_after_the_end_is_refused_by_its_title(as_, editor, film):
    answer = send(as_(editor), film, chapters=[[0, "One"], [60, "After"]], base=BASE)
    assert answer.status_code == 400
    assert answer.json()["message"] == "“After” begins after the end."
    assert chapters_of(film.pk) == BASE


def test_a_chapter_that_lies_after_the_end_already_can_be_brought_in(as_, editor, film):
    film.chapters.create(start=70, title="Left over")
    base = [*BASE, (70.0, "Left over")]
    assert send(as_(editor), film, chapters=BASE, base=base).status_code == 200


def test_the_form_alone_saves(as_, editor, film):
    rows = [("0:00", "One"), ("", ""), ("0:30,5", "Three"), ("0:05.250", "Two")]
    page = submit(as_(editor), film, *rows)
    assert "The chapters are saved." in page.content.decode()
    assert chapters_of(film.pk) == [(0.0, "One"), (5.25, "Two"), (30.5, "Three")]


@pytest.mark.parametrize(
    "row, why",
    [
        (("soon", "Three"), "“soon” is no start of a chapter."),
        (("", "Three"), "is no start of a chapter."),
        (("0:30", ""), "Every chapter needs a title"),
        (("0:00", "Three"), "begins where another chapter does"),
        (("2:00", "Three"), "“Three” begins after the end."),
    ],
)
def test_what_the_form_is_refused_is_shown_as_it_was_typed(as_, editor, film, row, why):
    page = submit(as_(editor), film, ("0:00", "One"), row)
    assert (page.status_code, shown(page)) == (422, [("0:00", "One"), row])
    assert why in page.content.decode()
    assert chapters_of(film.pk) == BASE


def test_a_form_that_is_outdated_is_shown_again_and_may_then_be_saved(as_, editor, film):
    replace_chapters(asset=film, chapters=[(0, "Theirs")])
    page = submit(as_(editor), film, ("0:00", "Mine"))
    assert (page.status_code, shown(page)) == (409, [("0:00", "Mine")])
    assert chapters_of(film.pk) == [(0.0, "Theirs")]
    submit(as_(editor), film, ("0:00", "Mine"), base=json.loads(page.context["base"]))
    assert chapters_of(film.pk) == [(0.0, "Mine")]


def test_chapters_of_a_film_that_was_cut_meanwhile_land_where_it_plays_now(as_, editor, film):
    client = as_(editor)
    edition = client.get(at(film)).context["config"]["edition"]
    cut(film, [(0.0, 10.0), (30.0, 60.0)])
    typed = [*BASE, (32.0, "Three")]
    answer = send(client, film, chapters=typed, base=BASE, edition=edition)
    assert (answer.json()["chapters"], answer.json()["reload"]) == (
        [[0.0, "One"], [5.25, "Two"], [12.0, "Three"]], True)  # fmt: skip
    page = client.get(at(film))
    assert "where these moments play" in page.content.decode()
    late = send(client, film, chapters=typed, base=BASE, edition=edition)
    assert (late.status_code, late.json()["reload"]) == (409, True)
    now = page.context["config"]["edition"]
    again = send(client, film, chapters=BASE, base=chapters_of(film.pk), edition=now)
    assert (again.json()["reload"], chapters_of(film.pk)) == (False, BASE)


def test_the_form_alone_knows_whose_seconds_it_holds(as_, editor, film):
    client = as_(editor)
    page = client.get(at(film))
    cut(film, [(0.0, 10.0), (30.0, 60.0)])
    form = {"at": ["0:00", "0:40"], "title": ["One", "Late"], "base": page.context["base"]}
    form["edition"] = page.context["config"]["edition"]
    replace_chapters(asset=film, chapters=[(0, "Theirs")])
    page = client.post(at(film), form)
    assert page.status_code == 409
    assert f'name="edition" value="{form["edition"]}"' in page.content.decode()
    page = client.post(at(film), form | {"base": page.context["base"]}, follow=True)
    assert "where these moments play" in page.content.decode()
    assert chapters_of(film.pk) == [(0.0, "One"), (20.0, "Late")]
    assert client.post(at(film), form | {"edition": "x"}).status_code == 400


@pytest.mark.parametrize("base", ["", "x", "[1]", "null"])
def test_a_form_that_cannot_be_read_changes_nothing(as_, editor, film, base):
    form = {"at": ["0:00"], "title": ["Mine"], "base": base}
    page = as_(editor).post(at(film), form)
    assert (page.status_code, shown(page)) == (400, [("0:00", "Mine")])
    assert chapters_of(film.pk) == BASE
