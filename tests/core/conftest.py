"""Two sites, three people, pages with and without privacy, and assets on them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils.timezone import now
from wagtail.models import GroupPagePermission, Page, PageViewRestriction, ReferenceIndex, Site

from core.media.models import Asset, Rendition
from core.members.models import Member
from core.storage.services import store, store_tree
from pages.models import Home, Lesson, Program


@pytest.fixture
def site(db) -> Site:
    return Site.objects.select_related("root_page").get(is_default_site=True)


@pytest.fixture
def other_site(site) -> Site:
    root = site.root_page.get_parent().add_child(instance=Home(title="Other", slug="other"))
    return Site.objects.create(hostname="other.example", root_page=root, site_name="Other")


@pytest.fixture
def member(db) -> Member:
    return Member.objects.create_user("member@lectern.example", "s3cret-words")


@pytest.fixture
def boss(db) -> Member:
    return Member.objects.create_superuser("operator@lectern.example", "s3cret-words")


@pytest.fixture
def tier(db) -> Group:
    return Group.objects.create(name="Diamond")


@pytest.fixture
def editor(site) -> Member:
    """Somebody who edits the default site's pages, and nothing else."""
    group = Group.objects.create(name="Editing")
    person = Member.objects.create_user("editor@lectern.example", "s3cret-words")
    person.groups.add(group)
    change = Permission.objects.get(codename="change_page", content_type__app_label="wagtailcore")
    GroupPagePermission.objects.create(group=group, page=site.root_page, permission=change)
    return person


@pytest.fixture
def program(site) -> Program:
    return site.root_page.add_child(instance=Program(title="Diamond Plus", slug="diamond-plus"))


@pytest.fixture
def lesson(program) -> Lesson:
    return program.add_child(instance=Lesson(title="Breathing", slug="breathing"))


@pytest.fixture
def restrict() -> Callable[..., PageViewRestriction]:
    def do(page: Page, kind: str = "login", *groups: Group) -> PageViewRestriction:
        row = PageViewRestriction.objects.create(page=page, restriction_type=kind, password="x")
        row.groups.set(groups)
        return row

    return do


@pytest.fixture
def show_on() -> Callable[[Asset, Lesson], Asset]:
    def do(asset: Asset, page: Lesson) -> Asset:
        page.video = asset
        page.save()
        indexed(page)
        return asset

    return do


def indexed(page: Page) -> Page:
    """Write down what a page refers to; Wagtail does it after the commit, which no test sees."""
    ReferenceIndex.create_or_update_for_object(page)
    return page


@pytest.fixture
def asset(site) -> Asset:
    return Asset.objects.create(site=site, title="Breathing", file_name="breathing.mp4")


@pytest.fixture
def film(site, tmp_path) -> Asset:
    """A playable asset whose stored bytes are known: one rung, a poster, a storyboard."""
    return make_film(site, tmp_path)


def make_film(site: Site, folder: Path, *, mark: bytes = b"") -> Asset:
    """Make a film whose every file ends with ``mark``."""
    asset = Asset.objects.create(
        site=site, title="Film", file_name="Mein Film № 1.mp4", status="ready", playable_at=now()
    )
    folder.mkdir(exist_ok=True)
    tree = store_tree(site=site, folder=_stream(folder / "360p", mark), purpose="360p")
    Rendition.objects.create(
        asset=asset, name="360p", object=tree, width=640, height=360, bit_rate=900_000,
        average_bit_rate=700_000, frame_rate=25, codecs="avc1.64001e,mp4a.40.2",
    )  # fmt: skip
    board = folder / "board"
    board.mkdir()
    (board / "storyboard.vtt").write_bytes(b"WEBVTT\n" + mark)
    (board / "sheet-1.jpg").write_bytes(b"\xff\xd8sheet" + mark)
    asset.storyboard = store_tree(site=site, folder=board, purpose="storyboard")
    asset.poster = store(
        site=site,
        source=BytesIO(b"\xff\xd8poster" + mark),
        content_type="image/jpeg",
        purpose="poster",
    )
    asset.original = store(site=site, source=BytesIO(b"original" + mark), content_type="video/mp4")
    asset.save()
    return asset


def _stream(folder: Path, mark: bytes) -> Path:
    folder.mkdir()
    (folder / "index.m3u8").write_bytes(b"#EXTM3U\n#EXTINF:4,\nsegment-00001.m4s\n" + mark)
    (folder / "init.mp4").write_bytes(b"ftyp" + mark)
    (folder / "segment-00001.m4s").write_bytes(bytes(range(256)) * 40 + mark)
    return folder
