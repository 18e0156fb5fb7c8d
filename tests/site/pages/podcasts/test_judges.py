"""Feeds before judges that others wrote: the W3C's validator, and Podcast Index's own parser."""

import json
import subprocess
import sys
from pathlib import Path
from uuid import uuid5

import pytest
from django.test import Client

from core.access.feeds.services import suspend_feed_key
from core.media.chapters.services import replace_chapters
from core.media.models import Asset, Rendition
from core.media.transcripts.models import TranscriptVersion
from core.media.transcripts.services import write
from core.storage.services import store
from pages.models import Episode
from tests.factories import fresh, make_image, the_site

from .conftest import MP3, SOUND, add_episode, make_sound

pytestmark = pytest.mark.django_db
JUDGES = Path(__file__).parent / "judges"
HOST = "members.example.com"  # a judge of addresses asks for a real name


@pytest.fixture
def rich(subscribed):
    """Everything a feed may say: artwork, seasons, kinds, people, words, chapters, a film."""
    show = subscribed.show
    show.artwork, show.kind = make_image("Cover", (1400, 1400)), "serial"
    show.save_revision().publish()
    sound = make_sound("Spoken", probe=MP3)
    cues = [{"start": 0.0, "end": 4.0, "text": "Welcome."}]
    for language in ("en", "pt-BR"):
        write(asset=sound, language=language, cues=cues, origin=TranscriptVersion.Origin.UPLOADED)
    replace_chapters(asset=sound, chapters=[(0, "Hello"), (5, "The number")])
    people = [
        ("person", {"name": name, "role": role, "link": ""})
        for name, role in (
            ("Mara", "host"),
            ("Ann & Bo", "guest"),
            ("Cy", "producer"),
            ("Di", "editor"),
        )
    ]
    add_episode(show, Episode(
        title="Season two", season=2, number=1, media=Asset.objects.get(pk=sound.pk),
        persons=people, artwork=make_image("Own", (1500, 1500)),
        body=[("text", "<p>Notes &amp; <i>more</i>: <a href='https://x.example/?a=1&amp;b=2'>x</a></p>")],
    ))  # fmt: skip
    film = make_sound("Film", kind=Asset.Kind.VIDEO, probe={"video_codec": "h264"})
    for name, kind in (("audio.m4a", "audio/mp4"), ("video.mp4", "video/mp4")):
        whole = store(site=the_site(), source=SOUND, content_type=kind)
        Rendition.objects.create(asset=film, name=name, kind=Rendition.Kind.FILE, object=whole)
    add_episode(show, Episode(title="Film", season=2, number=2, media=film, kind="bonus"))
    add_episode(show, Episode(title="Trailer", number=9, media=make_sound(), kind="trailer"))
    subscribed.show = fresh(show)
    return subscribed


@pytest.fixture
def feeds(rich, tmp_path, settings):
    """Every kind of feed as a file, by where an app fetches it from."""
    settings.ALLOWED_HOSTS = [HOST]
    kept = {}

    def keep(name, path):
        response = Client().get(path, headers={"host": HOST})
        assert response.status_code == 200, response.content
        (tmp_path / f"{name}.xml").write_bytes(response.content)
        kept[str(tmp_path / f"{name}.xml")] = f"http://{HOST}{path}"

    keep("private", rich.address)
    suspend_feed_key(key=rich.key, reason="Nine phones a day & more.")
    keep("paused", rich.address)
    rich.show.view_restrictions.all().delete()
    keep("public", f"/feeds/show/{rich.show.pk}.xml")
    return kept


def w3c(feeds):
    command = [sys.executable, str(JUDGES / "w3c.py"), json.dumps(feeds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return {Path(path).stem: found for path, found in json.loads(done.stdout).items()}


def test_the_w3cs_validator_finds_no_fault(feeds):
    # it is for no directory: nobody writes to its owner
    no_address = ["MissingItunesEmail parent=channel element=itunes:email"]
    assert w3c(feeds) == {"private": no_address, "paused": no_address, "public": []}


def test_the_w3cs_validator_does_find_faults(feeds, tmp_path):
    text = (tmp_path / "public.xml").read_text()
    for sound, broken in (
        (">serial<", ">sequel<"),
        ('text="Courses"', 'text="Course"'),
        ("<itunes:season>2<", "<itunes:season>two<"),
        ('length="80680"', 'length="long"'),
    ):
        assert sound in text
        text = text.replace(sound, broken, 1)
    (tmp_path / "broken.xml").write_text(text)
    [found] = w3c({str(tmp_path / "broken.xml"): feeds[str(tmp_path / "public.xml")]}).values()
    assert [one.partition(" ")[0] for one in found] == [
        *("InvalidItunesChannelType", "InvalidItunesCategory"),
        *("InvalidIntegerAttribute", "InvalidPositiveInteger"),
    ]


def test_podcast_index_reads_all_that_podcasting_2_adds(feeds, rich):
    node = Path(sys.executable).with_name("node")
    command = [str(node), str(JUDGES / "podcasting.mjs"), *feeds]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    private, paused, public = json.loads(done.stdout)  # a complaint would stand before it
    assert [one["title"] for one in paused["items"]] == ["Your private feed is paused"]
    for feed in (private, paused):
        assert (feed["itunesBlock"], feed["podcastBlocked"]) == (True, "yes")
        assert "podcastOwner" not in feed
        assert feed["guid"] == str(uuid5(rich.show.guid, str(rich.member.pk)))
    assert (public["guid"], public["medium"]) == (str(rich.show.guid), "podcast")
    assert (public["locked"], public["podcastOwner"]) == (True, "mara@lectern.example")
    assert (public["itunesBlock"], public["podcastBlocked"]) == (False, "no")
    assert public["itunesType"] == "serial"
    assert [person["name"] for person in public["podcastPeople"]] == ["Mara"]
    _judge_items(public, f"http://{HOST}/feeds/show/{rich.show.pk}")
    _judge_items(private, f"http://{HOST}{rich.address.removesuffix('.xml')}")


def _judge_items(feed, base):
    episodes = {one["title"]: one for one in feed["items"]}
    numbers = {
        title: (one["itunesEpisodeType"], one["itunesSeason"], one.get("itunesEpisode"))
        for title, one in episodes.items()
    }
    assert numbers == {
        "Trailer": ("trailer", 1, None),
        "Film": ("bonus", 2, 2),
        "Season two": ("full", 2, 1),
        "Episode 2": ("full", 1, 2),
        "Episode 1": ("full", 1, 1),
    }
    spoken = episodes["Season two"]
    page = spoken["enclosure"]["url"].split("/")[-2]
    assert spoken["enclosure"]["type"] == "audio/mpeg"
    assert spoken["description"] == "Notes & more: x"
    assert [(one["url"], one["type"], one["language"]) for one in spoken["podcastTranscripts"]] == [
        (f"{base}/{page}/captions/{language}.vtt", "text/vtt", language)
        for language in ("en", "pt-BR")
    ]
    assert spoken["podcastChapters"] == {
        "url": f"{base}/{page}/chapters.json", "type": "application/json+chapters"
    }  # fmt: skip
    people = [(one["name"], one["role"], one["group"]) for one in spoken["podcastPeople"]]
    assert people == [
        ("Mara", "Host", "Cast"),
        ("Ann & Bo", "Guest", "Cast"),
        ("Cy", "Producer", "Creative Direction"),
        ("Di", "Editor", "Audio Post-Production"),
    ]
    [film] = episodes["Film"]["alternativeEnclosures"]
    assert (film["type"], film["source"][0]["uri"].rsplit("/", 1)[1]) == ("video/mp4", "video.mp4")


def test_chapters_and_words_are_what_the_feed_says_they_are(feeds, rich):
    spoken = Episode.objects.get(title="Season two")
    base = f"/feeds/show/{rich.show.pk}/{spoken.pk}"
    client = Client(headers={"host": HOST})
    chapters = client.get(client.get(f"{base}/chapters.json")["Location"])
    assert chapters["Content-Type"] == "application/json+chapters"
    assert chapters["Access-Control-Allow-Origin"] == "*"
    assert chapters["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert chapters.json() == {
        "version": "1.2.0",
        "chapters": [
            {"startTime": 0.0, "title": "Hello"},
            {"startTime": 5.0, "title": "The number"},
        ],
    }
    words = client.get(client.get(f"{base}/captions/pt-BR.vtt")["Location"])
    assert words["Content-Type"].partition(";")[0] == "text/vtt"
    assert "Welcome." in words.content.decode()
