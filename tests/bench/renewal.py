"""Three hours of one-minute tokens in minutes: as many renewals of short tokens, and no stall.

What a member would feel of a renewal is one segment that waits; what counts is how many there
are, not how far apart. So the tokens live four seconds, and 180 of them follow each other.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page, sync_playwright

from tests import chromium
from tests.journeys.clips import make_clip
from tests.waiting import until_it_answers

from . import seed
from .copy import Copy
from .figures import Figure
from .player import cookie_of, lesson_with

RENEWALS = 180  # three hours at a token a minute
TOKEN_SECONDS = 4
FILM_SECONDS = 900
PLAY = """() => new Promise((done) => {
  const video = document.querySelector("video");
  window.felt = { stalls: 0, refused: 0 };
  video.addEventListener("playing", () => {
    video.addEventListener("waiting", () => (window.felt.stalls += 1));
    done();
  }, { once: true });
  document.querySelector("[data-part=start]").click();
})"""


def run(copy: Copy) -> list[Figure]:
    copy.start_web(PLAYBACK_TOKEN_SECONDS=str(TOKEN_SECONDS))
    until_it_answers(f"{copy.url}/healthz")
    with tempfile.TemporaryDirectory() as folder:
        address = lesson_with(_long(Path(folder)))
    cookie = cookie_of(copy, seed.session_of())
    with sync_playwright() as playwright:
        path = chromium.find()
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        context = browser.new_context(base_url=copy.url)
        context.add_cookies([cookie])
        renewed, refused, stalls, played = _watch(context.new_page(), address)
        browser.close()
    copy.stop_web()
    note = f"{played:.0f} s played"
    return [
        Figure("renewal: tokens renewed", renewed, "", least=RENEWALS, note=note),
        Figure("renewal: stalls", stalls, "", most=0),
        Figure("renewal: requests refused", refused, "", most=0),
    ]


def _watch(page: Page, address: str) -> tuple[int, int, int, float]:
    renewed: list[str] = []
    refused: list[str] = []
    page.on("response", lambda r: r.url.endswith("/renew") and r.ok and renewed.append(r.url))
    page.on("response", lambda r: r.status in {401, 403} and refused.append(r.url))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.evaluate(PLAY)
    deadline = FILM_SECONDS
    while len(renewed) < RENEWALS and deadline > 0:
        page.wait_for_timeout(1000)
        deadline -= 1
    stalls = page.evaluate("() => window.felt.stalls")
    played = page.evaluate("() => document.querySelector('video').currentTime")
    return len(renewed), len(refused), stalls, played


def _long(folder: Path) -> Path:
    """Repeat a small film without encoding it again."""
    clip = make_clip(folder / "clip.mp4", seconds=30, size="192x108", bit_rate="24k")
    loop = ["-stream_loop", "-1", "-i", str(clip), "-c", "copy", "-t", str(FILM_SECONDS)]
    target = folder / "long.mp4"
    command = [settings.FFMPEG, "-v", "error", *loop, "-movflags", "+faststart", str(target)]
    subprocess.run(command, check=True)
    return target
