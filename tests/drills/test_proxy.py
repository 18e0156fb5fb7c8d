"""nginx in front: the gate decides, nginx hands out the bytes, and no log learns a token."""

from __future__ import annotations

import hashlib
import socket
import time
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction, ReferenceIndex, Site

from core.access.feeds.services import issue_feed_key
from core.media.chapters.services import replace_chapters
from core.media.models import Rendition
from core.members.models import Member
from core.playback.enclosures import SOUND
from core.playback.entitlement import seal_of
from core.playback.tokens import Claims, write_token
from core.storage.services import place, store
from pages.models import Episode, Lesson, Podcast
from tests.core.conftest import make_film
from tests.drills.proxy import nginx
from tests.drills.web import Asker, web_process
from tests.factories import make_image


@pytest.fixture
def front(tmp_path, django_db_blocker):
    """A film behind the gate behind nginx; the asker speaks to nginx."""
    with web_process(tmp_path / "copy", django_db_blocker, ACCEL_REDIRECT="x-accel") as web:
        site = Site.objects.get(is_default_site=True)
        film = make_film(site, tmp_path / "made")
        page = site.root_page.add_child(instance=Lesson(title="A", slug="a", video=film))
        PageViewRestriction.objects.create(page=page, restriction_type="login")
        member = Member.objects.create_user("member@lectern.example")
        now = int(time.time())
        who = (member.pk, site.pk, film.pk, page.pk)
        token = write_token(Claims(*who, now + 3000, now, seal=seal_of(member)))
        with nginx(tmp_path / "nginx", web) as proxy:
            asker = Asker(proxy.port)
            yield web, proxy, asker, film, token, member
            asker.close()


def test_nginx_hands_out_what_the_gate_allows(front):
    web, proxy, asker, film, token, _member = front
    tree = film.renditions.get().object
    path = place(tree).local_path(f"{tree.key}/segment-00001.m4s")
    body = Path(path).read_bytes()
    address = f"/p/{token}/{film.pk}/360p/segment-00001.m4s"

    whole = asker.ask(address)
    assert (whole.status, whole.body) == (200, body)
    assert "X-Accel-Redirect" not in whole.headers
    for name, value in {
        "Content-Type": "video/iso.segment",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
    }.items():
        assert whole.headers[name] == value
    assert whole.headers["Cache-Control"].startswith("private, max-age=")
    part = asker.ask(address, headers={"Range": "bytes=10-19"})
    assert (part.status, part.body) == (206, body[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(body)}"
    assert asker.ask(address, headers={"Range": f"bytes={len(body)}-"}).status == 416
    assert asker.ask(address, headers={"If-None-Match": whole.headers["ETag"]}).status == 304
    assert asker.ask(address, "HEAD").headers["Content-Length"] == str(len(body))
    assert asker.ask(f"/p/{token}/{film.pk}/master.m3u8").body.startswith(b"#EXTM3U")

    wrong = token[:-4] + "AAAA"
    refused = asker.ask(f"/p/{wrong}/{film.pk}/360p/segment-00001.m4s")
    assert (refused.status, refused.body) == (403, b"Forbidden")
    below = f"objects/{tree.key}/init.mp4"
    for inside in (f"/_{below}", f"/_objects/../{below}", f"/static/../{below}", "/_objects/",
                   f"/static..%2f{below}", f"/static/..%2f{below}", "/_pictures/"):  # fmt: skip
        assert asker.ask(inside).status in {400, 404}, inside
    path.unlink()
    assert asker.ask(address).status == 404

    for line in (proxy.log, (web.folder / "logs" / "web.log").read_text()):
        assert token.split(".")[2] not in line
        assert wrong.split(".")[1] not in line
    assert f"/p/-/{film.pk}/360p/segment-00001.m4s" in proxy.log


def a_private_show(film, member):
    """A show with artwork whose episode is the film's sound; return its address's token too."""
    site = Site.objects.get(is_default_site=True)
    sound = store(site=site, source=BytesIO(b"sound" * 100), content_type="audio/mp4")
    Rendition.objects.create(asset=film, name=SOUND, kind=Rendition.Kind.FILE, object=sound)
    show = site.root_page.add_child(instance=Podcast(title="Show", artwork=make_image()))
    episode = show.add_child(instance=Episode(title="One", media=film))
    ReferenceIndex.create_or_update_for_object(episode)
    _key, token = issue_feed_key(member=member, site=site, kind="podcast", page=show)
    replace_chapters(asset=film, chapters=[(0, "One"), (5, "Two")])
    return f"/feeds/podcast/{token}", episode.pk


def test_players_on_other_sites_get_sound_words_and_artwork(front):
    _web, _proxy, asker, film, token, member = front
    base, episode = a_private_show(film, member)
    moved = asker.ask(f"{base}/{episode}/{SOUND}")
    assert moved.status == 302
    sound = asker.ask(moved.headers["Location"], headers={"Range": "bytes=0-4"})
    assert (sound.status, sound.body) == (206, b"sound")
    words = asker.ask(asker.ask(f"{base}/{episode}/chapters.json").headers["Location"])
    picture = asker.ask(f"{base}/artwork.jpg")
    assert picture.body.startswith(b"\xff\xd8")
    for answer in (sound, words, picture):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers.get_all("Cross-Origin-Resource-Policy") == ["cross-origin"]
    stream = asker.ask(f"/p/{token}/{film.pk}/360p/segment-00001.m4s")
    assert stream.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in stream.headers


def test_no_log_learns_a_token_when_nobody_answers(front):
    web, proxy, asker, *_ = front
    kinds = ("feed", "calendar", "mail", "film", "reset")
    tokens = [f"a-token-of-a-{kind}-0123456789" for kind in kinds]
    feed, calendar, mail, film, reset = tokens
    paths = (
        f"/feeds/podcast/{feed}.xml",
        f"/feeds/{calendar}/calendar.ics",
        f"/notifications/off/{mail}",
        f"/p/{film}/x/master.m3u8",
        f"/account/password/reset/key/3-{reset}/",
        f"/account/confirm-email/{reset}/",
        f"/admin/password_reset/confirm/Mg/{reset}/",
    )
    root = Site.objects.get(is_default_site=True).root_page
    public = root.add_child(instance=Podcast(title="Show"))
    seen = [asker.ask(f"/feeds/show/{public.pk}.xml").headers["X-Cache"] for _ in range(2)]
    assert seen == ["MISS", "HIT"]
    for path in paths:
        asker.ask(path)
    web.stop()
    for path in paths:
        assert asker.ask(path).status == 502
    assert proxy.log.count("/notifications/off/- ") == 2
    for log in (proxy.log, (web.folder / "logs" / "web.log").read_text()):
        assert [token for token in tokens if token in log] == []


def test_nginx_keeps_pages_for_strangers_only(front):
    _web, _proxy, asker, _film, _token, member = front
    first, second = asker.ask("/"), asker.ask("/")
    assert (first.status, second.status) == (200, 200)
    assert "private" not in second.headers.get("Cache-Control", "")
    assert [first.headers["X-Cache"], second.headers["X-Cache"]] == ["MISS", "HIT"]
    client = Client()
    client.force_login(member)
    cookie = {"Cookie": f"a=b; sessionid={client.cookies['sessionid'].value}"}
    own = asker.ask("/", headers=cookie)
    assert own.headers["X-Cache"] == "BYPASS"
    assert "private" in own.headers["Cache-Control"]
    assert asker.ask("/a/").status in {302, 403}
    assert asker.ask("/a/", headers=cookie).status == 200
    assert hashlib.sha256(asker.ask("/").body).digest() == hashlib.sha256(second.body).digest()


def test_nginx_passes_an_uploads_bytes_on_as_they_come(front):
    """The answer is there before the body: nothing was spooled in between."""
    _web, proxy, *_ = front
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as line:
        line.sendall(
            b"POST /uploads/ HTTP/1.1\r\nHost: localhost\r\nTus-Resumable: 1.0.0\r\n"
            b"Content-Length: 5000000000\r\n\r\n" + b"x" * 1000
        )
        answer = line.recv(200)
    assert answer.split()[1] in {b"401", b"403"}
