"""Who is not signed in sees the public pages, a sign-in for the rest, and not one private byte."""

from __future__ import annotations

from playwright.sync_api import expect


def test_stranger_is_sent_to_the_sign_in(walk, world):
    page = walk().page
    page.goto(world.first)
    page.wait_for_url("**/account/login/**")
    expect(page.locator("[name=login]")).to_be_visible()


def test_bytes_are_refused_without_a_right_token(walk, world):
    walker = walk().sign_in("member", to=world.first)
    config = walker.page.evaluate(
        "() => JSON.parse(document.querySelector('lectern-player script').textContent)"
    )
    address = config["source"]["url"]
    broken = address.replace(config["token"], config["token"][:-2] + "AA")
    request = walk().page.context.request
    assert request.get(address).status == 200  # the token alone is the right to play
    assert request.get(broken).status == 403
    assert request.get(f"/p/nonsense/{world.asset}/master.m3u8").status == 403
    assert request.post(f"/beat/{config['token'][:-2]}AA", data={}).status in {401, 403}


def test_lesson_tells_a_stranger_nothing_as_json(walk, world):
    page = walk().page
    answer = page.context.request.get("/player/1/")
    assert answer.status == 404
