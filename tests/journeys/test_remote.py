"""A film on another device, there and back, by interfaces that the page pretends to have."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.violations import violations

NAME = "Play on another device"
# https://www.w3.org/TR/remote-playback/: a television that plays what has an address, and no other.
TELEVISION = """
const remotes = new WeakMap();
const television = (window.television = { isThere: true, chooses: true, asked: [] });
class Remote extends EventTarget {
  state = "disconnected";
  constructor(media) {
    super();
    this.media = media;
  }
  get canBeFetched() {
    return this.media.readyState > 0 && /^http/.test(this.media.currentSrc);
  }
  async watchAvailability(tell) {
    const look = () => tell(television.isThere && this.canBeFetched);
    this.media.addEventListener("loadedmetadata", look);
    setTimeout(look);
    return 1;
  }
  async cancelWatchAvailability() {}
  async prompt() {
    television.asked.push(this.media.currentSrc);
    const isThere = television.isThere && this.canBeFetched;
    if (!isThere || !television.chooses) throw new DOMException("dismissed", "NotAllowedError");
    this.become("connecting");
    setTimeout(() => this.become("connected"), 200);
  }
  become(state) {
    this.state = state;
    this.dispatchEvent(new Event(state.replace(/ed$/, "")));
  }
}
Object.defineProperty(HTMLMediaElement.prototype, "remote", {
  get() {
    if (!remotes.has(this)) remotes.set(this, new Remote(this));
    return remotes.get(this);
  },
});
"""
# WebKit's own words, and what it does with a second source (webkit.org/blog/15036): the first one
# closes, the device gets the other; while it connects it says yes, no and yes.
AIRPLAY = """
window.WebKitPlaybackTargetAvailabilityEvent = class extends Event {};
window.ManagedMediaSource = class ManagedMediaSource extends MediaSource {};
const media = HTMLMediaElement.prototype;
media.webkitCurrentPlaybackTargetIsWireless = false;
media.tellsOfDevices = function (availability) {
  const told = new Event("webkitplaybacktargetavailabilitychanged");
  if (!this.disableRemotePlayback) this.dispatchEvent(Object.assign(told, { availability }));
};
media.isWireless = function (isOn) {
  this.webkitCurrentPlaybackTargetIsWireless = isOn;
  this.dispatchEvent(new Event("webkitcurrentplaybacktargetiswirelesschanged"));
};
media.webkitShowPlaybackTargetPicker = function () {
  const [own] = this.querySelectorAll("source");
  this.isWireless(true);
  own.remove();
  this.load();
  this.isWireless(false);
  this.isWireless(true);
};
"""
REMOTE = "(video, state) => video.remote.become(state)"
WAY = "() => document.querySelector('lectern-player').stream.way"
RENEW = "() => document.querySelector('lectern-player').grant.renew()"
SHOWN = """(video) => [...video.textTracks]
  .filter((track) => track.mode === "showing").map((track) => track.language)"""


def _watching(walk, address, script, **options):
    walker = walk(**options)
    walker.page.add_init_script(script)
    walker.sign_in("operator", to=address).start()
    walker.page.keyboard.press("0")  # wherever somebody stopped before
    return walker


def _button(walker):
    return walker.page.get_by_role("button", name=NAME)


def _finds(walker):
    """Let it play until it has looked for devices."""
    walker.until(_button(walker).is_visible, seconds=20)


def _plays_on(walker, second):
    """Wait until it plays, from about that second on."""
    walker.until(lambda: walker.video("currentTime") > second + 0.3, seconds=20)
    assert second - 0.5 <= walker.video("currentTime") < second + 6


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_film_goes_to_a_television_and_comes_back_to_the_second(walk, captioned, scheme):
    walker = _watching(walk, captioned, TELEVISION, color_scheme=scheme, bypass_csp=True)
    page = walker.page
    page.keyboard.press("c")
    _finds(walker)
    assert page.evaluate(WAY) == "hls.js"
    expect(_button(walker)).to_have_attribute("aria-pressed", "false")

    page.keyboard.press("2")
    walker.until(lambda: 4 <= walker.video("currentTime") < 6)
    _button(walker).click()
    expect(page.get_by_text("Playing on another device")).to_be_visible()
    expect(_button(walker)).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(WAY) == "native"
    _plays_on(walker, 4)
    assert violations(page) == []

    address = walker.video("currentSrc").partition("#")[0]
    assert page.evaluate("() => television.asked[0]").partition("#")[0] == address
    assert address.endswith("/master.m3u8?captions=en")
    playlist = page.request.get(address).text()
    assert 'LANGUAGE="en",DEFAULT=YES' in playlist
    page.evaluate(RENEW)  # the page's token changes, the device's stays
    assert walker.video("currentSrc").partition("#")[0] == address

    left = walker.video("currentTime")
    page.eval_on_selector("video", REMOTE, "disconnected")
    walker.until(lambda: page.evaluate(WAY) == "hls.js")
    expect(_button(walker)).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_text("Playing on another device")).to_be_hidden()
    _plays_on(walker, left)
    assert page.eval_on_selector("video", SHOWN) == ["en"]
    page.keyboard.press("c")


def test_who_chooses_no_television_watches_on(walk, world):
    walker = _watching(walk, world.second, TELEVISION)
    page = walker.page
    page.evaluate("() => (television.chooses = false)")
    _finds(walker)
    page.keyboard.press("2")
    page.keyboard.press(">")
    walker.until(lambda: 4 <= walker.video("currentTime") < 6)
    _button(walker).click()
    walker.until(lambda: page.evaluate("() => television.asked.length") == 1)
    walker.until(lambda: page.evaluate(WAY) == "hls.js")
    _plays_on(walker, 4)
    assert walker.video("playbackRate") == 1.25
    expect(_button(walker)).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("<")


def test_where_no_device_is_there_is_no_button(walk, world):
    walker = _watching(walk, world.second, TELEVISION)
    page = walker.page
    page.evaluate("() => (television.isThere = false)")
    page.wait_for_event("response", lambda answer: "/remote" in answer.url)
    asked_at = walker.video("currentTime")
    walker.until(lambda: walker.video("currentTime") > asked_at + 2)
    expect(_button(walker)).to_be_hidden()


def test_safari_hands_the_second_source_to_a_device(walk, captioned):
    walker = _watching(walk, captioned, AIRPLAY)
    page = walker.page
    page.keyboard.press("2")
    walker.until(lambda: walker.video("currentTime") >= 4)
    expect(_button(walker)).to_be_hidden()
    page.eval_on_selector("video", "(video) => video.tellsOfDevices('available')")
    expect(_button(walker)).to_be_visible()
    second = page.locator("video source").nth(1)
    expect(second).to_have_attribute("type", "application/vnd.apple.mpegurl")
    handed = second.get_attribute("src")

    before = walker.video("currentTime")
    _button(walker).click()
    expect(page.get_by_text("Playing on another device")).to_be_visible()
    assert walker.video("currentSrc") == handed
    assert page.evaluate(WAY) == "native"
    _plays_on(walker, before)

    page.eval_on_selector("video", "(video) => { video.tellsOfDevices('not-available'); }")
    expect(_button(walker)).to_be_visible()  # it still leads back
    left = walker.video("currentTime")
    page.eval_on_selector("video", "(video) => { video.isWireless(false); }")
    walker.until(lambda: page.evaluate(WAY) == "hls.js")
    _plays_on(walker, left)
    expect(_button(walker)).to_be_hidden()
