"""Bringing in a show from a real server: once each guid, from public addresses alone."""

import http.server
import re
import threading
from contextlib import contextmanager, nullcontext
from functools import partial

import pytest

from core.jobs.models import Job
from core.jobs.services import run_now
from core.media.errors import MediaError
from core.media.fetching import HOPS, CannotFetch, fetch, public_address
from pages.models import Arrival, Episode, Podcast
from pages.podcasts import arriving, importing, outcomes
from pages.podcasts.arriving import read
from tests.factories import add_page, fresh, make_member, the_site

from .conftest import SOUND

ITEM = """<item><title>{title}</title><guid isPermaLink="false">{guid}</guid>
<pubDate>Mon, 0{n} May 2023 10:00:00 +0200</pubDate><description>
Q&amp;amp;A about &lt;b&gt;it&lt;/b&gt;.
&lt;script&gt;alert(1)&lt;/script&gt;</description>
<enclosure url="{base}/{file}" type="audio/mp4" length="1"/></item>"""
FEED = """<?xml version="1.0"?><rss version="2.0"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Old show</title>
<description>What it was.</description><itunes:author>Mara</itunes:author>{items}</channel></rss>"""


@contextmanager
def serving(folder):
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    handler.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def elsewhere(tmp_path, settings):
    settings.FETCH_FROM_PRIVATE = ["127.0.0.0/8"]
    (tmp_path / "one.m4a").write_bytes(SOUND.read_bytes())
    with serving(tmp_path) as base:
        items = [
            ITEM.format(title=f"Old {n}", guid=f"old-{n}", n=n, base=base, file=file)
            for n, file in ((2, "one.m4a"), (1, "one.m4a"), (3, "missing.m4a"))
        ]
        (tmp_path / "feed.xml").write_text(FEED.format(items="".join(items)))
        yield base


def run_all(kind):
    for job in Job.objects.filter(kind=kind, state__in=Job.ACTIVE).order_by("pk"):
        for _attempt in range(3):
            Job.objects.filter(pk=job.pk).update(run_after=None)
            run_now(job)


@pytest.mark.django_db(transaction=True)
def test_a_feed_comes_in_once_and_says_what_did_not_work(elsewhere, subscribed):
    member = make_member()
    for expected in (3, 1):
        importing.begin(show=subscribed.show, url=f"{elsewhere}/feed.xml", member=member)
        run_all(outcomes.READ)
        run_all(outcomes.EPISODE)
        new = Job.objects.filter(kind=outcomes.READ).latest("pk").result["new"]
        assert new == expected
    found = Episode.objects.exclude(guid="").order_by("number")
    assert [(e.title, e.guid, e.number) for e in found] == [
        ("Old 1", "old-1", 1),
        ("Old 2", "old-2", 2),
    ]
    first = found[0]
    assert (first.live, first.first_published_at.isoformat()[:10]) == (True, "2023-05-01")
    assert first.media.original.size == SOUND.stat().st_size
    assert "alert" not in str(first.body)
    assert first.summary == "Q&A about it."
    state = outcomes.state_of(subscribed.show)
    assert [job.payload["episode"]["title"] for job in state["failed"]] == ["Old 3"]
    assert "404" in state["failed"][0].error
    assert (state["done"], state["total"]) == (2, 3)


@pytest.mark.django_db(transaction=True)
def test_what_an_editor_removed_comes_back_when_asked_for_alone(elsewhere, subscribed, client):
    boss, show = make_member(is_staff=True, is_superuser=True), subscribed.show
    screen = f"/admin/podcast-import/{show.pk}/"
    client.force_login(boss)

    def look_again():
        importing.begin(show=show, url=f"{elsewhere}/feed.xml", member=boss)
        run_all(outcomes.READ)
        run_all(outcomes.EPISODE)

    def here():
        rows = Episode.objects.descendant_of(show).exclude(guid="")
        return list(rows.order_by("guid").values_list("guid", flat=True))

    look_again()
    assert here() == ["old-1", "old-2"]
    assert "Removed here" not in client.get(screen).content.decode()
    elsewhere_now = add_page(fresh(the_site().root_page), Podcast(title="Another show"))
    Episode.objects.get(guid="old-2").move(elsewhere_now, pos="last-child")
    Episode.objects.get(guid="old-1").delete()
    look_again()
    assert (here(), Episode.objects.filter(guid="old-2").count()) == ([], 1)
    for path in ("", "removed/"):
        shown = client.get(f"{screen}{path}").content.decode()
        assert [f"Old {n}</strong>" in shown for n in (1, 2)] == [True, True]

    shown = client.get(screen).content.decode()
    assert [words in shown for words in ("episodes were brought in", " here.</")] == [True, False]
    back = f"{screen}back/{Arrival.objects.get(guid='old-1').pk}/"
    reading = Job.objects.filter(pk=Job.objects.filter(kind=outcomes.READ).latest("pk").pk)
    reading.update(state=Job.State.RUNNING)
    answer = client.post(back, follow=True).content.decode()
    assert "The feed is being read at this moment." in answer
    reading.update(state=Job.State.SUCCEEDED)
    assert client.post(back).status_code == 302
    run_all(outcomes.READ)
    run_all(outcomes.EPISODE)
    assert here() == ["old-1"]
    assert [one.guid for one in outcomes.removed_of(show)] == ["old-2"]
    assert client.post(back).status_code == 404


def without(folder, *guids):
    """Let the feed end at its newest items; return what it was."""
    feed = folder / "feed.xml"
    whole = feed.read_text()
    kept = whole
    for guid in guids:
        kept = re.sub(rf"<item>(?:(?!</item>).)*>{guid}<.*?</item>", "", kept, flags=re.DOTALL)
    feed.write_text(kept)
    return whole


@pytest.mark.django_db(transaction=True)
def test_what_a_feed_offers_no_more_is_said_and_still_stands_under_removed(
    elsewhere, subscribed, client, tmp_path
):
    boss, show = make_member(is_staff=True, is_superuser=True), subscribed.show
    screen = f"/admin/podcast-import/{show.pk}/"
    words = "The feed does not offer “Old 1” any more."
    client.force_login(boss)

    def read_it(ask):
        ask()
        run_all(outcomes.READ)
        run_all(outcomes.EPISODE)
        is_here = Episode.objects.filter(guid="old-1").exists()
        return is_here, [one.guid for one in outcomes.removed_of(show)]

    look = partial(importing.begin, show=show, url=f"{elsewhere}/feed.xml", member=boss)
    read_it(look)
    Episode.objects.get(guid="old-1").delete()
    back = f"{screen}back/{Arrival.objects.get(guid='old-1').pk}/"
    whole = without(tmp_path, "old-1")
    assert read_it(partial(client.post, back)) == (False, ["old-1"])
    assert words in client.get(screen).content.decode()

    (tmp_path / "feed.xml").write_text(whole)
    assert read_it(look) == (False, ["old-1"])  # nobody asked for it again
    assert words not in client.get(screen).content.decode()
    assert read_it(partial(client.post, back)) == (True, [])


@pytest.mark.django_db(transaction=True)
def test_two_are_brought_back_one_after_the_other(elsewhere, subscribed, client, tmp_path):
    boss, show = make_member(is_staff=True, is_superuser=True), subscribed.show
    screen = f"/admin/podcast-import/{show.pk}/"
    client.force_login(boss)
    importing.begin(show=show, url=f"{elsewhere}/feed.xml", member=boss)
    run_all(outcomes.READ)
    run_all(outcomes.EPISODE)
    Episode.objects.exclude(guid="").delete()
    removed = list(outcomes.removed_of(show))
    assert sorted(one.guid for one in removed) == ["old-1", "old-2"]
    without(tmp_path, "old-2")
    for one in removed:
        client.post(f"{screen}back/{one.pk}/")
    waiting = Job.objects.get(kind=outcomes.READ, state=Job.State.QUEUED)
    importing.begin(show=show, url=f"{elsewhere}/feed.xml", member=boss)  # it asks for no less
    assert Job.objects.get(kind=outcomes.READ, state=Job.State.QUEUED) == waiting
    run_all(outcomes.READ)
    run_all(outcomes.EPISODE)
    assert Episode.objects.filter(guid="old-1").exists()
    assert [one.guid for one in outcomes.removed_of(show)] == ["old-2"]
    shown = client.get(screen).content.decode()
    assert [f"not offer “Old {n}” any" in shown for n in (1, 2)] == [False, True]


def test_a_read_that_was_vouched_for_keeps_that_for_its_address_alone(subscribed):
    boss, show = make_member(is_staff=True, is_superuser=True), subscribed.show
    gone = Arrival.objects.create(show=show, guid="gone", title="Gone")
    url, other = (f"https://example.com/{name}.xml" for name in ("feed", "other"))

    def waits():
        job = Job.objects.get(kind=outcomes.READ, state=Job.State.QUEUED)
        return tuple(job.payload[name] for name in ("url", "is_ours", "back"))

    importing.begin(show=show, url=url, member=boss, is_ours=True)
    importing.begin(show=show, url=url, member=boss)
    assert waits() == (url, True, [])
    show.refresh_from_db()
    importing.bring_back(show=show, item=gone, member=boss)
    assert waits() == (url, True, ["gone"])
    importing.begin(show=show, url=other, member=boss)
    assert waits() == (other, False, ["gone"])


@pytest.mark.django_db(transaction=True)
def test_what_is_removed_while_its_job_waits_stays_away(elsewhere, subscribed):
    importing.begin(show=subscribed.show, url=f"{elsewhere}/feed.xml", member=make_member())
    run_all(outcomes.READ)
    run_all(outcomes.EPISODE)
    Episode.objects.get(guid="old-1").delete()
    done = Job.objects.filter(kind=outcomes.EPISODE, state=Job.State.SUCCEEDED)
    done.update(state=Job.State.QUEUED)
    run_all(outcomes.EPISODE)
    assert not Episode.objects.filter(guid="old-1").exists()


def test_many_that_were_removed_cost_the_same_and_all_are_to_be_had(
    subscribed, client, django_assert_num_queries
):
    show = subscribed.show
    for many in (1, 60):
        for n in range(many):
            Arrival.objects.create(show=show, guid=f"x{many}-{n}", title=f"Gone {n}")
        with django_assert_num_queries(5):
            state = outcomes.state_of(show)
    assert (state["arrived"]["removed"], len(state["removed"])) == (61, 5)
    client.force_login(make_member(is_staff=True, is_superuser=True))
    screen = f"/admin/podcast-import/{show.pk}/"
    assert "All 61 that were removed" in client.get(screen).content.decode()
    pages = [client.get(f"{screen}removed/?p={n}").content.decode() for n in (1, 2)]
    assert [page.count("Bring it back") for page in pages] == [50, 11]


def test_a_corrected_address_takes_the_place_of_one_that_waits(subscribed, client):
    boss, show = make_member(is_staff=True, is_superuser=True), subscribed.show
    wrong, right, third = (f"https://example.com/{name}.xml" for name in ("feeed", "feed", "new"))
    old = importing.begin(show=show, url=wrong, member=boss)
    new = importing.begin(show=show, url=right, member=boss)
    old.refresh_from_db()
    assert (old.state, new.state, new.payload["url"]) == ("cancelled", "queued", right)
    assert importing.begin(show=show, url=right, member=boss) == new

    Job.objects.filter(pk=new.pk).update(state=Job.State.RUNNING)
    client.force_login(boss)
    answer = client.post(f"/admin/podcast-import/{show.pk}/", {"url": third}, follow=True)
    assert f"{right} is being read at this moment." in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_a_feed_holds_too_much_is_said(elsewhere, subscribed, client, monkeypatch):
    boss, show = make_member(is_staff=True, is_superuser=True), subscribed.show
    screen = f"/admin/podcast-import/{show.pk}/"
    client.force_login(boss)
    for most, words in ((3, ""), (1, "2 items at the end of the feed are left out")):
        monkeypatch.setattr(arriving, "MOST_ITEMS", most)
        importing.begin(show=show, url=f"{elsewhere}/feed.xml", member=boss)
        run_all(outcomes.READ)
        shown = client.get(screen).content.decode()
        assert ("left out" in shown) == bool(words)
        assert words in shown


def an_import(show, many, *, state=Job.State.FAILED, first=0):
    facts = {"kind": outcomes.EPISODE, "subject": outcomes.subject_of(show), "state": state}
    for n in range(first, first + many):
        payload = {"episode": {"title": f"Old {n}", "notes": "x" * 1000}}
        Job.objects.create(**facts, key=f"{outcomes.EPISODE}:{n}", payload=payload, error="Why.")


def test_one_episode_and_hundreds_are_looked_at_in_as_many_queries(
    subscribed, django_assert_num_queries
):
    show = subscribed.show
    an_import(show, 1)
    an_import(show, 60, first=1)
    an_import(show, 1, first=0, state=Job.State.SUCCEEDED)  # tried again, and it went well
    an_import(show, 100, first=100, state=Job.State.SUCCEEDED)
    with django_assert_num_queries(5) as asked:
        state = outcomes.state_of(show)
    assert sum("payload" in one["sql"] for one in asked.captured_queries) == 2
    assert (state["done"], state["total"], state["active"]) == (101, 161, 0)
    assert (len(state["failed"]), state["failed_more"]) == (50, 10)
    assert len(outcomes.failed_of(show)) == 60


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/feed.xml",
        "http://localhost/feed.xml",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fd00::1]/",
        "http://2130706433/",
        "http://0x7f000001/",
        "file:///etc/passwd",
        "ftp://example.com/feed",
        "gopher://example.com/",
        "http://user:password@example.com/",
        "http://example.com:99999/",
        "https://",
        "nonsense",
    ],
)
def test_no_address_inside_is_fetched(url, tmp_path):
    with pytest.raises(CannotFetch):
        fetch(url, tmp_path / "got", most=100, seconds=1)


def test_a_redirect_inside_is_not_followed(tmp_path, settings):
    settings.FETCH_FROM_PRIVATE = ["127.0.0.1/32"]

    class Inward(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/")
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Inward) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        with pytest.raises(CannotFetch, match="no public"):
            fetch(f"http://127.0.0.1:{server.server_port}/", tmp_path / "got", most=9, seconds=1)
        server.shutdown()


@pytest.mark.parametrize("hops", [HOPS, HOPS + 1])
def test_a_chain_of_counting_services_is_followed_to_its_end(hops, tmp_path, settings):
    settings.FETCH_FROM_PRIVATE = ["127.0.0.1/32"]

    class Counting(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            left = int(self.path.strip("/"))
            self.send_response(302 if left else 200)
            self.send_header("Location", f"/{left - 1}")
            self.end_headers()
            self.wfile.write(b"sound" if not left else b"")

        def log_message(self, *_):
            pass

    got = tmp_path / "got"
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        refusal = pytest.raises(CannotFetch, match="without an end")
        with nullcontext() if hops == HOPS else refusal:
            fetch(f"http://127.0.0.1:{server.server_port}/{hops}", got, most=9, seconds=5)
            assert got.read_bytes() == b"sound"
        server.shutdown()


def test_a_file_that_is_too_large_is_dropped(elsewhere, tmp_path):
    with pytest.raises(CannotFetch, match="too large"):
        fetch(f"{elsewhere}/one.m4a", tmp_path / "got", most=1000, seconds=5)


def test_a_public_address_is_taken():
    assert str(public_address("1.1.1.1", 443)) == "1.1.1.1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html></html>",
        "<rss/>",
        '<!DOCTYPE r [<!ENTITY a "b">]><rss><channel>&a;</channel></rss>',
        '<!DOCTYPE r SYSTEM "file:///etc/passwd"><rss><channel/></rss>',
    ],
)
def test_what_is_no_feed_is_said_to_be_none(text, tmp_path):
    (tmp_path / "feed").write_text(text)
    with pytest.raises(MediaError, match="no podcast feed"):
        read(tmp_path / "feed")
