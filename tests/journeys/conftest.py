"""What a journey walks with: a real browser, and a whole copy of the site."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import chromium
from tests.conftest import clone_of_template, drop
from tests.stack import Stack, running

# Playwright's synchronous API keeps an event loop in this thread; Django only sees the loop.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


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
