"""A show is brought in from another's server as its editor looks on; the hostile are refused."""

from __future__ import annotations

import http.server
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from core.jobs.models import Job
from pages.foundation import found_site
from pages.models import Episode, Podcast
from tests.journeys.violations import arrive, violations
from tests.site.pages.podcasts.elsewhere import PODLOVE, somewhere, tag

SOUND = (settings.BASE_DIR / "static" / "audio" / "feed_paused.m4a").read_bytes()
SIZES = {"phone": (390, 844), "desktop": (1440, 900)}
ITEM = """<item><title>{title}</title><guid isPermaLink="false">{file}</guid>
<pubDate>Mon, 01 May 2023 10:00:00 +0200</pubDate>
<enclosure url="{base}/{file}" type="audio/mp4" length="1"/></item>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Old show</title>
<description>What it was.</description>{items}</channel></rss>"""
BOMB = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "lol"><!ENTITY b "{b}"><!ENTITY c "{c}">]>
<rss version="2.0"><channel><title>&c;</title></channel></rss>""".format(
    b="&a;" * 1000, c="&b;" * 1000
)
GIGABYTE = 1 << 30
PIECE, BUSY = "[data-controller=live-piece]", "data-live-piece-busy-value"
NO_FEED = "This is no podcast feed. Give the address that ends in RSS or XML."
NOT_PUBLIC = "This is no public web address. It begins with https://."


@dataclass
class Elsewhere:
    """Somebody's server: what it gives by path, what it holds back, what was asked of it."""

    base: str = ""
    missing: set[str] = field(default_factory=set)
    held: dict[str, threading.Event] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def feed(self, **titles: str) -> str:
        items = (ITEM.format(title=t, file=f"{n}.m4a", base=self.base) for n, t in titles.items())
        return FEED.format(items="".join(items))

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        if path in self.missing:
            return 404, {}, b""
        if path.startswith("/to/"):
            return 302, {"Location": path.removeprefix("/to/")}, b""
        texts = {
            "/feed.xml": self.feed(one="First light", two="Second wind", three="Third time"),
            "/page.html": "<!doctype html><title>No feed</title>",
            "/bomb.xml": BOMB,
            "/huge.xml": self.feed(huge="Three gigabytes"),
            "/inward.xml": FEED.format(items=ITEM.format(
                title="The inside", file="x.m4a", base="http://169.254.169.254")),
        }  # fmt: skip
        if path == "/huge.m4a":
            return 200, {"Content-Length": str(3 * GIGABYTE), "Content-Type": "audio/mp4"}, b"\0"
        if path in texts:
            return 200, {"Content-Type": "application/xml"}, texts[path].encode()
        return 200, {"Content-Type": "audio/mp4"}, SOUND


@pytest.fixture
def elsewhere():
    there = Elsewhere()

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            there.asked.append(self.path)
            if held := there.held.get(self.path):
                held.wait(60)
            status, headers, body = there.answer(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        there.base = f"http://127.0.0.1:{server.server_port}"
        yield there
        for held in there.held.values():
            held.set()
        server.shutdown()


@pytest.fixture
def empty_show(stack, world, django_db_blocker):
    """A show that is nothing yet, and its screen."""
    with stack.database(django_db_blocker):
        root = found_site().root_page
        show = root.add_child(instance=Podcast(title="Moved here"))
        show.save_revision().publish()
    yield show
    with stack.database(django_db_blocker):
        jobs = Job.objects.filter(subject=f"podcast:{show.pk}", state__in=Job.ACTIVE)
        assert not jobs.exists()  # nothing goes on behind a screen that says it is done
        Podcast.objects.get(pk=show.pk).delete()


def bring_in(walker, show, address: str, words: str = "Bring in the episodes"):
    page = walker.page
    page.goto(f"/admin/podcast-import/{show.pk}/")
    page.get_by_label("Address of the feed").fill(address)
    page.get_by_role("button", name=words).click()
    return page


@pytest.mark.parametrize("size", SIZES)
def test_an_import_is_watched_and_what_failed_is_tried_again(
    walk, stack, empty_show, elsewhere, django_db_blocker, size
):
    width, height = SIZES[size]
    walker = walk(viewport={"width": width, "height": height}, bypass_csp=True)
    page = walker.sign_in("editor", to="/admin/").page
    asked = []
    page.on("request", lambda one: "/state/" in one.url and asked.append(one.url))
    page.goto(f"/admin/podcast-import/{empty_show.pk}/")
    assert violations(page) == []
    expect(page.locator(PIECE)).to_have_attribute(BUSY, "false")
    assert asked == []  # nothing has begun: there is nothing to ask

    elsewhere.missing.add("/three.m4a")
    for path in ("/feed.xml", "/two.m4a"):
        elsewhere.held[path] = threading.Event()
    bring_in(walker, empty_show, f"{elsewhere.base}/feed.xml")
    walker.sees("The feed is being read …")
    assert violations(page) == []
    elsewhere.held["/feed.xml"].set()
    walker.sees("1 of 3 episodes are here.")  # without a reload
    elsewhere.held["/two.m4a"].set()
    walker.sees("2 of 3 episodes are here.")
    expect(
        page.locator(PIECE).get_by_text("That server answered 404. Check the address.")
    ).to_be_visible()
    assert violations(page) == []
    expect(page.locator(PIECE)).to_have_attribute(BUSY, "false")  # it stops when nothing goes on
    assert len(asked) > 1

    elsewhere.missing.clear()
    page.get_by_role("button", name="Try these again").click()
    walker.sees("3 of 3 episodes are here.")
    expect(page.get_by_role("heading", name="What did not work")).to_have_count(0)
    assert violations(page) == []
    with stack.database(django_db_blocker):
        found = Episode.objects.child_of(empty_show).live().values_list("title", flat=True)
        assert sorted(found) == ["First light", "Second wind", "Third time"]

    bring_in(walker, empty_show, f"{elsewhere.base}/feed.xml", "Look for new episodes")
    walker.sees("3 of 3 episodes are here.")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/page.html", NO_FEED),
        ("/bomb.xml", NO_FEED),
        ("/to/http://169.254.169.254/latest/meta-data/", NOT_PUBLIC),
        ("/to/http://127.0.0.2/feed.xml", NOT_PUBLIC),
        ("/huge.xml", "This file is too large to bring in."),
        ("/inward.xml", NOT_PUBLIC),
    ],
)
def test_what_is_hostile_is_refused_at_once_in_plain_words(
    walk, empty_show, elsewhere, path, words
):
    walker = walk().sign_in("editor", to="/admin/")
    page = bring_in(walker, empty_show, elsewhere.base + path)
    expect(page.locator(PIECE).get_by_text(words, exact=False)).to_be_visible(timeout=20_000)
    expect(page.get_by_role("button", name="Try these again")).to_be_visible()
    expect(page.get_by_text("unexpected")).to_have_count(0)
    assert len([one for one in elsewhere.asked if one == path]) == 1  # not tried thrice


LOCKED = tag("podcast:locked", "yes", owner="ida@show.example")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_came_beside_the_sounds_is_told_and_a_lock_is_asked_about(
    walk, stack, empty_show, django_db_blocker, scheme
):
    walker = walk(viewport={"width": 1280, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page = walker.sign_in("editor", to="/admin/").page
    with somewhere() as there:
        gone = tag("itunes:image", href=f"{there.base}/gone.png")
        there.feed(there.whole(), gone + PODLOVE, "", channel=LOCKED)
        bring_in(walker, empty_show, f"{there.base}/feed.xml")
        walker.sees("This feed is locked: its owner, ida@show.example, lets no other place")
        expect(page.locator(PIECE)).to_have_attribute(BUSY, "false")
        assert violations(page) == []
        photograph(page, f"locked-{scheme}")

        page.get_by_role("button", name="Yes, bring it in").click()
        walker.sees("3 of 3 episodes are here.")
        expect(page.locator(PIECE)).to_have_attribute(BUSY, "false")
        walker.sees("One item lacks something.")
        walker.sees("Not taken: artwork. That server answered 404. Check the address.")
        walker.sees("captions (Deutsch), captions (English), captions (Français)")
        assert violations(page) == []
        photograph(page, f"outcomes-{scheme}")
        page.get_by_role("link", name="Morning 1").click()
        walker.sees("Who speaks")
        expect(page.get_by_role("textbox", name="Name").first).to_have_value("Ida Holm")

        with stack.database(django_db_blocker):
            Episode.objects.child_of(empty_show).get(guid="morning-2").delete()
        bring_in(walker, empty_show, f"{there.base}/feed.xml", "Look for new episodes")
        expect(page.get_by_role("heading", name="Removed here")).to_be_visible()
        walker.sees("3 of 3 episodes were brought in.")
        expect(page.locator(PIECE)).to_have_attribute(BUSY, "false")
        assert violations(page) == []
        photograph(page, f"removed-{scheme}")
        page.get_by_role("button", name="Bring it back Morning 2").press("Enter")
        expect(page.get_by_role("link", name="Morning 2")).to_be_visible()
        expect(page.get_by_role("heading", name="Removed here")).to_have_count(0)


def photograph(page, name):
    """Keep pictures of the screen where somebody asked for them."""
    folder = os.environ.get("PICTURES", "")
    for width in (1280, 390) if folder else ():
        page.set_viewport_size({"width": width, "height": 900})
        arrive(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
