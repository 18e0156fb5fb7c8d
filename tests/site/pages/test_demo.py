"""The demo is a real site: pages, accounts, and films with a voice."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import av
from django.contrib.auth import get_user_model
from django.core.management import call_command
from wagtail.models import Page, PageViewRestriction, Site

from core.jobs.models import Job
from core.jobs.services import run_now
from core.progress.models import Watch
from pages.demo import content, films, people, reel
from pages.models import Episode, Event, HelpArticle, Home, Lesson, Module, Program


def test_the_demo_is_planted_whole_and_once(db):
    said = demo()
    counted = {kind: kind.objects.live().count() for kind in (Program, Module, Lesson, Episode)}
    assert counted == {Program: 1, Module: 8, Lesson: 24, Episode: 2}
    assert (Event.objects.count(), HelpArticle.objects.count()) == (7, 4)
    assert Page.find_problems() == ([], [], [], [], [])
    site = Site.objects.get(is_default_site=True)
    assert "27 films" in said
    assert Job.objects.filter(kind=reel.KIND).count() == 1
    assert len(reel.waiting(site)) == 26

    private = PageViewRestriction.objects.filter(restriction_type="login")
    assert sum(isinstance(one.page.specific, Module) for one in private) == 8
    assert (Program.objects.public().count(), Lesson.objects.public().count()) == (1, 0)

    for role, _name, _group in people.ACCOUNTS:
        assert people.email_of(role) in said
        person = get_user_model().objects.get(email=people.email_of(role))
        assert person.check_password(people.PASSWORD)

    before = (Page.objects.count(), Job.objects.count())
    demo()
    assert (Page.objects.count(), Job.objects.count()) == before


def demo() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_an_empty_start_has_a_home(db):
    site, root = Site.objects.get(), Page.get_first_root_node()
    site.root_page = root.add_child(instance=Page(title="Welcome to your new site", slug="home"))
    site.save()
    Page.objects.get(depth=2, slug="front").delete()  # now all is as Wagtail leaves it
    call_command("found")
    home = Site.objects.get().root_page
    assert home.specific_class is Home
    assert home.get_children().count() == 0
    assert list(Page.objects.filter(depth=2)) == [home]


def test_nothing_is_placeholder_text():
    words = (content.HERE / "program.toml").read_text() + (content.HERE / "rest.toml").read_text()
    assert "lorem" not in words.lower()
    assert all(len(script.narration.split()) > 40 for script in reel.scripts().values())


def test_a_film_shows_its_script_and_speaks_it(tmp_path):
    script = replace(next(iter(reel.scripts().values())), narration="One promise, kept.")
    with av.open(str(films.film(script, tmp_path).path)) as film:
        video, audio = film.streams.video[0], film.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height) == (1280, 720)
        assert 2 < film.duration / av.time_base < 6
        assert any(any(bytes(frame.planes[0])) for frame in film.decode(audio))


def test_the_member_stopped_in_the_middle_of_a_lesson(db, tmp_path, settings):
    settings.DATA_DIR, settings.MEDIA_UPLOADS = tmp_path, tmp_path / "uploads"
    demo()
    page = Lesson.objects.get(title=people.STOPPED_IN)
    site = Site.objects.get(is_default_site=True)
    job = reel.film_of(page, reel.scripts()[page.title], site)
    assert run_now(job).error == ""
    assert Job.objects.filter(kind=reel.KIND, state=Job.State.QUEUED).count() == 2
    page.refresh_from_db()
    watch = Watch.objects.get()
    assert (watch.asset_id, watch.position) == (page.video_id, people.STOPPED_AT)
