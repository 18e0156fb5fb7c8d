"""Pictures and documents that Wagtail keeps: only what a page shows, only to who may see it."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image as Pillow
from wagtail.documents.models import Document
from wagtail.images.models import Image, Rendition

from core.playback import pictures
from tests.core.conftest import indexed


def drawn(kind, name):
    data = BytesIO()
    Pillow.new("RGB", (100, 75), "teal").save(data, kind)
    return ContentFile(data.getvalue(), name)


@pytest.fixture
def image(db):
    return Image.objects.create(title="Teal", file=drawn("PNG", "teal.png"))


@pytest.fixture
def rendition(image):
    return Rendition.objects.create(
        image=image, filter_spec="width-100", width=100, height=75,
        file=drawn("WEBP", "teal.width-100.webp"),
    )  # fmt: skip


@pytest.fixture
def cover(image, program):
    program.cover = image
    program.save()
    return indexed(program)


def cookie(member):
    client = Client()
    client.force_login(member)
    return f"sessionid={client.cookies['sessionid'].value}"


def test_a_public_pages_picture_is_public(door, site, cover, rendition):
    assert rendition.url == f"/pictures/{rendition.file.name}"
    answer = door(rendition.url)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/webp")
    assert answer.headers["Cache-Control"] == "public, max-age=600"
    assert answer.body == Path(rendition.file.path).read_bytes()
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers
    assert door(rendition.url, if_none_match=answer.headers["ETag"]).status == 304


def test_a_picture_no_page_shows_is_for_who_looks_after_it(door, site, rendition, member, boss):
    assert door(rendition.url).status == 403
    assert door(rendition.url, cookie=cookie(member)).status == 403
    answer = door(rendition.url, cookie=cookie(boss))
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "private, max-age=600")
    assert answer.headers["Vary"] == "Cookie"


def test_a_members_page_shows_its_picture_to_members(door, cover, rendition, member, restrict):
    restrict(cover, "login")
    assert door(rendition.url).status == 403
    assert door(rendition.url).headers["Cache-Control"] == "no-store"
    assert door(rendition.url, cookie="sessionid=x").status == 403
    answer = door(rendition.url, cookie=cookie(member))
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "private, max-age=600")


def test_a_draft_or_another_site_makes_nothing_public(door, cover, rendition, other_site):
    assert door(rendition.url, host="other.example").status == 403
    assert door(rendition.url).status == 200
    cover.unpublish()
    pictures.forget()
    assert door(rendition.url).status == 403


def test_originals_are_never_served(door, cover, image, rendition, boss):
    who = cookie(boss)
    for name in (
        image.file.name,
        f"images/../{image.file.name}",
        f"images/..%2f{image.file.name}",
        f"./{rendition.file.name}",
        f"{rendition.file.name}/",
        f"/{rendition.file.name}",
        f"{rendition.file.name}%00",
        "",
    ):
        assert door(f"/pictures/{name}", cookie=who).status == 403, name


def test_what_else_lies_beside_the_pictures_is_not_served(door, settings, boss, site):
    for name in ("secret.txt", "avatar_images/me.png", "documents/plan.pdf"):
        path = Path(settings.MEDIA_ROOT) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("secret")
        assert door(f"/pictures/{name}", cookie=cookie(boss)).status == 403


def test_a_rendition_whose_file_is_gone_is_not_found(door, cover, rendition):
    Path(rendition.file.path).unlink()
    assert door(rendition.url).status == 404


def test_only_reading_is_possible(door, cover, rendition):
    assert door(rendition.url, "POST").status == 405
    assert door(rendition.url, "HEAD").body == b""


def test_a_public_picture_costs_two_queries_once(
    door, site, cover, rendition, django_assert_max_num_queries, django_assert_num_queries
):
    door(rendition.url)
    with django_assert_max_num_queries(1):
        assert door(rendition.url).status == 200


def test_a_document_is_for_who_looks_after_it(member, boss, site):
    made = Document.objects.create(title="Plan", file=ContentFile(b"plan", "plan.html"))
    client = Client()
    assert client.get(made.url).status_code == 403
    client.force_login(member)
    assert client.get(made.url).status_code == 403
    client.force_login(boss)
    answer = client.get(made.url)
    assert answer.getvalue() == b"plan"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="plan')
    assert client.get(made.url.replace("plan", "other")).status_code == 403
    assert client.get(f"/pictures/{made.file.name}").status_code == 403
