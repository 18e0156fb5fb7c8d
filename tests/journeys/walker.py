"""A person at a browser: signs in, watches, waits for what they can see; complaints are kept."""

from __future__ import annotations

import re
import time
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.waiting import BUSY

PASSING = 0.05  # seconds between two looks


class Walker:
    """One page and what its console said."""

    def __init__(self, page: Page, world: Any) -> None:
        self.page = page
        self.world = world
        self.complaints: list[str] = []
        self.forgiven: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        is_policy = "Content Security Policy" in message.text
        if message.type == "error" or is_policy:
            where = (message.location or {}).get("url", "")
            self.complaints.append(f"{message.text} {where}")

    def forgive(self, pattern: str) -> None:
        """Name a complaint this journey provokes on purpose."""
        self.forgiven.append(pattern)

    @property
    def unforgiven(self) -> list[str]:
        return [
            text
            for text in self.complaints
            if not any(re.search(pattern, text) for pattern in self.forgiven)
        ]

    def sign_in(self, role: str, to: str = "/dashboard/") -> Walker:
        self.page.goto(f"/account/login/?next={to}")
        self.page.fill("[name=login]", self.world.email(role))
        self.page.fill("[name=password]", self.world.password)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(lambda url: to in url and "login" not in url)
        return self

    # --- the player ------------------------------------------------------------------------

    def start(self) -> Walker:
        self.page.locator("[data-part=start]").click()
        self.until(lambda: self.video("currentTime") > 0, seconds=20)
        return self

    def video(self, name: str) -> Any:
        return self.page.eval_on_selector("video", f"(video) => video.{name}")

    def at_speed(self, rate: float) -> Walker:
        self.page.eval_on_selector("video", "(video, rate) => (video.playbackRate = rate)", rate)
        return self

    def pause(self) -> float:
        """Pause by key, wait until the server has the beat, and say where."""
        with self.page.expect_response(lambda answer: "/beat/" in answer.url):
            self.page.keyboard.press("k")
        assert self.video("paused")
        return float(self.video("currentTime"))

    def until(self, condition: Any, *, seconds: float = 10) -> None:
        """Let the page live until a condition holds; ``seconds`` are those of an idle machine."""
        deadline = time.monotonic() + seconds * BUSY
        while not condition():
            assert time.monotonic() < deadline, f"not within {BUSY} × {seconds} s"
            self.page.wait_for_timeout(PASSING * 1000)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()


def profile(browser: Any, stack: Any, **options: Any) -> BrowserContext:
    """Open a new profile at the copy's address."""
    size = {"width": 1440, "height": 900}
    return browser.new_context(**{"base_url": stack.url, "viewport": size, **options})
