"""The player: the first frame after a press on play, and what JavaScript a page has before it."""

from __future__ import annotations

import gzip
import statistics
import tempfile
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from tests import chromium
from tests.journeys.clips import make_clip
from tests.waiting import until_it_answers

from . import seed
from .copy import Copy
from .figures import Figure

STARTS = 20
FIRST_FRAME = """() => new Promise((done) => {
  const video = document.querySelector("video");
  const pressed = performance.now();
  video.requestVideoFrameCallback(() => done(performance.now() - pressed));
  document.querySelector("[data-part=start]").click();
})"""


def run(copy: Copy) -> list[Figure]:
    copy.start_web()
    until_it_answers(f"{copy.url}/healthz")
    # No row is read while the browser is driven.
    address, cookie = lesson_with_a_film(), cookie_of(copy, seed.session_of())
    with sync_playwright() as playwright:
        path = chromium.find()
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        starts = [_start(_context(browser, copy, cookie), address) for _ in range(STARTS)]
        weight = _weight(_context(browser, copy, cookie), address)
        browser.close()
    copy.stop_web()
    frame = statistics.median(starts) / 1000
    return [
        Figure("player: first frame", round(frame, 3), "s", most=1.0, note=f"median of {STARTS}"),
        Figure("player: JavaScript before play", round(weight / 1000, 1), "KB gzip", most=150),
    ]


def cookie_of(copy: Copy, session: str) -> dict[str, str]:
    """Return what a signed-in browser brings."""
    return {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": copy.url}


def _context(browser: Browser, copy: Copy, cookie: dict[str, str]) -> BrowserContext:
    """A new profile, its caches empty, signed in."""
    context = browser.new_context(base_url=copy.url)
    context.add_cookies([cookie])
    return context


def _start(context: BrowserContext, address: str) -> float:
    page = context.new_page()
    _open(page, address)
    milliseconds = page.evaluate(FIRST_FRAME)
    context.close()
    return float(milliseconds)


def _weight(context: BrowserContext, address: str) -> int:
    """What arrives before anybody means to play, as a proxy would compress it."""
    bodies: list[bytes] = []

    def keep(response: Response) -> None:
        if response.request.resource_type == "script":
            bodies.append(response.body())

    page = context.new_page()
    page.on("response", keep)
    _open(page, address)
    context.close()
    return sum(len(gzip.compress(body, 6)) for body in bodies)


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")


def lesson_with_a_film() -> str:
    """Return a lesson of the copy with a film that really lies there."""
    with tempfile.TemporaryDirectory() as folder:
        return lesson_with(make_clip(Path(folder) / "clip.mp4", seconds=20, size="1280x720"))


def lesson_with(film: Path) -> str:
    """Prepare a film in this process, show it on the first lesson, and return its address."""
    from core.jobs.models import Job
    from core.jobs.services import run_now
    from core.media.services import ingest
    from core.members.models import Member
    from pages.models import Lesson

    lesson = Lesson.objects.order_by("path").first()
    site, member = lesson.get_site(), Member.objects.order_by("pk").first()
    lesson.video = ingest(site=site, member=member, path=film, title="Clip")
    run_now(Job.objects.get(key=f"media.prepare:{lesson.video.pk}"))
    lesson.save_revision().publish()
    return lesson.get_url_parts()[2]
