"""Private feeds as readers that others wrote see them: whole, refused, paused, asked each time."""

import io
from datetime import timedelta
from urllib.parse import urlsplit

import feedparser
import podcastparser
import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from wagtail.models import ReferenceIndex, Site

from core.access.feeds import throttle
from core.access.feeds.models import FeedKey, FeedVisit
from core.access.feeds.queries import evidence
from core.access.feeds.services import (
    forgive_feed_key,
    issue_feed_key,
    revoke_feed_keys,
    rotate_feed_key,
    suspend_feed_key,
)
from core.media.models import Asset, Rendition
from core.playback import queries
from core.storage.services import store
from pages.models import Episode, Lesson, Podcast
from tests.factories import (
    add_page,
    close_to_all_but,
    fresh,
    make_program,
    the_site,
    url_of,
)

from .conftest import MP3, MP4, SOUND, add_episode, add_episodes, make_sound

pytestmark = pytest.mark.django_db


def read(response):
    """The feed as two independent parsers read it; neither may stumble."""
    assert response.status_code == 200, response.content
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    told = podcastparser.parse("http://testserver/", io.BytesIO(response.content))
    return parsed, told


def titles(response):
    return [entry.title for entry in read(response)[0].entries]


# --- what it says -----------------------------------------------------------------------------


def test_two_readers_of_feeds_find_the_show_and_its_episodes(subscribed):
    parsed, told = read(subscribed.fetch())
    feed = parsed.feed
    assert (feed.title, feed.subtitle, feed.author) == (
        "The Quiet Practice",
        "Short & calm.",
        "Mara",
    )
    assert [(t.term) for t in feed.tags] == ["Education", "Courses"]
    assert feed.link == f"http://testserver{url_of(subscribed.show)}"
    assert [entry.title for entry in parsed.entries] == ["Episode 2", "Episode 1"]
    newest = parsed.entries[0]
    assert newest.content[-1].value == (
        '<p>Notes <b>of</b> 2. <a href="http://testserver/x/">More</a></p>'
    )
    assert (newest.itunes_duration, newest.itunes_episode, newest.itunes_season) == ("10", "2", "1")
    [sound] = newest.enclosures
    assert (sound.type, sound.length) == ("audio/mp4", str(SOUND.stat().st_size))
    assert [one["title"] for one in told["episodes"]] == ["Episode 2", "Episode 1"]
    assert told["episodes"][0]["enclosures"][0]["file_size"] == SOUND.stat().st_size
    assert told["episodes"][0]["total_time"] == 10


def test_a_private_feed_is_for_no_directory(subscribed):
    text = subscribed.fetch().content.decode()
    for line in (
        "<itunes:block>Yes</itunes:block>",
        "<podcast:block>yes</podcast:block>",
        "<podcast:locked>yes</podcast:locked>",
        '<podcast:person href="https://mara.example/" role="host">Mara</podcast:person>',
    ):
        assert line in text
    assert "mara@lectern.example" not in text
    assert str(subscribed.show.guid) not in text
    assert subscribed.fetch()["X-Robots-Tag"] == "noindex, nofollow"


def test_the_same_feed_is_the_same_bytes_and_costs_nothing_twice(subscribed):
    first = subscribed.fetch()
    assert first["Cache-Control"] == "private, no-cache"
    assert subscribed.fetch().content == first.content
    by_tag = subscribed.fetch(**{"if-none-match": first["ETag"]})
    by_date = subscribed.fetch(**{"if-modified-since": first["Last-Modified"]})
    assert (by_tag.status_code, by_tag.content) == (304, b"")
    assert (by_date.status_code, by_tag["ETag"]) == (304, first["ETag"])
    page = fresh(subscribed.show).get_children().last().specific
    page.title = "Another title"
    page.save_revision().publish()
    assert subscribed.fetch(**{"if-none-match": first["ETag"]}).status_code == 200


def test_control_letters_and_markup_break_no_feed(subscribed):
    page = fresh(subscribed.show).get_children().last().specific
    page.title, page.summary = "A\x08 <b>&amp;</b> “ü” 🎙", "]]> \x0b <script>alert(1)</script>"
    page.save_revision().publish()
    parsed, _told = read(subscribed.fetch())
    assert "“ü” 🎙" in parsed.entries[0].title
    assert b"<script>" not in subscribed.fetch().content


def test_one_episode_and_thirty_cost_the_same_queries(subscribed):
    counts = []
    for more in (0, 28):
        add_episodes(subscribed.show, more, first=3)
        subscribed.fetch()
        with CaptureQueriesContext(connection) as asked:
            response = subscribed.fetch()
        counts.append(len(asked))
    assert len(titles(response)) == 30
    assert counts[0] == counts[1]
    assert counts[0] <= 12


# --- files ------------------------------------------------------------------------------------


def enclosure(response, n=0):
    return urlsplit(read(response)[0].entries[n].enclosures[0].href).path


def test_an_enclosure_is_a_redirect_that_lives_for_a_while_and_honours_ranges(subscribed):
    moved = subscribed.fetch(enclosure(subscribed.fetch()))
    assert (moved.status_code, moved["Cache-Control"]) == (302, "no-store")
    whole = subscribed.fetch(moved["Location"])
    data = b"".join(whole.streaming_content) if whole.streaming else whole.content
    assert (whole.status_code, whole["Content-Type"]) == (200, "audio/mp4")
    assert data == SOUND.read_bytes()
    part = subscribed.fetch(moved["Location"], range="bytes=100-199")
    assert (part.status_code, part.content) == (206, data[100:200])
    assert part["Content-Range"] == f"bytes 100-199/{len(data)}"
    head = Client().head(moved["Location"])
    assert (head.status_code, head["Content-Length"], head.content) == (200, str(len(data)), b"")
    assert Client().head(enclosure(subscribed.fetch())).status_code == 302


def test_an_enclosures_address_opens_that_file_and_nothing_else(subscribed):
    location = subscribed.fetch(enclosure(subscribed.fetch()))["Location"]
    base = location.rpartition("/")[0]
    for name in ("download", "master.m3u8", "audio.mp3", "renew", "poster.jpg", "720p/index.m3u8"):
        assert subscribed.fetch(f"{base}/{name}").status_code in {403, 404}, name


def test_an_mp3_is_handed_out_as_it_came_and_a_film_by_its_sound(subscribed):
    site = the_site()
    add_episode(subscribed.show, Episode(title="Old", number=3, media=make_sound(probe=MP3)))
    film = make_sound("Film", kind=Asset.Kind.VIDEO, probe={"video_codec": "h264"})
    add_episode(subscribed.show, Episode(title="Film", number=4, media=film))
    assert titles(subscribed.fetch()) == ["Old", "Episode 2", "Episode 1"]  # no sound of it yet
    for name, kind in (("audio.m4a", "audio/mp4"), ("video.mp4", "video/mp4")):
        whole = store(site=site, source=SOUND, content_type=kind)
        Rendition.objects.create(asset=film, name=name, kind=Rendition.Kind.FILE, object=whole)
    parsed, _told = read(subscribed.fetch())
    assert [(e.title, e.enclosures[0].type) for e in parsed.entries[:2]] == [
        ("Film", "audio/mp4"),
        ("Old", "audio/mpeg"),
    ]
    assert b'type="video/mp4"><podcast:source uri=' in subscribed.fetch().content


@pytest.mark.parametrize("probe", [MP3, MP4])
def test_what_was_cut_out_of_an_episode_is_in_no_feed(subscribed, probe):
    sound = make_sound(probe=probe)
    add_episode(subscribed.show, Episode(title="Cut", number=3, media=sound))
    way = enclosure(subscribed.fetch())
    location = subscribed.fetch(way)["Location"]
    Asset.objects.filter(pk=sound.pk).update(kept=[[0, 4]])
    queries.forget()
    assert titles(subscribed.fetch()) == ["Episode 2", "Episode 1"]
    assert subscribed.fetch(way).status_code == 404
    assert subscribed.fetch(location).status_code == 404
    made = store(site=the_site(), source=io.BytesIO(b"only this"), content_type="audio/mp4")
    Rendition.objects.create(asset=sound, name="audio.m4a", kind="file", object=made)
    queries.forget()
    response = subscribed.fetch()
    [file] = read(response)[0].entries[0].enclosures
    assert (file.type, file.length) == ("audio/mp4", "9")
    given = subscribed.fetch(subscribed.fetch(enclosure(response))["Location"])
    assert (given["Content-Type"], given.getvalue()) == ("audio/mp4", b"only this")


# --- who is let in ----------------------------------------------------------------------------


def test_what_is_taken_away_is_away_in_the_next_request(subscribed):
    way = enclosure(subscribed.fetch())
    location = subscribed.fetch(way)["Location"]
    subscribed.member.groups.remove(subscribed.tier)
    assert subscribed.fetch().status_code == 404
    assert subscribed.fetch(way).status_code == 404
    assert subscribed.fetch(location).status_code == 403
    subscribed.member.groups.add(subscribed.tier)
    assert len(titles(subscribed.fetch())) == 2


def test_an_episode_of_another_tier_is_left_out(subscribed):
    response = subscribed.fetch()
    way = enclosure(response, 1)
    first = Episode.objects.get(number=1)
    close_to_all_but(first, Group.objects.create(name="Another"))
    assert titles(subscribed.fetch()) == ["Episode 2"]
    assert subscribed.fetch(way).status_code == 404


def test_a_replaced_address_is_gone_and_an_unknown_one_not_there(subscribed):
    way = enclosure(subscribed.fetch())
    location = subscribed.fetch(way)["Location"]
    new, token = rotate_feed_key(key=subscribed.key)
    assert (subscribed.fetch().status_code, subscribed.fetch(way).status_code) == (410, 410)
    assert subscribed.fetch(location).status_code == 403
    assert len(titles(subscribed.fetch(f"/feeds/podcast/{token}.xml"))) == 2
    assert subscribed.fetch("/feeds/podcast/AAAAAAAAAAAAAAAAAAAAAA.xml").status_code == 404
    revoke_feed_keys(FeedKey.objects.filter(pk=new.pk))
    assert subscribed.fetch(f"/feeds/podcast/{token}.xml").status_code == 410


def test_one_key_opens_its_own_show_on_its_own_site_alone(subscribed):
    other = add_page(the_site().root_page, Podcast(title="Other"))
    [episode] = add_episodes(other, 1)
    path = f"/feeds/podcast/{subscribed.token}/{episode.pk}/audio.m4a"
    assert subscribed.fetch(path).status_code == 404
    Site.objects.create(hostname="other.example", root_page=the_site().root_page)
    assert subscribed.fetch(host="other.example").status_code == 404
    calendar = issue_feed_key(member=subscribed.member, site=the_site(), kind="calendar")[1]
    assert subscribed.fetch(f"/feeds/podcast/{calendar}.xml").status_code == 404


def test_a_suspended_address_tells_why_with_one_episode_that_plays(subscribed):
    way = enclosure(subscribed.fetch())
    location = subscribed.fetch(way)["Location"]
    suspend_feed_key(key=subscribed.key, reason="Nine phones a day. Call us.")
    parsed, _told = read(subscribed.fetch())
    [only] = parsed.entries
    assert (only.title, only.summary) == (
        "Your private feed is paused",
        "Nine phones a day. Call us.",
    )
    assert only.enclosures[0].href.endswith("/audio/feed_paused.m4a")
    assert int(only.enclosures[0].length) == SOUND.stat().st_size
    assert subscribed.fetch(way).status_code == 404
    assert subscribed.fetch(location).status_code == 403
    forgive_feed_key(key=subscribed.key)
    assert len(titles(subscribed.fetch())) == 2


def test_fetches_are_counted_by_client_and_guesses_slowed_down(subscribed):
    subscribed.fetch()
    subscribed.fetch()
    subscribed.fetch(**{"user-agent": "Overcast/3.0"})
    assert sorted(FeedVisit.objects.values_list("app", "times")) == [
        ("AntennaPod", 2),
        ("Overcast", 1),
    ]
    for n in range(throttle.TRIES):
        assert subscribed.fetch(f"/feeds/podcast/guess-number-{n:010}.xml").status_code == 404
    slowed = subscribed.fetch("/feeds/podcast/guess-once-more-00000.xml")
    assert (slowed.status_code, slowed["Retry-After"]) == (429, "60")
    assert subscribed.fetch().status_code == 200
    subscribed.member.is_active = False
    subscribed.member.save()
    assert subscribed.fetch().status_code == 410


def test_who_downloads_is_counted_once_a_day_beside_who_fetches(subscribed):
    """A service fetches the feed for all its listeners: their own apps fetch the episodes."""
    ways = [enclosure(subscribed.fetch(), n) for n in range(2)]
    for phone in ("81.2.69.7", "81.2.69.8"):
        for way in [*ways, *ways]:
            with CaptureQueriesContext(connection) as asked:
                app = Client(REMOTE_ADDR=phone, headers={"user-agent": "Pocket Casts/8"})
                assert app.get(way).status_code == 302
            assert sum("core_feedvisit" in one["sql"] for one in asked) == 1
    Client(REMOTE_ADDR="81.2.69.9").head(ways[0])
    rows = FeedVisit.objects.values_list("app", "times")
    assert sorted(rows) == [("AntennaPod", 2), ("Pocket Casts", 1), ("Pocket Casts", 1)]
    [row] = evidence(FeedKey.objects.all())
    assert row.most == 3


def test_nobody_writes_to_a_feed(subscribed):
    assert Client().post(subscribed.address).status_code == 405


# --- public shows -----------------------------------------------------------------------------


def test_a_public_show_has_a_public_feed_that_may_be_kept(subscribed):
    address = f"/feeds/show/{subscribed.show.pk}.xml"
    assert Client().get(address).status_code == 404
    subscribed.show.view_restrictions.all().delete()
    response = Client().get(address)
    parsed, _told = read(response)
    assert len(parsed.entries) == 2
    assert response["Cache-Control"] == "public, max-age=300, s-maxage=300"
    text = response.content.decode()
    assert "itunes:block" not in text
    assert f"<podcast:guid>{subscribed.show.guid}</podcast:guid>" in text
    assert '<podcast:locked owner="mara@lectern.example">yes</podcast:locked>' in text
    moved = Client().get(enclosure(response))
    assert Client().get(moved["Location"]).status_code == 200


def test_a_lesson_is_heard_in_a_show_by_whoever_may_see_the_lesson(subscribed):
    make_program(modules=1, lessons=1)
    lesson = Lesson.objects.get()
    lesson.show, lesson.video = subscribed.show, make_sound()
    lesson.save_revision().publish()
    ReferenceIndex.create_or_update_for_object(lesson)
    response = subscribed.fetch()
    assert titles(response) == ["Lesson 0.0", "Episode 2", "Episode 1"]
    Lesson.objects.update(first_published_at=now() - timedelta(days=900))
    assert titles(subscribed.fetch()) == ["Episode 2", "Episode 1", "Lesson 0.0"]
    Lesson.objects.update(heard_since=now())
    assert titles(subscribed.fetch()) == ["Lesson 0.0", "Episode 2", "Episode 1"]
    assert subscribed.fetch(enclosure(response)).status_code == 302
    close_to_all_but(lesson, Group.objects.create(name="Another"))
    assert titles(subscribed.fetch()) == ["Episode 2", "Episode 1"]
    assert subscribed.fetch(enclosure(response)).status_code == 404
