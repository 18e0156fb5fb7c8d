"""A crawl of every stored byte without a grant: no address, however odd, gives any away."""

from __future__ import annotations

import collections
import time
from io import BytesIO
from itertools import product
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image as Pillow
from wagtail.documents.models import Document
from wagtail.images.models import Image, Rendition
from wagtail.models import PageViewRestriction, Site

from core.members.models import Member
from core.playback.entitlement import seal_of
from core.playback.tokens import Claims, write_token
from pages.models import Home, Lesson
from tests.core.conftest import make_film
from tests.drills.web import Asker, web_process

MARK = b"<<private byte of lectern>>"
SHAPES = (
    "/{path}", "//{path}", "/./{path}", "/data/{path}", "/.data/{path}", "/media/{path}",
    "/static/{path}", "/static/../{path}", "/static/..%2f{path}", "/static/%2e%2e/{path}",
    "/static/..%252f{path}", "/static/%252e%252e/{path}", "/static/..%5c{path}",
    "/static/../../{path}", "/static//{path}", "/static/..;/{path}", "/static/.%00./{path}",
    "/static/..%c0%af{path}", "/static/%u002e%u002e/{path}", "/static/./.././{path}",
    "/static/{absolute}", "/static/%2f{absolute}", "//{absolute}", "/static/..{absolute}",
    "/pictures/{path}", "/pictures/../{path}", "/pictures/..%2f{path}", "/pictures/{name}",
    "/pictures/%2e%2e%2f{path}", "/pictures/images/{name}", "/pictures/images/../{below}",
    "/pictures/images/..%2f{below}", "/pictures//{below}", "/pictures/{below}",
    "/pictures/{absolute}", "/pictures/{below}%00", "/pictures/{below}/", "/pictures/{below}?x=1",
    "/documents/{number}/{name}", "/documents/{number}/", "/documents/../{path}",
    "/_objects/{below}", "/_pictures/{below}", "/_objects/../{path}", "/objects/{below}",
    "/p/{path}", "/p/x/{below}", "/p/{asset}/{name}", "/p/-/{asset}/{name}", "/p/../{path}",
    "/p/{expired}/{asset}/{tail}", "/p/{foreign}/{asset}/{tail}", "/p/{stranger}/{asset}/{tail}",
    "/p/{poster}/{asset}/{tail}", "/p/{other}/{asset}/{tail}", "/p/{other}/{own}/../{asset}/{tail}",
    "/p/{other}/{own}/..%2f{asset}/{tail}", "/p/{other}/{own}/{below}",
    "/p/{other}/{own}/../{path}",
    "/p/{other}/{own}/360p/../../{path}", "/p/{other}/{own}/360p/..%2f..%2f{path}",
    "/p/{other}/{own}/storyboard/%2e%2e/{tail}", "/p/{other}/{own}/{absolute}",
    "/uploads/{name}", "/uploads/{asset}", "/uploads/../{path}", "/uploads/..%2f{path}",
    "/beat/{path}", "/beat/../{path}", "/admin/images/{number}/", "/admin/documents/{number}/",
    "/images/serve/x/{number}/original/", "/api/{path}", "/-/{path}", "/healthz/../{path}",
)  # fmt: skip


def draw():
    data = BytesIO()
    Pillow.new("RGB", (40, 30), "teal").save(data, "PNG")
    return data.getvalue() + MARK


def fill(web, folder):
    """Put private bytes of every kind into a copy; return what the odd addresses are made of."""
    site = Site.objects.select_related("root_page").get(is_default_site=True)
    tier = site.root_page.add_child(instance=Lesson(title="Tier", slug="tier"))
    PageViewRestriction.objects.create(page=tier, restriction_type="groups")
    film = make_film(site, folder / "made", mark=MARK)
    tier.video = film
    picture = Image.objects.create(title="P", file=ContentFile(draw(), "secret.png"))
    Rendition.objects.create(
        image=picture, filter_spec="width-9", width=9, height=9,
        file=ContentFile(draw(), "secret.width-9.png"),
    )  # fmt: skip
    tier.social_image = picture
    tier.save()
    paper = Document.objects.create(title="D", file=ContentFile(b"paper" + MARK, "plan.pdf"))
    for name in ("uploads/half", "pictures/avatar_images/me.png", "objects/.arriving/half"):
        path = web.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half" + MARK)
    words = {"asset": film.pk, "number": paper.pk, **_tokens(site, film, tier)}
    other = Member.objects.create_user("other@lectern.example")
    client = Client()
    client.force_login(other)
    return words | _own(site, other, folder), f"sessionid={client.cookies['sessionid'].value}"


def _tokens(site, film, page):
    nobody = Member.objects.create_user("nobody@lectern.example")
    root = site.root_page.get_parent().add_child(instance=Home(title="Other", slug="other"))
    foreign = Site.objects.create(hostname="other.example", root_page=root)
    soon = int(time.time()) + 3000
    right, seal = (nobody.pk, site.pk, film.pk, page.pk), seal_of(nobody)
    return {
        "expired": write_token(Claims(*right, soon - 9000, soon, seal=seal)),
        "foreign": write_token(Claims(nobody.pk, foreign.pk, *right[2:], soon, soon, seal=seal)),
        "stranger": write_token(Claims(None, *right[1:], soon, soon)),
        "poster": write_token(Claims(*right, soon, soon, "poster", seal=seal)),
    }


def _own(site, member, folder):
    """A film this member may see: its token is the best a thief has."""
    own = make_film(site, folder / "own")
    page = site.root_page.add_child(instance=Lesson(title="Own", slug="own", video=own))
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    soon = int(time.time()) + 3000
    who = (member.pk, site.pk, own.pk, page.pk)
    token = write_token(Claims(*who, soon, soon, seal=seal_of(member)))
    return {"own": own.pk, "other": token}


def addresses(file: Path, root: Path, words):
    path = file.relative_to(root)
    parts = {
        "path": quote(path.as_posix()),
        "below": quote("/".join(path.parts[1:])),
        "absolute": quote(file.as_posix()),
        "name": quote(file.name),
        "tail": "/".join(path.parts[-2:]),
    }
    return [shape.format(**parts, **words) for shape in SHAPES]


def is_private(file: Path) -> bool:
    parts = file.parts
    return (
        file.is_file() and "static" not in parts and "postgres" not in parts and file.stat().st_size
    )


@pytest.mark.parametrize(
    "share", [10, pytest.param(1, marks=pytest.mark.drill)], ids=["short", "full"]
)
def test_no_byte_is_read_without_a_grant(share, tmp_path, django_db_blocker, capsys):
    """Every file by every address as everybody; the short form tries one in ten."""
    seen, files, turn = collections.Counter(), 0, 0
    with web_process(tmp_path / "copy", django_db_blocker) as web:
        (tmp_path / "made").mkdir()
        words, cookie = fill(web, tmp_path)
        roles = [{}, {"Cookie": cookie}, {"Cookie": cookie, "Host": "other.example"}]
        askers = [Asker(web.port, **headers) for headers in roles]
        right = askers[0].ask(f"/p/{words['other']}/{words['own']}/360p/init.mp4")
        assert right.body == b"ftyp"
        head = askers[0].ask(f"/p/{words['other']}/{words['own']}/360p/init.mp4", "HEAD")
        assert (head.body, head.headers["Content-Length"]) == (b"", "4")
        assert [asker.ask("/own/").status for asker in askers] == [302, 200, 404]
        for file in filter(is_private, sorted(web.folder.rglob("*"))):
            content, files = file.read_bytes()[-60:], files + 1
            for address, asker in product(addresses(file, web.folder, words), askers):
                turn += 1
                if turn % share:
                    continue
                answer = asker.ask(address)
                seen[answer.status] += 1
                assert answer.status < 500, address
                assert MARK not in answer.body, address
                assert answer.status >= 300 or content not in answer.body, address
        for asker in askers:
            asker.close()
    with capsys.disabled():
        print(f"\n{files} private files, {seen.total():,} addresses tried by a stranger, a "
              f"member and another site: 0 gave a byte away; {dict(seen)}")  # fmt: skip
