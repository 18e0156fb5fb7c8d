"""A private podcast: subscribed with one tap, fetched as apps do, replaced, refused; heard on."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import httpx
import podcastparser
import pytest
from django.conf import settings
from wagtail.models import PageViewRestriction

from core.media.chapters.services import replace_chapters
from core.media.models import Asset
from core.media.services import ingest
from core.members.models import Member
from pages.demo.people import email_of
from pages.foundation import found_site
from pages.models import Episode, Podcast
from tests.journeys.violations import violations
from tests.waiting import until

SOUND = settings.BASE_DIR / "static" / "audio" / "feed_paused.m4a"
KEPT = "() => sessionStorage.getItem('lectern:listening')"
KEEP = """(kept) =>
  sessionStorage.setItem('lectern:listening', JSON.stringify({ ...JSON.parse(kept), at: 8 }))"""
UNTAPPED = """HTMLMediaElement.prototype.play = () =>
  Promise.reject(new DOMException("No tap yet", "NotAllowedError"));"""
HAS_ARRIVED = "() => document.querySelector('.dock progress')?.value > 0.6"
EQUIPPED = "() => Boolean(document.querySelector('lectern-player').tools)"


@dataclass(frozen=True)
class Show:
    """Where the show and its episode are."""

    url: str
    episode: str


@pytest.fixture(scope="module")
def show(stack, world, django_db_blocker) -> Show:
    """A show for members, its episode prepared by the copy's own workers."""
    with stack.database(django_db_blocker):
        site = found_site()
        podcast = Podcast(title="The Quiet Practice", summary="Short conversations.")
        site.root_page.add_child(instance=podcast)
        podcast.save_revision().publish()
        PageViewRestriction.objects.create(page=podcast, restriction_type="login")
        editor = Member.objects.get(email=email_of("editor"))
        sound = ingest(site=site, member=editor, path=SOUND, title="One", kind=Asset.Kind.AUDIO)
        episode = Episode(title="One idea", media=sound, summary="Small promises win.")
        podcast.add_child(instance=episode)
        episode.save_revision().publish()
        until(lambda: Asset.objects.get(pk=sound.pk).status == Asset.Status.READY, seconds=90)
        replace_chapters(asset=sound, chapters=[(0, "Hello"), (5, "The number")])
        return Show(podcast.url, episode.url)


@pytest.mark.parametrize("width, height", [(390, 844), (1440, 900)])
def test_subscribe_fetch_replace_refuse(walk, stack, show, width, height):
    walker = walk(viewport={"width": width, "height": height}, bypass_csp=True).sign_in("member")
    page = walker.page
    page.goto(show.url)
    page.get_by_role("link", name="Listen in your app").click()
    assert violations(page) == []
    page.get_by_role("button", name="Overcast", exact=True).click()
    walker.sees("Open in Overcast")
    assert violations(page) == []
    address = page.locator("input[readonly]").input_value()
    assert page.locator(".calendar-code svg").count() == 1

    told = podcastparser.parse(address, io.BytesIO(httpx.get(address).content))
    [episode] = told["episodes"]
    [file] = episode["enclosures"]
    part = httpx.get(file["url"], headers={"Range": "bytes=10-19"}, follow_redirects=True)
    assert (part.status_code, part.content) == (206, SOUND.read_bytes()[10:20])
    whole = httpx.get(file["url"], follow_redirects=True)
    assert (whole.content, file["file_size"]) == (SOUND.read_bytes(), len(whole.content))

    page.get_by_role("button", name="Replace the address for Overcast").first.dblclick()
    walker.sees("is ready")
    assert page.locator("input[readonly]").input_value() != address
    assert httpx.get(address).status_code == 410
    assert httpx.get(file["url"]).status_code == 410
    fresh = page.locator("input[readonly]").input_value()
    assert httpx.get(fresh).status_code == 200
    page.get_by_role("link", name="All your private addresses").click()
    page.get_by_role("button", name="Replace all my addresses").click()
    walker.sees("New, and shown this once")
    assert violations(page) == []
    assert httpx.get(fresh).status_code == 410
    given = [one.input_value() for one in page.locator("input[readonly]").all()]
    [fresh] = [one for one in given if "/podcast/" in one]
    assert httpx.get(fresh).status_code == 200
    page.goto(show.url)
    page.get_by_role("link", name="Listen in your app").click()
    page.get_by_role("button", name="Remove the address for Overcast").first.click()
    walker.sees("plays nothing any more")
    assert httpx.get(fresh).status_code == 410


def test_an_episode_goes_on_while_one_browses(walk, show):
    walker = walk().sign_in("member")
    page = walker.page
    page.goto(show.episode)
    page.wait_for_selector(".waveform svg")
    page.locator("[data-speed='1.25']").click()
    walker.start()
    walker.until(lambda: page.evaluate(EQUIPPED))
    wave, passage = page.locator(".waveform"), page.locator("[data-seek='5.0']")
    passage.click()
    walker.until(lambda: passage.get_attribute("aria-current") == "true")
    wave.press("Home")
    walker.until(lambda: re.fullmatch("0:0[0-2] of 0:1[01]", wave.get_attribute("aria-valuetext")))
    assert walker.video("playbackRate") == 1.25
    page.goto(show.url)
    page.wait_for_selector(".dock[data-playing]")
    assert page.inner_text(".dock [data-part=speed]") == "1.25×"
    walker.until(lambda: page.inner_text(".dock time") not in {"", "0:00"})
    kept = page.evaluate(KEPT)
    with page.expect_response(lambda answer: "/beat/" in answer.url):
        page.locator(".dock [data-part=close]").click()
    assert page.locator(".dock").count() == 0

    page.evaluate(KEEP, kept)  # a window of yesterday, which the browser brings back
    page.add_init_script(UNTAPPED)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(show.url)
    page.wait_for_function(HAS_ARRIVED)
    page.locator(".dock [data-part=close]").click()
    assert page.locator(".dock").count() == 0
    assert [url for url in asked if "/beat/" in url] == []
