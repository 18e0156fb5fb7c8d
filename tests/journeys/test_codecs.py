"""A second ladder is played by a browser that can, and never asked for by one that can't."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from wagtail.models import Site

from core.contract.services import save_settings
from core.media.models import Asset, Rendition
from core.media.services import ingest
from core.members.models import Member
from pages.models import Lesson, Module
from tests.journeys.clips import make_clip
from tests.journeys.walker import Walker
from tests.waiting import until

NO_AV1 = """
const can = MediaSource.isTypeSupported.bind(MediaSource);
MediaSource.isTypeSupported = (type) => !/av01/.test(type) && can(type);
"""
OFFERED = "(video) => [...video.videoRenditions].map((one) => one.height).sort()"


@pytest.fixture
def lesson(stack, world, tmp_path, django_db_blocker) -> str:
    """A lesson whose film plays in H.264 and in AV1."""
    clip = make_clip(tmp_path / "clip.mp4", seconds=8, size="512x288")
    with stack.database(django_db_blocker):
        values = {"profile": "balanced", "also": "av1", "hardware": "never", "quality": False}
        save_settings(plugin="ffmpeg", values=values)
        site = Site.objects.get(is_default_site=True)
        who = Member.objects.get(email=world.email("editor"))
        film = ingest(site=site, member=who, path=clip, title="Twice")
        lesson = Module.objects.first().add_child(instance=Lesson(title="Twice", video=film))
        lesson.save_revision().publish()
        until(lambda: _is_improved(film), seconds=240)
        save_settings(plugin="ffmpeg", values={**values, "also": ""})
        return lesson.url


def _is_improved(film: Asset) -> bool:
    return Rendition.objects.filter(asset=film, codecs__startswith="av01").count() > 1


def _asked_for(walker: Walker) -> set[str]:
    names: set[str] = set()

    def note(request) -> None:
        if found := re.search(r"/([\w-]+)/(?:init\.mp4|s\d+\.m4s)", request.url):
            names.add(found[1])

    walker.page.on("request", note)
    return names


def _watched(walk: Callable[..., Walker], lesson: str, script: str) -> tuple[set[str], list[int]]:
    walker = walk()
    walker.page.add_init_script(script)
    asked = _asked_for(walker)
    walker.sign_in("member", to=lesson).start()
    walker.until(lambda: walker.video("ended"), seconds=60)
    return asked, walker.page.eval_on_selector("video", OFFERED)


def test_who_plays_av1_gets_it_and_nobody_else(walk, lesson):
    asked, offered = _watched(walk, lesson, "")
    assert {name.rpartition("-")[2] for name in asked} == {"av1"}
    assert offered == [240, 288]
    asked, offered = _watched(walk, lesson, NO_AV1)
    assert asked
    assert not [name for name in asked if name.endswith("-av1")]
    assert offered == [240, 288]
