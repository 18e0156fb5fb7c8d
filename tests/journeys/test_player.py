"""What the player has beside playing: notes and links at a second, parts, captions, the end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from core.media.chapters.services import replace_chapters
from core.media.models import Asset
from core.media.transcripts.models import TranscriptVersion
from core.media.transcripts.services import write
from core.playback.models import Viewing
from pages.models import Lesson
from tests.waiting import until

SAID = (
    "When you say the number, stop talking.",
    "The silence belongs to them.",
    "Most people fill it, and pay for that.",
    "Count to seven in your head.",
    "Then ask what they think of it.",
)
CAPTION = """(video) => [...video.textTracks].filter((t) => t.kind === "captions")
  .map((t) => [t.language, t.mode])"""
TOOLS = "() => Boolean(document.querySelector('lectern-player').tools)"


@pytest.fixture(scope="module")
def spoken(stack, world, django_db_blocker) -> str:
    """The first film has words, each with its time, in two languages, and chapters."""
    with stack.database(django_db_blocker):
        film = Asset.objects.get(pk=world.asset)
        for language, lead in (("en", ""), ("de", "Auf Deutsch: ")):
            cues = [_cue(number, lead + text) for number, text in enumerate(SAID)]
            write(
                asset=film, language=language, cues=cues, origin=TranscriptVersion.Origin.UPLOADED
            )
        replace_chapters(asset=film, chapters=[(0, "The number"), (8, "The silence")])
    return world.first


def _cue(number: int, text: str) -> dict:
    start, words = number * 4.0, text.split()
    step = 3.5 / len(words)
    times = [[start + i * step, start + (i + 1) * step, word, 1.0] for i, word in enumerate(words)]
    return {"start": start, "end": start + 3.5, "text": text, "words": times}


def _equipped(walker):
    walker.until(lambda: walker.page.evaluate(TOOLS))
    return walker


def test_note_at_a_second_leads_back_to_it(walk, world):
    walker = _equipped(walk().sign_in("editor", to=world.second).start())
    page = walker.page
    page.keyboard.press("5")
    walker.until(lambda: walker.video("currentTime") > 10)
    page.keyboard.press("k")
    page.keyboard.press("n")
    field = page.locator("#notes [name=text]")
    walker.until(lambda: re.fullmatch(r"\[0:1\d\]\(#t=1\d\) ", field.input_value()))
    field.press_sequentially("The pause.")
    expect(page.locator("[data-notes-target=state]")).to_have_attribute("data-state", "saved")
    page.keyboard.press("Escape")
    page.reload()
    page.get_by_role("tab", name="Notes").click()
    link = page.locator("#notes .notes-read a")
    expect(link).to_have_text(re.compile(r"0:1\d"))
    second = int(link.get_attribute("href").partition("=")[2])
    link.click()
    walker.until(lambda: second <= walker.video("currentTime") < second + 5)
    walker.until(lambda: not walker.video("paused"))


def test_shared_link_opens_at_its_second(walk, world, stack):
    options = {"permissions": ["clipboard-read", "clipboard-write"]}
    walker = _equipped(walk(**options).sign_in("editor", to=world.first).start())
    page = walker.page
    page.keyboard.press("k")
    page.keyboard.press("6")
    walker.until(lambda: abs(walker.video("currentTime") - 12) < 0.2)
    page.locator("[data-part=more-button]").click()
    page.get_by_role("button", name="Copy a link to this second").click()
    walker.until(lambda: "?t=12" in page.evaluate("() => navigator.clipboard.readText()"))
    address = page.evaluate("() => navigator.clipboard.readText()")
    assert address == f"{stack.url}{world.first}?t=12"

    there = walk().sign_in("editor", to=world.first)
    there.page.goto(address)
    expect(there.page.locator("[data-part=start-words]")).to_have_text("Resume at 0:12")
    there.start()
    assert 11.9 <= there.video("currentTime") < 14
    assert "t=" not in there.page.url  # a reload goes on where one is


def test_part_is_repeated_until_it_is_let_go(walk, world):
    walker = _equipped(walk().sign_in("operator", to=world.second).start())
    page = walker.page
    page.keyboard.press("2")
    walker.until(lambda: walker.video("currentTime") >= 4)
    page.keyboard.press("[")
    walker.until(lambda: walker.video("currentTime") >= 5.5)
    page.keyboard.press("]")
    turns = "() => { window.turns = 0; document.querySelector('video')"
    page.evaluate(turns + ".addEventListener('seeking', () => (window.turns += 1)); }")
    walker.until(lambda: page.evaluate("() => window.turns") >= 2, seconds=20)
    assert walker.video("currentTime") < 7
    page.keyboard.press("Backslash")
    walker.until(lambda: walker.video("currentTime") > 7)


def test_next_lesson_follows_by_itself_and_stays_away_when_told(walk, world):
    walker = _equipped(walk().sign_in("operator", to=world.first).start())
    page = walker.page
    card = page.locator("[data-part=end]")
    page.keyboard.press("End")
    expect(card).to_be_visible(timeout=10_000)
    expect(card.locator("[data-part=left]")).to_be_visible()
    page.get_by_role("button", name="Stay here").click()
    expect(card.locator("[data-part=left]")).to_be_hidden()
    card.get_by_label("Go on by itself").check()
    expect(card.locator("[data-part=left]")).to_be_hidden()  # it was on already
    card.get_by_label("Go on by itself").uncheck()
    card.get_by_label("Go on by itself").check()
    page.wait_for_url(f"**{world.second}", timeout=20_000)
    walker.until(lambda: walker.video("currentTime") > 0, seconds=20)  # and plays by itself
    page.keyboard.press("k")


def test_who_writes_when_the_film_ends_stays(walk, world):
    walker = _equipped(walk().sign_in("operator", to=world.first).start())
    page = walker.page
    page.keyboard.press("9")
    page.keyboard.press("n")
    page.locator("#notes [name=text]").press_sequentially(" One more word.")
    card = page.locator("[data-part=end]")
    walker.until(lambda: walker.video("ended"), seconds=20)
    expect(card).to_be_visible()
    expect(card.locator("[data-part=left]")).to_be_hidden()
    expect(card.get_by_role("link", name="Go on")).to_be_visible()


def test_chosen_size_holds_after_the_sound_alone(walk, world):
    walker = _equipped(walk().sign_in("editor", to=world.second).start())
    page = walker.page
    streams = "() => document.querySelector('lectern-player').stream.hls"
    page.evaluate(
        "() => void (document.querySelector('lectern-player').renditions.selectedIndex = 0)"
    )
    sizes = page.evaluate(f"{streams}.levels.length")
    assert page.evaluate(f"{streams}.manualLevel") == 0
    page.keyboard.press("x")
    walker.until(lambda: page.evaluate(f"{streams}.url").endswith("/audio/index.m3u8"))
    page.keyboard.press("x")
    walker.until(lambda: page.evaluate(f"{streams}.levels.length") == sizes)
    assert page.evaluate(f"{streams}.manualLevel") == 0
    before = walker.video("currentTime")
    walker.until(lambda: walker.video("currentTime") > before)


@pytest.fixture
def aside(stack, world, django_db_blocker) -> Iterator[str]:
    """The second lesson has the first film in its text, too, for as long as this."""
    with stack.database(django_db_blocker):
        lesson = Lesson.objects.get(title="Say the number")
        before = list(lesson.body.raw_data)
        film = Asset.objects.get(pk=world.asset)
        lesson.body = [("video", {"asset": film, "caption": "An aside"})]
        lesson.save_revision().publish()
    yield world.second
    with stack.database(django_db_blocker):
        lesson = Lesson.objects.get(pk=lesson.pk)
        lesson.body = json.dumps(before)
        lesson.save_revision().publish()


def test_clip_in_the_text_counts_for_itself_and_leads_nobody_on(walk, aside):
    walker = walk().sign_in("editor", to=aside)
    page = walker.page
    clip = page.locator(".block-video lectern-player")
    percent = page.locator("[data-lesson-target=percent]")
    before = percent.text_content()
    clip.locator("[data-part=start]").click()
    clip_video = "() => document.querySelector('.block-video video')"
    walker.until(lambda: page.evaluate(f"{clip_video}.played.length"), seconds=20)
    page.evaluate(f"{clip_video}.playbackRate = 16")
    card = clip.locator("[data-part=end]")
    expect(card).to_be_visible(timeout=30_000)
    assert percent.text_content() == before
    expect(card.get_by_role("button")).to_have_text(["Watch again"])
    assert card.get_by_role("link").count() == 0


def test_captions_are_remembered_with_their_looks(walk, spoken):
    walker = _equipped(walk().sign_in("editor", to=spoken).start())
    walker.pause()  # at its end the next lesson would follow
    page = walker.page
    assert page.eval_on_selector("video", CAPTION) == [["en", "disabled"], ["de", "disabled"]]
    page.keyboard.press("c")
    walker.until(lambda: page.eval_on_selector("video", CAPTION)[0][1] == "showing")
    page.locator("[data-part=more-button]").click()
    page.get_by_role("radio", name="Huge").check()
    page.get_by_role("radio", name="Yellow").check()
    page.keyboard.press("Escape")
    page.reload()
    _equipped(walker.start()).pause()
    walker.until(
        lambda: page.eval_on_selector("video", CAPTION) == [["en", "showing"], ["de", "disabled"]]
    )
    player = page.locator("lectern-player")
    expect(player).to_have_attribute("data-caption-size", "xl")
    expect(player).to_have_attribute("data-caption-look", "yellow")


def test_chapters_are_listed_and_jumped_to(walk, spoken):
    walker = _equipped(walk().sign_in("editor", to=spoken).start())
    page = walker.page
    page.keyboard.press("k")
    page.keyboard.press("0")
    page.mouse.move(700, 300)
    page.locator("[data-part=chapter-button]").click()
    page.get_by_role("button", name="The silence").click()
    walker.until(lambda: 8 <= walker.video("currentTime") < 11)
    expect(page.locator("[data-part=chapter-title]")).to_have_text("The silence")


def test_transcript_follows_is_searched_and_jumps(walk, spoken):
    walker = _equipped(walk().sign_in("editor", to=spoken).start())
    page = walker.page
    page.get_by_role("tab", name="Transcript").click()
    page.keyboard.press("k")
    sentence = page.locator(".transcript-row span")
    expect(sentence).to_have_count(5)
    page.keyboard.press("5")
    expect(sentence.nth(2)).to_have_attribute("aria-current", "true")

    page.get_by_placeholder("Search what is said").fill("silence")
    expect(page.locator(".transcript output")).to_have_text("1")
    page.keyboard.press("Enter")
    expect(page.locator(".transcript output")).to_have_text("1 / 1")
    page.get_by_placeholder("Search what is said").fill("to them. most people")
    expect(page.locator(".transcript output")).to_have_text("1")
    marked = "[...CSS.highlights.get('transcript-found')].map(String)"
    assert page.evaluate(marked) == ["to them.", "Most people"]
    page.keyboard.press("Enter")
    expect(page.locator(".transcript output")).to_have_text("1 / 1")

    sentence.nth(1).click(position={"x": 4, "y": 8})
    walker.until(lambda: 4 <= walker.video("currentTime") < 7)
    page.keyboard.press("k")
    page.locator(".transcript-row button").first.focus()
    page.keyboard.press("Enter")
    walker.until(lambda: walker.video("currentTime") < 3)
    page.locator(".transcript select").select_option("de")
    expect(sentence.first).to_have_text("Auf Deutsch: When you say the number, stop talking.")


def test_listening_goes_on_without_the_picture(walk, world):
    walker = _equipped(walk().sign_in("operator", to=world.second).start())
    page = walker.page
    page.keyboard.press("x")
    expect(page.locator("lectern-player[data-listening]")).to_be_visible()
    before = walker.video("currentTime")
    walker.until(lambda: walker.video("currentTime") > before + 0.5)
    page.keyboard.press("x")
    expect(page.locator("lectern-player[data-listening]")).to_have_count(0)


def test_lock_screen_knows_what_plays(walk, world):
    walker = _equipped(walk().sign_in("operator", to=world.first).start())
    walker.until(lambda: walker.page.evaluate("() => navigator.mediaSession.metadata?.title"))
    title = walker.page.evaluate("() => navigator.mediaSession.metadata.title")
    assert title == "Why people buy"


def test_play_is_told_to_the_editor(walk, world, stack, django_db_blocker):
    walker = walk().sign_in("operator", to=world.second).start()
    begun = walker.video("currentTime")  # another journey may have left a place to resume at
    walker.until(lambda: walker.video("currentTime") > begun + 3)
    walker.page.goto("/admin/media/")
    with stack.database(django_db_blocker):
        plays = Viewing.objects.filter(asset__title="Say the number", member__email__contains="op")
        until(plays.exists, seconds=20)
        play = plays.latest("at")
    assert play.startup_ms > 0
    assert (play.stalls, play.way, play.error, play.provider) == (0, "hls.js", "", "ffmpeg")
    assert play.seconds > 0.5
    walker.page.get_by_role("link", name="Say the number").first.click()
    expect(walker.page.get_by_role("heading", name="How it plays")).to_be_visible()
    expect(walker.page.locator(".asset-quality__plot")).to_be_visible()
