"""What a journey walks with: a real browser, and a whole copy of the site."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from core.media.models import Asset
from core.media.transcripts.models import TranscriptVersion
from core.media.transcripts.services import write
from tests import chromium
from tests.conftest import clone_of_template, drop
from tests.journeys.clips import make_clip
from tests.journeys.walker import Walker, profile
from tests.journeys.world import SECONDS, World, build
from tests.stack import Stack, running
from tests.waiting import BUSY

# Playwright's synchronous API keeps an event loop in this thread; Django only sees the loop.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
expect.set_options(timeout=5_000 * BUSY)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser is there: without one the journeys are left out when tests are collected."""
    return chromium.find()


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=chromium.FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def stack(django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Real web, workers and scheduler over a database of their own; one for all journeys."""
    folder: Path = tmp_path_factory.mktemp("copy")
    with django_db_blocker.unblock():
        name = clone_of_template("live")
    try:
        with running(name, folder) as stack:
            yield stack
    finally:
        with django_db_blocker.unblock():
            drop(name)


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A new profile that starts at the copy's address."""
    context = browser.new_context(base_url=stack.url, viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short film."""
    return make_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", seconds=SECONDS)


@pytest.fixture(scope="session")
def world(stack: Stack, clip: Path, django_db_blocker) -> World:
    """The tree journeys walk through, its films prepared by the copy's own workers."""
    hashers = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # what the copy checks by
    with stack.database(django_db_blocker), override_settings(PASSWORD_HASHERS=hashers):
        return build(clip)


@pytest.fixture
def walk(browser: Browser, stack: Stack, world: World) -> Iterator[Callable[..., Walker]]:
    """Send somebody through the site; an error on a console fails the journey at its end."""
    walkers: list[Walker] = []

    def begin(**options) -> Walker:
        context = profile(browser, stack, **options)
        context.set_default_timeout(30_000)
        walkers.append(Walker(context.new_page(), world))
        return walkers[-1]

    yield begin
    for walker in walkers:
        walker.page.context.close()
    assert [walker.unforgiven for walker in walkers] == [[] for _ in walkers]


@pytest.fixture(scope="module")
def captioned(stack, world, django_db_blocker) -> str:
    """The second film has captions."""
    with stack.database(django_db_blocker):
        film = Asset.objects.get(title="Say the number")
        cues = [{"start": 0.0, "end": 19.0, "text": "Say the number, then stop talking."}]
        write(asset=film, language="en", cues=cues, origin=TranscriptVersion.Origin.UPLOADED)
    return world.second
