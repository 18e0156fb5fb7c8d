"""How bytes reach a real player: growing films, tokens that change, Safari's way."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect
from wagtail.models import Site

from config.embedded.ports import free_port
from config.supervisor.children import Child, web_command, web_env
from core.media.chapters.services import replace_chapters
from core.media.editing.services import cut
from core.media.models import Asset, Rendition
from core.media.services import ingest
from core.media.transcripts.models import TranscriptVersion
from core.media.transcripts.services import write
from core.members.models import Member
from core.progress.models import Watch
from pages.models import Lesson, Module
from tests.journeys.clips import make_clip
from tests.journeys.walker import Walker, profile
from tests.waiting import until, until_it_answers

TOKEN_SECONDS = 6
NO_MEDIA_SOURCE = "delete window.MediaSource; delete window.ManagedMediaSource"
SEEK = """async ([video, to]) => {
  const shown = new Promise((done) => {
    const look = () => video.requestVideoFrameCallback(done);
    video.addEventListener("seeked", look, { once: true });
  });
  const late = new Promise((_, fail) => {
    setTimeout(fail, 60_000, new Error(`no picture of ${to} s within a minute`));
  });
  video.currentTime = to;
  await Promise.race([shown, late]);
  return video.currentTime;
}"""
PLACE = "() => document.querySelector('lectern-player').stream.place.now.seconds"
RENEW_TWICE = """async () => {
  const { grant, stream } = document.querySelector("lectern-player");
  await grant.renew();
  stream.resume();
}"""
CUES = """() => {
  const shown = [...document.querySelector("video").textTracks].find(
    ({ kind, mode }) => kind === "captions" && mode === "showing",
  );
  return [...(shown?.cues ?? [])].map(({ startTime, endTime }) => [startTime, endTime]);
}"""
CHAPTERS = """() => [...document.querySelector("track[kind=chapters]").track.cues ?? []].map(
  ({ startTime }) => startTime,
)"""
RAN_OUT = """() => {
  const { grant, config } = document.querySelector("lectern-player");
  return grant.now > config.source.expires + 1;
}"""
SECOND = "() => Math.floor(Date.now() / 1000)"
NOTE_ARRIVAL = """(video) => {
  const note = () => (window.arrived ??= video.currentTime);
  const listen = () => {
    for (const name of ["seeked", "loadeddata"]) video.addEventListener(name, note, { once: true });
  };
  video.addEventListener("emptied", listen, { once: true });
}"""
ARRIVED = "() => window.arrived"
COUNT_STALLS = """(video) => {
  window.stalls = 0;
  video.addEventListener("waiting", () => (window.stalls += 1));
}"""


@pytest.fixture
def bring_in(stack, world, django_db_blocker) -> Callable[..., tuple[str, str]]:
    """Put a film on a lesson of its own; return the lesson's address and the asset's number."""

    def do(path: Path, title: str, is_enough: Callable[[Asset], bool]) -> tuple[str, str]:
        with stack.database(django_db_blocker):
            site = Site.objects.get(is_default_site=True)
            who = Member.objects.get(email=world.email("editor"))
            film = ingest(site=site, member=who, path=path, title=title)
            lesson = Module.objects.first().add_child(instance=Lesson(title=title, video=film))
            lesson.save_revision().publish()
            until(lambda: is_enough(Asset.objects.get(pk=film.pk)), seconds=240)
            return lesson.url, str(film.pk)

    return do


@pytest.fixture
def captioned_film(stack, django_db_blocker) -> Callable[[str], None]:
    """Write down what is said near the end of a film."""

    def do(number: str) -> None:
        with stack.database(django_db_blocker):
            cues = [{"start": 14.0, "end": 20.0, "text": "Then stop talking."}]
            film = Asset.objects.get(pk=number)
            write(asset=film, language="en", cues=cues, origin=TranscriptVersion.Origin.UPLOADED)

    return do


@pytest.fixture
def hasty(stack, world, browser) -> Iterator[Callable[..., Walker]]:
    """A second web process of the same copy whose tokens live six seconds."""
    port = free_port()
    env = {**stack.env, "PORT": str(port), "PLAYBACK_TOKEN_SECONDS": str(TOKEN_SECONDS)}
    url = f"http://127.0.0.1:{port}"
    env["BASE_URL"] = url
    web = Child(
        "hasty",
        web_command("127.0.0.1", port, 2),
        web_env(env, stack.folder / "hasty"),
        stack.folder / "logs" / "hasty.log",
    )
    web.start()
    until_it_answers(f"{url}/healthz")
    contexts = []

    def begin() -> Walker:
        contexts.append(profile(browser, stack, base_url=url))
        return Walker(contexts[-1].new_page(), world)

    yield begin
    for context in contexts:
        context.close()
    web.end()


def _renewals(walker: Walker) -> list[int]:
    count: list[int] = []
    walker.page.on("response", lambda answer: "/renew" in answer.url and count.append(1))
    return count


def test_film_plays_while_it_is_still_prepared(walk, bring_in, stack, tmp_path, django_db_blocker):
    clip = make_clip(tmp_path / "raw.mp4", seconds=60, size="640x360")
    raw = tmp_path / "raw.mkv"  # MPEG-4 Part 2 cannot be copied: every rung is encoded
    recode = ["-c:v", "mpeg4", "-q:v", "6", "-c:a", "aac"]
    subprocess.run([settings.FFMPEG, "-v", "error", "-i", clip, *recode, raw], check=True)
    address, film = bring_in(raw, "Still growing", lambda asset: asset.playable_at is not None)
    walker = walk().sign_in("member", to=address).start()
    with stack.database(django_db_blocker):
        grows = Rendition.objects.filter(asset=film, is_growing=True).exists()
    assert walker.video("currentTime") < 30  # it begins at the beginning, not at the growing edge
    known = walker.video("duration")
    walker.until(lambda: walker.video("duration") > known or not grows, seconds=120)
    walker.until(lambda: walker.video("duration") > 59, seconds=180)
    walker.page.evaluate(SEEK, [walker.page.query_selector("video"), 50])
    walker.until(lambda: walker.video("currentTime") > 50.3, seconds=20)


def test_sound_of_the_middle_alone_stops_no_film(walk, bring_in, tmp_path):
    picture = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=14")
    sound = ("-itsoffset", "4", "-f", "lavfi", "-i", "sine=frequency=220:duration=4")
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50")
    film = tmp_path / "middle.mp4"
    command = [settings.FFMPEG, "-v", "error", *picture, *sound, *coded, "-c:a", "aac", film]
    subprocess.run(command, check=True)
    address, _film = bring_in(film, "Sound in the middle", lambda asset: asset.is_playable)
    walker = walk().sign_in("member", to=address).start()
    assert walker.page.eval_on_selector("video", "(video) => video.buffered.start(0)") < 0.2
    walker.until(lambda: walker.video("ended"), seconds=40)
    assert walker.video("duration") == pytest.approx(14, abs=0.2)


def test_token_is_renewed_without_a_stall(hasty, world):
    walker = hasty().sign_in("member", to=world.second)
    renewals = _renewals(walker)
    walker.start()
    walker.page.eval_on_selector("video", COUNT_STALLS)
    walker.until(lambda: walker.video("ended"), seconds=60)
    assert len(renewals) >= 3
    assert walker.page.evaluate("() => window.stalls") == 0


def test_safaris_way_plays_goes_on_when_refused_and_changes_tokens(walk, world):
    walker = walk()
    page = walker.page
    page.add_init_script(NO_MEDIA_SOURCE)
    walker.sign_in("operator", to=world.first)
    walker.start()
    way = "() => document.querySelector('lectern-player').stream.way"
    assert page.evaluate(way) == "native"
    walker.until(lambda: walker.video("currentTime") > 2, seconds=20)

    refused = walker.video("currentTime")
    first = walker.video("src")
    page.eval_on_selector("video", "(video) => video.dispatchEvent(new Event('error'))")
    walker.until(lambda: walker.video("src") != first)
    walker.until(lambda: walker.video("currentTime") > refused + 0.5, seconds=20)
    assert walker.video("currentTime") < refused + 8

    page.keyboard.press("k")
    walker.until(lambda: walker.video("paused"))
    paused_at, second = page.evaluate(PLACE), walker.video("src")
    assert paused_at > refused
    since = page.evaluate(SECOND)
    walker.until(lambda: page.evaluate(SECOND) > since)  # within one, a token is the same
    page.evaluate(RENEW_TWICE)  # the second address comes before the first one has arrived
    walker.until(lambda: walker.video("src") != second)
    walker.until(lambda: abs(walker.video("currentTime") - paused_at) < 0.5, seconds=20)
    page.keyboard.press("k")
    walker.until(lambda: walker.video("currentTime") > paused_at + 0.5, seconds=20)


@pytest.mark.parametrize("way", ["hls.js", "native"])
def test_a_film_that_is_cut_meanwhile_goes_on_at_the_same_moment(
    walk, bring_in, captioned_film, stack, tmp_path, django_db_blocker, way
):
    clip = make_clip(tmp_path / "clip.mp4", seconds=20)
    address, number = bring_in(clip, f"Cut meanwhile, {way}", lambda asset: asset.status == "ready")
    captioned_film(number)
    walker = walk()
    page = walker.page
    if way == "native":
        page.add_init_script(NO_MEDIA_SOURCE)
    walker.sign_in("member", to=address).start()
    page.evaluate(SEEK, [page.query_selector("video"), 12])
    walker.until(lambda: walker.video("currentTime") > 12.5, seconds=20)
    stopped = walker.pause()
    page.keyboard.press("c")
    walker.until(lambda: page.evaluate(CUES) == [[14, 20]])
    page.get_by_role("tab", name="Transcript").click()
    said = page.locator(".transcript-row span")
    expect(said).to_have_attribute("data-second", "14")
    with stack.database(django_db_blocker):
        film = Asset.objects.get(pk=number)
        cut(asset=film, kept=[(6.0, 20.0)])
        until(lambda: Asset.objects.get(pk=number).edition == 1, seconds=120)

    walker.forgive("403")  # the token is dead by then, and the page's own grant is asked
    page.eval_on_selector("video", NOTE_ARRIVAL)
    page.evaluate("() => (document.querySelector('lectern-player').grant.token = 'dead')")
    page.keyboard.press("k")
    page.evaluate("() => document.querySelector('lectern-player').grant.renew()")
    walker.until(lambda: page.evaluate(ARRIVED), seconds=30)
    arrived = page.evaluate(ARRIVED)
    assert arrived == pytest.approx(stopped - 6, abs=1)
    assert walker.video("duration") < 14.5
    walker.until(lambda: walker.video("currentTime") > arrived + 0.5, seconds=20)
    paused = walker.pause()
    walker.until(lambda: page.evaluate(CUES) == [[8, 14]])
    expect(said).to_have_attribute("data-second", "8")
    with stack.database(django_db_blocker):
        until(lambda: abs(Watch.objects.get(asset=number).position - paused) < 0.1)
        watch = Watch.objects.get(asset=number)
        assert watch.edition == 1
        assert watch.watched[-1].upper <= watch.position + 1


def test_what_is_beside_a_film_that_was_cut_before_anybody_played_is_the_new_films(
    hasty, bring_in, captioned_film, stack, tmp_path, django_db_blocker
):
    clip = make_clip(tmp_path / "clip.mp4", seconds=20)
    address, number = bring_in(clip, "Cut before", lambda asset: asset.status == "ready")
    captioned_film(number)
    with stack.database(django_db_blocker):
        film = Asset.objects.get(pk=number)
        replace_chapters(asset=film, chapters=[(0, "The number"), (10, "The silence")])
    walker = hasty().sign_in("member", to=address).start()
    page = walker.page
    walker.pause()  # at its end the next lesson would follow
    page.keyboard.press("c")
    walker.until(lambda: page.evaluate(CUES) == [[14, 20]])
    page.reload()
    walker.until(lambda: page.evaluate(CHAPTERS) == [0, 10])
    with stack.database(django_db_blocker):
        cut(asset=film, kept=[(6.0, 20.0)])
        until(lambda: Asset.objects.get(pk=number).edition == 1, seconds=120)
    walker.until(lambda: page.evaluate(RAN_OUT))
    read: list[int] = []
    page.on("response", lambda answer: ".vtt" in answer.url and read.append(answer.status))
    walker.start().pause()
    walker.until(lambda: page.evaluate(CUES) == [[8, 14]])
    walker.until(lambda: page.evaluate(CHAPTERS) == [0, 4])
    assert set(read) == {200}


@pytest.mark.parametrize(
    "has_media_source, plays, way",
    [(True, "maybe", "hls.js"), (True, "", "hls.js"), (False, "maybe", "native"), (False, "", "")],
)
def test_way_is_chosen_by_what_the_browser_has(walk, world, has_media_source, plays, way):
    page = walk().sign_in("member", to=world.first).page
    chosen = """async ([has, plays]) => {
      const { wayOf } = await import("lectern/player/stream");
      return wayOf(has, { canPlayType: () => plays });
    }"""
    assert page.evaluate(chosen, [has_media_source, plays]) == way


def test_strangers_address_is_renewed_in_its_query(walk, world):
    page = walk().sign_in("member", to=world.first).page
    asked = """async () => {
      const { Grant } = await import("lectern/player/grant");
      const old = "https://stream.example/v.m3u8?token=old";
      const source = { url: old, renews: "query", expires: Date.now() / 1000 + 60 };
      const config = { url: "/", now: Date.now() / 1000, token: "t", source };
      const grant = new Grant(config, { onChange: () => {} });
      grant.address = "https://stream.example/v.m3u8?token=new";
      return [
        old,
        "https://stream.example/rung.m3u8?token=old&cdn=1",
        "https://stream.example/rung.m3u8?signature=own",
        "https://elsewhere.example/a.ts?token=old",
        "https://elsewhere.example/p/secret/a.ts",
        "/p/stale/asset/captions/en.vtt",
      ].map((address) => grant.fresh(address));
    }"""
    assert page.evaluate(asked) == [
        "https://stream.example/v.m3u8?token=new",
        "https://stream.example/rung.m3u8?token=new&cdn=1",
        "https://stream.example/rung.m3u8?signature=own",
        "https://elsewhere.example/a.ts?token=old",
        "https://elsewhere.example/p/secret/a.ts",
        "/p/t/asset/captions/en.vtt",
    ]
